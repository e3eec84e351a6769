"""Targets of a server: percentiles of several tracks, and the comparison of one track with them.

No values of a single track are kept: a target is made of at least `TARGET_TRACKS_MIN` tracks and holds three
percentiles per measure and the number of tracks. Tone is compared at equal loudness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.analysis.decibels import DECIMALS
from core.analysis.measurements import Analysis
from core.analysis.quantities import BANDS_AT_EQUAL_LOUDNESS, chosen

TARGET_TRACKS_MIN = 5
"""Least tracks of a target: with fewer, the outer percentiles are nearly the values of single tracks."""

LOW_PERCENTILE, HIGH_PERCENTILE = 10.0, 90.0
"""Percentiles between which a value is usual; the genre table states its figures by the same ones."""


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
"""Measures of a target by id, in the order in which they are shown. Target files and the database have these ids."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The 10th, 50th and 90th percentile of one measure, and the number of tracks that had it."""

    p10: float
    p50: float
    p90: float
    tracks: int


@dataclass(frozen=True, slots=True)
class ServerTarget:
    """Percentiles of several tracks.

    Attributes:
        tracks: number of tracks.
        measures: id of the measure (`MEASURES`) → its percentiles.
        schema_version: version of the stored form.
    """

    tracks: int
    measures: dict[str, Percentiles]
    schema_version: int = 1


@dataclass(frozen=True, slots=True)
class TargetDelta:
    """One measure of a track against a target, in the unit of the measure.

    Attributes:
        measure: id of the measure.
        value: the track's value.
        from_median: the value minus the target's median.
        outside: distance from the usual range; positive above it, negative below, 0 inside.
    """

    measure: str
    value: float
    from_median: float
    outside: float


def target_from(analyses: Sequence[Analysis]) -> ServerTarget:
    """Make a target from several tracks; a measure that fewer than `TARGET_TRACKS_MIN` of them have is left out.

    Raises:
        ValueError: there are fewer than `TARGET_TRACKS_MIN` tracks.
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
    """Compare a track with a target, in the target's order; measures that the track lacks are left out."""
    measured = target_measures(analysis)
    return tuple(
        TargetDelta(name, measured[name], round(measured[name] - usual.p50, DECIMALS), _outside(measured[name], usual))
        for name, usual in target.measures.items()
        if name in measured
    )


def _outside(value: float, usual: Percentiles) -> float:
    return round(max(0.0, value - usual.p90) + min(0.0, value - usual.p10), DECIMALS)


def target_measures(analysis: Analysis) -> Mapping[str, float]:
    """Id of the measure → value of a track; what could not be measured is left out."""
    values = {name: entry.for_comparison(analysis) for name, entry in MEASURES.items()}
    return {name: round(value, DECIMALS) for name, value in values.items() if value is not None}
