"""Levels of the mains frequencies and their surroundings, from which hum is found later.

Each harmonic of 50 and 60 Hz is mixed down to 0 Hz in steps of a slot, and blocks of four seconds of that are
transformed: a spectrum of ±5 Hz around the harmonic in steps of a quarter of a hertz.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.analysis.grid import SLOTS_PER_CHUNK, TimeGrid
from core.analysis.levels import to_levels

MAINS_HZ = (50.0, 60.0)
MAINS_HARMONICS = 6
LINES_HZ = tuple(sorted({mains * order for mains in MAINS_HZ for order in range(1, MAINS_HARMONICS + 1)}))
"""Eleven frequencies: 300 Hz belongs to both."""

BLOCK_CHUNKS, STEP_CHUNKS = 4, 2
"""Blocks of four seconds every two."""

LINE_REACH = 0.002
"""Grids stay within 0.2 % of their frequency."""

SURROUNDINGS_HZ = (1.1, 4.9)
"""Distance from a line in which its surroundings are measured."""

SURROUNDINGS_SHARE = 0.9
"""A loop that repeats exactly has lines all over: they count as surroundings, the gaps between them do not."""

LINE, SURROUNDINGS = 0, 1
"""Rows of the table."""


def mains_blocks(whole_chunks: int) -> int:
    """Blocks in so many chunks."""
    return max(0, (whole_chunks - BLOCK_CHUNKS) // STEP_CHUNKS + 1)


class MainsLines:
    """Levels around the mains frequencies, chunk by chunk, from the decimated signal."""

    def __init__(self, grid: TimeGrid, channels: int) -> None:
        self._slot = grid.low_slot_samples
        turns = np.outer(np.arange(self._slot) / grid.low_rate_hz, LINES_HZ)
        self._mixer = np.concatenate([np.cos(2.0 * np.pi * turns), -np.sin(2.0 * np.pi * turns)], axis=1)
        self._mixer = (self._mixer / self._slot).astype(np.float32)
        self._slot_turns = np.array(LINES_HZ) * self._slot / grid.low_rate_hz
        slots = BLOCK_CHUNKS * SLOTS_PER_CHUNK
        self._baseband = np.zeros((channels, slots, len(LINES_HZ)), np.complex128)
        self._window = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(slots) / slots))[:, None]
        # a sine of amplitude A gives A / 2 in the baseband; its power is A² / 2
        self._scale = 2.0 / np.sum(self._window) ** 2
        offsets = np.abs(scipy.fft.fftfreq(slots, grid.slot_s))[:, None]
        reach = np.maximum(LINE_REACH * np.array(LINES_HZ), 1.0 / (slots * grid.slot_s))
        self._on_line = offsets <= reach * 1.001
        self._beside = np.flatnonzero((offsets >= SURROUNDINGS_HZ[0]) & (offsets <= SURROUNDINGS_HZ[1]))
        self._chunks = 0
        self._pieces: list[NDArray[np.int16]] = []

    def feed(self, low: NDArray[np.float32]) -> None:
        """Take in a chunk of the decimated signal, shape (channels, n)."""
        mixed = low.reshape(low.shape[0], SLOTS_PER_CHUNK, self._slot) @ self._mixer
        lines = len(LINES_HZ)
        slots = self._chunks * SLOTS_PER_CHUNK + np.arange(SLOTS_PER_CHUNK)
        turn = np.exp(-2j * np.pi * (np.outer(slots, self._slot_turns) % 1.0))
        self._baseband[:, :-SLOTS_PER_CHUNK] = self._baseband[:, SLOTS_PER_CHUNK:]
        self._baseband[:, -SLOTS_PER_CHUNK:] = (mixed[..., :lines] + 1j * mixed[..., lines:]) * turn
        self._chunks += 1
        if self._chunks >= BLOCK_CHUNKS and (self._chunks - BLOCK_CHUNKS) % STEP_CHUNKS == 0:
            self._measure()

    def table(self, blocks: int) -> NDArray[np.int16]:
        """Shape (2, 11, blocks): power of the line, and of the higher bins beside it; mean of the channels."""
        if not self._pieces:
            return np.zeros((2, len(LINES_HZ), 0), np.int16)
        return np.ascontiguousarray(np.stack(self._pieces, axis=-1)[..., :blocks])

    def _measure(self) -> None:
        spectra = scipy.fft.fft(self._baseband * self._window, axis=1)
        power = (spectra.real**2 + spectra.imag**2).mean(axis=0) * self._scale
        line = np.where(self._on_line, power, 0.0).max(axis=0)
        beside = np.sort(power[self._beside], axis=0)[round(SURROUNDINGS_SHARE * (self._beside.size - 1))]
        self._pieces.append(to_levels(np.stack([line, beside])))
