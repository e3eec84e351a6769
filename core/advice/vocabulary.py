"""Reads the words that questions are recognised by: `vocabulary.toml` beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from core.knowledge.focus import focus_words
from core.knowledge.loading import load_toml
from core.rules.rule import rules
from core.text.language import language, translated


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that producers ask about.

    Attributes:
        name: stable id; `core.advice.statements.of_track` has its facts by it.
        label: its name in a summary.
        words: single words that name it, lower case.
        codes: codes of the rules whose findings belong to it, in the order of the rules.
        bands: ids of the bands of the spectrum that it covers; may be empty.
        quantity: id of the quantity by which two tracks are compared in it; empty where there is none.
        more: codes of the rules whose finding says that there is too much of it.
        less: codes of those that say there is too little.
        is_measured: whether its words alone name something that is measured.
    """

    name: str
    label: str
    words: frozenset[str]
    codes: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    quantity: str = ""
    more: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Quality:
    """How a sound is called: the words for it, and the codes of the rules whose finding says that it is so."""

    words: frozenset[str]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything in `vocabulary.toml`.

    Attributes:
        subjects: all subjects; of two that are named equally often, the first is answered first.
        target: the server's target, which is a subject only where the track was compared with one.
        groups: group name → words that say what is asked about a subject.
        qualities: how a sound is called, each with the rules whose finding says that it is so.
        compounds: names of several words → the one word that they are read as.
        hints: rule code → words that ask for its finding among those of one subject.
    """

    subjects: tuple[Subject, ...]
    target: Subject
    groups: Mapping[str, frozenset[str]]
    qualities: tuple[Quality, ...]
    compounds: Mapping[str, str]
    hints: Mapping[str, frozenset[str]]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the file: a subject, or a group of words without a label."""

    words: str
    label: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    quantity: str = ""
    more: str = ""
    less: str = ""
    measured: bool = True


class _QualityEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: str
    codes: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subjects: dict[str, _Entry]
    target: _Entry
    groups: dict[str, _Entry]
    qualities: dict[str, _QualityEntry]
    compounds: dict[str, str]
    hints: dict[str, str]


def vocabulary() -> Vocabulary:
    """The vocabulary, with labels in the present language, read once.

    Raises:
        msgspec.ValidationError: a section lacks a key or has an unknown one.
        KeyError: a section names an unknown focus topic or group.
    """
    return _vocabulary(language())


@cache
def _vocabulary(language_code: str) -> Vocabulary:
    data: dict[str, Any] = translated(language_code, "vocabulary", load_toml("core.advice", "vocabulary.toml"))
    file = msgspec.convert(data, _File)
    groups = {name: frozenset(entry.words.split()) for name, entry in file.groups.items()}
    return Vocabulary(
        subjects=tuple(_subject(name, entry, groups, file.qualities) for name, entry in file.subjects.items()),
        target=_subject("target", file.target, groups, file.qualities),
        groups=groups,
        qualities=tuple(
            Quality(frozenset(entry.words.split()), frozenset(entry.codes)) for entry in file.qualities.values()
        ),
        compounds=file.compounds,
        hints={code: frozenset(words.split()) for code, words in file.hints.items()},
    )


def _subject(
    name: str, entry: _Entry, groups: Mapping[str, frozenset[str]], qualities: Mapping[str, _QualityEntry]
) -> Subject:
    of_topics = (focus_words().topic(topic).single_words for topic in entry.topics)
    of_groups = (groups[group] for group in entry.groups)
    return Subject(
        name=name,
        label=entry.label,
        words=frozenset(entry.words.split()).union(*of_topics, *of_groups),
        codes=tuple(code for code, rule in rules().items() if name in rule.subjects or name in rule.focus),
        bands=entry.bands,
        quantity=entry.quantity,
        more=frozenset(qualities[entry.more].codes) if entry.more else frozenset(),
        less=frozenset(qualities[entry.less].codes) if entry.less else frozenset(),
        is_measured=entry.measured,
    )
