"""Ideas: sentences of the model's own craft. They are shown under a label of their own, or not at all. Pure.

An idea holds no figure, no name, no link and no claim about the track. It is made of a closed vocabulary of the craft
(`ideas.toml`), and each of its sentences is a request, a question of what might be tried, or what people do in general.
It never touches what the producer wants left alone. Anything else is dropped.
"""

import re
from functools import cache

import msgspec

from core.knowledge.focus import Intent, focus_words
from core.knowledge.loading import load_toml
from core.text.language import ENGLISH, language
from core.values.request import ReviewType

IDEA_MAX_CHARACTERS = 240
IDEA_SENTENCES_MAX = 2

_LETTERS = re.compile(r"[A-Za-z ,.;?'\u2019-]+")
"""All characters that an idea may have: no digits, marks of links or mentions, or letters that look like others."""

_INNER_MARK = re.compile(r"[.,;?](?=\S)|--| -|- ")
"""A mark with no space behind it, as in an address, or a dash."""

_SENTENCE = re.compile(r"(?<=[.?])\s+")
_CLAUSE = re.compile(r"[,;]\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")

_OF_SOMETHING_NEW = re.compile(r"\ban? (?:\S+ )?\S+ that$")
"""A thing that is yet to be made: "a fill that points"."""

_PURPOSE = ("so", "that")

_SUPPOSES_WITHIN = 3
"""A question has "could" or the like among so many words behind its first."""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word lists of `ideas.toml`; their heads say what they are for."""

    requests: frozenset[str]
    questions: frozenset[str]
    supposes: frozenset[str]
    conditions: frozenset[str]
    behind_conditions: frozenset[str]
    frequencies: frozenset[str]
    quantities: frozenset[str]
    people: frozenset[str]
    describes: frozenset[str]
    behind_the: frozenset[str]
    of_every_track: frozenset[str]
    not_behind_a_comma: frozenset[str]
    other: frozenset[str]
    never: tuple[str, ...]
    says: frozenset[str]
    says_behind: frozenset[str]
    abbreviations: frozenset[str]
    of_mastering: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """The whole vocabulary."""
        first = self.requests | self.questions | self.supposes | self.conditions | self.behind_conditions
        return first | self.frequencies | self.quantities | self.people | self.describes | self.says | self.other


@cache
def _words() -> _Words:
    lists = load_toml("core.advice.plan", "ideas.toml")
    words = {name: given.split() if isinstance(given, str) else given for name, given in lists.items()}
    return msgspec.convert(words, _Words)


@cache
def _vocabulary() -> frozenset[str]:
    return _words().all


def has_ideas() -> bool:
    """Whether the present language has a vocabulary of ideas: without one, a claim could not be told from a request."""
    return language() == ENGLISH


def idea_shown(text: str, intent: Intent, kind: ReviewType) -> str:
    """The idea as it is shown; empty where it may not be.

    Args:
        text: what the model wrote.
        intent: what the producer wants left alone.
        kind: the type of review; an unfinished mix gets no ideas about mastering.
    """
    if len(text) > 2 * IDEA_MAX_CHARACTERS:
        return ""
    idea = " ".join(text.split())
    if not 0 < len(idea) <= IDEA_MAX_CHARACTERS or not _LETTERS.fullmatch(idea) or _INNER_MARK.search(idea):
        return ""
    sentences = [sentence for sentence in _SENTENCE.split(idea) if sentence]
    if len(sentences) > IDEA_SENTENCES_MAX or not all(map(_is_general, sentences)):
        return ""
    barred = _left_alone(intent)
    if kind is ReviewType.MIXDOWN:
        barred |= _words().of_mastering
    if any(not barred.isdisjoint((word, *word.split("-"))) for word in _plain_words(idea)):
        return ""
    return idea if idea[-1] in ".?" else f"{idea}."


def _is_general(sentence: str) -> bool:
    """Whether a sentence is of the vocabulary, of a form that claims nothing, and has no name in it."""
    known, written, words = _words(), _WORD.findall(sentence), _plain_words(sentence)
    if not words or not _vocabulary().issuperset(words):
        return False
    if any(any(map(str.isupper, word)) and word not in known.abbreviations for word in written[1:]):
        return False
    if any(f" {phrase} " in f" {' '.join(words)} " for phrase in known.never) or _describes_the_track(words):
        return False
    if not _says_no_more_than_it_may(words):
        return False
    return _has_a_form(sentence, words) and all(map(_hangs_on, _CLAUSE.split(sentence)[1:]))


def _has_a_form(sentence: str, words: list[str]) -> bool:
    known, (first, *rest) = _words(), words
    asks = sentence.endswith("?")
    if first in known.questions:
        return asks and not known.supposes.isdisjoint(rest[:_SUPPOSES_WITHIN])
    if first in known.supposes:
        return asks
    if first in known.conditions:
        # a condition says nothing of the track, and a request follows it
        clauses = _CLAUSE.split(sentence)
        asked = _plain_words(clauses[-1])[:1] if len(clauses) > 1 else []
        return known.requests.issuperset(asked) and bool(asked and rest) and rest[0] in known.behind_conditions
    if first in known.quantities | known.people:
        doer, *does = words if first in known.people else rest or [""]
        does = does[1:] if does and does[0] in known.frequencies else does
        return doer in known.people and bool(does) and does[0] in known.requests
    if first in known.frequencies:
        return rest[:1] in (["a"], ["an"])
    return first in known.requests and not asks and rest[:1] != ["you"]


def _describes_the_track(words: list[str]) -> bool:
    """Whether a describing word stands where it says how a part of the track is: "the short kick"."""
    known = _words()
    return any(
        word in known.describes - known.of_every_track and before in known.behind_the and (earlier, before) != _PURPOSE
        for earlier, before, word in zip(["", *words], words, words[1:], strict=False)
    )


def _says_no_more_than_it_may(words: list[str]) -> bool:
    """Whether each verb of the third person stands behind a word that keeps it from saying what a part of it does."""
    known = _words()
    for at, word in enumerate(words):
        before = words[:at]
        if word not in known.says or words[0] in known.frequencies or not known.says_behind.isdisjoint(before):
            continue
        told = " ".join(before)
        if " ".join(_PURPOSE) not in told and not _OF_SOMETHING_NEW.search(told):
            return False
    return True


def _hangs_on(clause: str) -> bool:
    """Whether a clause behind a comma is no statement of its own: "…, the vocal hisses"."""
    words = _plain_words(clause)
    return bool(words) and words[0] not in _words().not_behind_a_comma


def _plain_words(text: str) -> list[str]:
    return [re.sub("['\u2019]", "", word.casefold()).strip("-") for word in _WORD.findall(text)]


def _left_alone(intent: Intent) -> frozenset[str]:
    return frozenset().union(*(focus_words().topic(topic).single_words for topic in intent.left_alone))
