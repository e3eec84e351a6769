"""The words of questions: what the file names exists, and each word is written as it is compared."""

import pytest

from core.advice.subjects import found, words_of
from core.advice.vocabulary import vocabulary
from core.analysis.measurements import BAND_EDGES_HZ
from core.rules.rule import rules


def test_rules_and_hints_name_subjects_and_rules_there_are() -> None:
    known = vocabulary()
    names = {subject.name for subject in known.subjects}

    assert {subject for rule in rules().values() for subject in rule.subjects} <= names
    assert set(known.hints) <= set(rules())
    assert {band for subject in known.subjects for band in subject.bands} <= set(BAND_EDGES_HZ)


def test_words_are_written_as_those_of_a_question_are() -> None:
    known = vocabulary()
    lists = [*(subject.words for subject in known.subjects), known.target.words, *known.groups.values()]
    words = {word for words in (*lists, *known.hints.values()) for word in words if "/" not in word}

    assert {word for word in words if words_of(word) != (word,)} == set()


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("is the reese too loud", "low_end"),
        ("how is my kickdrum", "low_end"),
        ("are the upper mids piercing", "highs"),
        ("enough spread?", "stereo"),
        ("is the vinyl audible", "noise"),
        ("too much saturation?", "peaks"),
    ],
)
def test_a_word_of_a_focus_names_the_subject_of_a_question_as_well(question: str, subject: str) -> None:
    assert subject in {item.name for item in found(words_of(question))}
