"""Targets of a server: several uploads as percentiles, and one track against them.

Nothing of a single upload is kept: a target is made of `TARGET_TRACKS_MIN` at least, holds three percentiles per
measure, and says how many tracks it was made from, not which. Tone is compared at equal loudness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.analysis.decibels import DECIMALS
from core.analysis.measurements import Analysis
from core.analysis.quantities import BANDS_AT_EQUAL_LOUDNESS, chosen

TARGET_TRACKS_MIN = 5
"""From fewer, the outer percentiles are nearly the values of single tracks."""

LOW_PERCENTILE, HIGH_PERCENTILE = 10.0, 90.0
"""What lies between them is usual: the range in which the genre table states its figures."""


_SINGLE = chosen(
    "integrated_lufs",
    "loudness_range_lu",
    "plr_db",
    "psr_min_db",
    "side_to_mid_db",
    "side_to_mid_below_120_db",
    "tilt_db_per_octave",
)

MEASURES = MappingProxyType({entry.id: entry for entry in (*_SINGLE, *BANDS_AT_EQUAL_LOUDNESS)})
"""Everything a target may hold, in the order it is shown. The ids stand in target files and in the database."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The 10th, 50th and 90th percentile of one measure, and how many tracks had it."""

    p10: float
    p50: float
    p90: float
    tracks: int


@dataclass(frozen=True, slots=True)
class ServerTarget:
    """Numbers of several tracks, by measure: "integrated_lufs", "plr_db", "side_to_mid_db", and the seven bands."""

    tracks: int
    measures: dict[str, Percentiles]
    schema_version: int = 1


@dataclass(frozen=True, slots=True)
class TargetDelta:
    """One measure of a track against a target.

    `from_median`: signed difference. `outside`: beyond the usual range, positive above it, negative below, 0 inside.
    """

    measure: str
    value: float
    from_median: float
    outside: float


def target_from(analyses: Sequence[Analysis]) -> ServerTarget:
    """The target that several tracks make. A measure that too few of them have is left out.

    Raises:
        ValueError: there are too few tracks.
    """
    if len(analyses) < TARGET_TRACKS_MIN:
        raise ValueError(f"a target takes {TARGET_TRACKS_MIN} tracks at least")
    readings = [target_measures(analysis) for analysis in analyses]
    names = dict.fromkeys(name for reading in readings for name in reading)
    values = {name: [reading[name] for reading in readings if name in reading] for name in names}
    return ServerTarget(
        tracks=len(analyses),
        measures={name: _percentiles(known) for name, known in values.items() if len(known) >= TARGET_TRACKS_MIN},
    )


def _percentiles(values: Sequence[float]) -> Percentiles:
    p10, p50, p90 = (float(value) for value in np.percentile(values, (LOW_PERCENTILE, 50.0, HIGH_PERCENTILE)))
    return Percentiles(round(p10, DECIMALS), round(p50, DECIMALS), round(p90, DECIMALS), len(values))


def compare_target(analysis: Analysis, target: ServerTarget) -> tuple[TargetDelta, ...]:
    """The track against a target, in the target's order; what was not measured on it is left out."""
    measured = target_measures(analysis)
    return tuple(
        TargetDelta(name, measured[name], round(measured[name] - usual.p50, DECIMALS), _outside(measured[name], usual))
        for name, usual in target.measures.items()
        if name in measured
    )


def _outside(value: float, usual: Percentiles) -> float:
    return round(max(0.0, value - usual.p90) + min(0.0, value - usual.p10), DECIMALS)


def target_measures(analysis: Analysis) -> Mapping[str, float]:
    """What a target is made of, as far as it was measured."""
    values = {name: entry.number(analysis) for name, entry in MEASURES.items()}
    return {name: round(value, DECIMALS) for name, value in values.items() if value is not None}
