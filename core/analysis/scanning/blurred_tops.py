"""Collecting flat tops that a lossy encoder has blurred: whether they pile up at one height, and where they are.

A clipper holds the wave at one level. After encoding, the tops lie within some tenths of a decibel of it, and many of
them are still flat (`core.analysis.kernels.half_waves`). A limiter leaves as many peaks at its ceiling, but rounded
ones.
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.kernels.half_waves import (
    COUNT,
    FLAT,
    HEIGHT_BINS,
    HEIGHT_STEP_DB,
    LEAST_SHOULDER,
    half_waves,
)
from core.analysis.kernels.jit import compiled

KEPT_BLURRED = 1_024
"""Longest flat tops kept of each channel until it is known which of them are clipping."""

LEVEL_BINS = 8
"""Bins of height over which an encoder spreads one level: 0.8 dB."""

LEAST_FLAT, LEAST_FLAT_SHARE = 5, 0.05
"""Fewest flat tops at one level, and least share of all half-waves that are as high. In music driven 3 to 16 dB into a
limiter the share is 0.01 at most, in music clipped by 6 dB and encoded as MP3 at 320 kbit/s 0.06 to 0.44."""

MOST_BELOW_TOP_DB = 3.0
"""Largest distance of that level from the highest half-waves of the channel in dB: what is clipped lies on top, and
encoders raise peaks by up to 3 dB."""

MOST_ABOVE = 1.5
"""Most half-waves above that level relative to those at it. Encoders put up to 1.2 times as many clipped tops above;
the flat tops of a synthesiser in the middle of other sounds have three times as many and more."""

LEAST_AT_LEVEL = 0.5
"""Least share of that level of all flat tops: a clipper has one level, flat waves of a synthesiser have many."""


class BlurredTopCollector:
    """The flat half-waves of a file, chunk by chunk."""

    def __init__(self, channels: int, chunk_samples: int) -> None:
        self._heights = np.zeros((channels, HEIGHT_BINS, 2), np.int64)
        self._rows = np.zeros((chunk_samples // LEAST_SHOULDER + 1, 3), np.int64)
        self._kept = [np.zeros((0, 3), np.int64) for _ in range(channels)]
        self._highest = np.zeros(channels)

    def feed(self, samples: NDArray[np.float32], offset: int, highest: NDArray[np.float64]) -> None:
        """Take in the next samples.

        Args:
            samples: shape (channels, n), full scale = 1.
            offset: index of the first of them in the file.
            highest: highest absolute sample of each channel among them, shape (channels,).
        """
        self._highest = np.maximum(self._highest, highest)
        for channel, signal in enumerate(samples):
            top = float(self._highest[channel])
            found = compiled(half_waves)(signal, offset, top, self._heights[channel], self._rows)
            if found:
                rows = np.concatenate([self._kept[channel], self._rows[:found]])
                if len(rows) > KEPT_BLURRED:
                    rows = rows[np.sort(np.argsort(-rows[:, 1], kind="stable")[:KEPT_BLURRED])]
                self._kept[channel] = rows

    def table(self) -> NDArray[np.int64]:
        """Rows of channel, start sample, length, and how many there are of them in the channel, shape (rows, 4)."""
        tables = [np.zeros((0, 4), np.int64)]
        for channel, heights in enumerate(self._heights):
            first = _clipped_at(heights)
            if first is None:
                continue
            bins = self._kept[channel][:, 2]
            rows = self._kept[channel][(bins >= first) & (bins < first + LEVEL_BINS)]
            count = int(heights[first : first + LEVEL_BINS, FLAT].sum())
            tables.append(np.column_stack([np.full(len(rows), channel), rows[:, :2], np.full(len(rows), count)]))
        return np.concatenate(tables).astype(np.int64)


def _clipped_at(heights: NDArray[np.int64]) -> int | None:
    """The first bin of the level at which a channel is clipped; None where it is not.

    Args:
        heights: shape (HEIGHT_BINS, 2).
    """
    used = np.flatnonzero(heights[:, COUNT])
    if not used.size:
        return None
    sums = np.cumsum(np.pad(heights, ((1, LEVEL_BINS), (0, 0))), axis=0)
    window = sums[LEVEL_BINS:] - sums[:-LEVEL_BINS]
    last = min(HEIGHT_BINS - 1, int(used[0]) + round(MOST_BELOW_TOP_DB / HEIGHT_STEP_DB))
    counts, flat = window[: last + 1, COUNT], window[: last + 1, FLAT]
    above = sums[: last + 1, COUNT]
    clear = (flat >= LEAST_FLAT) & (flat >= LEAST_FLAT_SHARE * counts) & (above <= MOST_ABOVE * counts)
    clear &= flat >= LEAST_AT_LEVEL * int(heights[:, FLAT].sum())
    return int(np.argmax(np.where(clear, flat, 0))) if np.any(clear) else None
