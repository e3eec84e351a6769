"""Level steps: places where everything gets louder or quieter at once, as at an edit between two takes or exports.

Goal: when the gain of the whole changed from one moment to the next, and by how much.

Conventions: the music on both sides of a step is the same, at another level. Slots of 100 ms are compared by shape: the
levels of the seven bands in left, right, mid and side, less their mean. Each slot in the 6 s before is paired with the
slot in the 6 s after that is most alike, and the other way round; the step is the weighted median of the differences of
level within the pairs, and how many of them agree with it shows whether it is one. Where the band enters or a chorus
begins, the shapes differ, or what goes on keeps its level; in a swell or a fade the differences scatter. The place is
where the slots and the 10 ms hops around it change from the one side's level to the other's: it must explain them as a
change within 50 ms. Where all bands of the hops rise or fall by the same amount within 50 ms, as attacks and decays do
not, and the pairs say the same size, fewer of them need to agree, from 6 dB on; it also says where the step is to the
hop. Nothing is searched within 6 s of the first and last sound, or beside silence; nor in mono files without a second
row, where shapes of seven bands remain.

Source: our own; limits were set on half of the real tracks described in core/knowledge/pages/measurement.md, and judged
on the other half; those of large steps and of fades (`LARGE_STEP_DB`, `LEAST_AT_ONCE`, `SHARP_STEP_SHARE`) on all of
them, so nothing is held back for these.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.level.step_votes import POWER_FLOOR, Shapes, shape_distances, split, votes_near
from core.analysis.measurements import LevelStep
from core.analysis.stored_levels import to_power

SIDE_SLOTS = 60
"""Slots compared on each side of a step: 6 s."""

COARSE_SLOTS = 10
"""Distance of the places that are tried first, in slots: pairs of 6 s change little within a second."""

LEAST_MEAN_DB = 1.8
"""Least change of the mean level of the slots for a place to be tried, dB."""

LEAST_STEP_DB = 3.0
"""Smallest step, dB."""

AGREEING_DB = 1.5
LARGE_STEP_DB = 6.0
LEAST_AGREEMENT, LEAST_AGREEMENT_IF_LARGE = 0.6, 0.4
MOST_UNCHANGED = 0.2
"""Largest distance of a pair's difference from the step in dB, least weighted share of the pairs that are as near, and
largest share of those that are as near to no change. From 6 dB on fewer pairs need to agree: music that goes on does
not change by so much, and pairs that are less alike scatter."""

LEAST_AT_ONCE = 0.5
"""Least share of the step that remains between slots without distance in time, if what pairs differ by is a straight
line over their distance: in a fade it grows with the distance."""

MOST_UNLIKE_DB = 4.0
"""Largest median distance of the shapes in a pair, dB: beyond it the music on the two sides is not the same."""

MOST_UNEVEN_DB, MOST_UNEVEN_IF_LARGE_DB = 1.2, 1.8
"""Largest standard deviation of the changes of the single bands, dB: a gain moves all by the same amount."""

SHAPE_RANGE_DB = 50.0
"""Range below the level of a slot within which the levels of its bands count, dB."""

LEAST_SLOT_POWER = 1e-6
LEAST_SLOT_SHARE = 10.0**-3.5
MOST_QUIET = 0.4
"""Least mean square of a slot that is compared (−60 dBFS), its least power relative to the whole song (−35 dB), and
largest share of a side that lies below."""

NEAR_SLOTS = 15
"""Slots on each side of a place in which the step itself is searched."""

HOP_PAIRS = 5
"""Hops that are most alike whose median is compared with a hop: there are ten times as many hops as slots."""

EDGE_HOPS, FAR_HOPS = 30, 120
LEAST_SPLIT, SHARP_STEP_SHARE = 0.15, 0.4
"""Hops on each side of a step that are near it, and those behind them; how clearly the near ones must lie on the level
of their side (1 wholly, 0 not at all), and relative to the others: in a swell of a second the near ones lie between."""

MIXED_HOPS = 3
"""Hops over which powers are averaged: about the window of the spectra."""


class _Pairs(NamedTuple):
    """What the pairs across a place say: the step in dB, and shares and distances as in the limits above."""

    step_db: float
    agreement: float
    unchanged: float
    at_once: float
    unlike_db: float
    uneven_db: float


class _Place(NamedTuple):
    """A slot near which there may be a step, and what its pairs say."""

    slot: int
    pairs: _Pairs


def level_steps(frames: Frames) -> tuple[LevelStep, ...]:
    """Find the steps of the whole level.

    Args:
        frames: time tables of the file.

    Returns:
        Steps in time order, at least 6 s apart.
    """
    slots = frames.whole_slots
    if slots < 2 * SIDE_SLOTS:
        return ()
    power = to_power(frames.band_power[:, :, :slots]).reshape(-1, slots)
    total = to_power(frames.power[: frames.channels, :slots]).mean(axis=0)
    sounds = total >= max(LEAST_SLOT_POWER, LEAST_SLOT_SHARE * float(total.mean()))
    shapes = _shapes(power)
    found = [step for place in _places(shapes, sounds) if (step := _located(frames, shapes, sounds, place))]
    return tuple(sorted(found, key=lambda step: step.at_s))


def _shapes(power: NDArray[np.float64]) -> Shapes:
    levels = 10.0 * np.log10(np.maximum(power, POWER_FLOOR))
    levels = np.maximum(levels, levels.max(axis=0) - SHAPE_RANGE_DB)
    level = levels.mean(axis=0)
    return Shapes((levels - level).astype(np.float32), level)


def _hop_shapes(frames: Frames, first: int, last: int) -> Shapes:
    """Hops from `first` to `last` (exclusive, both in the file), by the K-weighted level of each channel and by bands.

    The bands are those of attacks and of esses; frames of older versions do not have the latter.
    """
    margin = MIXED_HOPS // 2
    before, after = min(margin, first), min(margin, frames.whole_hops - last)
    tables = [frames.k_power, frames.attack_power, *([] if frames.ess_power is None else [frames.ess_power])]
    power = np.concatenate([to_power(table[:, first - before : last + after]) for table in tables])
    sums = np.cumsum(np.pad(power, ((0, 0), (margin - before + 1, margin - after))), axis=1)
    return _shapes((sums[:, MIXED_HOPS - 1 :] - np.pad(sums, ((0, 0), (1, 0)))[:, :-MIXED_HOPS]) / MIXED_HOPS)


def _places(shapes: Shapes, sounds: NDArray[np.bool_]) -> list[_Place]:
    """Slots near which there may be a step, the clearest first, none within a side of a clearer one."""
    sums = np.cumsum(np.concatenate(([0.0], shapes.level)))
    heard = np.flatnonzero(sounds)
    if not heard.size:
        return []
    middle = np.arange(heard[0] + SIDE_SLOTS, heard[-1] - SIDE_SLOTS + 2, COARSE_SLOTS)
    changes = sums[middle + SIDE_SLOTS] - 2.0 * sums[middle] + sums[middle - SIDE_SLOTS]
    tried = middle[np.abs(changes) >= LEAST_MEAN_DB * SIDE_SLOTS]
    measured = [(int(place), pairs) for place in tried if (pairs := _pairs(shapes, sounds, int(place))) is not None]
    clear = sorted((item for item in measured if _is_step(item[1])), key=lambda item: -item[1].agreement)
    kept: list[_Place] = []
    for place, pairs in clear:
        if all(abs(place - other) >= SIDE_SLOTS for other, _ in kept):
            kept.append(_Place(place, pairs))
    return kept


def _is_step(pairs: _Pairs) -> bool:
    is_large = abs(pairs.step_db) >= LARGE_STEP_DB
    return (
        abs(pairs.step_db) >= LEAST_STEP_DB
        and pairs.agreement >= (LEAST_AGREEMENT_IF_LARGE if is_large else LEAST_AGREEMENT)
        and pairs.unchanged <= MOST_UNCHANGED
        and pairs.at_once >= LEAST_AT_ONCE
        and pairs.unlike_db <= MOST_UNLIKE_DB
        and pairs.uneven_db <= (MOST_UNEVEN_IF_LARGE_DB if is_large else MOST_UNEVEN_DB)
    )


def _pairs(shapes: Shapes, sounds: NDArray[np.bool_], place: int) -> _Pairs | None:
    """Pair the slots before and after `place`, whose slots before and behind belong to neither; None beside silence."""
    before, after = np.arange(place - SIDE_SLOTS, place - 1), np.arange(place + 1, place + SIDE_SLOTS)
    before, after = before[sounds[before]], after[sounds[after]]
    if min(before.size, after.size) < (1.0 - MOST_QUIET) * SIDE_SLOTS:
        return None
    distances = shape_distances(shapes.shape[:, after], shapes.shape[:, before])
    later = np.concatenate([after, after[np.argmin(distances, axis=0)]])
    earlier = np.concatenate([before[np.argmin(distances, axis=1)], before])
    changes = shapes.level[later] - shapes.level[earlier]
    unlike = np.concatenate([distances.min(axis=1), distances.min(axis=0)])
    weights = 1.0 / (1.0 + unlike**2)
    weights /= weights.sum()
    order = np.argsort(changes)
    step_db = float(changes[order][np.searchsorted(np.cumsum(weights[order]), 0.5)])
    return _Pairs(
        step_db,
        float(weights[np.abs(changes - step_db) <= AGREEING_DB].sum()),
        float(weights[np.abs(changes) <= AGREEING_DB].sum()),
        _share_at_once(changes, later - earlier, weights),
        float(np.median(unlike)),
        float(np.std(np.median(shapes.shape[:, later] - shapes.shape[:, earlier], axis=1))),
    )


def _share_at_once(changes: NDArray[np.float64], gaps: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Share of the mean change that a straight line over the gaps in time has at no gap."""
    mean, mean_gap = float(weights @ changes), float(weights @ gaps)
    spread = float(weights @ (gaps - mean_gap) ** 2)
    slope = float(weights @ ((gaps - mean_gap) * (changes - mean))) / spread if spread > 0.0 else 0.0
    return 1.0 - slope * mean_gap / mean if mean else 0.0


def _located(frames: Frames, shapes: Shapes, sounds: NDArray[np.bool_], place: _Place) -> LevelStep | None:
    """The step near a place; None where no single moment explains the change."""
    middle, step_db = place.slot, place.pairs.step_db
    first, last = max(0, middle - NEAR_SLOTS), min(sounds.size, middle + NEAR_SLOTS)
    before, after = max(0, middle - SIDE_SLOTS), min(sounds.size, middle + SIDE_SLOTS)
    bounds = (before, first, last, after)
    hops = _hop_shapes(frames, HOPS_PER_SLOT * before, HOPS_PER_SLOT * after)
    hop_bounds = tuple(HOPS_PER_SLOT * (slot - before) for slot in bounds)
    votes, weights = (
        np.concatenate([np.repeat(of_slots, HOPS_PER_SLOT)[None], of_hops[None]])
        for of_slots, of_hops in zip(
            votes_near(shapes, bounds, step_db, 1), votes_near(hops, hop_bounds, step_db, HOP_PAIRS), strict=True
        )
    )
    sums = np.cumsum(np.concatenate(([0.0], (votes * weights).sum(axis=0))))
    at = EDGE_HOPS + int(np.argmin(sums[EDGE_HOPS:-EDGE_HOPS]))
    near, far = (split(votes, weights, at, *reach) for reach in ((0, EDGE_HOPS), (EDGE_HOPS, FAR_HOPS)))
    if near < max(LEAST_SPLIT, SHARP_STEP_SHARE * far):
        return None
    hop = first * HOPS_PER_SLOT + at
    pairs = _pairs_inside(shapes, sounds, hop)
    if pairs is None or not _is_step(pairs):
        return None
    return LevelStep(stated(hop * frames.grid.hop_s), stated(pairs.step_db))


def _pairs_inside(shapes: Shapes, sounds: NDArray[np.bool_], hop: int) -> _Pairs | None:
    """The pairs across a hop; None beside silence, and within a side of the first and the last sound."""
    slot, heard = round(hop / HOPS_PER_SLOT), np.flatnonzero(sounds)
    inside = heard[0] + SIDE_SLOTS <= slot <= heard[-1] + 1 - SIDE_SLOTS
    return _pairs(shapes, sounds, slot) if inside else None
