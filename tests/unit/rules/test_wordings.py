"""All wordings of a text say the same: the same numbers and the same measured values, in every language."""

import re
import string
from collections.abc import Iterator
from itertools import combinations

import pytest

from core.rules.rule import rules
from core.text.language import ENGLISH, LANGUAGES, in_language
from core.values.request import Detail

DEGREE = "degree"
"""The one place that a wording may leave out: how far a value lies beyond its levels."""

CASES = [(code, language) for code in rules() for language in LANGUAGES]


def wordings(code: str, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lists of texts of a rule, by what they are for."""
    with in_language(language):
        rule = rules()[code]
        for part in ("insight", "mix", "mastering", "master"):
            for detail, texts in (getattr(rule, part) or {}).items():
                yield f"{part}.{detail.value}", texts
        yield from ((f"advice.{name}", (text,)) for name, text in rule.advice.items())


def numbers(text: str) -> list[str]:
    """The numbers that stand in a text, in any order."""
    plain = re.sub(r"\{[^}]*\}|\b808s?\b", "", text).replace("\u2212", "-")
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", plain)))


def places(text: str) -> set[str]:
    """The values that a text names; of clipping, places are runs."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name} - {DEGREE}
    return {"runs" if name == "places" else name for name in named}


@pytest.mark.parametrize(("code", "language"), CASES)
def test_all_wordings_of_a_text_have_the_same_numbers_and_values(code: str, language: str) -> None:
    for name, texts in wordings(code, language):
        for text in texts[1:]:
            assert numbers(text) == numbers(texts[0]), (name, text)
            assert places(text) == places(texts[0]), (name, text)
        assert len({" ".join(text.split()[:2]) for text in texts}) == len(texts), name


@pytest.mark.parametrize(("code", "language"), [case for case in CASES if case[1] != ENGLISH])
def test_a_text_in_another_language_has_the_numbers_and_values_of_english(code: str, language: str) -> None:
    english = dict(wordings(code, ENGLISH))
    for name, texts in wordings(code, language):
        assert numbers(texts[0]) == numbers(english[name][0]), name
        assert places(texts[0]) == places(english[name][0]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_points_have_several_wordings(language: str) -> None:
    """What was found, in plain and in detailed words."""
    with in_language(language):
        counts = [len(rule.insight[detail]) for rule in rules().values() for detail in (Detail.SIMPLE, Detail.DETAILED)]

    assert sum(count >= 3 for count in counts) > 0.7 * len(counts)


def test_a_wording_is_no_copy_of_another_rules() -> None:
    """But for texts that are only what a place is filled with, and settings that two rules of tone share."""
    first = {code: rule.insight[Detail.DETAILED][0] for code, rule in rules().items()}
    same = [
        pair
        for pair in combinations(first, 2)
        if first[pair[0]] == first[pair[1]] and places(first[pair[0]]) != {"value", "position", "target"}
    ]
    assert same == []
