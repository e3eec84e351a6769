"""Likeness that can be counted by hand, and the order of what is close."""

import pytest

from core.text.nearest import letter_likeness, nearest


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("house", "house", 1.0), ("abcd", "abxd", 6 / 8), ("ab", "ba", 2 / 4), ("abc", "xyz", 0.0), ("loud", "", 0.0)],
)
def test_likeness_is_twice_the_common_letters_by_all_letters(one: str, other: str, share: float) -> None:
    assert letter_likeness(one, other) == pytest.approx(share)
    assert letter_likeness(other, one) == pytest.approx(share)


def test_the_closest_come_first_and_nothing_below_the_least() -> None:
    assert nearest("loudnes", ["clipping", "loud", "loudness"], 2, 0.6) == ["loudness", "loud"]
    assert nearest("loudnes", ["clipping", "loud", "loudness"], 1, 0.6) == ["loudness"]
    assert nearest("loudnes", ["clipping"], 3, 0.6) == []


def test_a_likeness_of_exactly_the_least_counts() -> None:
    """Two letters of five changed places: 8 of 10."""
    assert nearest("hasrh", ["harsh", "hash"], 2, 0.8) == ["hash", "harsh"]
    assert nearest("pucnh", ["punch"], 1, 0.8) == ["punch"]
