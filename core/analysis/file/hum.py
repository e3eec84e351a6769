"""Hum: the mains frequency in the recording.

Goal: whether there is hum, at which mains frequency, and how loud it is.

Conventions: hum is at least three of the first six harmonics of 50 or 60 Hz, one of the lowest two among them, each
within 0.2 % of its place. In the quietest tenth of the file each stands 8 dB above what is beside it and keeps its
level; elsewhere it does not fall away while the music plays, as a note would. Its level is the power of these lines in
the quietest passages, mean of the channels, full scale = 1. None: no hum, or less than eight seconds to judge by.

Sources: practice of restoration; the limits were set on the music described in core/knowledge/pages/measurement.md.
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import level_db, levels_db
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import SLOTS_PER_CHUNK
from core.analysis.measurements import Hum
from core.analysis.scanning.mains import (
    BLOCK_CHUNKS,
    LINE,
    LINES_HZ,
    MAINS_HARMONICS,
    MAINS_HZ,
    STEP_CHUNKS,
    SURROUNDINGS,
)
from core.analysis.stored_levels import to_power

QUIET_SHARE = 0.1
MIN_BLOCKS = 3
"""Share of the file that counts as quietest, and fewest blocks (4 s each, every 2 s) needed to find a steady line."""

SOUND_POWER = 1e-11
"""Mean square of −110 dBFS: blocks below it are digital silence."""

MIN_LINE_DB = 8.0
MIN_LINES = 3
STEADY_LINE_DB = 3.0
"""Least height of a line above its surroundings in dB, fewest lines, and most that a line may differ from its median in
the quietest passages, in dB."""

FALLING_DB = 6.0
FALLING_PERCENTILE = 10.0
"""Hum lasts: in at least nine tenths of the blocks the line is at most 6 dB below its level in the quiet ones."""


def measure_hum(frames: Frames) -> Hum | None:
    """Measure mains hum.

    Args:
        frames: time tables of the file.

    Returns:
        The hum with the most harmonics, its level in dBFS; None where there is none or too little to judge by.
    """
    if frames.mains_power is None or frames.mains_power.shape[2] < MIN_BLOCKS:
        return None
    power = _block_power(frames)
    sounding = np.flatnonzero(power > SOUND_POWER)
    if sounding.size < MIN_BLOCKS:
        return None
    ranked = sounding[np.argsort(power[sounding], kind="stable")]
    quiet = ranked[: max(MIN_BLOCKS, round(QUIET_SHARE * sounding.size))]
    table = to_power(frames.mains_power)
    found = [hum for mains in MAINS_HZ if (hum := _hum_of(mains, table, quiet, sounding))]
    return max(found, key=lambda hum: (hum.harmonic_count, hum.level_dbfs)) if found else None


def _hum_of(
    mains_hz: float, table: NDArray[np.float64], quiet: NDArray[np.intp], sounding: NDArray[np.intp]
) -> Hum | None:
    """Hum from one mains; table: (2, lines, blocks)."""
    lines = [LINES_HZ.index(mains_hz * order) for order in range(1, MAINS_HARMONICS + 1)]
    line_db, beside_db = levels_db(table[LINE, lines]), levels_db(table[SURROUNDINGS, lines])
    level_db_ = np.median(line_db[:, quiet], axis=1)
    stands = np.median((line_db - beside_db)[:, quiet], axis=1) >= MIN_LINE_DB
    steady = np.abs(line_db[:, quiet] - level_db_[:, None]).max(axis=1) <= STEADY_LINE_DB
    lasts = np.percentile(line_db[:, sounding], FALLING_PERCENTILE, axis=1) >= level_db_ - FALLING_DB
    present = stands & steady & lasts
    if np.count_nonzero(present) < MIN_LINES or not np.any(present[:2]):
        return None
    power = np.median(table[LINE, lines][:, quiet], axis=1)[present].sum()
    return Hum(mains_hz, level_db(float(power)), int(np.count_nonzero(present)))


def _block_power(frames: Frames) -> NDArray[np.float64]:
    """Mean square per block of the mains table, mean of the channels."""
    slots = to_power(frames.power[LEFT : LEFT + frames.channels]).mean(axis=0)
    blocks = 0 if frames.mains_power is None else frames.mains_power.shape[2]
    length, step = BLOCK_CHUNKS * SLOTS_PER_CHUNK, STEP_CHUNKS * SLOTS_PER_CHUNK
    return np.array([slots[block * step : block * step + length].mean() for block in range(blocks)])
