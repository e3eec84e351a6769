"""Tables made from the signal decimated to about 6 kHz: the low bands, chroma, the two lower attack bands."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import (
    FINE_SPLICE_BAND,
    LOW_BANDS,
    LOW_STEREO_HZ,
    SPLICE_HZ,
    adjacent,
    bin_weights,
    fine_edges_hz,
    sixth_octave_edges_hz,
    wide_band_edges_hz,
)
from core.analysis.grid import SLOTS_PER_CHROMA, SLOTS_PER_CHUNK, SLOTS_PER_SPECTRUM, TimeGrid
from core.analysis.kernels.decimate import decimate
from core.analysis.kernels.jit import compiled
from core.analysis.scanning.chroma import CHROMA_TO_HZ, peak_chroma
from core.analysis.scanning.chunks import Rechunker
from core.analysis.scanning.filter_bank import FilterBank
from core.analysis.scanning.filters import attack_band, decimator
from core.analysis.scanning.mains import MainsLines
from core.analysis.scanning.stereo_power import StereoTransform
from core.analysis.scanning.table_rows import EdgeRepair, TableRows

LOW_ATTACK_BANDS_HZ = ((20.0, 150.0), (150.0, 2_000.0))
"""The attack bands whose content the decimated signal carries."""

LOW_TABLE_STEPS = {
    "low_bands": "slots",
    "low_power": "slots",
    "low_sixths": "spectra",
    "low_attack": "hops",
    "chroma": "chroma",
    "chroma_level": "chroma",
    "bass_pitch": "chroma",
    "bass_level": "chroma",
    "low_fine": "chunks",
}
"""The tables made here and their steps in time."""

LOW_TABLES_REPAIRED = (
    ("low_bands", "slots", 1),
    ("low_power", "slots", 1),
    ("low_sixths", "spectra", SLOTS_PER_SPECTRUM),
)
"""The tables made with long windows, their steps, and slots to a step."""

CHUNKS_TOGETHER = 4
"""Chunks that are transformed together: their spectra are small, and each call has a cost."""

BASS_FROM_HZ, BASS_TO_HZ = 28.0, 220.0
"""Range of the fundamental of a bass: from the open low string of a five-string bass (31 Hz) to A3."""

BASS_REFERENCE_HZ = 27.5
"""Pitches of the bass are kept in cents above A0."""

STRONG = 10.0 ** (-12.0 / 10.0)
"""Power ratio of −12 dB: a partial this close to the strongest may be the fundamental, since upper partials are often
stronger."""


class LowTables:
    """Collects the tables that need fine frequency resolution below 2 kHz.

    Long windows on the decimated signal cost a fraction of long windows at the full rate.
    """

    def __init__(self, grid: TimeGrid, channels: int) -> None:
        self._grid = grid
        self._taps = decimator(grid.decimation)
        self.margin_samples = self._taps.size // 2
        slots = SLOTS_PER_CHUNK * CHUNKS_TOGETHER
        chunk = grid.low_slot_samples * slots
        self._margin = max(1, (grid.low_window - grid.low_slot_samples + 1) // 2)
        self._chunks = Rechunker(channels, chunk, self._margin)
        bin_hz = grid.low_rate_hz / grid.low_window
        self._bin_hz = bin_hz
        bins = min(int(CHROMA_TO_HZ / bin_hz) + 2, grid.low_window // 2 - 1)
        self._transform = StereoTransform(
            window_samples=grid.low_window,
            bins=bins,
            hop_samples=grid.low_slot_samples,
            frames=slots,
            rows=slots,
        )
        edges = sixth_octave_edges_hz()
        self._bands = bin_weights(wide_band_edges_hz(LOW_BANDS), bins, bin_hz)
        self._low = bin_weights(np.array([LOW_STEREO_HZ]), bins, bin_hz)
        self._sixths = bin_weights(adjacent(edges[edges <= SPLICE_HZ * 1.001]), bins, bin_hz)
        fine = fine_edges_hz()[: FINE_SPLICE_BAND + 1]
        self._fine = bin_weights(adjacent(fine), bins, bin_hz)
        # the rows of a spectrum begin with bin 1
        self._bass_rows = (max(1, int(BASS_FROM_HZ / bin_hz) - 1), min(bins - 1, int(BASS_TO_HZ / bin_hz)))
        self._mains = MainsLines(grid)
        cascades = [attack_band(*band, grid.low_rate_hz) for band in LOW_ATTACK_BANDS_HZ]
        self._filters = FilterBank(cascades, channels, grid.low_hop_samples)
        self._rows_out = 4 if channels == 2 else 1
        self._rows = TableRows(*LOW_TABLE_STEPS)

    def feed(self, chunk: NDArray[np.float32], margin: int) -> None:
        """Take in the next chunk.

        Args:
            chunk: shape (channels, margin + n + margin), full scale = 1.
            margin: samples of context on each side, at least `margin_samples`.
        """
        low = compiled(decimate)(chunk, self._taps, margin, self._grid.decimation)
        self._rows.add_power("low_attack", self._filters.feed(low).sum(axis=1))
        self._mains.feed(low)
        for piece in self._chunks.push(low):
            self._spectra(piece)

    def flush(self) -> None:
        """Take in the end of the signal."""
        for piece in self._chunks.flush():
            self._spectra(piece)

    def tables(
        self, lengths: Mapping[str, int], sample_count: int, powers: Mapping[str, NDArray[np.float64]]
    ) -> dict[str, NDArray[Any]]:
        """The finished tables.

        Args:
            lengths: steps of each kind.
            sample_count: samples in the file.
            powers: mean square per step of each kind, shape (steps,) each.

        Returns:
            Table name to table, shape (…, steps): time along the last axis.
        """
        tables = self._rows.joined({name: lengths[step] for name, step in LOW_TABLE_STEPS.items()})
        tables["mains_lines"] = self._mains.table(lengths["whole_chunks"])
        slot, count = self._grid.low_slot_samples, sample_count // self._grid.decimation
        for name, kind, step in LOW_TABLES_REPAIRED:
            EdgeRepair.of(powers[kind], slot * step, self._margin, count).repair(tables[name])
        return tables

    def _spectra(self, piece: NDArray[np.float32]) -> None:
        first = self._margin - (self._grid.low_window - self._grid.low_slot_samples) // 2
        power = self._transform.power(piece, first)
        total, lrms = power.total, power.lrms[: self._rows_out]
        self._rows.add_power("low_bands", np.swapaxes(lrms @ self._bands, 1, 2))
        self._rows.add_power("low_power", (lrms @ self._low)[..., 0])
        rows = total.reshape(-1, SLOTS_PER_SPECTRUM, total.shape[1]).mean(axis=1)
        self._rows.add_power("low_sixths", (rows @ self._sixths).T)
        chroma = peak_chroma(total[::SLOTS_PER_CHROMA], self._bin_hz)
        self._rows.add("chroma", chroma.salience.T)
        self._rows.add_power("chroma_level", chroma.power)
        seconds = rows.reshape(CHUNKS_TOGETHER, -1, rows.shape[1]).mean(axis=1)
        self._rows.add_power("low_fine", (seconds @ self._fine).T)
        self._bass(total[::SLOTS_PER_CHROMA])

    def _bass(self, power: NDArray[np.float32]) -> None:
        positions, levels = lowest_partials(power, *self._bass_rows)
        frequency = np.maximum(positions * self._bin_hz, BASS_REFERENCE_HZ)
        cents = np.rint(1_200.0 * np.log2(frequency / BASS_REFERENCE_HZ))
        self._rows.add("bass_pitch", np.where(positions > 0.0, cents, -1).astype(np.int16))
        self._rows.add_power("bass_level", levels)


class LowestPartials(NamedTuple):
    """Of each frame: position of the partial in bins, interpolated, and the power of its three bins; 0 for none."""

    position_bins: NDArray[np.float64]
    power: NDArray[np.float64]


def lowest_partials(power: NDArray[np.float32], first: int, last: int) -> LowestPartials:
    """Find the lowest strong peak of each frame: the fundamental of the bass.

    Args:
        power: shape (frames, bins), bins from bin 1 upwards.
        first: index of the lowest bin looked at, at least 1.
        last: index of the highest one, exclusive, below the number of bins.

    Returns:
        Positions and powers, shape (frames,) each.
    """
    at, below, above = (power[:, first + step : last + step] for step in (0, -1, 1))
    highest = at.max(axis=1, keepdims=True).astype(np.float64)
    peaks = (highest > 0.0) & (at >= STRONG * highest) & (at > below) & (at >= above)
    places = first + peaks.argmax(axis=1)
    three = power[np.arange(len(power))[:, None], places[:, None] + np.array([-1, 0, 1])]
    before, middle, after = np.log(three.astype(np.float64) + 1e-30).T
    curvature = before - 2.0 * middle + after
    shift = 0.5 * (before - after) / np.where(curvature < 0.0, curvature, -np.inf)
    found = peaks.any(axis=1)
    # row 0 is bin 1
    positions = np.where(found, places + 1 + np.clip(shift, -0.5, 0.5), 0.0)
    return LowestPartials(positions, np.where(found, three.sum(axis=1), 0.0))
