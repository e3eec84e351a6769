"""Entries of the ledger: one number, with its unit and what it is said of."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of number it is: decides how its sign is read."""

    LEVEL = "level"
    """On a scale with a zero of its own: the sign is part of it (LUFS, dBTP, dBFS, correlation)."""
    DIFFERENCE = "difference"
    """Between two things: the sign may be said in words ("3 dB below")."""
    SIZE = "size"
    """Has no sign (a ratio, a count, a length)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number.

    Attributes:
        tags: what it is said of; any one of them is enough.
        needs: a comparison that must be named with it ("reference", "server", "version", "target", "genre"), or None.
        code: the finding it belongs to, or None.
    """

    tags: frozenset[str]
    unit: str
    value: float
    kind: Kind
    needs: str | None = None
    code: str | None = None
