"""Hum: the mains frequency in the recording.

Goal: whether there is hum, at which mains frequency, and how loud it is, also under music that never pauses.

Conventions: hum is at least four of the first six harmonics of 50 or 60 Hz, as constant lines on one grid within
0.2 % of its nominal frequency. Each stands 6 dB above the noise of its fit in half of the segments; three of them, one
of the lowest two among these, keep phase and level within a segment and over the file. All six together stand out of
the music, and more than those of any grid beside it (a loop that repeats exactly has lines everywhere). Its level is
the power of all lines of the grid without the noise of their fits, median over the segments, mean of the channels, full
scale = 1. It is sure where lines of the music cannot be taken for it. None: no hum, hum more than 43 dB below the
quietest tenth of the music, or less than 16 s to judge by.

Sources: practice of restoration; the limits were set on the music described in core/knowledge/pages/measurement.md.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import level_db, levels_db
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import SLOTS_PER_CHUNK
from core.analysis.measurements import Hum
from core.analysis.scanning.mains import (
    CAP_DB,
    CHANGE_ROWS,
    LINE_ROWS,
    MAINS_HZ,
    NOISE_ROWS,
    OTHER_GRID_ROW,
    OTHER_UNIT_DB,
    PEAK_ROWS,
    mains_segments,
)
from core.analysis.stored_levels import to_power

SOUND_POWER = 1e-11
"""Mean square of −110 dBFS: segments and slots below it are digital silence."""

LINE_DB = 6.0
MIN_LINES, MIN_STEADY = 4, 3
"""Height of a line above the noise of its fit, in dB; fewest such lines, and fewest steady ones among them."""

MOST_CHANGE = 0.5
STEADY_DB, STEADY_SHARE = 6.0, 0.8
"""Most by which the line of a part may differ from the segment's, as a share of its power; most by which a segment's
level may differ from the median, in dB, in `STEADY_SHARE` of the segments."""

COUNTED_DB = 12.0
TOGETHER_DB = 42.0
ABOVE_OTHERS_DB = 8.0
"""Least sum of the heights of the six lines, `COUNTED_DB` each at most, and its least distance above the best other
grid (up to `CAP_DB` a line), in dB. They were set on 60 tracks as they are and with hum of −40 to −50 dBFS under the
music."""

BELOW_PEAK_DB = -3.0
"""Least height of one line above the highest line beside it, in dB: a drone a hertz away stands far above."""

SURE_DB, SURE_LINES = 58.0, 5
SURELY_ABOVE_OTHERS_DB, SURE_PEAK_DB, SURE_PEAKS = 30.0, 3.0, 2
"""The same where it is sure, and how many lines must stand how far above the highest line beside them. The six together
must also be twice as high in dB as the best other grid."""

COVERED_DB = 43.0
QUIET_SHARE = 0.1
"""Distance below the quietest tenth of the music at which hum is neither heard nor told from noise, in dB."""


class _Line(NamedTuple):
    """A hum and the sum of its heights."""

    hum: Hum
    together_db: float


def measure_hum(frames: Frames) -> Hum | None:
    """Measure mains hum.

    Args:
        frames: time tables of the file.

    Returns:
        The hum that stands out most, its level in dBFS; None where there is none or too little to judge by.
    """
    if frames.mains_lines is None or not frames.mains_lines.shape[2]:
        return None
    slots = to_power(frames.power[LEFT : LEFT + frames.channels]).mean(axis=0)
    tables = frames.mains_lines[:, :, _sounding(frames, slots)]
    if not tables.shape[2]:
        return None
    quiet_db = level_db(float(np.quantile(slots[slots > SOUND_POWER], QUIET_SHARE)))
    found = [line for mains, table in zip(MAINS_HZ, tables, strict=True) if (line := _hum_of(mains, table, quiet_db))]
    return max(found, key=lambda line: (line.hum.is_sure, line.together_db)).hum if found else None


def _hum_of(mains_hz: float, table: NDArray[np.int16], quiet_db: float) -> _Line | None:
    """Hum from one mains; table: (rows, segments)."""
    power, noise, peak = (to_power(table[rows]) for rows in (LINE_ROWS, NOISE_ROWS, PEAK_ROWS))
    line_db = levels_db(power)
    heights_db = line_db - levels_db(noise)
    height_db = np.median(heights_db, axis=1)
    away_db = np.abs(line_db - np.median(line_db, axis=1, keepdims=True))
    stands = height_db >= LINE_DB
    steady = stands & (np.median(to_power(table[CHANGE_ROWS]), axis=1) <= MOST_CHANGE)
    steady &= np.quantile(away_db, STEADY_SHARE, axis=1) <= STEADY_DB
    count = int(np.count_nonzero(stands))
    if count < MIN_LINES or np.count_nonzero(steady) < MIN_STEADY or not np.any(steady[:2]):
        return None
    together_db = float(np.clip(height_db, 0.0, COUNTED_DB).sum())
    others_db = table[OTHER_GRID_ROW] * OTHER_UNIT_DB
    above_db = float(np.median(np.clip(heights_db, 0.0, CAP_DB).sum(axis=0) - others_db))
    level_dbfs = level_db(float(np.maximum(np.median(power - noise, axis=1), 0.0).sum()))
    if together_db < TOGETHER_DB or above_db < ABOVE_OTHERS_DB or level_dbfs < quiet_db - COVERED_DB:
        return None
    above_peak_db = np.median(line_db - levels_db(peak), axis=1)
    if above_peak_db.max() < BELOW_PEAK_DB:
        return None
    is_sure = together_db >= SURE_DB and count >= SURE_LINES
    is_sure &= above_db >= max(SURELY_ABOVE_OTHERS_DB, float(np.median(others_db)))
    is_sure &= bool(np.count_nonzero(above_peak_db >= SURE_PEAK_DB) >= SURE_PEAKS)
    return _Line(Hum(mains_hz, level_dbfs, count, is_sure), together_db)


def _sounding(frames: Frames, slots: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Per segment of the table, whether it is more than digital silence; slots: mean square of each."""
    segments = mains_segments(frames.sample_count // frames.grid.chunk_samples)
    ranges = [slice(segment.first * SLOTS_PER_CHUNK, segment.end * SLOTS_PER_CHUNK) for segment in segments]
    return np.array([slots[inside].mean() > SOUND_POWER for inside in ranges])
