"""Level steps: places where all bands change by the same amount at once, as a fader does and music does not."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.measurements import BandTimeline

COMPARED_S = 6.0
"""Seconds on each side that are compared."""

GAP_S = 1.0
"""The second in which the step falls belongs to neither side."""

LEAST_STEP_DB = 5.0
MOST_SPREAD_DB = 2.0
"""Standard deviation of the changes of the bands: an arrangement that thins out changes some more than others. With
these limits 30 of 33 planted steps of 8 dB are found, and 3 of 45 real tracks have one
(core/knowledge/pages/rules.md)."""

AUDIBLE_DB = -45.0
"""Bands quieter than this, relative to all, say nothing."""

LEAST_BANDS = 5

NEAR_STEPS = 3
EMPTY_POWER = 1e-12


@dataclass(frozen=True, slots=True)
class LevelStep:
    """A step of the whole level at a time."""

    at_s: float
    by_db: float


def level_steps(timeline: BandTimeline | None) -> tuple[LevelStep, ...]:
    """The steps of a song, the clearest first; what lies closer to one than is compared is the same step."""
    if timeline is None:
        return ()
    side, gap = round(COMPARED_S / timeline.hop_s), round(GAP_S / timeline.hop_s)
    power = 10 ** (np.array(list(timeline.bands_db.values())) / 10)
    power = power[power.mean(axis=1) > 10 ** (AUDIBLE_DB / 10)]
    if power.shape[0] < LEAST_BANDS or power.shape[1] < 2 * side + gap:
        return ()
    by_db, clearness = _changes(power, side, gap)
    found = []
    while clearness.max() > 0.0:
        best = int(np.argmax(clearness))
        size = float(by_db[best])
        found.append(LevelStep(_steepest(power, best + side, size) * timeline.hop_s, size))
        clearness[max(0, best - side) : best + side + 1] = 0.0
    return tuple(found)


class _Changes(NamedTuple):
    """For each place of a table: the median change of its bands in dB, and how clear a step it is, in dB (0: none)."""

    by_db: NDArray[np.float64]
    clearness: NDArray[np.float64]


def _changes(power: NDArray[np.float64], side: int, gap: int) -> _Changes:
    """The changes at each place that has enough on both sides."""
    sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
    levels = 10 * np.log10(np.maximum((sums[:, side:] - sums[:, :-side]) / side, EMPTY_POWER))
    changes = levels[:, side + gap :] - levels[:, : -side - gap]
    by_db, spread = np.median(changes, axis=0), np.std(changes, axis=0)
    is_step = (np.abs(by_db) >= LEAST_STEP_DB) & (spread <= MOST_SPREAD_DB)
    return _Changes(by_db, np.where(is_step, np.abs(by_db) - spread, 0.0))


def _steepest(power: NDArray[np.float64], at: int, by_db: float) -> int:
    """The boundary between two steps of the table, near `at`, at which the bands change most in that direction."""
    near = slice(max(0, at - NEAR_STEPS), at + NEAR_STEPS + 1)
    levels = 10 * np.log10(np.maximum(power[:, near], EMPTY_POWER))
    changes = np.median(np.diff(levels, axis=1), axis=0)
    return near.start + 1 + int(np.argmax(changes if by_db > 0 else -changes))
