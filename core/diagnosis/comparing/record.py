"""Several tracks as one record: loudness, tone, width and dynamics, who falls out of the row, and in which order.

Tracks are told apart by their place in the given order, 0 first. Tone is compared at equal loudness. A track falls out
where it lies further from the median of all of them than the data allow (`core.knowledge.cohesion`).
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.analysis.measurements import Analysis
from core.analysis.quantities import BANDS_AT_EQUAL_LOUDNESS, Quantity, quantity
from core.knowledge.cohesion import Limit, cohesion_limits, join_limit
from core.text.numbers import lower_first

EQUAL_LOUDNESS = " at equal loudness"
"""Said of a band, whose levels are those against each track's own loudness."""

RECORD_TRACKS_MIN = 2
"""Tracks that a comparison needs."""

SORTED_TRACKS_MAX = 12
"""Orders are searched through for records up to this length: 4096 sets of tracks."""

WORTH_LU = 3.0
"""Another order is offered only where it saves this much: it costs the story that the given one tells."""

GATE_LUFS = -70.0
"""Absolute gate of BS.1770: an end that fades to nothing has no loudness."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A track that lies `difference` from the median of all; `advice` is what would bring it back."""

    track: int
    difference: float
    advice: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure over the record. `values` stand in the tracks' order, None where it could not be measured.

    `spread`: largest minus smallest. `limit`: distance from the median from which on a track is named.
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
    """From one track to the next: the step in loudness (LU, positive: it gets louder), tempi and keys."""

    track: int
    next_track: int
    step_lu: float | None
    is_large: bool
    tempo_bpm: tuple[float | None, float | None]
    keys: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Cohesion:
    """A record by numbers.

    Attributes:
        order: the order with the smallest steps in loudness from track to track; None where it is the given one, or
            where the ends could not be measured.
        steps_lu: sum of the steps' sizes as given; `order_steps_lu`: in `order`.
    """

    tracks: int
    spreads: tuple[Spread, ...]
    transitions: tuple[Transition, ...]
    steps_lu: float | None
    order: tuple[int, ...] | None
    order_steps_lu: float | None
    schema_version: int = 1


def cohesion(analyses: Sequence[Analysis]) -> Cohesion:
    """The tracks of a record against each other.

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
    values = [entry.number(analysis) for analysis in analyses]
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
    """Loudness of the first and the last seconds of sound in LUFS; both None where there is none."""

    start_lufs: float | None
    end_lufs: float | None


def _ends_lufs(analysis: Analysis) -> _Ends:
    """Loudness of the first and the last seconds of sound, by the power of their short-term values."""
    timeline = analysis.loudness.timeline
    size = max(1, round(join_limit().seconds / timeline.hop_s))
    values = np.asarray(timeline.short_term_lufs)
    values = values[values > GATE_LUFS]
    if not values.size:
        return _Ends(None, None)
    first, last = (float(10.0 * np.log10(np.mean(10 ** (part / 10)))) for part in (values[:size], values[-size:]))
    return _Ends(first, last)


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
    """The order in which the steps are smallest in sum: every set of tracks by its cheapest path (Held & Karp 1962)."""
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
