"""Goal: turn a 5.0 or 5.1 stream into `Frames`: loudness and peaks of its channels, all else of its stereo downmix.

Conventions: blocks are ``(channels, n)`` float32 with full scale = 1; the `Speaker` of a channel tells what it is for.

Sources: channel weights: ITU-R BS.1770-5 Annex 1, table 3 (the channel for low-frequency effects does not count).
Downmix: ITU-R BS.775-4 Annex 4, table 2, 2/0 format: centre and surrounds at −3 dB, without low-frequency effects.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import Frames, ProgrammeTables
from core.analysis.grid import HOPS_PER_SLOT, TimeGrid
from core.analysis.scanning.chunks import Rechunker
from core.analysis.scanning.scan import check_block, scan
from core.analysis.scanning.time_tables import MARGIN_SAMPLES, TimeTables
from core.analysis.stored_levels import to_levels, to_power
from core.audio.layouts import Speaker

SURROUND_WEIGHT = 1.41
"""Power of a surround channel in the loudness: +1.5 dB (BS.1770-5 Annex 1, table 3)."""

CHANNEL_WEIGHTS = MappingProxyType(
    {
        Speaker.LEFT: 1.0,
        Speaker.RIGHT: 1.0,
        Speaker.CENTRE: 1.0,
        Speaker.LFE: 0.0,
        Speaker.LEFT_SURROUND: SURROUND_WEIGHT,
        Speaker.RIGHT_SURROUND: SURROUND_WEIGHT,
    }
)
"""Weight of the power of each channel in the loudness (BS.1770-5 Annex 1, table 3)."""

FOLDED = 0.5**0.5
"""Amplitude of the centre and the surrounds in the downmix: −3 dB (BS.775-4 Annex 4, table 2)."""

DOWNMIX = MappingProxyType(
    {
        Speaker.LEFT: (1.0, 0.0),
        Speaker.RIGHT: (0.0, 1.0),
        Speaker.CENTRE: (FOLDED, FOLDED),
        Speaker.LFE: (0.0, 0.0),
        Speaker.LEFT_SURROUND: (FOLDED, 0.0),
        Speaker.RIGHT_SURROUND: (0.0, FOLDED),
    }
)
"""Amplitude of each channel in left and right of the downmix (BS.775-4 Annex 4, table 2)."""

CHANNELS_TOGETHER = 2
"""Channels per `TimeTables`, which take one or two."""


def scan_programme(
    blocks: Iterable[NDArray[np.float32]], sample_rate_hz: int, channels: int, speakers: Sequence[Speaker] = ()
) -> Frames:
    """Scan a file.

    Args:
        blocks: arrays of shape (channels, n), in order.
        sample_rate_hz: 8 to 192 kHz.
        channels: 1 or 2, or the number of speakers.
        speakers: what each channel of a surround file is for; none for mono and stereo.

    Returns:
        The time tables of the file.

    Raises:
        InputError: the file is empty, its number of channels changes, or samples are not finite.
    """
    if not speakers:
        return scan(blocks, sample_rate_hz, channels)
    grid = TimeGrid.at(sample_rate_hz)
    programme = _Programme(grid, speakers)
    frames = scan(_folded(blocks, speakers, programme), sample_rate_hz, 2)
    return replace(frames, surround=programme.tables(frames.sample_count))


def downmix(speakers: Sequence[Speaker]) -> NDArray[np.float32]:
    """Amplitudes of the channels in left and right of the downmix, shape (2, channels)."""
    return np.array([DOWNMIX[speaker] for speaker in speakers], np.float32).T


def _folded(
    blocks: Iterable[NDArray[np.float32]], speakers: Sequence[Speaker], programme: "_Programme"
) -> Iterator[NDArray[np.float32]]:
    """The stereo downmix of each block, after the tables of the channels themselves have taken the block in."""
    shares = downmix(speakers)
    for block in blocks:
        check_block(block, len(speakers))
        programme.feed(block)
        yield shares @ block
    programme.flush()


class _Programme:
    """Loudness and peaks of all channels."""

    def __init__(self, grid: TimeGrid, speakers: Sequence[Speaker]) -> None:
        self._grid, self._speakers = grid, speakers
        starts = range(0, len(speakers), CHANNELS_TOGETHER)
        self._groups = [slice(start, min(start + CHANNELS_TOGETHER, len(speakers))) for start in starts]
        self._tables = [TimeTables(grid, group.stop - group.start) for group in self._groups]
        self._chunks = Rechunker(len(speakers), grid.chunk_samples, MARGIN_SAMPLES)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take in the next samples, shape (channels, n)."""
        for chunk in self._chunks.push(block):
            self._take(chunk)

    def flush(self) -> None:
        """Take in the remaining samples."""
        for chunk in self._chunks.flush():
            self._take(chunk)

    def tables(self, sample_count: int) -> ProgrammeTables:
        """The finished tables of `sample_count` samples."""
        hops = -(-sample_count // self._grid.hop_samples)
        lengths = {"hops": hops, "slots": -(-hops // HOPS_PER_SLOT)}
        parts: list[dict[str, Any]] = [tables.tables(lengths, sample_count) for tables in self._tables]
        for part, group in zip(parts, self._groups, strict=True):
            part["runs"][:, 0] += group.start
        joined = {
            name: np.concatenate([part[name] for part in parts])
            for name in ("extremes", "true_peak", "true_peak_at_samples", "true_peak_power", "run_counts", "runs")
        }
        weighted = np.zeros(hops)
        levels = [row for part in parts for row in part["k_power"]]
        for speaker, row in zip(self._speakers, levels, strict=True):
            weighted += CHANNEL_WEIGHTS[speaker] * to_power(row)
        return ProgrammeTables(k_power=to_levels(weighted[None]), **joined)

    def _take(self, chunk: NDArray[np.float32]) -> None:
        for tables, group in zip(self._tables, self._groups, strict=True):
            tables.feed(np.ascontiguousarray(chunk[group]), MARGIN_SAMPLES)
