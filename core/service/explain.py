"""ExplainService: what a metric, a rule or a setting means, from Earshot's own pages, with the source named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.advice import Writer
from core.knowledge.handbook import Passage, Topic, name_key, passages, topics
from core.knowledge.handbook_index import Hit, PassageIndex
from core.service.budget import Budget
from core.text.nearest import likeness, nearest
from core.values.actor import Actor
from core.values.errors import UsageCode, UsageError

TERM_LIKENESS = 0.8
"""Share of letters that a misspelt topic has in common with the right name: one wrong letter in five."""

FOUND_SHARE = 0.6
"""A page answers a question if it holds this share of the words that matter in it."""

KNOWN_SHARE = 0.7
"""Of the words that matter in a question, the pages must know this share: of "plays bass metallica" they know two of
three, and have nothing on it."""

CORRECTED_FROM = 0.8
"""A word that stands on no page counts as a misspelling of one that does from this share of letters on, with
the same first letter: "retension" is, "python" is no "both"."""

CORRECTED_LETTERS_FROM = 5
"""Shorter words are taken as they are typed: "midi" is no "mid"."""

WORDS_TOGETHER = 3
"""Words of a question that must stand in a passage whose heading names none of them. One word in passing ("the needle")
does not make a passage about it."""

STRANGERS_MAX = 1
"""Beside the name of a topic, a question may have so many words that the topic's own passages do not have: in "who
plays bass in metallica" there are two."""

PASSAGES_SHOWN = 2
RULES_SHOWN = 2
SUGGESTIONS = 5
SUGGESTED_FROM = 0.6
"""Share of letters from which a name is offered as close to what was typed."""

CHOICES_MAX = 25
"""Discord: choices of an autocomplete."""

TOPIC_MAX_CHARACTERS = 200

WORDS_BESIDE = 5
"""A question may have so many words besides the name of its topic; in a longer one the topic may be another."""

COMMON = ("LUFS", "True peak", "PSR", "Genre curve", "Mono fold-down")
"""What is offered where nothing is close."""

EXPLAINED_BY_MODEL = "Put into words by a language model from these pages, and checked against them."

MEANING, HOW, LIMITS = "", "How it is measured", "When it is named"

_ASKING = re.compile(
    r"^(?:(?:so|and|but|ok|okay|hey|hi|please|pls|can you|could you|tell me|i mean)[\s,]+)*"
    r"(?:what (?:exactly )?(?:is|are|does|do you mean by)|what's|whats|explain|define|meaning of)\s+"
    r"(?P<term>.+?)(?:\s+(?:mean(?:s|ing)?|stand(?:s)? for|exactly|again|anyway|actually|please))*\W*$",
    re.IGNORECASE,
)
_HOW_MEASURED = re.compile(
    r"\bhow (?:do|does|did) (?:you|earshot|it) (?:measure|calculate|compute|get|find|detect)\s+(?P<term>.+?)\W*$|"
    r"\bhow (?:is|are) (?P<other>.+?) (?:measured|calculated|computed|detected)\W*$",
    re.IGNORECASE,
)
_MEANS = re.compile(r"\b(?:mean|means|meaning|stand for|stands for|define|explain)\b", re.IGNORECASE)
_THIS_TRACK = re.compile(
    r"\b(?:my|mine|this|that|our|it|its|here|track|song|mix|master|file|bounce|v\d)\b", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_STOP = frozenset(
    "a an the is are was were be what whats how why when where who which do does did you your i me my it its of in on "
    "for to and or with at by from as mean means meaning can could should would will explain define about earshot "
    "tell please exactly measure measured calculate that this there have has here need needs use used using get bot "
    "something anything some any so if not whether".split()
)


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph with what it says and where it stands in the documentation."""

    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation. `by_model`: a model put the passages into fewer words (and was held to them)."""

    title: str
    parts: tuple[Part, ...]
    by_model: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Pages and headings, each once."""
        return tuple(dict.fromkeys(part.source for part in self.parts))


class ExplainService:
    """Looks things up. Needs no model; one that is there composes from what was found, and from nothing else."""

    def __init__(self, writer: Writer, budget: Budget | None = None) -> None:
        self._writer = writer
        self._budget = budget

    async def explain(self, actor: Actor | None, question: str) -> Explanation:
        """Explain a topic, or answer a question from the pages.

        Raises:
            UsageError: UNKNOWN_TOPIC, with the nearest.
        """
        found = self.look_up(question)
        meter = self._budget.gate(actor) if self._budget is not None and actor is not None else None
        told = [f"{found.title}: {part.title} {part.text}" for part in found.parts]
        text = await self._writer.explain(told, question[:TOPIC_MAX_CHARACTERS], meter=meter)
        if text is None:
            return found
        sources = "; ".join(found.sources)
        return Explanation(found.title, (Part(MEANING, text, sources),), by_model=True)

    def look_up(self, question: str) -> Explanation:
        """The passages on a topic.

        Raises:
            UsageError: UNKNOWN_TOPIC, with the nearest.
        """
        wanted = _term(question[:TOPIC_MAX_CHARACTERS])
        topic = self._called(name_key(question)) or self._topic(wanted)
        if topic is not None:
            return _explained(topic)
        found = self._search(wanted)
        if not found:
            names = ", ".join(self._nearest(wanted) or COMMON)
            raise UsageError(UsageCode.UNKNOWN_TOPIC, given=wanted, suggestions=names)
        first = found[0].heading
        return Explanation(first, tuple(Part("" if p.heading == first else p.heading, p.text, p.source) for p in found))

    def in_conversation(self, question: str) -> Explanation | None:
        """What to tell somebody who asks in a thread what a word means; None where they ask about their track."""
        asked = _HOW_MEASURED.search(question) or _ASKING.match(question.strip())
        if asked is None:
            return None
        term = next(part for part in asked.groupdict().values() if part)
        is_about_words = asked.re is _HOW_MEASURED or bool(_MEANS.search(question))
        if not is_about_words and (_THIS_TRACK.search(term) or term.casefold().startswith("the ")):
            return None
        topic = self._called(name_key(_ARTICLE.sub("", term)))
        return None if topic is None else _explained(topic)

    def in_general(self, question: str) -> Explanation | None:
        """What can be said in general where nothing measured on the track answers: the topic that a question names."""
        topic = self._topic(_term(question))
        return None if topic is None else _explained(topic)

    def choices(self, typed: str) -> list[str]:
        """Topics for a picker: those that begin with what was typed, then those that hold it, then close ones."""
        wanted = name_key(typed)
        names = [topic.name for topic in topics()]
        if not wanted:
            return names[:CHOICES_MAX]
        begins = [t.name for t in topics() if any(name_key(name).startswith(wanted) for name in (t.name, *t.also))]
        holds = [t.name for t in topics() if any(wanted in name_key(name) for name in (t.name, *t.also))]
        return list(dict.fromkeys([*begins, *holds, *self._nearest(typed)]))[:CHOICES_MAX]

    def _topic(self, text: str) -> Topic | None:
        """The topic that is called like this, or nearly, or that the text names."""
        key = name_key(text)
        inside = [name for name in self._names if f" {name} " in f" {key} "]
        longest = max(inside, key=len, default="")
        if called := self._called(key):
            return called
        if not inside or len(key.split()) > len(longest.split()) + WORDS_BESIDE:
            return None
        topic = self._names[longest]
        beside = set(_meant(key).split()) - set(longest.split())
        return topic if len(beside - self._words_of(topic)) <= STRANGERS_MAX else None

    def _words_of(self, topic: Topic) -> frozenset[str]:
        """The words of a topic's names and passages, as they stand there."""
        told = (topic.name, *topic.also, *(passage.text for passage in topic.passages))
        return frozenset(word for text in told for word in name_key(text).split())

    def _called(self, key: str) -> Topic | None:
        """The topic of this name, give or take a typing error."""
        if found := self._names.get(key) or self._names.get(key.removesuffix("s")):
            return found
        close = nearest(key, self._names, 1, TERM_LIKENESS)
        return self._names[close[0]] if close and len(key) >= len(close[0]) - 1 else None

    def _search(self, text: str) -> list[Passage]:
        """The passages that answer; of a section whose heading is asked for, all of them."""
        meant = _meant(text).split()
        words = [word for word in map(self._known, meant) if word]
        if len(words) < KNOWN_SHARE * len(meant):
            return []
        hits = [hit for hit in self._index.search(" ".join(words), PASSAGES_SHOWN) if hit.share >= FOUND_SHARE]
        found = [passages()[hit.row] for hit in hits if self._answers(hit, words)]
        if found and set(_meant(found[0].heading).split()) <= set(words):
            return [p for p in passages() if (p.page, p.heading) == (found[0].page, found[0].heading)]
        return found

    def _known(self, word: str) -> str | None:
        """A word as the pages have it, or None where they have neither it nor one that it misspells."""
        known = self._index.corrected(word)
        if known == word:
            return word if self._index.search(word, 1) else None
        if len(word) < CORRECTED_LETTERS_FROM or known in _STOP:
            return None
        is_close = word[0] == known[0] and likeness(known, word) >= CORRECTED_FROM
        return known if is_close else None

    def _answers(self, hit: Hit, words: Sequence[str]) -> bool:
        """Whether a passage is about what is asked, and does not only mention it."""
        held = [word for word in words if self._named.corrected(word) == word]
        named = {other.row for word in held for other in self._named.search(word, len(passages()))}
        return hit.row in named or hit.share * len(words) >= WORDS_TOGETHER

    def _nearest(self, text: str) -> list[str]:
        """Topics that are called most alike, and those whose pages hold one of the words."""
        alike = nearest(name_key(text), self._names, SUGGESTIONS, SUGGESTED_FROM)
        words = " ".join(filter(None, map(self._known, _meant(text).split())))
        headings = [passages()[hit.row].heading for hit in self._index.search(words, SUGGESTIONS)]
        known = {topic.name for topic in topics()}
        names = [*(self._names[name].name for name in alike), *(heading for heading in headings if heading in known)]
        return list(dict.fromkeys(names))[:SUGGESTIONS]

    @cached_property
    def _names(self) -> dict[str, Topic]:
        names: dict[str, Topic] = {}
        for topic in topics():
            names.setdefault(name_key(topic.name), topic)
        for topic in topics():
            for name in topic.also:
                names.setdefault(name_key(name), topic)
        for passage in passages():
            if passage.rule:
                owner = next((t for t in topics() if passage in t.passages), None)
                if owner is not None:
                    names.setdefault(name_key(passage.rule), owner)
                    names.setdefault(name_key(passage.heading), owner)
        return names

    @cached_property
    def _named(self) -> PassageIndex:
        """Headings and terms alone."""
        return PassageIndex([(p.heading, " ".join(p.terms), "") for p in passages()])

    @cached_property
    def _index(self) -> PassageIndex:
        return PassageIndex([(p.heading, " ".join(p.terms), p.text) for p in passages()])


def _term(question: str) -> str:
    """What a question is about, without the words that ask."""
    asked = _HOW_MEASURED.search(question) or _ASKING.match(question.strip())
    term = next((part for part in asked.groupdict().values() if part), question) if asked else question
    return _ARTICLE.sub("", term.strip()).strip(" ?!.,\"'")


def _meant(text: str) -> str:
    """The words that say what is looked for: no letter alone ("what's"), and none of those that only ask."""
    return " ".join(word for word in name_key(text).split() if len(word) > 1 and word not in _STOP)


def _explained(topic: Topic) -> Explanation:
    parts = [Part(MEANING, topic.meaning.text, topic.meaning.source)]
    if topic.measured is not None:
        parts.append(Part(HOW, topic.measured.text, topic.measured.source))
    parts += [Part(LIMITS, rule.text, rule.source) for rule in topic.judged[:RULES_SHOWN]]
    return Explanation(topic.name, tuple(parts))
