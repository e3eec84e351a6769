"""Collecting clipped runs: the count of all, the places of the longest."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import BEYOND_FULL_SCALE, FLAT_HIGH, FLAT_LOW
from core.analysis.kernels.clipped_runs import FLAT_STATE, MIN_RUN, OVER_STATE, flat_runs, runs_beyond
from core.analysis.kernels.jit import compiled

KEPT_RUNS = 256
"""Longest runs kept of each channel and kind."""

MIN_STEP_QUANTA = 4.0
"""Least step onto or off a plateau in quantisation steps: a rounded waveform top leaves its plateau by at most two, and
twice that is a corner."""

QUANTUM_16_BIT, QUANTUM_8_BIT = 1.0 / 32_768.0, 1.0 / 128.0
"""Quantisation steps of integer files, full scale = 1."""


class RunCollector:
    """The clipped runs of a file, chunk by chunk. `counts`: number of each kind, shape (channels, 3)."""

    def __init__(self, channels: int, chunk_samples: int) -> None:
        self._rows = np.zeros((chunk_samples // MIN_RUN + 1, 2), np.int64)
        self._values = np.zeros(self._rows.shape[0], np.float64)
        self._flat_state = np.zeros((channels, FLAT_STATE))
        self._over_state = np.zeros((channels, OVER_STATE))
        self._levels = np.zeros((channels, 2))
        self._kept = [[np.zeros((0, 2), np.int64) for _ in range(3)] for _ in range(channels)]
        self._coarse_grid = True
        self.counts = np.zeros((channels, 3), np.int64)

    def feed(self, samples: NDArray[np.float32], offset: int, highest: NDArray[np.float64]) -> None:
        """Take in the next samples.

        Args:
            samples: shape (channels, n).
            offset: index of the first of them in the file.
            highest: shape (channels,): the highest of them as absolute value.
        """
        # an 8-bit file has steps of 1/128: after one value off that grid the finer quantum is used
        self._coarse_grid = self._coarse_grid and not np.any(np.remainder(samples, np.float32(QUANTUM_8_BIT)))
        min_step = MIN_STEP_QUANTA * (QUANTUM_8_BIT if self._coarse_grid else QUANTUM_16_BIT)
        for channel, signal in enumerate(samples):
            found = compiled(flat_runs)(signal, offset, min_step, self._flat_state[channel], self._rows, self._values)
            if found or np.any(self._flat_state[channel, 3:5] != self._levels[channel]):
                self._take_flat(channel, self._rows[:found], self._values[:found])
            if highest[channel] >= 1.0 or self._over_state[channel, 0]:
                found = compiled(runs_beyond)(signal, offset, 1.0, self._over_state[channel], self._rows)
                self._take(channel, BEYOND_FULL_SCALE, self._rows[:found])

    @property
    def extremes(self) -> NDArray[np.float64]:
        """Highest and lowest sample of each channel, shape (channels, 2)."""
        return self._flat_state[:, 3:5].copy()

    def table(self) -> NDArray[np.int64]:
        """Rows of channel, kind, start sample, length; shape (rows, 4)."""
        rows = [
            np.column_stack([np.full(len(kept), channel), np.full(len(kept), kind), kept])
            for channel, kinds in enumerate(self._kept)
            for kind, kept in enumerate(kinds)
        ]
        return np.concatenate(rows).astype(np.int64)

    def _take_flat(self, channel: int, rows: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        for kind, extreme in ((FLAT_HIGH, self._flat_state[channel, 3]), (FLAT_LOW, self._flat_state[channel, 4])):
            if extreme != self._levels[channel, kind]:
                self._levels[channel, kind] = extreme
                self.counts[channel, kind] = 0
                self._kept[channel][kind] = np.zeros((0, 2), np.int64)
            self._take(channel, kind, rows[values == extreme])

    def _take(self, channel: int, kind: int, rows: NDArray[np.int64]) -> None:
        self.counts[channel, kind] += len(rows)
        merged = np.concatenate([self._kept[channel][kind], rows])
        if len(merged) > KEPT_RUNS:
            longest = np.argsort(-merged[:, 1], kind="stable")[:KEPT_RUNS]
            merged = merged[np.sort(longest)]
        self._kept[channel][kind] = merged
