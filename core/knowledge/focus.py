"""Reads the text of a focus: the topics that the producer asks about, and those that must stay as they are.

The text is read by clause; phrases are matched before single words, and misspelt words by edit distance. Topics that
the text does not name are judged as usual. A topic that one text both asks about and wants to keep is kept.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from rapidfuzz.distance import OSA

from core.knowledge.loading import load_toml
from core.text.language import language, translated


@dataclass(frozen=True, slots=True)
class FocusTopic:
    """A part of the sound as producers name it.

    Attributes:
        id: stable id; rules name it in `focus` and `alters`.
        name: its name in "You asked to leave … alone".
        words: words and phrases for it, lower case.
    """

    id: str
    name: str
    words: tuple[str, ...]

    @property
    def single_words(self) -> frozenset[str]:
        """Those of its words that are not phrases."""
        return frozenset(word for word in self.words if " " not in word)


@dataclass(frozen=True, slots=True)
class FocusWords:
    """The topics, and the phrases that say what the producer wants done about them."""

    topics: tuple[FocusTopic, ...]
    leave_before: tuple[str, ...]
    leave_after: tuple[str, ...]
    describing: frozenset[str]
    ends_leaving: tuple[str, ...]
    breaks: frozenset[str]
    ordinary: frozenset[str]
    opens: frozenset[str]
    asks: frozenset[str]

    def topic(self, topic_id: str) -> FocusTopic:
        """The topic with this id.

        Raises:
            KeyError: there is none.
        """
        return {topic.id: topic for topic in self.topics}[topic_id]


def focus_words() -> FocusWords:
    """Topics, with their names in the present language, and phrases of `data/focus.toml`, read once."""
    return _focus_words(language())


@cache
def _focus_words(language_code: str) -> FocusWords:
    data = translated(language_code, "focus", load_toml("core.knowledge", "data/focus.toml"))
    leave = data["leave"]
    return FocusWords(
        topics=tuple(
            FocusTopic(topic_id, value["name"], tuple(value["words"])) for topic_id, value in data["topics"].items()
        ),
        leave_before=tuple(leave["before"]),
        leave_after=tuple(leave["after"]),
        describing=frozenset(leave["describing"]),
        ends_leaving=tuple(leave["ends"]),
        breaks=frozenset(leave["breaks"]),
        ordinary=frozenset(leave["ordinary"]),
        opens=frozenset(leave["opens"]),
        asks=frozenset(leave["asks"]),
    )


CLAUSE = re.compile(r"[.,;:!?()\n]+|\s[-–—]+\s")
WORD = re.compile(r"[\w'/-]+")
APOSTROPHES = str.maketrans("’‘`", "'''")

FUZZY_FROM_CHARACTERS = 5
"""Letters of the shortest word that may count as misspelt: shorter ones have too many neighbours ("bass", "mass")."""

TWO_MISTAKES_FROM_CHARACTERS = 8
"""Letters of the shortest word that may have two mistakes; a shorter one may have one. A mistake is an insertion, a
deletion, a replacement or a swap of neighbours (optimal string alignment)."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a focus asks for.

    Attributes:
        stressed: ids of the topics that the producer asks about, in the order of the text.
        left_alone: ids of the topics that must stay as they are, in the order of the text.
    """

    stressed: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()

    def is_stressed(self, topics: Collection[str]) -> bool:
        """Whether the producer asks about one of these topics (those of a finding's rule)."""
        return not set(topics).isdisjoint(self.stressed)

    def left_alone_by(self, topics: Collection[str]) -> str | None:
        """Name of the first topic among these that must stay; None where none must.

        Args:
            topics: ids of the topics that a finding's remedy would change.
        """
        known = focus_words()
        return next((known.topic(topic).name for topic in self.left_alone if topic in topics), None)


NO_INTENT = Intent()


class _Marker(Enum):
    LEAVE_BEFORE = auto()
    LEAVE_AFTER = auto()
    ENDS_LEAVING = auto()
    BREAK = auto()


@dataclass(frozen=True, slots=True)
class _Named:
    """A topic and the word that named it."""

    topic: str
    word: str


_Meaning = _Named | _Marker


def parse_intent(focus: str | None) -> Intent:
    """Read the text of a focus; the intent is empty where it names no topic."""
    stressed: dict[str, None] = {}
    left: dict[str, None] = {}
    for clause in CLAUSE.split((focus or "").casefold().translate(APOSTROPHES)):
        for part in _parts(list(_meanings(WORD.findall(clause)))):
            _read(part, stressed, left)
    return Intent(tuple(topic for topic in stressed if topic not in left), tuple(left))


def asked_text(focus: str | None) -> str | None:
    """What a focus asks, without the clauses and the words about what must stay.

    Returns:
        The text; None where the focus asks nothing: it is empty, only wants something left alone, or only describes.
    """
    text = (focus or "").casefold().translate(APOSTROPHES)
    ends = [*CLAUSE.finditer(text)]
    starts = [0, *(end.end() for end in ends)]
    clauses = [text[start : end.end()] for start, end in zip(starts, ends, strict=False)] + [text[starts[-1] :]]
    kept = [clause for clause in clauses if not _only_leaves(clause)]
    if not any(map(_asks, kept)):
        return None
    left = {word for topic in parse_intent(focus).left_alone for word in focus_words().topic(topic).words}
    asked = "".join(kept)
    for word in sorted(left, key=len, reverse=True):
        asked = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", asked)
    return asked.strip()


def _only_leaves(clause: str) -> bool:
    intent = parse_intent(clause)
    return bool(intent.left_alone) and not intent.stressed


def _asks(clause: str) -> bool:
    """Whether a clause asks something, or names a topic by more than a word that describes a sound ("dark")."""
    known, words = focus_words(), WORD.findall(clause)
    meanings = [*_meanings(words)]
    return (
        "?" in clause
        or bool(words and words[0] in known.opens)
        or not known.asks.isdisjoint(words)
        or _Marker.ENDS_LEAVING in meanings
        or any(isinstance(meaning, _Named) and meaning.word not in known.describing for meaning in meanings)
    )


def _parts(meanings: list[_Meaning]) -> Iterator[list[_Meaning]]:
    """A clause, split at the words that begin an opposite wish (`breaks`)."""
    part: list[_Meaning] = []
    for meaning in meanings:
        if meaning is _Marker.BREAK:
            yield part
            part = []
        else:
            part.append(meaning)
    yield part


def _read(part: list[_Meaning], stressed: dict[str, None], left: dict[str, None]) -> None:
    leaving, described, named = False, False, list[str]()
    for meaning in part:
        if isinstance(meaning, _Named):
            if not (described and meaning.word in focus_words().describing):
                (left if leaving else stressed)[meaning.topic] = None
                named.append(meaning.topic)
                described = False
        elif meaning is _Marker.LEAVE_AFTER:
            left.update(dict.fromkeys(named))
            described = True
        else:
            leaving = meaning is _Marker.LEAVE_BEFORE
            named = named if leaving else []


def _meanings(words: list[str]) -> Iterator[_Meaning]:
    """Topics and markers of a clause in their order; the longest phrase is matched first."""
    known, longest = _phrases(), max(len(phrase) for phrase in _phrases())
    at = 0
    while at < len(words):
        for size in range(min(longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + size])
            if phrase in known:
                meaning = known[phrase]
                yield _Named(meaning, " ".join(phrase)) if isinstance(meaning, str) else meaning
                break
        else:
            size = 1
            if (guessed := _guessed(words[at])) is not None:
                yield _Named(guessed, words[at])
        at += size


@cache
def _phrases() -> Mapping[tuple[str, ...], str | _Marker]:
    """All phrases as tuples of words → the marker, or the id of the topic."""
    known = focus_words()
    markers = {
        _Marker.LEAVE_BEFORE: known.leave_before,
        _Marker.LEAVE_AFTER: known.leave_after,
        _Marker.ENDS_LEAVING: known.ends_leaving,
        _Marker.BREAK: known.breaks,
    }
    phrases: dict[tuple[str, ...], str | _Marker] = {
        tuple(text.split()): marker for marker, texts in markers.items() for text in texts
    }
    return {**phrases, **{tuple(word.split()): topic.id for topic in known.topics for word in topic.words}}


def _guessed(word: str) -> str | None:
    """Id of the topic whose word this one misspells; None where there is none."""
    known = focus_words()
    if len(word) < FUZZY_FROM_CHARACTERS or word in known.ordinary:
        return None
    allowed = 2 if len(word) >= TWO_MISTAKES_FROM_CHARACTERS else 1
    for topic in known.topics:
        for name in topic.words:
            alike = len(name) >= FUZZY_FROM_CHARACTERS and " " not in name and name[0] == word[0]
            if alike and OSA.distance(word, name) <= allowed:
                return topic.id
    return None
