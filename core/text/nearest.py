"""How alike two words are, and which of many are closest to what was typed."""

from collections.abc import Iterable

from rapidfuzz.distance import Indel

ROUNDING = 1e-9
"""A likeness of exactly the least counts, whatever its last binary digit: rapidfuzz's own cutoff of 0.8 leaves out 8 of
10 letters."""


def likeness(one: str, other: str) -> float:
    """Share of letters that two texts have in common in the same order: 0 nothing, 1 equal.

    Twice the longest common subsequence by the sum of the lengths (the normalised indel similarity).
    """
    return Indel.normalized_similarity(one, other)


def nearest(typed: str, known: Iterable[str], most: int, least: float) -> list[str]:
    """Those of `known` that are most like `typed`, the closest first; of equals the last by the alphabet.

    Args:
        typed: what a person wrote.
        known: names to choose from.
        most: how many at most.
        least: `likeness` from which a name counts.
    """
    scored = ((likeness(typed, name), name) for name in known)
    close = sorted((pair for pair in scored if pair[0] >= least - ROUNDING), reverse=True)
    return [name for _, name in close[:most]]
