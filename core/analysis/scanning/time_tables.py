"""Tables made from the samples themselves: loudness, power, peaks, clipped runs, silence, offset."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHUNK, TimeGrid
from core.analysis.kernels.hop_powers import hop_powers
from core.analysis.kernels.jit import compiled
from core.analysis.kernels.true_peak import MARGIN, true_peaks
from core.analysis.scanning.blurred_tops import BlurredTopCollector
from core.analysis.scanning.disturbances import DisturbanceCollector, SwingCollector
from core.analysis.scanning.filter_bank import FilterBank
from core.analysis.scanning.filters import (
    COARSE_BETA,
    COARSE_TAPS,
    FINE_BETA,
    FINE_PHASES,
    FINE_TAPS,
    attack_band,
    interpolators,
    k_weighting,
    oversampling,
)
from core.analysis.scanning.runs import RunCollector
from core.analysis.scanning.table_rows import TableRows

SILENCE_POWER = 10.0 ** (-60.0 / 10.0)
"""Mean square below which 20 ms of a channel count as silent: −60 dBFS RMS."""

GRID_24_BIT = 2.0**23
"""Steps of a 24-bit integer within full scale."""

ALL_BITS = 1
"""Lowest bit of the 24: once it is used, further samples cannot change the effective bit depth."""

OFF_GRID = -1
"""Result of `used_bits` where a sample is no multiple of the grid."""

MARGIN_SAMPLES = FINE_TAPS // 2 + MARGIN
"""Samples of context that the peak search needs on each side."""

HIGH_ATTACK_BAND_HZ = (2_000.0, 8_000.0)
"""The attack band that needs the full rate; the two below are in `low_tables`."""

TIME_TABLE_STEPS = {
    "k_power": "hops",
    "high_attack": "hops",
    "power": "slots",
    "sample_peak": "slots",
    "true_peak_power": "slots",
}
"""The tables made here and their steps in time."""


class TimeTables:
    """Collects the tables that are computed from the samples without a transform."""

    def __init__(self, grid: TimeGrid, channels: int) -> None:
        self._grid = grid
        cascades = [k_weighting(grid.sample_rate_hz), attack_band(*HIGH_ATTACK_BAND_HZ, grid.sample_rate_hz)]
        self._filters = FilterBank(cascades, channels, grid.hop_samples)
        phases = oversampling(grid.sample_rate_hz)
        self._coarse = interpolators(COARSE_TAPS, phases, COARSE_BETA)[1:]
        self._fine = interpolators(FINE_TAPS, FINE_PHASES, FINE_BETA)
        self._position = 0
        self._sums = np.zeros(channels)
        self._last_hop_power = np.zeros(channels)
        self._rows = TableRows(*TIME_TABLE_STEPS)
        self._peaks, self._peak_at = np.zeros(channels), np.zeros(channels)
        self._first_sound, self._last_sound = -1, -1
        self._used_bits, self._on_grid = 0, True
        self.runs = RunCollector(channels, grid.chunk_samples)
        self._blurred_tops = BlurredTopCollector(channels, grid.chunk_samples)
        self._swings = SwingCollector(grid.hop_samples)
        self._disturbances = DisturbanceCollector(channels, grid.chunk_samples, grid.sample_rate_hz)

    def feed(self, chunk: NDArray[np.float32], margin: int) -> None:
        """Take in the next chunk.

        Args:
            chunk: shape (channels, margin + n + margin), full scale = 1.
            margin: samples of context on each side, at least `MARGIN_SAMPLES`.
        """
        samples = np.ascontiguousarray(chunk[:, margin:-margin])
        self._find_sound(self._powers(samples))
        weighted, attack = self._filters.feed(samples)
        self._rows.add_power("k_power", weighted)
        self._rows.add_power("high_attack", attack.sum(axis=0)[None, :])
        self._swings.feed(samples)
        highest = self._find_peaks(chunk, margin)
        self.runs.feed(samples, self._position, highest)
        self._blurred_tops.feed(samples, self._position, highest)
        self._disturbances.feed(chunk, margin)
        self._find_bits(samples)
        self._position += samples.shape[1]

    def tables(self, lengths: Mapping[str, int], sample_count: int) -> dict[str, Any]:
        """The finished tables and values, by the names of `Frames`."""
        self._disturbances.flush()
        run_counts, runs = self.runs.tables()
        return {
            **self._rows.joined({name: lengths[step] for name, step in TIME_TABLE_STEPS.items()}),
            "mean": self._sums / max(1, sample_count),
            "extremes": self.runs.extremes,
            "runs": runs,
            "run_counts": run_counts,
            "true_peak": self._peaks,
            "true_peak_at_samples": self._peak_at,
            "first_sound_hop": self._first_sound,
            # in a file that ends loud, the last sounding 20 ms may extend into the zeros after the end
            "last_sound_hop": min(self._last_sound, lengths["hops"] - 1),
            "used_bits": self._used_bits if self._on_grid else 0,
            "holes": self._disturbances.hole_table(),
            "clicks": self._disturbances.click_table(),
            "event_counts": self._disturbances.counts,
            "plateaus": self._disturbances.plateau_table(),
            "blurred_tops": self._blurred_tops.table(),
            "swings": self._swings.table(sample_count // self._grid.hop_samples),
        }

    def _find_bits(self, samples: NDArray[np.float32]) -> None:
        if self._on_grid and not self._used_bits & ALL_BITS:
            mask = used_bits(samples)
            self._on_grid = mask != OFF_GRID
            self._used_bits |= max(0, mask)

    def _powers(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """Add the power rows; returns the mean square per channel and hop, shape (channels, hops)."""
        channels = samples.shape[0]
        power = np.empty((4 if channels == 2 else 1, SLOTS_PER_CHUNK * HOPS_PER_SLOT))
        compiled(hop_powers)(samples, self._grid.hop_samples, power, self._sums)
        self._rows.add_power("power", power.reshape(-1, SLOTS_PER_CHUNK, HOPS_PER_SLOT).mean(axis=2))
        return power[:channels]

    def _find_sound(self, hop_power: NDArray[np.float64]) -> None:
        """Note the first and last 20 ms (two hops) above the silence threshold."""
        joined = np.column_stack([self._last_hop_power, hop_power])
        pairs = np.flatnonzero(np.any((joined[:, :-1] + joined[:, 1:]) / 2.0 >= SILENCE_POWER, axis=0))
        if pairs.size:
            base = self._position // self._grid.hop_samples
            if self._first_sound < 0:
                self._first_sound = max(0, base + int(pairs[0]) - 1)
            self._last_sound = base + int(pairs[-1])
        self._last_hop_power = hop_power[:, -1]

    def _find_peaks(self, chunk: NDArray[np.float32], margin: int) -> NDArray[np.float64]:
        """Add the peak rows; returns the highest absolute sample of each channel, shape (channels,)."""
        before, at = self._peaks.copy(), np.zeros_like(self._peak_at)
        sample_peaks = np.empty((chunk.shape[0], SLOTS_PER_CHUNK))
        peaks = compiled(true_peaks)(
            chunk,
            self._coarse,
            self._fine,
            margin,
            self._grid.slot_samples,
            self._peaks,
            at,
            sample_peaks,
        )
        self._rows.add_power("sample_peak", sample_peaks**2)
        self._rows.add_power("true_peak_power", peaks**2)
        self._peak_at = np.where(self._peaks > before, at + self._position, self._peak_at)
        highest: NDArray[np.float64] = sample_peaks.max(axis=1)
        return highest


def used_bits(samples: NDArray[np.float32]) -> int:
    """Bitwise or of the magnitudes of samples (any shape) as 24-bit integers; `OFF_GRID` where one is no integer."""
    scaled = np.abs(samples) * np.float32(GRID_24_BIT)
    # values too large for an integer are not on the grid
    with np.errstate(invalid="ignore"):
        integers = scaled.astype(np.int32)
    return (
        int(np.bitwise_or.reduce(integers, axis=None))
        if np.array_equal(integers.astype(np.float32), scaled)
        else OFF_GRID
    )
