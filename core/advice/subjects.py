"""Finds the subjects that a question names, misspelt words included. The words are in `vocabulary.toml`."""

import re
from collections.abc import Sequence
from functools import cache

from core.advice.vocabulary import Subject, vocabulary
from core.targets.named import TargetComparison
from core.text.nearest import nearest

SUBJECT_LIKENESS = 0.8
"""Least `likeness` (0 to 1) of a misspelt word to the known one ("loudnes", "spotifi", "squashd")."""

FUZZY_FROM = 5
"""Letters of the shortest word that may count as misspelt."""

_SAME_LETTER_FROM = 2
"""First letters that a misspelt word shares with the right one: "peaks" is not "speaks"."""

_ASKS_WHERE_TO_START = re.compile(r"\b(i|to|you|we|should|id) start\b|\bstart (with|on|from)\b")
"""Phrases in which "start" asks what to do first; in "at the start" it is a place in the song."""

QUESTION_WORD = re.compile(r"[a-zäöüß0-9#&'-]+")


def asks_for_target(words: Sequence[str], comparison: TargetComparison | None) -> bool:
    """Whether a question is about the target that the track was compared with.

    Args:
        words: the words of the question (`words_of`).
        comparison: the comparison with the target; None where there is none.

    Returns:
        True where the question has the target's name or a word for a target.
    """
    if comparison is None:
        return False
    name = words_of(comparison.name)
    is_named = bool(name) and any(tuple(words[at : at + len(name)]) == name for at in range(len(words)))
    return is_named or any(word in vocabulary().target.words for word in words)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a question in order: lower case, without apostrophes ("what's" becomes "whats")."""
    return tuple(word.replace("'", "").strip("-") for word in QUESTION_WORD.findall(text.casefold().replace("’", "'")))


def in_group(name: str, words: Sequence[str]) -> bool:
    """Whether one of the words belongs to a group, or misspells a word of it.

    Args:
        name: the group's name in `vocabulary.toml`.
        words: the words of the question (`words_of`).

    Raises:
        KeyError: there is no such group.
    """
    if name == "first" and _ASKS_WHERE_TO_START.search(" ".join(words)):
        return True
    return any(is_named(word, vocabulary().groups[name]) for word in words)


def found(words: Sequence[str]) -> list[Subject]:
    """Subjects of a question, the one with the most words in it first."""
    asked = tuple(dict.fromkeys(words))
    scored = [(sum(is_named(word, subject.words) for word in asked), subject) for subject in vocabulary().subjects]
    return [subject for score, subject in sorted(scored, key=lambda item: -item[0]) if score > 0]


def is_named(word: str, known: frozenset[str]) -> bool:
    """Whether a word is one of `known`, or misspells one of them and is not itself a word of another subject."""
    if word in known:
        return True
    if len(word) < FUZZY_FROM or word in _all_words():
        return False
    return any(word[:_SAME_LETTER_FROM] == near[:_SAME_LETTER_FROM] for near in _near(word, known))


def known_words() -> frozenset[str]:
    """All words of subjects, groups and hints."""
    return _all_words().union(*vocabulary().hints.values())


@cache
def _all_words() -> frozenset[str]:
    """All words of subjects and groups: none of them counts as a misspelling of another."""
    known = vocabulary()
    return frozenset().union(*(subject.words for subject in known.subjects), *known.groups.values())


def _near(word: str, known: frozenset[str]) -> list[str]:
    return nearest(word, sorted(known), 2, SUBJECT_LIKENESS)
