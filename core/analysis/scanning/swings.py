"""Collecting swings of the offset: where the mean of the samples over some 50 ms leaves its own median over a second.

Music leaves little there: the window has its first zero at 18 Hz. What is kept are the highest swings of the file.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, median_filter

WINDOW_HOPS = 10
"""Hops under the window over which the offset is averaged."""

BASE_HOPS = 101
"""Hops over which the median is taken that a swing is measured against: a second."""

APART_HOPS = 20
"""Hops on each side within which only the highest swing counts."""

OVER_HOPS, STAYS_HOPS = 10, 40
STAYS_SHARE = 0.5
"""Hops after which a single swing is over, hops up to which it is looked at, and the share of its height that nothing
there exceeds: a low note rings on."""

KEPT_SWINGS, KEPT_PER_MINUTE = 64, 8
"""Highest swings that are kept, and how many more for each minute."""

HEIGHT_STEP = 1e-4
LEAST_HEIGHT = 0.01
"""Step of the stored heights and least height that is kept, full scale = 1: 10 dB under the lowest pop that is told
(`core.analysis.file.bursts_and_pops`)."""

SWING_COLUMNS = 3


class Swing(NamedTuple):
    """One row of the table: its hop, its height in steps of `HEIGHT_STEP`, and 1 if nothing like it is beside it."""

    hop: int
    height: int
    is_single: int


class SwingCollector:
    """The swings of the mean of both channels, chunk by chunk."""

    def __init__(self, hop_samples: int) -> None:
        self._hop_samples = hop_samples
        self._means: list[NDArray[np.float32]] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take in the next samples, shape (channels, hops * hop_samples)."""
        means = samples.reshape(samples.shape[0], -1, self._hop_samples).mean(axis=2)
        self._means.append(means.mean(axis=0))

    def table(self, hops: int) -> NDArray[np.int64]:
        """The highest swings in time order, shape (swings, 3): the fields of `Swing`.

        Args:
            hops: whole hops of the file.
        """
        offset = np.concatenate(self._means)[:hops].astype(np.float64) if self._means else np.zeros(0)
        if offset.size <= 2 * BASE_HOPS:
            return np.zeros((0, SWING_COLUMNS), np.int64)
        window = np.hanning(WINDOW_HOPS + 2)[1:-1]
        mean = np.convolve(offset, window / window.sum(), mode="same")
        swing = np.abs(mean - median_filter(mean, BASE_HOPS, mode="nearest"))
        highest = maximum_filter1d(swing, 2 * APART_HOPS + 1)
        peaks = np.flatnonzero((swing == highest) & (swing >= LEAST_HEIGHT))
        kept = KEPT_SWINGS + KEPT_PER_MINUTE * (hops // (60 * 100))
        peaks = np.sort(peaks[np.argsort(-swing[peaks], kind="stable")[:kept]])
        rows = [Swing(int(at), round(float(swing[at]) / HEIGHT_STEP), int(_is_single(swing, int(at)))) for at in peaks]
        return np.array(rows, np.int64).reshape(-1, SWING_COLUMNS)


def _is_single(swing: NDArray[np.float64], place: int) -> bool:
    sides = (
        swing[max(0, place - STAYS_HOPS) : max(0, place - OVER_HOPS)],
        swing[place + OVER_HOPS : place + STAYS_HOPS],
    )
    return all(float(side.max(initial=0.0)) <= STAYS_SHARE * swing[place] for side in sides)
