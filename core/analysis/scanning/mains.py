"""Steady lines at the mains frequencies and their harmonics, from which hum is found later.

Each harmonic of 50 and 60 Hz is mixed down to 0 Hz in steps of a slot. Within segments of 64 s a constant line is
fitted to that by weighted least squares: a slot counts by the inverse of the power that moves in it, so gaps between
notes and strokes decide and the music weighs little. What is left after the fit, 0.2 to 4.5 Hz beside the line, is
the noise that the fit is held against. A grid is off its nominal frequency by at most 0.2 %, all harmonics in
proportion; each segment takes the offset at which its lines fit best. Loops that repeat exactly consist of lines, too:
the height of the best other grid, 0.2 to 0.7 Hz away, tells how high lines of the music reach by themselves.

Sources: weighted least squares for noise of varying power, and its iteration (Huber & Ronchetti 2009, "Robust
Statistics", section 7.8); ENTSO-E: 49.9 to 50.1 Hz.
"""

from typing import Any, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.analysis.decibels import levels_db
from core.analysis.grid import SLOTS_PER_CHUNK, TimeGrid
from core.analysis.stored_levels import to_levels

MAINS_HZ = (50.0, 60.0)
MAINS_HARMONICS = 6
LINES_HZ = np.outer(MAINS_HZ, np.arange(1, MAINS_HARMONICS + 1))
"""Shape (2, 6); 300 Hz belongs to both."""

SEGMENT_CHUNKS, STEP_CHUNKS, LEAST_CHUNKS = 64, 32, 16
"""Length and step of the segments: 64 s, every 32; a file of 16 to 64 s is one segment. In 64 s a line is 0.02 Hz
wide."""

PART_SLOTS = 160
"""Slots of the parts (16 s) in which the line is measured again, to see whether it stays the same."""

LINE_REACH_HZ, OTHER_FROM_HZ, OTHER_TO_HZ = 0.1, 0.2, 0.7
OFFSET_STEP_HZ = 0.00125
"""Offsets of the fundamental that are tried: ±0.2 % of 50 Hz as the mains, and those of the other grids; their step."""

BESIDE_HZ = (0.2, 4.5)
"""Distance from a line in which the noise of its fit is measured."""

TRANSFORM = 2_048
"""Length of the transforms: three times a segment, so that bins lie 0.005 Hz apart."""

FIRST_FLOOR_SHARE, FLOOR_SHARE = 0.2, 0.1
"""Quantile of a segment's slots whose power is added to that of each slot before the weights are made, in the first fit
and in the others: no single slot decides."""

REFITS = 2
"""Repetitions of the fit with weights from what the fit before left over."""

MOST_PER_LINE = 30.0
"""Power ratio at which a line's share in the choice of the offset is capped (15 dB): one loud line decides nothing."""

CAP_DB = 24.0
"""Height at which a line's share in the height of a whole grid is capped, in dB."""

LEAST_DENOMINATOR = 1e-18
"""Power that is added to every denominator: far below 24-bit noise."""

LINE_ROWS = slice(0, MAINS_HARMONICS)
NOISE_ROWS = slice(MAINS_HARMONICS, 2 * MAINS_HARMONICS)
CHANGE_ROWS = slice(2 * MAINS_HARMONICS, 3 * MAINS_HARMONICS)
PEAK_ROWS = slice(3 * MAINS_HARMONICS, 4 * MAINS_HARMONICS)
OTHER_GRID_ROW = 4 * MAINS_HARMONICS
TABLE_ROWS = OTHER_GRID_ROW + 1
"""Rows of the table of each mains: power of the six lines; power of the noise of their fits; power by which a part's
line differs from the whole segment's, relative to that (median); power of the highest line beside each; and the height
of the best other grid in `OTHER_UNIT_DB`."""

OTHER_UNIT_DB = 0.01


class Segment(NamedTuple):
    """First chunk of a segment, and the one after its last."""

    first: int
    end: int


def mains_segments(whole_chunks: int) -> list[Segment]:
    """The segments of a file of `whole_chunks` chunks."""
    if whole_chunks < LEAST_CHUNKS:
        return []
    length = min(SEGMENT_CHUNKS, whole_chunks)
    return [Segment(first, first + length) for first in range(0, whole_chunks - length + 1, STEP_CHUNKS)]


class MainsLines:
    """Fits the lines, segment by segment, to the decimated signal."""

    def __init__(self, grid: TimeGrid) -> None:
        self._slot, self._slot_s = grid.low_slot_samples, grid.slot_s
        turns = np.outer(np.arange(self._slot) / grid.low_rate_hz, LINES_HZ)
        self._mixer = np.concatenate([np.cos(2.0 * np.pi * turns), -np.sin(2.0 * np.pi * turns)], axis=1)
        self._mixer = (self._mixer / self._slot).astype(np.float32)
        self._slot_turns = LINES_HZ.ravel() * self._slot / grid.low_rate_hz
        self._beside = _beside(TRANSFORM, grid.slot_s)
        steps = round(LINE_REACH_HZ / OFFSET_STEP_HZ)
        self._offsets_hz = np.arange(-steps, steps + 1) * OFFSET_STEP_HZ
        others = OTHER_FROM_HZ + np.arange(round((OTHER_TO_HZ - OTHER_FROM_HZ) / OFFSET_STEP_HZ)) * OFFSET_STEP_HZ
        self._offset_bins = self._bins(self._offsets_hz)
        self._other_bins = self._bins(np.concatenate([-others, others]))
        self._waiting: list[NDArray[np.float32]] = []
        self._first_chunk = 0
        self._pieces: list[NDArray[np.int16]] = []

    def feed(self, low: NDArray[np.float32]) -> None:
        """Take in a chunk of the decimated signal, shape (channels, n)."""
        self._waiting.append(low.reshape(low.shape[0], SLOTS_PER_CHUNK, self._slot) @ self._mixer)
        if len(self._waiting) == SEGMENT_CHUNKS:
            self._pieces.append(self._segment())
            self._waiting = self._waiting[STEP_CHUNKS:]
            self._first_chunk += STEP_CHUNKS

    def table(self, whole_chunks: int) -> NDArray[np.int16]:
        """Shape (2, 25, segments): `LINE_ROWS` and the others of 50 and of 60 Hz; power is the mean of the channels.

        Args:
            whole_chunks: chunks of the file without padding.
        """
        segments = len(mains_segments(whole_chunks))
        if segments and not self._pieces:
            self._waiting = self._waiting[:whole_chunks]
            self._pieces.append(self._segment())
        empty = np.zeros((len(MAINS_HZ), TABLE_ROWS, 0), np.int16)
        pieces = [empty, *(piece[..., None] for piece in self._pieces)]
        return np.ascontiguousarray(np.concatenate(pieces, axis=-1)[..., :segments])

    def _bins(self, offsets_hz: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
        """Bins of the harmonics at each offset of the fundamental, shape (harmonics, offsets)."""
        orders = np.arange(1, MAINS_HARMONICS + 1)
        bins: NDArray[np.intp] = np.rint(np.outer(orders, offsets_hz) * TRANSFORM * self._slot_s).astype(np.intp)
        return bins % TRANSFORM

    def _segment(self) -> NDArray[np.int16]:
        mixed = np.concatenate(self._waiting, axis=1)
        slots = self._first_chunk * SLOTS_PER_CHUNK + np.arange(mixed.shape[1])
        turn = np.exp(-2j * np.pi * (np.outer(slots, self._slot_turns) % 1.0))
        baseband = np.swapaxes((mixed[..., : LINES_HZ.size] + 1j * mixed[..., LINES_HZ.size :]) * turn, 1, 2)
        baseband = baseband.reshape(-1, *LINES_HZ.shape, slots.size)
        off_hz = np.outer(self._best_offsets_hz(baseband), np.arange(1, MAINS_HARMONICS + 1))[..., None]
        turned = baseband * np.exp(-2j * np.pi * off_hz * np.arange(slots.size) * self._slot_s)
        weights, line = _fit(turned)
        left = (turned - line[..., None]) * weights
        spectra = _power(scipy.fft.fft(left, TRANSFORM, axis=-1))
        beside = (spectra[..., self._beside] / weights.sum(axis=-1, keepdims=True) ** 2).mean(axis=0)
        power = _power(line).mean(axis=0)
        change = _change(turned, weights, line) / (power + LEAST_DENOMINATOR)
        # a sine of amplitude A gives A / 2 in the baseband; its power is A² / 2
        rows = (2.0 * power, 2.0 * beside.mean(axis=-1), change, 2.0 * beside.max(axis=-1))
        levels = to_levels(np.concatenate(rows, axis=1))
        others = np.rint(self._other_grid_db(spectra.mean(axis=0)) / OTHER_UNIT_DB).astype(np.int16)
        return np.concatenate([levels, others[:, None]], axis=1)

    def _best_offsets_hz(self, baseband: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Per mains, the offset of the fundamental at which its lines together stand out most."""
        weighted = baseband * _weights(_power(baseband), FIRST_FLOOR_SHARE)
        spectra = _power(scipy.fft.fft(weighted, TRANSFORM, axis=-1))
        spectra /= _power(weighted).sum(axis=-1, keepdims=True) + LEAST_DENOMINATOR
        ratio = np.minimum(_at(spectra, self._offset_bins), MOST_PER_LINE)
        best_hz: NDArray[np.float64] = self._offsets_hz[ratio.sum(axis=(0, 2)).argmax(axis=-1)]
        return best_hz

    def _other_grid_db(self, spectra: NDArray[np.float64]) -> NDArray[np.float64]:
        """Per mains, the sum of the heights of the six lines of the best grid beside it in what is left, in dB."""
        height = spectra / (spectra[..., self._beside].mean(axis=-1, keepdims=True) + LEAST_DENOMINATOR)
        at_others: NDArray[np.float64] = np.clip(levels_db(_at(height, self._other_bins)), 0.0, CAP_DB)
        best: NDArray[np.float64] = at_others.sum(axis=1).max(axis=-1)
        return best


def _beside(length: int, slot_s: float) -> NDArray[np.bool_]:
    frequencies = np.abs(scipy.fft.fftfreq(length, slot_s))
    beside: NDArray[np.bool_] = (frequencies >= BESIDE_HZ[0]) & (frequencies <= BESIDE_HZ[1])
    return beside


def _at(spectra: NDArray[np.float64], bins: NDArray[np.intp]) -> NDArray[np.float64]:
    """The bins of each harmonic; spectra: (..., harmonics, n), bins: (harmonics, m)."""
    return np.take_along_axis(spectra, np.broadcast_to(bins, (*spectra.shape[:-1], bins.shape[1])), -1)


def _power(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    return values.real**2 + values.imag**2


class _Fit(NamedTuple):
    """Weights of the slots, and the lines, shape (..., harmonics)."""

    weights: NDArray[np.float64]
    line: NDArray[np.complex128]


def _fit(turned: NDArray[np.complex128]) -> _Fit:
    """Fit a constant line to each harmonic; turned: (..., harmonics, slots)."""
    weights = _weights(_power(turned), FIRST_FLOOR_SHARE)
    line = _mean(turned, weights)
    for _ in range(REFITS):
        weights = _weights(_power(turned - line[..., None]), FLOOR_SHARE)
        line = _mean(turned, weights)
    return _Fit(weights, line)


def _change(
    turned: NDArray[np.complex128], weights: NDArray[np.float64], line: NDArray[np.complex128]
) -> NDArray[np.float64]:
    """Power of the difference between a part's line and the segment's, median of the parts, mean of the channels."""
    parts = max(1, turned.shape[-1] // PART_SLOTS)
    shape = (*turned.shape[:-1], parts, turned.shape[-1] // parts)
    used = shape[-2] * shape[-1]
    in_parts = _mean(turned[..., :used].reshape(shape), weights[..., :used].reshape(shape))
    change: NDArray[np.float64] = np.median(_power(in_parts - line[..., None]).mean(axis=0), axis=-1)
    return change


def _mean(values: NDArray[np.complex128], weights: NDArray[np.float64]) -> NDArray[np.complex128]:
    mean: NDArray[np.complex128] = (values * weights).sum(axis=-1) / weights.sum(axis=-1)
    return mean


def _weights(power: NDArray[np.float64], floor_share: float) -> NDArray[np.float64]:
    """Inverse of the power around each slot, mean of three, plus the power of the segment's quieter slots."""
    padded = np.concatenate([power[..., :1], power, power[..., -1:]], axis=-1)
    around = (padded[..., :-2] + padded[..., 1:-1] + padded[..., 2:]) / 3.0
    at = int(floor_share * (power.shape[-1] - 1))
    floor = np.partition(around, at, axis=-1)[..., at : at + 1]
    weights: NDArray[np.float64] = 1.0 / (around + floor + LEAST_DENOMINATOR)
    return weights
