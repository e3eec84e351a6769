"""Collecting holes and clicks, a chunk behind the signal: each needs to see what follows."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.kernels.disturbances import block_levels, clicks, holes
from core.analysis.kernels.jit import compiled

BLOCK_S = 0.001
"""Blocks have the nearest length that divides a chunk; a chunk has more of them than an event may reach over."""

KEPT_EVENTS = 256
"""First events kept of each channel; all are counted."""


class DisturbanceCollector:
    """The holes and clicks of a file, chunk by chunk."""

    def __init__(self, channels: int, chunk_samples: int, sample_rate_hz: int) -> None:
        wanted = BLOCK_S * sample_rate_hz
        divisors = [n for n in range(1, chunk_samples + 1) if chunk_samples % n == 0]
        self._step = min(divisors, key=lambda n: abs(n - wanted))
        self._blocks = chunk_samples // self._step
        self._power, self._sharpness = (np.zeros((channels, 3 * self._blocks)) for _ in range(2))
        self._hole_rows = np.zeros((self._blocks, 2), np.int64)
        self._click_rows = np.zeros(self._blocks, np.int64)
        self._fed = 0
        self._holes: list[list[NDArray[np.int64]]] = [[] for _ in range(channels)]
        self._clicks: list[list[NDArray[np.int64]]] = [[] for _ in range(channels)]
        self.counts = np.zeros((channels, 2), np.int64)

    def feed(self, chunk: NDArray[np.float32], margin: int) -> None:
        """Take in the next chunk, with at least two samples of context (`margin`) on each side."""
        blocks = self._blocks
        for table in (self._power, self._sharpness):
            table[:, : 2 * blocks] = table[:, blocks:]
        compiled(block_levels)(
            chunk, margin, self._step, self._power[:, 2 * blocks :], self._sharpness[:, 2 * blocks :]
        )
        self._fed += 1
        self._find()

    def flush(self) -> None:
        """Look at the last chunk."""
        blocks = self._blocks
        for table in (self._power, self._sharpness):
            table[:, : 2 * blocks] = table[:, blocks:]
            table[:, 2 * blocks :] = 0.0
        self._fed += 1
        self._find()

    def hole_table(self) -> NDArray[np.int64]:
        """Rows of channel, start sample, length in samples."""
        return _table(self._holes, 3)

    def click_table(self) -> NDArray[np.int64]:
        """Rows of channel, sample."""
        return _table(self._clicks, 2)

    def _find(self) -> None:
        """Look at the middle of the three chunks at hand."""
        blocks, origin = self._blocks, (self._fed - 3) * self._blocks
        for channel in range(self._power.shape[0]):
            power, sharpness = self._power[channel], self._sharpness[channel]
            found = compiled(holes)(power, blocks, 2 * blocks, self._hole_rows)
            if found:
                rows = self._hole_rows[:found] * self._step
                self._take(0, channel, rows + np.array([origin * self._step, 0]), self._holes)
            found = compiled(clicks)(power, sharpness, blocks, 2 * blocks, self._click_rows)
            if found:
                self._take(1, channel, (self._click_rows[:found, None] + origin) * self._step, self._clicks)

    def _take(self, kind: int, channel: int, rows: NDArray[np.int64], kept: list[list[NDArray[np.int64]]]) -> None:
        room = KEPT_EVENTS - min(KEPT_EVENTS, int(self.counts[channel, kind]))
        self.counts[channel, kind] += len(rows)
        if len(rows) and room:
            kept[channel].append(np.column_stack([np.full(len(rows), channel), rows])[:room].astype(np.int64))


def _table(kept: list[list[NDArray[np.int64]]], columns: int) -> NDArray[np.int64]:
    rows = [piece for channel in kept for piece in channel]
    return np.concatenate(rows) if rows else np.zeros((0, columns), np.int64)
