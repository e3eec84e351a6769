"""Collecting holes, clicks and bursts, one chunk behind the signal, since they depend on the samples that follow.

And swings of the offset: where the mean of the samples over some 50 ms leaves its own median over a second. Music
leaves little there: the window has its first zero at 18 Hz. What is kept are the highest swings of the file.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, median_filter

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
        """Rows of channel, start sample, length in samples; shape (holes, 3)."""
        return _table(self._holes, 3)

    def click_table(self) -> NDArray[np.int64]:
        """Rows of channel, sample, and 1 for a lone wrong sample; shape (clicks, 3)."""
        return _table(self._clicks, 3)

    def plateau_table(self) -> NDArray[np.int64]:
        """The plateaus of sharpness, shape (plateaus, 1 + BURST_COLUMNS).

        Columns: channel, start sample, length in samples, level in hundredths of dBFS, and 1 for an even one.
        """
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
