"""Sibilance: bursts of 5–9 kHz, as sharp esses make them.

Goal: where a short burst of 5–9 kHz stands out, and how often.

Conventions: an ess is a run of 10 ms hops, 40 to 250 ms long and in loud passages, in which 5–9 kHz lies more than 6 dB
above 1–4 kHz, and whose highest hop stands 10 dB or more above the median of 5–9 kHz within the second around it. The
hops are those of the 46 ms spectra: the square of their window weighs 17 ms, so a hop sees what a frame of 20 ms would,
and a burst reads up to 20 ms too long. Hi-hats, shakers and claps measure the same, but they are played on the beat:
bursts that lie on a grid of parts of beats (`core.analysis.music.beat_grid`) are counted separately. Esses
that fall on such a grid are lost with the hi-hats; percussion that follows no beat remains, and so do strokes that are
not more numerous than the esses around them. None: frames without the table, or a sample rate that does not reach
9 kHz.

Sources: range and thresholds: practice (Senior 2009, "Mixing Secrets").
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import ESS_HZ
from core.analysis.decibels import stated
from core.analysis.frames import ESS, VOICE, Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import Ess, Rhythm, Sibilance
from core.analysis.music.beat_grid import on_beat_grid
from core.analysis.stored_levels import LEVEL_STEP_DB

MIN_OVER_VOICE_DB = 6.0
MIN_RISE_DB = 10.0
MIN_S, MAX_S = 0.04, 0.25
AROUND_S = 1.0
"""Limits of an ess: least level of 5–9 kHz over 1–4 kHz and over the median around it, in dB; shortest and longest
length in seconds; seconds around a burst over which that median is taken."""

PIECE_RUNS = 1_024
"""Runs whose surroundings are in memory at once."""

MAX_LISTED = 100
"""Esses listed, the sharpest ones; the count includes all."""


def measure_sibilance(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> Sibilance | None:
    """Find the esses of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        rhythm: its tempo.

    Returns:
        The sharpest esses in time order, with times in seconds and levels in dB, and their number; None where the
        frames lack the table (older versions), or the sample rate is below 18 kHz.
    """
    if frames.ess_power is None or frames.sample_rate_hz < 2.0 * ESS_HZ[1]:
        return None
    table, hop_s = frames.ess_power[:, : frames.whole_hops], frames.grid.hop_s
    starts, ends = _bursts(table, curves, hop_s)
    on_grid = on_beat_grid(starts.astype(np.float64) * hop_s, rhythm.tempo_bpm)
    starts, ends = starts[~on_grid], ends[~on_grid]
    esses = [
        Ess(stated(start * hop_s), stated((end - start) * hop_s), stated(_over_voice_db(table[:, start:end])))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    sharpest = sorted(esses, key=lambda ess: -ess.over_voice_db)[:MAX_LISTED]
    return Sibilance(
        esses=tuple(sorted(sharpest, key=lambda ess: ess.at_s)),
        ess_count=len(esses),
        esses_per_minute=stated(60.0 * len(esses) / frames.duration_s),
        on_grid_count=int(on_grid.sum()),
    )


def _bursts(
    table: NDArray[np.int16], curves: LoudnessCurves, hop_s: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First hop of each burst, and the hop after its last."""
    over = np.subtract(table[ESS], table[VOICE], dtype=np.int32) > MIN_OVER_VOICE_DB / LEVEL_STEP_DB
    over &= np.repeat(curves.loud_slots, HOPS_PER_SLOT)[: over.size]
    edges = np.flatnonzero(np.diff(over, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    fits = (ends - starts >= round(MIN_S / hop_s)) & (ends - starts <= round(MAX_S / hop_s))
    starts, ends = starts[fits], ends[fits]
    rises = _rises_db(table[ESS], starts, ends, round(AROUND_S / hop_s)) >= MIN_RISE_DB
    return starts[rises], ends[rises]


def _rises_db(
    levels: NDArray[np.int16], starts: NDArray[np.intp], ends: NDArray[np.intp], around: int
) -> NDArray[np.float64]:
    """Height of each run's highest hop above the median of `around` hops around its middle, dB; shape (runs,)."""
    if not starts.size:
        return np.zeros(0)
    highest = np.maximum.reduceat(levels, np.stack([starts, ends - 1], axis=1).reshape(-1))[::2]
    # the last hop of a run is left out by reduceat
    highest = np.maximum(highest, levels[ends - 1])
    medians = np.empty(starts.size)
    for first in range(0, starts.size, PIECE_RUNS):
        piece = slice(first, first + PIECE_RUNS)
        middles = (starts[piece] + ends[piece]) // 2
        firsts = np.clip(middles - around // 2, 0, max(0, levels.size - around))
        hops = np.minimum(firsts[:, None] + np.arange(around), levels.size - 1)
        medians[piece] = np.median(levels[hops], axis=1)
    rises: NDArray[np.float64] = (highest - medians) * LEVEL_STEP_DB
    return rises


def _over_voice_db(run: NDArray[np.int16]) -> float:
    """Level of 5–9 kHz over 1–4 kHz where the run is highest, dB."""
    at = int(np.argmax(run[ESS]))
    return (int(run[ESS, at]) - int(run[VOICE, at])) * LEVEL_STEP_DB
