"""Streaming services as data: what each does to the level of a track, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.knowledge.loading import load


class Upward(StrEnum):
    """What a service does to a track that is quieter than its target."""

    NONE = "none"
    TO_CEILING = "to_ceiling"
    """Turned up only as far as the true peak stays below the service's ceiling."""
    WITH_LIMITER = "with_limiter"
    """Turned up all the way; a limiter catches what would clip."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Platform:
    """One service. `target_lufs` is None where nothing is normalised."""

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
