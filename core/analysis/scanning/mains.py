"""Levels of the mains frequencies and their surroundings, from which hum is found later.

Each harmonic of 50 and 60 Hz is mixed down to 0 Hz in steps of a slot, and blocks of four seconds of that are
transformed: a spectrum of ±5 Hz around the harmonic in steps of a quarter of a hertz.
"""

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from core.analysis.grid import SLOTS_PER_CHUNK, TimeGrid
from core.analysis.stored_levels import to_levels

MAINS_HZ = (50.0, 60.0)
MAINS_HARMONICS = 6
LINES_HZ = tuple(sorted({mains * order for mains in MAINS_HZ for order in range(1, MAINS_HARMONICS + 1)}))
"""Eleven frequencies: 300 Hz belongs to both."""

BLOCK_CHUNKS, STEP_CHUNKS = 4, 2
"""Length and step of the blocks: four seconds, every two."""

BATCH_CHUNKS = 32
"""Chunks that are transformed together."""

LINE_REACH = 0.002
"""Share by which a line may be off its nominal frequency: power grids stay within 0.2 %."""

SURROUNDINGS_HZ = (1.1, 4.9)
"""Distance from a line in which its surroundings are measured."""

SURROUNDINGS_SHARE = 0.9
"""Quantile of the bins beside a line that counts as its surroundings. A loop that repeats exactly has lines everywhere:
with a high quantile these count as surroundings, and the gaps between them do not."""

LINE, SURROUNDINGS = 0, 1
"""Rows of the table."""


def mains_blocks(whole_chunks: int) -> int:
    """Number of blocks in `whole_chunks` chunks."""
    return max(0, (whole_chunks - BLOCK_CHUNKS) // STEP_CHUNKS + 1)


class MainsLines:
    """Levels around the mains frequencies, chunk by chunk, from the decimated signal."""

    def __init__(self, grid: TimeGrid) -> None:
        self._slot = grid.low_slot_samples
        turns = np.outer(np.arange(self._slot) / grid.low_rate_hz, LINES_HZ)
        self._mixer = np.concatenate([np.cos(2.0 * np.pi * turns), -np.sin(2.0 * np.pi * turns)], axis=1)
        self._mixer = (self._mixer / self._slot).astype(np.float32)
        self._slot_turns = np.array(LINES_HZ) * self._slot / grid.low_rate_hz
        slots = BLOCK_CHUNKS * SLOTS_PER_CHUNK
        self._window = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(slots) / slots))[:, None]
        # a sine of amplitude A gives A / 2 in the baseband; its power is A² / 2
        self._scale = 2.0 / np.sum(self._window) ** 2
        offsets = np.abs(scipy.fft.fftfreq(slots, grid.slot_s))[:, None]
        reach = np.maximum(LINE_REACH * np.array(LINES_HZ), 1.0 / (slots * grid.slot_s))
        self._on_line = offsets <= reach * 1.001
        self._beside = np.flatnonzero((offsets >= SURROUNDINGS_HZ[0]) & (offsets <= SURROUNDINGS_HZ[1]))
        self._waiting: list[NDArray[np.float32]] = []
        self._first_slot = 0
        self._pieces: list[NDArray[np.int16]] = []

    def feed(self, low: NDArray[np.float32]) -> None:
        """Take in a chunk of the decimated signal, shape (channels, n)."""
        self._waiting.append(low.reshape(low.shape[0], SLOTS_PER_CHUNK, self._slot) @ self._mixer)
        if len(self._waiting) == BATCH_CHUNKS:
            self._measure()

    def table(self, blocks: int) -> NDArray[np.int16]:
        """Shape (2, 11, blocks): power of the line, and of the higher bins beside it; mean of the channels."""
        self._measure()
        pieces = [np.zeros((2, len(LINES_HZ), 0), np.int16), *self._pieces]
        return np.ascontiguousarray(np.concatenate(pieces, axis=-1)[..., :blocks])

    def _measure(self) -> None:
        """Transform the blocks that are complete."""
        blocks = mains_blocks(len(self._waiting))
        if not blocks:
            return
        mixed = np.concatenate(self._waiting, axis=1)
        slots = self._first_slot + np.arange(mixed.shape[1])
        turn = np.exp(-2j * np.pi * (np.outer(slots, self._slot_turns) % 1.0))
        lines = len(LINES_HZ)
        baseband = (mixed[..., :lines] + 1j * mixed[..., lines:]) * turn
        step = STEP_CHUNKS * SLOTS_PER_CHUNK
        parts = sliding_window_view(baseband, BLOCK_CHUNKS * SLOTS_PER_CHUNK, axis=1)[:, : blocks * step : step]
        spectra = scipy.fft.fft(np.swapaxes(parts, 2, 3) * self._window, axis=2)
        power = (spectra.real**2 + spectra.imag**2).mean(axis=0) * self._scale
        line = np.where(self._on_line, power, 0.0).max(axis=1)
        beside = np.sort(power[:, self._beside], axis=1)[:, round(SURROUNDINGS_SHARE * (self._beside.size - 1))]
        self._pieces.append(to_levels(np.stack([line.T, beside.T])))
        done = blocks * STEP_CHUNKS
        self._waiting = self._waiting[done:]
        self._first_slot += done * SLOTS_PER_CHUNK
