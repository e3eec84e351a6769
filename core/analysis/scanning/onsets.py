"""Onset flux: how much the compressed mel spectrum rises, in six bands.

Source: spectral flux on log-compressed mel bands, Böck & Widmer (2013), "Maximum filter vibrato suppression for onset
detection". Compression, lag and bands were chosen on annotated music
(core/knowledge/pages/measurement.md).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.analysis.kernels.jit import compiled
from core.analysis.kernels.onset_flux import companded_rises, mel_bands
from core.analysis.scanning.mel import mel_weights

MEL_BANDS = 48
MEL_FROM_HZ, MEL_TO_HZ = 30.0, 10_000.0

FLUX_BANDS = 6
"""Eight mel bands are averaged into each."""

COMPRESSION = 80_000.0
"""Power is compressed as log(1 + 80000 × power): linear below −49 dBFS, logarithmic above."""

LAG_HOPS = 2
"""The rise is taken over 20 ms, half the length of the analysis window."""

FLUX_RANGE = 10.0
"""Highest flux that can be kept: a band that jumps from silence to full scale rises by log(40000) = 10.6."""


class OnsetFlux:
    """Flux rows from spectra, remembering the last `LAG_HOPS` of them."""

    def __init__(self, sample_rate_hz: int, window_samples: int, bins: int) -> None:
        highest_hz = min(MEL_TO_HZ, sample_rate_hz / 2.0)
        weights = mel_weights(sample_rate_hz, window_samples, MEL_BANDS, MEL_FROM_HZ, highest_hz)
        weights = weights[:, 1 : bins + 1] * COMPRESSION
        ranges = [np.flatnonzero(row) for row in weights]
        # a band between two bins has no weights at all
        edges = [(int(used[0]), int(used[-1]) + 1) if used.size else (0, 0) for used in ranges]
        self._starts = np.array([first for first, _ in edges])
        self._offsets = np.cumsum([0, *(last - first for first, last in edges)])
        self._weights = np.concatenate(
            [row[first:last] for row, (first, last) in zip(weights, edges, strict=True)]
        ).astype(np.float32)
        self._history = np.zeros((LAG_HOPS, MEL_BANDS), np.float32)

    def feed(self, power: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Flux of the next frames.

        Args:
            power: shape (frames, bins), bins from bin 1 upwards.

        Returns:
            Shape (6, frames), companded (`expand_flux` undoes it).
        """
        joined = np.empty((LAG_HOPS + len(power), MEL_BANDS), np.float32)
        joined[:LAG_HOPS] = self._history
        mel = joined[LAG_HOPS:]
        compiled(mel_bands)(power, self._starts, self._offsets, self._weights, mel)
        np.log(mel, out=mel)
        self._history = joined[-LAG_HOPS:].copy()
        rises = np.empty((FLUX_BANDS, len(power)), np.uint8)
        compiled(companded_rises)(joined, LAG_HOPS, FLUX_RANGE, rises)
        return rises


def expand_flux(companded: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Flux values as they were before they were squeezed into bytes."""
    return _flux_of_bytes()[companded]


@cache
def _flux_of_bytes() -> NDArray[np.float64]:
    values: NDArray[np.float64] = (np.arange(256) / 255.0) ** 2 * FLUX_RANGE
    return values
