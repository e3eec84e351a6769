"""ExplainService: explains metrics, rules and settings from Earshot's handbook pages, and names the source."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.advice import Writer
from core.knowledge.handbook import Passage, Topic, passages, topics, words_key
from core.knowledge.handbook_index import Hit, PassageIndex
from core.service.budget import Budget
from core.text.nearest import letter_likeness, nearest
from core.values.actor import Actor
from core.values.errors import UsageCode, UsageError

TERM_LIKENESS = 0.8
"""Least `letter_likeness` (0 to 1) of a misspelt topic to its right name: one wrong letter in five."""

FOUND_SHARE = 0.6
"""Least share (0 to 1) of a question's content words that a passage must have to answer it."""

KNOWN_SHARE = 0.7
"""Least share (0 to 1) of a question's content words that must be on the pages: of "plays bass metallica" two of three
are, and no page answers it."""

CORRECTED_FROM = 0.8
"""Least `letter_likeness` (0 to 1) of a word that is on no page to the word on a page that it misspells; both must have
the same first letter. "retension" misspells "retention", but "python" does not misspell "both"."""

CORRECTED_LETTERS_FROM = 5
"""Letters of the shortest word that may count as misspelt: "midi" must not become "mid"."""

WORDS_TOGETHER = 3
"""Content words of a question that a passage must have if its heading has none of them. A passage that only mentions a
word ("the needle") is not about it."""

STRANGERS_MAX = 1
"""Most content words of a question, besides the name of its topic, that the topic's passages may lack: "who plays bass
in metallica" has two, so no topic answers it."""

PASSAGES_SHOWN = 2
RULES_SHOWN = 2
SUGGESTIONS = 5
SUGGESTED_FROM = 0.6
"""Least `letter_likeness` (0 to 1) of a suggested name to what was typed."""

CHOICES_MAX = 25
"""Choices of an autocomplete: Discord shows at most 25."""

TOPIC_MAX_CHARACTERS = 200

WORDS_BESIDE = 5
"""Most words of a question besides the name of its topic; a longer question may be about another topic."""

COMMON = ("LUFS", "True peak", "PSR", "Genre curve", "Mono fold-down")
"""Topics that are suggested when no name is close."""

EXPLAINED_BY_MODEL = "Sentences of these pages, chosen by a language model."

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
    """One paragraph of an explanation, with its heading and its page and heading in the documentation."""

    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation. `by_model`: a model has chosen sentences of the passages; it has no words of its own."""

    title: str
    parts: tuple[Part, ...]
    by_model: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Pages and headings of the parts, each once."""
        return tuple(dict.fromkeys(part.source for part in self.parts))


class ExplainService:
    """Finds explanations. A language model is optional; it may only choose sentences of what was found."""

    def __init__(self, writer: Writer, budget: Budget | None = None) -> None:
        self._writer = writer
        self._budget = budget

    async def explain(self, actor: Actor | None, question: str) -> Explanation:
        """Explain a topic, or answer a question from the pages; with a model, in sentences that it chooses.

        Raises:
            UsageError: UNKNOWN_TOPIC, with the nearest topics.
        """
        found = self.look_up(question)
        meter = self._budget.gate(actor) if self._budget is not None and actor is not None else None
        told = [part.text for part in found.parts]
        text = await self._writer.explain(told, question[:TOPIC_MAX_CHARACTERS], meter=meter)
        if text is None:
            return found
        sources = "; ".join(found.sources)
        return Explanation(found.title, (Part(MEANING, text, sources),), by_model=True)

    def look_up(self, question: str) -> Explanation:
        """The passages that explain a topic or answer a question.

        Raises:
            UsageError: UNKNOWN_TOPIC, with the nearest topics.
        """
        wanted = _term(question[:TOPIC_MAX_CHARACTERS])
        topic = self._called(words_key(question)) or self._topic(wanted)
        if topic is not None:
            return _explained(topic)
        found = self._search(wanted)
        if not found:
            names = ", ".join(self._nearest(wanted) or COMMON)
            raise UsageError(UsageCode.UNKNOWN_TOPIC, given=wanted, suggestions=names)
        first = found[0].heading
        return Explanation(first, tuple(Part("" if p.heading == first else p.heading, p.text, p.source) for p in found))

    def in_conversation(self, question: str) -> Explanation | None:
        """The explanation for a question about a term, asked in a thread; None for a question about the track."""
        asked = _HOW_MEASURED.search(question) or _ASKING.match(question.strip())
        if asked is None:
            return None
        term = next(part for part in asked.groupdict().values() if part)
        is_about_words = asked.re is _HOW_MEASURED or bool(_MEANS.search(question))
        if not is_about_words and (_THIS_TRACK.search(term) or term.casefold().startswith("the ")):
            return None
        topic = self._called(words_key(_ARTICLE.sub("", term)))
        return None if topic is None else _explained(topic)

    def in_general(self, question: str) -> Explanation | None:
        """The explanation of the topic that a question names, or None; used if no measurement answers the question."""
        topic = self._topic(_term(question))
        return None if topic is None else _explained(topic)

    def choices(self, typed: str) -> list[str]:
        """Choices of an autocomplete: topics that begin with what was typed, that contain it, or that are like it."""
        wanted = words_key(typed)
        names = [topic.name for topic in topics()]
        if not wanted:
            return names[:CHOICES_MAX]
        begins = [t.name for t in topics() if any(words_key(name).startswith(wanted) for name in (t.name, *t.also))]
        holds = [t.name for t in topics() if any(wanted in words_key(name) for name in (t.name, *t.also))]
        return list(dict.fromkeys([*begins, *holds, *self._nearest(typed)]))[:CHOICES_MAX]

    def _topic(self, text: str) -> Topic | None:
        """The topic with this name, give or take a typing error, or else the topic that the text names."""
        key = words_key(text)
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
        """The words of a topic's names and passages."""
        told = (topic.name, *topic.also, *(passage.text for passage in topic.passages))
        return frozenset(word for text in told for word in words_key(text).split())

    def _called(self, key: str) -> Topic | None:
        """The topic with this name, give or take a typing error."""
        if found := self._names.get(key) or self._names.get(key.removesuffix("s")):
            return found
        close = nearest(key, self._names, 1, TERM_LIKENESS)
        return self._names[close[0]] if close and len(key) >= len(close[0]) - 1 else None

    def _search(self, text: str) -> list[Passage]:
        """The passages that answer a text; all passages of a section if the text has the words of its heading."""
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
        """A word as it is on the pages, corrected if it is misspelt; None if it is not on them."""
        known = self._index.corrected(word)
        if known == word:
            return word if self._index.search(word, 1) else None
        if len(word) < CORRECTED_LETTERS_FROM or known in _STOP:
            return None
        is_close = word[0] == known[0] and letter_likeness(known, word) >= CORRECTED_FROM
        return known if is_close else None

    def _answers(self, hit: Hit, words: Sequence[str]) -> bool:
        """Whether a passage is about these words, and does not only mention one of them."""
        held = [word for word in words if self._named.corrected(word) == word]
        named = {other.row for word in held for other in self._named.search(word, len(passages()))}
        return hit.row in named or hit.share * len(words) >= WORDS_TOGETHER

    def _nearest(self, text: str) -> list[str]:
        """Names of topics like the text, and of topics whose passages have one of its words."""
        alike = nearest(words_key(text), self._names, SUGGESTIONS, SUGGESTED_FROM)
        words = " ".join(filter(None, map(self._known, _meant(text).split())))
        headings = [passages()[hit.row].heading for hit in self._index.search(words, SUGGESTIONS)]
        known = {topic.name for topic in topics()}
        names = [*(self._names[name].name for name in alike), *(heading for heading in headings if heading in known)]
        return list(dict.fromkeys(names))[:SUGGESTIONS]

    @cached_property
    def _names(self) -> dict[str, Topic]:
        names: dict[str, Topic] = {}
        for topic in topics():
            names.setdefault(words_key(topic.name), topic)
        for topic in topics():
            for name in topic.also:
                names.setdefault(words_key(name), topic)
        for passage in passages():
            if passage.rule:
                owner = next((t for t in topics() if passage in t.passages), None)
                if owner is not None:
                    names.setdefault(words_key(passage.rule), owner)
                    names.setdefault(words_key(passage.heading), owner)
        return names

    @cached_property
    def _named(self) -> PassageIndex:
        """Index of headings and terms, without texts."""
        return PassageIndex([(p.heading, " ".join(p.terms), "") for p in passages()])

    @cached_property
    def _index(self) -> PassageIndex:
        return PassageIndex([(p.heading, " ".join(p.terms), p.text) for p in passages()])


def _term(question: str) -> str:
    """The term that a question asks about."""
    asked = _HOW_MEASURED.search(question) or _ASKING.match(question.strip())
    term = next((part for part in asked.groupdict().values() if part), question) if asked else question
    return _ARTICLE.sub("", term.strip()).strip(" ?!.,\"'")


def _meant(text: str) -> str:
    """The content words of a text: without single letters (of "what's") and without `_STOP` words."""
    return " ".join(word for word in words_key(text).split() if len(word) > 1 and word not in _STOP)


def _explained(topic: Topic) -> Explanation:
    parts = [Part(MEANING, topic.meaning.text, topic.meaning.source)]
    if topic.measured is not None:
        parts.append(Part(HOW, topic.measured.text, topic.measured.source))
    parts += [Part(LIMITS, rule.text, rule.source) for rule in topic.judged[:RULES_SHOWN]]
    return Explanation(topic.name, tuple(parts))
