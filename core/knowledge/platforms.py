"""Reads what streaming services do to the level of a track, with evidence: `data/platforms.json`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.knowledge.loading import load


class Upward(StrEnum):
    """What a service does to a track that is quieter than its target."""

    NONE = "none"
    TO_CEILING = "to_ceiling"
    """The service turns it up only as far as its true peak stays below the service's ceiling."""
    WITH_LIMITER = "with_limiter"
    """The service turns it up to the target; a limiter prevents clipping."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Platform:
    """One service.

    Attributes:
        id: stable id.
        name: name for people.
        target_lufs: loudness that it normalises to; None where it does not normalise.
        true_peak_max_dbtp: its true-peak ceiling.
        upward: what it does to a quieter track.
        evidence: how well this is known; the marks are those of `core.knowledge.loading.Figure`.
        source: where this comes from.
        speech_only: whether it plays speech alone.
    """

    id: str
    name: str
    target_lufs: float | None
    true_peak_max_dbtp: float
    upward: Upward
    evidence: str
    source: str
    speech_only: bool


@cache
def platforms() -> tuple[Platform, ...]:
    """All services, read once."""
    return tuple(
        Platform(
            id=value["id"],
            name=value["name"],
            target_lufs=value["target_lufs"],
            true_peak_max_dbtp=value["true_peak_max_dbtp"],
            upward=Upward(value["upward"]),
            evidence=value["evidence"],
            source=value["source"],
            speech_only=value["speech_only"],
        )
        for value in load("platforms.json")["platforms"]
    )
