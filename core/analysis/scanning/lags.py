"""Whitened cross-correlation of the channels over time lags: its peak shows by how much one channel is late.

Source: smoothed coherence transform, Knapp & Carter (1976), "The generalized correlation method for estimation of
time delay", with the spectra averaged over the whole file.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.analysis.grid import TimeGrid
from core.analysis.kernels.cross_power import cross_power
from core.analysis.kernels.jit import compiled

MAX_LAG_S = 0.02
"""Longest lag in seconds; longer delays are echoes."""

LAG_FROM_HZ, LAG_TO_HZ = 150.0, 16_000.0
"""Range of the correlation: below, frequencies tell little about time; above, a lossy file has no content."""

LAG_SCALE = 32_767.0
"""Stored value of a correlation of 1."""


def max_lag_samples(grid: TimeGrid) -> int:
    """Largest lag in samples."""
    return round(MAX_LAG_S * grid.sample_rate_hz)


def lag_count(grid: TimeGrid) -> int:
    """Number of lags from −20 to 20 ms."""
    return 2 * max_lag_samples(grid) + 1


class LagCorrelation:
    """Cross spectrum of a file, frame by frame."""

    def __init__(self, grid: TimeGrid, bins: int) -> None:
        self._grid = grid
        self._cross = np.zeros(bins, np.complex128)
        self._left, self._right = np.zeros(bins), np.zeros(bins)

    def add(self, spectrum: NDArray[np.complex64]) -> None:
        """Take in transforms of ``L + iR``, shape (frames, n); one per slot is enough."""
        compiled(cross_power)(spectrum, self._cross, self._left, self._right)

    def table(self) -> NDArray[np.int16]:
        """Correlation at each lag times `LAG_SCALE`, shape (lags,), lag 0 in the middle; positive: left is late."""
        size, reach = self._grid.stft_window, max_lag_samples(self._grid)
        bins = np.arange(1, self._cross.size + 1) * (self._grid.sample_rate_hz / size)
        level = np.sqrt(self._left * self._right)
        used = (bins >= LAG_FROM_HZ) & (bins <= LAG_TO_HZ) & (level > 0.0)
        if not np.any(used):
            return np.zeros(2 * reach + 1, np.int16)
        whitened = np.zeros(size, np.complex128)
        whitened[1 : self._cross.size + 1][used] = self._cross[used] / level[used]
        lags = scipy.fft.ifft(whitened).real * size / np.count_nonzero(used)
        around = np.concatenate([lags[-reach:], lags[: reach + 1]]) / _overlap(size, reach)
        return np.rint(LAG_SCALE * np.clip(around, -1.0, 1.0)).astype(np.int16)


def _overlap(window: int, reach: int) -> NDArray[np.float64]:
    """Share that two windows on a delayed signal have in common at each lag: the autocorrelation of the window."""
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(window) / window)
    spectrum = np.abs(scipy.fft.rfft(hann, 2 * window)) ** 2
    lags = scipy.fft.irfft(spectrum, 2 * window)[: reach + 1]
    lags /= lags[0]
    return np.concatenate([lags[:0:-1], lags])
