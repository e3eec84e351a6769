"""Dynamics: how far peaks stand above the loudness.

Goal: peak-to-loudness ratios, crest factor, DR.

Conventions: PLR is the true peak of the file over its integrated loudness; PSR the true peak within 3 s over the
short-term loudness of the same 3 s, and its minimum is searched where the short-term loudness is within 3 LU of its
maximum (a quiet passage has a low PSR without being limited). Both take the loudness as played: a mono file sounds from
both loudspeakers, so it has the PLR and PSR of the same sound in two channels. The crest factor pools the samples of
all channels.
DR14 is given unrounded; published DR values are rounded to whole decibels.

Sources: Shepherd, Grimm, Tapper, Kahsnitz, Kerr, "Let's talk about loudness: PLR and PSR" (AES e-Brief 373, 2017);
DR14: the Pleasurize Music Foundation's measure, as its free implementations compute it: 3 s blocks, RMS of a sine
equal to its peak, the loudest fifth of the blocks against the second-highest block peak, mean over channels.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import level_db, ratio_db, stated
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHUNK
from core.analysis.level.loudness import (
    ABSOLUTE_GATE_LUFS,
    MONO_LOUDSPEAKERS,
    SHORT_TERM_HOPS,
    LoudnessCurves,
    to_lufs,
    to_mean_square,
)
from core.analysis.measurements import Dynamics, Peaks, PsrTimeline
from core.analysis.stored_levels import to_power

PSR_LOUD_LU = 3.0
"""PSR counts where the short-term loudness is within this many LU of its maximum."""

DR_BLOCK_SLOTS = 30
DR_LOUDEST_SHARE = 0.2
"""DR14: slots in a block (3 s), and share of the blocks that count as the loudest."""


def measure_dynamics(frames: Frames, curves: LoudnessCurves, peaks: Peaks) -> Dynamics:
    """Measure the dynamics of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        peaks: its peaks.

    Returns:
        Ratios in dB. PSR is None for files shorter than 3 s, DR14 for files of a single block.
    """
    power = to_power(frames.power[LEFT : LEFT + frames.channels])
    mean_power = float(power.sum()) * frames.grid.slot_samples / (frames.sample_count * frames.channels)
    psr = _lowest_psr(frames, curves)
    return Dynamics(
        plr_db=stated(peaks.true_peak_dbtp - curves.as_played_lufs),
        psr_min_db=None if psr is None else stated(psr.psr_db),
        crest_factor_db=ratio_db(float(np.abs(frames.extremes).max()) ** 2, mean_power),
        dr14_db=_dr14(frames, power),
        psr_min_at_s=None if psr is None else stated(psr.at_s),
        timeline=_psr_timeline(frames, curves),
    )


def _psr_timeline(frames: Frames, curves: LoudnessCurves) -> PsrTimeline | None:
    """PSR every second."""
    loudness = _loudspeakers(frames) * curves.short_term[:: HOPS_PER_SLOT * SLOTS_PER_CHUNK]
    if loudness.size == 0:
        return None
    peaks = to_power(frames.programme.true_peak_power).max(axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(peaks, SHORT_TERM_HOPS // HOPS_PER_SLOT)
    highest = windows[::SLOTS_PER_CHUNK][: loudness.size].max(axis=1)
    values = [
        stated(level_db(float(peak)) - to_lufs(float(power))) if power > to_mean_square(ABSOLUTE_GATE_LUFS) else None
        for peak, power in zip(highest, loudness, strict=True)
    ]
    return PsrTimeline(stated(frames.grid.slot_s * SLOTS_PER_CHUNK), tuple(values))


def _loudspeakers(frames: Frames) -> int:
    """Loudspeakers that play the power of the loudness curves."""
    return MONO_LOUDSPEAKERS if frames.channels == 1 else 1


class _LowestPsr(NamedTuple):
    """PSR in dB, and where its window begins in seconds."""

    psr_db: float
    at_s: float


def _lowest_psr(frames: Frames, curves: LoudnessCurves) -> _LowestPsr | None:
    """The lowest PSR of the loud 3 s windows; None where the file is shorter than one."""
    slots = SHORT_TERM_HOPS // HOPS_PER_SLOT
    loudness = _loudspeakers(frames) * curves.short_term[::HOPS_PER_SLOT]
    if loudness.size == 0:
        return None
    loud = np.flatnonzero(loudness >= to_mean_square(to_lufs(float(loudness.max())) - PSR_LOUD_LU))
    peaks = to_power(frames.programme.true_peak_power).max(axis=0)
    # maximum before selection: a view of windows takes no memory, a selection of them 30 times that of the slots
    windows = np.lib.stride_tricks.sliding_window_view(peaks, slots).max(axis=1)[loud]
    psr = [level_db(float(peak)) - to_lufs(float(power)) for peak, power in zip(windows, loudness[loud], strict=True)]
    lowest = int(np.argmin(psr))
    return _LowestPsr(psr[lowest], float(loud[lowest]) * frames.grid.slot_s)


def _dr14(frames: Frames, power: NDArray[np.float64]) -> float | None:
    """DR14 of a file of at least two blocks."""
    starts = np.arange(0, frames.whole_slots, DR_BLOCK_SLOTS)
    if starts.size < 2:
        return None
    widths = np.diff([*starts, frames.whole_slots])
    whole = slice(0, frames.whole_slots)
    block_power = 2.0 * np.add.reduceat(power[:, whole], starts, axis=1) / widths
    block_peak = np.maximum.reduceat(to_power(frames.sample_peak)[:, whole], starts, axis=1)
    loudest = max(1, int(DR_LOUDEST_SHARE * starts.size))
    values = []
    for powers, highest in zip(np.sort(block_power, axis=1), np.sort(block_peak, axis=1), strict=True):
        if powers[-1] > 0.0:
            values.append(ratio_db(float(highest[-2]), float(powers[-loudest:].mean())))
    return stated(float(np.mean(values))) if values else None
