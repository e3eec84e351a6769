"""Loudness: integrated, short-term, momentary, and loudness range.

Goal: loudness of the programme as a whole, over 3 s and over 400 ms, and how much it varies.

Conventions: LUFS from the sum of the K-weighted mean squares of both channels (weight 1 each; the weights of surround
channels are already in the tables); a mono file is measured as one channel. Momentary windows are 400 ms,
short-term windows 3 s; maxima are searched in steps of 10 ms, since a 100 ms grid reads a sound of 400 ms up to 0.6 LU
low (EBU Tech 3341 case 13). Loud passages are the gating blocks that count in the integrated loudness.

Sources: ITU-R BS.1770-5 (integrated), EBU Tech 3341 (momentary, short-term), EBU Tech 3342 (loudness range).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHUNK
from core.analysis.measurements import LEVEL_FLOOR_DB, SHORT_TERM_S, Loudness, LoudnessTimeline
from core.analysis.stored_levels import to_power
from core.audio.source import SHORTEST_MEASURED_S
from core.values.errors import InputCode, InputError

OFFSET_LU = -0.691
"""BS.1770-5 eq. 2: makes a 997 Hz sine of 0 dBFS in one channel read −3.01 LUFS."""

ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
"""BS.1770-5 Annex 1, gating of the integrated loudness."""

RANGE_GATE_LU = -20.0
RANGE_PERCENTILES = (10.0, 95.0)
"""EBU Tech 3342, gating and percentiles of the loudness range."""

MOMENTARY_HOPS = 40
"""Hops in a momentary window: 400 ms (EBU Tech 3341)."""

SHORT_TERM_HOPS = round(SHORT_TERM_S * SLOTS_PER_CHUNK * HOPS_PER_SLOT)
"""Hops in a short-term window."""

MONO_LOUDSPEAKERS = 2
"""Loudspeakers that play a mono file: its power counts twice where loudness as played is meant (+3.01 LU)."""

PIECE_HOPS = 8_192
"""Hops that are processed at a time where the whole file would take much memory."""


@dataclass(frozen=True, slots=True)
class LoudnessCurves:
    """Loudness over time as mean squares, and what the gates let through.

    Attributes:
        momentary: mean square of the 400 ms from each hop on (single precision: 0.0000005 dB).
        short_term: mean square of the 3 s from each hop on; empty for shorter files.
        integrated_lufs: gated loudness of the file.
        as_played_lufs: the same where both loudspeakers play a mono file.
        loud_blocks: per slot, whether the gating block that begins there counts.
        loud_slots: per slot, whether any counting block covers it.
    """

    momentary: NDArray[np.float32]
    short_term: NDArray[np.float32]
    integrated_lufs: float
    as_played_lufs: float
    loud_blocks: NDArray[np.bool_]
    loud_slots: NDArray[np.bool_]


def loudness_curves(frames: Frames) -> LoudnessCurves:
    """Gate the loudness of a file.

    Args:
        frames: time tables of the file.

    Returns:
        Loudness over time, the integrated loudness, and the loud passages.

    Raises:
        InputError: the file is shorter than a gating block, or no block reaches the absolute gate.
    """
    sums = _running_sums(frames)
    momentary = _sliding_mean(sums, MOMENTARY_HOPS)
    if momentary.size == 0:
        raise InputError(InputCode.TOO_SHORT, duration_s=stated(frames.duration_s), min_s=SHORTEST_MEASURED_S)
    blocks = momentary[::HOPS_PER_SLOT].astype(np.float64)
    counted = gated(blocks)
    if not np.any(counted):
        raise InputError(InputCode.SILENT)
    loud_slots = np.zeros(frames.power.shape[1], np.bool_)
    for slot in range(MOMENTARY_HOPS // HOPS_PER_SLOT):
        loud_slots[slot : slot + counted.size] |= counted
    integrated = to_lufs(float(blocks[counted].mean()))
    return LoudnessCurves(
        momentary=momentary,
        short_term=_sliding_mean(sums, SHORT_TERM_HOPS),
        integrated_lufs=integrated,
        as_played_lufs=_dual_mono(blocks) if frames.channels == 1 else integrated,
        loud_blocks=counted,
        loud_slots=loud_slots,
    )


def measure_loudness(frames: Frames, curves: LoudnessCurves) -> Loudness:
    """Measure the loudness of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        Values in LUFS and LU. The short-term maximum is None for files shorter than 3 s.
    """
    momentary, short_term = curves.momentary, curves.short_term
    hop_s = frames.grid.hop_s
    timeline = short_term[::HOPS_PER_SLOT].astype(np.float64)
    at_momentary = int(np.argmax(momentary))
    at_short_term = int(np.argmax(short_term)) if short_term.size else None
    return Loudness(
        integrated_lufs=stated(curves.integrated_lufs),
        max_short_term_lufs=None if at_short_term is None else stated(to_lufs(float(short_term[at_short_term]))),
        max_momentary_lufs=stated(to_lufs(float(momentary[at_momentary]))),
        loudness_range_lu=_loudness_range(timeline),
        timeline=LoudnessTimeline(frames.grid.slot_s, tuple(stated(to_lufs(float(power))) for power in timeline)),
        max_short_term_at_s=None if at_short_term is None else stated(at_short_term * hop_s),
        max_momentary_at_s=stated(at_momentary * hop_s),
        dual_mono_integrated_lufs=stated(curves.as_played_lufs) if frames.channels == 1 else None,
    )


def momentary_powers(frames: Frames) -> NDArray[np.float32]:
    """K-weighted mean square of the 400 ms from each hop on, shape (n,); empty for files shorter than 400 ms."""
    return _sliding_mean(_running_sums(frames), MOMENTARY_HOPS)


def gated(blocks: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Apply the two gates of the integrated loudness (BS.1770-5 Annex 1).

    Args:
        blocks: K-weighted mean squares of the gating blocks, shape (n,).

    Returns:
        Shape (n,), True where a block counts: above −70 LUFS, and above 10 LU below the mean of the blocks above
        −70 LUFS.
    """
    audible = blocks > to_mean_square(ABSOLUTE_GATE_LUFS)
    if not np.any(audible):
        return audible
    relative = to_lufs(float(blocks[audible].mean())) + RELATIVE_GATE_LU
    return audible & (blocks > to_mean_square(relative))


def to_lufs(mean_square: float) -> float:
    """Loudness in LUFS of a K-weighted mean square, at least `LEVEL_FLOOR_DB`."""
    if mean_square <= 0.0:
        return LEVEL_FLOOR_DB
    return max(LEVEL_FLOOR_DB, OFFSET_LU + 10.0 * math.log10(mean_square))


def to_mean_square(loudness_lufs: float) -> float:
    """K-weighted mean square of a loudness in LUFS."""
    return float(10.0 ** ((loudness_lufs - OFFSET_LU) / 10.0))


def _dual_mono(blocks: NDArray[np.float64]) -> float:
    """Integrated loudness of a mono file played by both loudspeakers, from its gating blocks."""
    doubled = MONO_LOUDSPEAKERS * blocks
    return to_lufs(float(doubled[gated(doubled)].mean()))


def _loudness_range(short_term: NDArray[np.float64]) -> float | None:
    """Tech 3342: spread between the 10th and 95th percentile of the gated short-term loudness."""
    audible = short_term[short_term >= to_mean_square(ABSOLUTE_GATE_LUFS)]
    if audible.size == 0:
        return None
    relative = to_lufs(float(audible.mean())) + RANGE_GATE_LU
    counted = np.sort(audible[audible >= to_mean_square(relative)])
    low, high = (counted[round((counted.size - 1) * percentile / 100.0)] for percentile in RANGE_PERCENTILES)
    return stated(to_lufs(float(high)) - to_lufs(float(low)))


def _running_sums(frames: Frames) -> NDArray[np.float64]:
    """Running sums of the K-weighted mean squares of all channels, with a leading zero; shape (whole hops + 1,)."""
    sums = np.zeros(frames.whole_hops + 1)
    for channel in frames.programme.k_power[:, : frames.whole_hops]:
        sums[1:] += to_power(channel)
    return np.cumsum(sums, out=sums)


def _sliding_mean(sums: NDArray[np.float64], length: int) -> NDArray[np.float32]:
    """Mean of each `length` consecutive values, from their running sums; empty where there are fewer."""
    means = np.zeros(max(0, sums.size - length), np.float32)
    # piece by piece: the hops of an hour take 3 MB in double precision
    for first in range(0, means.size, PIECE_HOPS):
        last = min(first + PIECE_HOPS, means.size)
        difference = sums[first + length : last + length] - sums[first:last]
        means[first:last] = np.maximum(difference, 0.0) / length
    return means
