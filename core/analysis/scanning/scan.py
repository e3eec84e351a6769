"""Goal: turn a stream of samples into `Frames` in one pass, in constant memory beyond the tables.

Conventions: blocks are ``(channels, n)`` float32 with full scale = 1, of any size; the result does not depend on how
the stream is cut into them.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHROMA, SLOTS_PER_CHUNK, SLOTS_PER_SPECTRUM, TimeGrid
from core.analysis.scanning.chunks import Rechunker
from core.analysis.scanning.lanes import Lanes
from core.analysis.scanning.low_tables import LowTables
from core.analysis.scanning.spectral_tables import SpectralTables
from core.analysis.scanning.time_tables import MARGIN_SAMPLES, TimeTables
from core.analysis.stored_levels import to_power
from core.values.errors import InputCode, InputError

MAX_AMPLITUDE = 1e7
"""Largest accepted sample, full scale = 1: +140 dBFS. Floats written as unscaled integers reach +90 dBFS; beyond this
limit a file contains no audio."""


def scan(blocks: Iterable[NDArray[np.float32]], sample_rate_hz: int, channels: int) -> Frames:
    """Scan a file.

    Args:
        blocks: arrays of shape (channels, n), in order.
        sample_rate_hz: 8 to 192 kHz.
        channels: 1 or 2.

    Returns:
        The time tables of the file.

    Raises:
        InputError: the file is empty, its number of channels changes, or samples are not finite.
    """
    grid = TimeGrid.at(sample_rate_hz)
    tables = _Tables(grid, channels)
    chunks = Rechunker(channels, grid.chunk_samples, tables.margin_samples)
    # one lane: it takes about as long as decoding. With two, the time saved is lost by waiting for each other
    with Lanes((tables.feed,)) as lanes:
        for block in blocks:
            check_block(block, channels)
            for chunk in chunks.push(block):
                lanes.put(chunk)
        for chunk in chunks.flush():
            lanes.put(chunk)
    if not chunks.pushed_samples:
        raise InputError(InputCode.EMPTY)
    return tables.frames(chunks.pushed_samples)


def check_block(block: NDArray[np.float32], channels: int) -> None:
    """Check a block of samples.

    Args:
        block: shape (channels, n), full scale = 1.
        channels: channels of the file.

    Raises:
        InputError: the block has another number of channels, or a sample is not finite or beyond `MAX_AMPLITUDE`.
    """
    if block.ndim != 2 or block.shape[0] != channels:
        raise InputError(InputCode.FORMAT_CHANGE, channels=channels)
    # a comparison with NaN is false, so this finds NaN, infinities and values out of range
    if block.size and not (np.max(block) <= MAX_AMPLITUDE and np.min(block) >= -MAX_AMPLITUDE):
        raise InputError(InputCode.NON_FINITE)


class _Tables:
    """All collectors of a scan."""

    def __init__(self, grid: TimeGrid, channels: int) -> None:
        self._grid, self._channels = grid, channels
        self._time = TimeTables(grid, channels)
        self._spectral = SpectralTables(grid, channels)
        self._low = LowTables(grid, channels)
        self.margin_samples = max(MARGIN_SAMPLES, self._spectral.margin_samples, self._low.margin_samples)

    def feed(self, chunk: NDArray[np.float32]) -> None:
        """Take in a chunk: one collector after the other, while the chunk is in the processor's cache."""
        self._time.feed(chunk, self.margin_samples)
        self._spectral.feed(chunk, self.margin_samples)
        self._low.feed(chunk, self.margin_samples)

    def frames(self, sample_count: int) -> Frames:
        self._low.flush()
        hops = -(-sample_count // self._grid.hop_samples)
        slots = -(-hops // HOPS_PER_SLOT)
        lengths = {"hops": hops, "slots": slots, "spectra": -(-slots // SLOTS_PER_SPECTRUM)}
        lengths["chroma"] = -(-slots // SLOTS_PER_CHROMA)
        lengths["chunks"] = -(-slots // SLOTS_PER_CHUNK)
        lengths["whole_chunks"] = sample_count // self._grid.chunk_samples
        time = self._time.tables(lengths, sample_count)
        slots_power = to_power(time["power"][: self._channels]).sum(axis=0)
        starts = np.arange(0, slots, SLOTS_PER_SPECTRUM)
        spectra_power = np.add.reduceat(slots_power, starts) / np.diff([*starts, slots])
        powers = {"slots": slots_power, "spectra": spectra_power}
        high: dict[str, Any] = self._spectral.tables(lengths, sample_count, powers)
        low: dict[str, Any] = self._low.tables(lengths, sample_count, powers)
        return Frames(
            sample_rate_hz=self._grid.sample_rate_hz,
            channels=self._channels,
            sample_count=sample_count,
            band_power=np.concatenate([low.pop("low_bands"), high.pop("high_bands")], axis=1),
            sixth_octave_power=np.concatenate([low.pop("low_sixths"), high.pop("high_sixths")]),
            fine_power=np.concatenate([low.pop("low_fine"), high.pop("high_fine")]),
            attack_power=np.concatenate([low.pop("low_attack"), time.pop("high_attack")]),
            **time,
            **high,
            **low,
        )
