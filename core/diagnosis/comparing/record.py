"""Compares the tracks of a record: loudness, tone, width and dynamics, outliers, and the order of the tracks.

Tracks are identified by their place in the given order, from 0. Tone is compared at equal loudness. A track is an
outlier where it lies further from the median of all tracks than the limits of `core.knowledge.cohesion` allow.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.analysis.level.loudness import ABSOLUTE_GATE_LUFS
from core.analysis.measurements import Analysis
from core.analysis.quantities import BANDS_AT_EQUAL_LOUDNESS, Quantity, quantity
from core.knowledge.cohesion import Limit, cohesion_limits, join_limit
from core.text.numbers import lower_first

EQUAL_LOUDNESS = " at equal loudness"
"""Appended to the name of a band: its level is relative to the track's own loudness."""

RECORD_TRACKS_MIN = 2
"""Tracks that a comparison needs."""

SORTED_TRACKS_MAX = 12
"""Tracks of the longest record whose orders are searched: 12 tracks have 4096 subsets."""

WORTH_LU = 3.0
"""Least saving for which another order is offered, in LU over all steps: the given order usually has its reasons."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A track too far from the median of the record.

    Attributes:
        track: place in the given order, from 0.
        difference: its value minus the median, in the unit of the measure.
        advice: how to bring it closer, in words.
    """

    track: int
    difference: float
    advice: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure over the record.

    Attributes:
        id: id of the measure in `cohesion.json`.
        measure: the measured quantity in words.
        unit: unit of all values here.
        values: one value per track, in their order; None where it could not be measured.
        median: median of the values.
        spread: largest minus smallest value.
        limit: distance from the median beyond which a track is an outlier.
        evidence: evidence mark of the limit.
        outliers: the tracks beyond the limit.
    """

    id: str
    measure: str
    unit: str
    values: tuple[float | None, ...]
    median: float
    spread: float
    limit: float
    evidence: str
    outliers: tuple[Outlier, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """The passage from one track to the next.

    Attributes:
        track: place of the first track, from 0.
        next_track: place of the second track.
        step_lu: loudness of the second track's beginning minus that of the first track's end, in LU.
        is_large: whether the step exceeds its limit.
        tempo_bpm: tempi of both tracks, in BPM.
        keys: keys of both tracks.
    """

    track: int
    next_track: int
    step_lu: float | None
    is_large: bool
    tempo_bpm: tuple[float | None, float | None]
    keys: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Cohesion:
    """The comparison of the tracks of a record.

    Attributes:
        tracks: number of tracks.
        spreads: the measures over the record.
        transitions: from each track to the next, in the given order.
        steps_lu: sum of the sizes of the steps in the given order, in LU; None where an end could not be measured.
        order: the order with the smallest sum of steps; None where it saves less than `WORTH_LU`, an end could not be
            measured, or the record has more than `SORTED_TRACKS_MAX` tracks.
        order_steps_lu: sum of the sizes of the steps in `order`, in LU.
        schema_version: version of the stored form.
    """

    tracks: int
    spreads: tuple[Spread, ...]
    transitions: tuple[Transition, ...]
    steps_lu: float | None
    order: tuple[int, ...] | None
    order_steps_lu: float | None
    schema_version: int = 1


def cohesion(analyses: Sequence[Analysis]) -> Cohesion:
    """Compare the tracks of a record with each other.

    Args:
        analyses: the tracks, in the order of the record.

    Raises:
        ValueError: there are fewer than two.
    """
    if len(analyses) < RECORD_TRACKS_MIN:
        raise ValueError(f"a comparison needs at least {RECORD_TRACKS_MIN} tracks")
    spreads = (_spread(limit, analyses) for limit in cohesion_limits())
    ends = [_ends_lufs(analysis) for analysis in analyses]
    given = tuple(range(len(analyses)))
    steps, best = _steps_lu(given, ends), _smallest_steps(ends)
    best_steps = None if best is None else _steps_lu(best, ends)
    gains = steps is not None and best_steps is not None and best_steps <= steps - WORTH_LU
    return Cohesion(
        tracks=len(analyses),
        spreads=tuple(spread for spread in spreads if spread is not None),
        transitions=tuple(_transition(analyses, ends, at) for at in given[:-1]),
        steps_lu=steps,
        order=best if gains else None,
        order_steps_lu=best_steps if gains else None,
    )


def _spread(limit: Limit, analyses: Sequence[Analysis]) -> Spread | None:
    entry = quantity(limit.quantity)
    values = [entry.for_comparison(analysis) for analysis in analyses]
    known = [value for value in values if value is not None]
    if len(known) < RECORD_TRACKS_MIN:
        return None
    median = statistics.median(known)
    apart = [(at, value - median) for at, value in enumerate(values) if value is not None]
    return Spread(
        id=limit.id,
        measure=_measure(entry),
        unit=entry.unit,
        values=tuple(values),
        median=median,
        spread=max(known) - min(known),
        limit=limit.limit,
        evidence=limit.evidence,
        outliers=tuple(
            Outlier(at, difference, _advice(limit, entry, difference))
            for at, difference in apart
            if abs(difference) > limit.limit
        ),
    )


def _measure(entry: Quantity) -> str:
    name = lower_first(entry.label)
    return f"{name}{EQUAL_LOUDNESS}" if entry in BANDS_AT_EQUAL_LOUDNESS else name


def _advice(limit: Limit, entry: Quantity, difference: float) -> str:
    text = limit.more if difference > 0 else limit.less
    return text.format(size=entry.write_size(difference))


class _Ends(NamedTuple):
    """Loudness of the first and the last seconds of sound, in LUFS; both None where there is no sound."""

    start_lufs: float | None
    end_lufs: float | None


def _ends_lufs(analysis: Analysis) -> _Ends:
    """Loudness of the first and the last seconds of sound, as played: the mean power of their short-term values."""
    timeline = analysis.loudness.timeline
    size = max(1, round(join_limit().seconds / timeline.hop_s))
    values = np.asarray(timeline.short_term_lufs)
    values = values[values > ABSOLUTE_GATE_LUFS]
    if not values.size:
        return _Ends(None, None)
    first, last = (float(10.0 * np.log10(np.mean(10 ** (part / 10)))) for part in (values[:size], values[-size:]))
    played = (analysis.loudness.as_played_lufs or 0.0) - (analysis.loudness.integrated_lufs or 0.0)
    return _Ends(first + played, last + played)


def _steps_lu(order: Sequence[int], ends: Sequence[_Ends]) -> float | None:
    steps = [_step(ends[a], ends[b]) for a, b in pairwise(order)]
    known = [step for step in steps if step is not None]
    return sum(map(abs, known)) if len(known) == len(steps) else None


def _step(before: _Ends, after: _Ends) -> float | None:
    end, start = before.end_lufs, after.start_lufs
    return None if end is None or start is None else start - end


def _transition(analyses: Sequence[Analysis], ends: Sequence[_Ends], at: int) -> Transition:
    one, other = analyses[at], analyses[at + 1]
    step = _step(ends[at], ends[at + 1])
    return Transition(
        track=at,
        next_track=at + 1,
        step_lu=step,
        is_large=step is not None and abs(step) > join_limit().limit_lu,
        tempo_bpm=(one.rhythm.tempo_bpm, other.rhythm.tempo_bpm),
        keys=(one.tonality.key, other.tonality.key),
    )


def _smallest_steps(ends: Sequence[_Ends]) -> tuple[int, ...] | None:
    """The order with the smallest sum of steps: the cheapest path through each set of tracks (Held & Karp 1962)."""
    count = len(ends)
    if count > SORTED_TRACKS_MAX or any(end is None for pair in ends for end in pair):
        return None
    paths: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(1 << at, at): (0.0, (at,)) for at in range(count)}
    for used in range(1, 1 << count):
        for last in range(count):
            if (used, last) not in paths:
                continue
            so_far, path = paths[used, last]
            for new in range(count):
                if used & 1 << new:
                    continue
                key, total = (used | 1 << new, new), so_far + abs(_step(ends[last], ends[new]) or 0.0)
                if key not in paths or total < paths[key][0]:
                    paths[key] = (total, (*path, new))
    everything = (1 << count) - 1
    return min((paths[everything, last] for last in range(count)), key=lambda entry: entry[0])[1]
