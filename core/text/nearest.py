"""Likeness of two words, and the words that are closest to a typed one."""

from collections.abc import Iterable

from rapidfuzz.distance import Indel

ROUNDING = 1e-9
"""Tolerance for rounding errors, so that a likeness of exactly the least counts: rapidfuzz's own cutoff of 0.8 leaves
out 8 of 10 letters."""


def letter_likeness(one: str, other: str) -> float:
    """Share of letters that two texts have in common in the same order: 0 for none, 1 for equal texts.

    Twice the length of the longest common subsequence, divided by the sum of the lengths (the normalised indel
    similarity).
    """
    return Indel.normalized_similarity(one, other)


def nearest(typed: str, known: Iterable[str], most: int, least: float) -> list[str]:
    """The names most like a typed one, the closest first; equally close names in reverse alphabetical order.

    Args:
        typed: what a person wrote.
        known: names to choose from.
        most: how many names at most.
        least: least `letter_likeness` of a name (0 to 1).
    """
    scored = ((letter_likeness(typed, name), name) for name in known)
    close = sorted((pair for pair in scored if pair[0] >= least - ROUNDING), reverse=True)
    return [name for _, name in close[:most]]
