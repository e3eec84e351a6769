"""Tables made from full-rate spectra: the bands above 450 Hz, the top of the spectrum, onset flux."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import (
    ESS_HZ,
    FINE_SPLICE_BAND,
    LOW_BANDS,
    SPLICE_HZ,
    TOP_TO_HZ,
    VOICE_HZ,
    adjacent,
    bin_weights,
    fine_edges_hz,
    sixth_octave_edges_hz,
    top_edges_hz,
    ultra_edges_hz,
    wide_band_edges_hz,
)
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHUNK, SLOTS_PER_SPECTRUM, TimeGrid
from core.analysis.measurements import BAND_EDGES_HZ
from core.analysis.scanning.lags import LagCorrelation
from core.analysis.scanning.onsets import OnsetFlux
from core.analysis.scanning.stereo_power import StereoTransform
from core.analysis.scanning.table_rows import EdgeRepair, TableRows

HOPS_PER_BAND_FRAME = 2
"""Band powers take every second transform: 20 ms steps of a 46 ms window leave no gap."""

SPECTRAL_TABLE_STEPS = {
    "high_bands": "slots",
    "high_sixths": "spectra",
    "top_power": "spectra",
    "onset_flux": "hops",
    "ultra_power": "spectra",
    "high_fine": "chunks",
    "ess_power": "hops",
}
"""The tables made here and their steps in time."""

SPECTRAL_TABLES_REPAIRED = (
    ("high_bands", "slots", 1),
    ("high_sixths", "spectra", SLOTS_PER_SPECTRUM),
    ("top_power", "spectra", SLOTS_PER_SPECTRUM),
    ("ultra_power", "spectra", SLOTS_PER_SPECTRUM),
)
"""The tables whose windows reach over their steps, their steps, and slots per step."""


class SpectralTables:
    """Collects the tables that need the full bandwidth but no fine frequency resolution."""

    def __init__(self, grid: TimeGrid, channels: int) -> None:
        self._grid = grid
        bin_hz = grid.sample_rate_hz / grid.stft_window
        ultra_edges = ultra_edges_hz(grid.sample_rate_hz)
        highest_hz = max(TOP_TO_HZ, ultra_edges[-1])
        bins = min(int(highest_hz / bin_hz), grid.stft_window // 2 - 1)
        self._transform = StereoTransform(
            window_samples=grid.stft_window,
            bins=bins,
            hop_samples=grid.hop_samples,
            frames=SLOTS_PER_CHUNK * HOPS_PER_SLOT,
            rows=SLOTS_PER_CHUNK,
            frame_step=HOPS_PER_BAND_FRAME,
            spectrum_step=HOPS_PER_SLOT,
        )
        self.margin_samples = (grid.stft_window - grid.hop_samples + 1) // 2
        edges = sixth_octave_edges_hz()
        names = tuple(name for name in BAND_EDGES_HZ if name not in LOW_BANDS)
        self._bands = bin_weights(wide_band_edges_hz(names), bins, bin_hz)
        self._sixths = bin_weights(adjacent(edges[edges >= SPLICE_HZ * 0.999]), bins, bin_hz)
        self._top = bin_weights(adjacent(top_edges_hz(grid.sample_rate_hz)), bins, bin_hz)
        self._ultra = bin_weights(adjacent(ultra_edges), bins, bin_hz)
        fine = fine_edges_hz()[FINE_SPLICE_BAND:]
        self._fine = bin_weights(adjacent(fine), bins, bin_hz)
        ess = bin_weights(np.array([VOICE_HZ, ESS_HZ]), bins, bin_hz)
        used = np.flatnonzero(ess.any(axis=1))
        self._ess_bins = slice(int(used[0]), int(used[-1]) + 1)
        self._ess = np.ascontiguousarray(ess[self._ess_bins])
        self._lags = LagCorrelation(grid, bins) if channels == 2 else None
        self._onsets = OnsetFlux(grid.sample_rate_hz, grid.stft_window, bins)
        self._rows_out = 4 if channels == 2 else 1
        self._rows = TableRows(*SPECTRAL_TABLE_STEPS)

    def feed(self, chunk: NDArray[np.float32], margin: int) -> None:
        """Take in the next chunk.

        Args:
            chunk: shape (channels, margin + n + margin), full scale = 1.
            margin: samples of context on each side, at least `margin_samples`.
        """
        first = margin - (self._grid.stft_window - self._grid.hop_samples) // 2
        power = self._transform.power(chunk, first)
        if self._lags is not None:
            self._lags.add(power.spectrum)
        total, lrms = power.total, power.lrms[: self._rows_out]
        self._rows.add("onset_flux", self._onsets.feed(total))
        self._rows.add_power("ess_power", (total[:, self._ess_bins] @ self._ess).T)
        self._rows.add_power("high_bands", np.swapaxes(lrms @ self._bands, 1, 2))
        rows = total.reshape(-1, SLOTS_PER_SPECTRUM * HOPS_PER_SLOT, total.shape[1]).mean(axis=1)
        self._rows.add_power("high_sixths", (rows @ self._sixths).T)
        self._rows.add_power("top_power", (rows @ self._top).T)
        self._rows.add_power("ultra_power", (rows @ self._ultra).T)
        self._rows.add_power("high_fine", (rows.mean(axis=0) @ self._fine)[:, None])

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
        self._rows.add("onset_flux", self._onsets.flush())
        tables = self._rows.joined({name: lengths[step] for name, step in SPECTRAL_TABLE_STEPS.items()})
        tables["lag_correlation"] = np.zeros(0, np.int16) if self._lags is None else self._lags.table()
        slot, count = self._grid.slot_samples, sample_count
        for name, kind, step in SPECTRAL_TABLES_REPAIRED:
            EdgeRepair.of(powers[kind], slot * step, self.margin_samples, count).repair(tables[name])
        return tables
