"""Ideas: sentences of the model's own craft. They are shown under a label of their own, or not at all. Pure.

An idea holds no figure, no name, no link and no claim about the track: each of its sentences asks to do something, asks
a question or says something in general. It never touches what the producer wants left alone. Anything else is dropped.
"""

import re
from functools import cache

import msgspec

from core.knowledge.focus import Intent, focus_words
from core.knowledge.loading import load_toml
from core.values.request import ReviewType

IDEA_MAX_CHARACTERS = 240
IDEA_SENTENCES_MAX = 2

_LETTERS = re.compile(r"[A-Za-z ,.;:!?'\u2019\"\u201c\u201d()\u2013-]+")
"""All characters that an idea may have: no digits, marks of links or mentions, or letters that look like others."""

_INNER_DOT = re.compile(r"[.:!?](?=\S)")
"""A mark with no space behind it, as in an address."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word lists of `ideas.toml`; their heads say what they are for."""

    first: frozenset[str]
    asks_or_generalises: frozenset[str]
    what_is: frozenset[str]
    judges: frozenset[str]
    names_the_track: frozenset[str]
    counts: frozenset[str]
    names: frozenset[str]
    abbreviations: frozenset[str]
    of_mastering: frozenset[str]


@cache
def _words() -> _Words:
    lists = load_toml("core.advice.plan", "ideas.toml")
    return msgspec.convert({name: words.split() for name, words in lists.items()}, _Words)


def idea_shown(text: str, intent: Intent, kind: ReviewType) -> str:
    """The idea as it is shown; empty where it may not be.

    Args:
        text: what the model wrote.
        intent: what the producer wants left alone.
        kind: the type of review; an unfinished mix gets no ideas about mastering.
    """
    idea = " ".join(text.split())
    if not 0 < len(idea) <= IDEA_MAX_CHARACTERS or not _LETTERS.fullmatch(idea) or _INNER_DOT.search(idea):
        return ""
    sentences = [sentence for sentence in _SENTENCE.split(idea) if sentence]
    if len(sentences) > IDEA_SENTENCES_MAX or not all(map(_is_general, sentences)):
        return ""
    known = _words()
    barred = known.judges | known.names_the_track | known.counts | known.names | _left_alone(intent)
    if kind is ReviewType.MIXDOWN:
        barred |= known.of_mastering
    if not barred.isdisjoint(_parts(idea)):
        return ""
    return idea if idea[-1] in ".!?" else f"{idea}."


def _is_general(sentence: str) -> bool:
    """Whether a sentence is a request, a question or general, and has no name in it."""
    known, (first, *rest) = _words(), _WORD.findall(sentence) or [""]
    if _plain(first) not in known.first or any(any(map(str.isupper, w)) and w not in known.abbreviations for w in rest):
        return False
    return _plain(first) in known.asks_or_generalises or known.what_is.isdisjoint(map(_plain, rest))


def _parts(idea: str) -> set[str]:
    """All words of an idea, also those within compounds ("half-time")."""
    words = [_plain(word) for word in _WORD.findall(idea)]
    return {*words, *(part for word in words for part in word.split("-"))}


def _plain(word: str) -> str:
    return re.sub("['\u2019]", "", word.casefold()).strip("-")


def _left_alone(intent: Intent) -> frozenset[str]:
    return frozenset().union(*(focus_words().topic(topic).single_words for topic in intent.left_alone))
