"""Collecting holes, clicks and bursts, one chunk behind the signal, since they depend on the samples that follow."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.kernels.dropouts_and_clicks import block_levels, clicks, holes
from core.analysis.kernels.jit import compiled
from core.analysis.kernels.noise_bursts import BURST_COLUMNS, CELL_BLOCKS, LEAST_CELLS, plateaus

BLOCK_S = 0.001
"""Wanted length of a block; the nearest length that divides a chunk is taken. A chunk has more blocks than an event may
reach over."""

KEPT_EVENTS = 256
"""First events kept of each channel; all are counted."""

KEPT_PLATEAUS = 512
"""First plateaus of sharpness kept of each channel."""


class DisturbanceCollector:
    """The events of a file, chunk by chunk. `counts`: number of holes and clicks, shape (channels, 2)."""

    def __init__(self, channels: int, chunk_samples: int, sample_rate_hz: int) -> None:
        wanted = BLOCK_S * sample_rate_hz
        divisors = [n for n in range(1, chunk_samples + 1) if chunk_samples % n == 0]
        self._step = min(divisors, key=lambda n: abs(n - wanted))
        self._blocks = chunk_samples // self._step
        self._power, self._sharpness, self._share = (np.zeros((channels, 3 * self._blocks)) for _ in range(3))
        self._hole_rows = np.zeros((self._blocks, 2), np.int64)
        self._click_rows = np.zeros((self._blocks, 2), np.int64)
        rows = self._blocks // (CELL_BLOCKS * LEAST_CELLS) + 1
        self._plateau_rows = np.zeros((rows, BURST_COLUMNS), np.int64)
        self._fed = 0
        self._holes: list[list[NDArray[np.int64]]] = [[] for _ in range(channels)]
        self._clicks: list[list[NDArray[np.int64]]] = [[] for _ in range(channels)]
        self._plateaus: list[list[NDArray[np.int64]]] = [[] for _ in range(channels)]
        self.counts = np.zeros((channels, 2), np.int64)

    def feed(self, chunk: NDArray[np.float32], margin: int) -> None:
        """Take in the next chunk, shape (channels, margin + n + margin).

        Args:
            chunk: the chunk with its context.
            margin: samples of context on each side, at least `DIFFERENCE_REACH + NEAR_SAMPLES` of the kernel.
        """
        power, sharpness, share = self._next_tables()
        compiled(block_levels)(chunk, margin, self._step, power, sharpness, share)
        self._find()

    def flush(self) -> None:
        """Search the last chunk."""
        for table in self._next_tables():
            table[:] = 0.0
        self._find()

    def _next_tables(self) -> tuple[NDArray[np.float64], ...]:
        """Views to be filled for the next chunk, behind the last two chunks: power, sharpness, share."""
        blocks = self._blocks
        self._fed += 1
        for table in (self._power, self._sharpness, self._share):
            table[:, : 2 * blocks] = table[:, blocks:]
        return self._power[:, 2 * blocks :], self._sharpness[:, 2 * blocks :], self._share[:, 2 * blocks :]

    def hole_table(self) -> NDArray[np.int64]:
        """Rows of channel, start sample, length in samples."""
        return _table(self._holes, 3)

    def click_table(self) -> NDArray[np.int64]:
        """Rows of channel, sample, and 1 for a lone wrong sample."""
        return _table(self._clicks, 3)

    def plateau_table(self) -> NDArray[np.int64]:
        """Rows of channel, start sample, length in samples, level in hundredths of dBFS, and 1 for an even one."""
        return _table(self._plateaus, 1 + BURST_COLUMNS)

    def _find(self) -> None:
        """Search the middle one of the three chunks in memory."""
        blocks, origin = self._blocks, (self._fed - 3) * self._blocks
        for channel in range(self._power.shape[0]):
            power, sharpness, share = self._power[channel], self._sharpness[channel], self._share[channel]
            found = compiled(holes)(power, blocks, 2 * blocks, self._hole_rows)
            if found:
                rows = self._hole_rows[:found] * self._step
                self._take(0, channel, rows + np.array([origin * self._step, 0]), self._holes)
            found = compiled(clicks)(power, sharpness, share, blocks, 2 * blocks, self._click_rows)
            if found:
                block, lone = self._click_rows[:found].T
                self._take(1, channel, np.column_stack([(block + origin) * self._step, lone]), self._clicks)
            found = compiled(plateaus)(sharpness, self._step, blocks, 2 * blocks, self._plateau_rows)
            room = KEPT_PLATEAUS - sum(map(len, self._plateaus[channel]))
            if found and room > 0:
                start, length, level, even = self._plateau_rows[:found].T
                columns = [np.full(found, channel), (start + origin) * self._step, length * self._step, level, even]
                self._plateaus[channel].append(np.column_stack(columns)[:room])

    def _take(self, kind: int, channel: int, rows: NDArray[np.int64], kept: list[list[NDArray[np.int64]]]) -> None:
        room = KEPT_EVENTS - min(KEPT_EVENTS, int(self.counts[channel, kind]))
        self.counts[channel, kind] += len(rows)
        if len(rows) and room:
            kept[channel].append(np.column_stack([np.full(len(rows), channel), rows])[:room].astype(np.int64))


def _table(kept: list[list[NDArray[np.int64]]], columns: int) -> NDArray[np.int64]:
    rows = [piece for channel in kept for piece in channel]
    return np.concatenate(rows) if rows else np.zeros((0, columns), np.int64)
