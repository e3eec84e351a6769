"""Reads the limits for the differences between the tracks of a record: `data/cohesion.json`."""

from dataclasses import dataclass
from functools import cache

from core.knowledge.loading import load


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of one measure.

    Attributes:
        id: id of the measure.
        quantity: id of the quantity, whose registry entry has name and unit.
        limit: largest distance from the record's median for a track that belongs to it, in dB or LU.
        evidence: how well the limit is founded; the marks are those of `core.knowledge.loading.Figure`.
        source: where the limit comes from.
        more: advice for a track with a higher value; `{size}` is the distance from the median.
        less: advice for a track with a lower value.
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
    """The limit for the step in loudness from one track to the next.

    Attributes:
        limit_lu: a larger step, in LU, is named.
        seconds: length of the end and of the beginning that are compared, in seconds of sound.
        evidence: how well the limit is founded.
        source: where the limit comes from.
    """

    limit_lu: float
    seconds: float
    evidence: str
    source: str


@cache
def cohesion_limits() -> tuple[Limit, ...]:
    """The limits of all measures, read once."""
    return tuple(Limit(**value) for value in load("cohesion.json")["limits"])


@cache
def join_limit() -> Join:
    """The limit for steps between tracks, read once."""
    return Join(**load("cohesion.json")["join"])
