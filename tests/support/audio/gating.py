"""Gated loudness by its definitions (BS.1770-5 Annex 1, EBU Tech 3342), from mean squares of 10 ms, as an interval.

A block that lies on a gate counts or not by a matter of rounding. The ends of an interval are what is read with the
gates a little lower and a little higher; where no block lies that near, the two are the same.
"""

import math

import numpy as np
from numpy.typing import NDArray

NEAR_GATE_DB = 0.01
"""How near to a gate a block may lie that rounding decides about: hops are kept to 0.0025 dB, twice."""

BLOCK_HOPS, SHORT_TERM_HOPS = 40, 300
"""Hops of a gating block and of a short-term window."""

Interval = tuple[float, float]
"""Lowest and highest value in LUFS or LU."""


def windows(hops: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Mean square of each window of `length` hops, every 100 ms."""
    view: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(hops, length)[::10].mean(axis=1)
    return view


def lufs(mean_square: float) -> float:
    """Loudness of a K-weighted mean square (BS.1770-5 eq. 2)."""
    return -0.691 + 10.0 * math.log10(mean_square)


def integrated_lufs(hops: NDArray[np.float64], near_db: float = NEAR_GATE_DB) -> Interval | None:
    """Integrated loudness of a sum of K-weighted channels; None where nothing is surely above the absolute gate."""
    blocks = windows(hops, BLOCK_HOPS)
    ends = [blocks[counted(blocks, -10.0, offset)] for offset in (-near_db, near_db)]
    # what lies near a gate is less loud than the mean: the more of it counts, the lower the mean
    return None if ends[1].size == 0 else (lufs(ends[0].mean()), lufs(ends[1].mean()))


def loudness_range_lu(hops: NDArray[np.float64], near_db: float = NEAR_GATE_DB) -> Interval | None:
    """Loudness range; None as in `integrated_lufs`."""
    if hops.size < SHORT_TERM_HOPS:
        return None
    blocks = windows(hops, SHORT_TERM_HOPS)
    ends = [np.sort(blocks[counted(blocks, -20.0, offset)]) for offset in (-near_db, near_db)]
    if ends[1].size == 0:
        return None
    lows, highs = ([lufs(float(blocks[round((blocks.size - 1) * share)])) for blocks in ends] for share in (0.10, 0.95))
    return highs[0] - lows[1], highs[1] - lows[0]


def within(value: float | None, interval: Interval | None, tolerance: float) -> bool:
    """Whether a value lies in an interval, give or take `tolerance`; None only where there is no interval."""
    if value is None or interval is None:
        return value is None and interval is None
    return interval[0] - tolerance <= value <= interval[1] + tolerance


def same_blocks_count(*sums: NDArray[np.float64]) -> bool:
    """Whether the same gating blocks count in all of these, and in none of them by a matter of rounding."""
    sets = [
        counted(windows(hops, BLOCK_HOPS), -10.0, offset) for hops in sums for offset in (-NEAR_GATE_DB, NEAR_GATE_DB)
    ]
    return all(np.array_equal(sets[0], other) for other in sets[1:])


def counted(blocks: NDArray[np.float64], relative_lu: float, offset_db: float = 0.0) -> NDArray[np.bool_]:
    """Which blocks are above the absolute gate, and above `relative_lu` below the mean of those; gates may be moved."""
    audible = blocks >= _mean_square(-70.0 + offset_db)
    if not audible.any():
        return audible
    gate = lufs(float(blocks[audible].mean())) + relative_lu + offset_db
    above: NDArray[np.bool_] = audible & (blocks >= _mean_square(gate))
    return above


def _mean_square(loudness_lufs: float) -> float:
    return float(10.0 ** ((loudness_lufs + 0.691) / 10.0))
