"""How far the tracks of a record may lie apart, as data."""

from dataclasses import dataclass
from functools import cache

from core.knowledge.loading import load


@dataclass(frozen=True, slots=True)
class Limit:
    """One measure of cohesion.

    Attributes:
        quantity: the id of its entry in the registry of quantities, which has its name and unit.
        limit: distance from the record's median up to which a track belongs, in decibels or LU.
        more: what to do about a track that has more of it, `less`: that has less; `{size}` is the distance.
    """

    id: str
    quantity: str
    limit: float
    evidence: str
    source: str
    more: str
    less: str


@dataclass(frozen=True, slots=True)
class Join:
    """From one track's last `seconds` to the next one's first: steps beyond `limit_lu` are named."""

    limit_lu: float
    seconds: float
    evidence: str
    source: str


@cache
def cohesion_limits() -> tuple[Limit, ...]:
    """All measures, read once."""
    return tuple(Limit(**value) for value in load("cohesion.json")["limits"])


@cache
def join_limit() -> Join:
    """What is said about the order, read once."""
    return Join(**load("cohesion.json")["join"])
