"""What a producer wants ears on and what must stay: `focus` read into topics.

A clause at a time, phrases before words, misspelt words by edit distance. What is neither named nor left alone is
judged as ever. A topic that is asked about and left alone in one text is left alone: the stricter wish holds.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from rapidfuzz.distance import OSA

from core.knowledge.loading import load_toml


@dataclass(frozen=True, slots=True)
class FocusTopic:
    """A part of the sound as producers name it.

    Attributes:
        name: stands in "You asked to leave … alone".
        words: words and phrases, lower case.
    """

    id: str
    name: str
    words: tuple[str, ...]

    @property
    def single_words(self) -> frozenset[str]:
        """Those of its words that are no phrases."""
        return frozenset(word for word in self.words if " " not in word)


@dataclass(frozen=True, slots=True)
class FocusWords:
    """Topics, and the markers that say what is meant about them."""

    topics: tuple[FocusTopic, ...]
    leave_before: tuple[str, ...]
    leave_after: tuple[str, ...]
    describing: frozenset[str]
    ends_leaving: tuple[str, ...]
    breaks: frozenset[str]
    ordinary: frozenset[str]

    def topic(self, topic_id: str) -> FocusTopic:
        """The topic with this id.

        Raises:
            KeyError: there is none.
        """
        return {topic.id: topic for topic in self.topics}[topic_id]


@cache
def focus_words() -> FocusWords:
    """The words, read once."""
    data = load_toml("core.knowledge", "data/focus.toml")
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
    )


CLAUSE = re.compile(r"[.,;:!?()\n]+|\s[-–—]+\s")
WORD = re.compile(r"[\w'/-]+")
APOSTROPHES = str.maketrans("’‘`", "'''")

FUZZY_FROM_CHARACTERS = 5
"""Shorter words have too many neighbours: "bass", "mass", "pass"."""

TWO_MISTAKES_FROM_CHARACTERS = 8
"""From this length on two mistakes are forgiven, below it one. A mistake is an insertion, a deletion, a replacement or
a swap of neighbours (optimal string alignment)."""


@dataclass(frozen=True, slots=True)
class Intent:
    """Ids of topics (`core.knowledge.focus`), in the order in which they were named."""

    stressed: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()

    def is_stressed(self, topics: Collection[str]) -> bool:
        """Whether the producer wants ears on one of the topics that a finding speaks of."""
        return not set(topics).isdisjoint(self.stressed)

    def left_alone_by(self, topics: Collection[str]) -> str | None:
        """The name of what must stay among the topics that a finding's cure would alter; None where nothing must."""
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
    """The topics of a text; an empty intent where it names none."""
    stressed: dict[str, None] = {}
    left: dict[str, None] = {}
    for clause in CLAUSE.split((focus or "").casefold().translate(APOSTROPHES)):
        for part in _parts(list(_meanings(WORD.findall(clause)))):
            _read(part, stressed, left)
    return Intent(tuple(topic for topic in stressed if topic not in left), tuple(left))


def _parts(meanings: list[_Meaning]) -> Iterator[list[_Meaning]]:
    """A clause, split where a conjunction turns it round."""
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
    """Topics and markers of a clause in order, the longest phrase first."""
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
    """Every phrase there is, as words."""
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
    """The topic of a misspelt word."""
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
