"""Frequency bands as weights on the bins of a power spectrum.

Sources: third octaves by IEC 61260-1 (base ten, 1 kHz reference); each is cut in two at its centre for the
sixth-octave grid, as Elowsson & Friberg (2017) smooth long-term spectra. The seven wide bands are `BAND_EDGES_HZ`.
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.measurements import BAND_EDGES_HZ

NOMINAL_THIRD_OCTAVES = (
    *("20", "25", "31.5", "40", "50", "63", "80", "100", "125", "160", "200", "250", "315", "400", "500", "630"),
    *("800", "1000", "1250", "1600", "2000", "2500", "3150", "4000", "5000", "6300", "8000", "10000", "12500"),
    *("16000", "20000"),
)
"""Nominal centres of IEC 61260-1 in Hz, as they are written."""

A4_HZ = 440.0
"""Concert pitch (ISO 16)."""

LOWEST_THIRD_OCTAVE = -17
"""Index of the 20 Hz band: its centre is 1000 Hz × 10^(−17/10)."""

SPLICE_HZ = 1000.0 * 10.0**-0.35
"""447 Hz, the edge between the third octaves of 400 and 500 Hz: below, the low spectra have the finer bins."""

LOW_BANDS = ("sub_20_60", "bass_60_200", "lowmid_200_500")
"""The wide bands that are measured on the low spectra; the others are measured on the full-rate ones."""

LOW_STEREO_HZ = (20.0, 120.0)
"""The range in Hz that club systems and cutting lathes sum to mono."""

TOP_FROM_HZ, TOP_TO_HZ, TOP_STEP_HZ = 12_000.0, 24_000.0, 250.0
"""Range and step of the linear table in which low-pass edges of encoders are looked for."""


FINE_PER_DECADE, FINE_BELOW_100_HZ, FINE_ABOVE_100_HZ = 80, 34, 174
FINE_BANDS = FINE_BELOW_100_HZ + FINE_ABOVE_100_HZ
"""1/24-octave bands (base ten) from 37.6 Hz to 15 kHz, in which resonances are looked for: bands of a decade, below
100 Hz, above it, and in all."""

FINE_BANDS_BEFORE_6 = 160
"""Bands in frames of version 5 and before: from 100 Hz to 10 kHz."""

FINE_SPLICE_BAND = FINE_BELOW_100_HZ + 100
"""From this band on (1778 Hz) the fine bands are wide enough for the full-rate spectra."""

VOICE_HZ, ESS_HZ = (1_000.0, 4_000.0), (5_000.0, 9_000.0)
"""Ranges of vowels and of sharp esses in Hz (practice: de-essers react from 4 or 5 kHz upwards; Senior 2009)."""

ULTRA_FROM_HZ, ULTRA_STEP_HZ = 20_000.0, 1_000.0
ULTRA_MIN_RATE_HZ = 50_000
"""Start and step of the table above 20 kHz, and the lowest sample rate that has one: below that rate, `top_edges_hz`
reaches half the sample rate."""


def fine_edges_hz(bands: int = FINE_BANDS) -> NDArray[np.float64]:
    """Edges of the 1/24-octave bands in Hz, shape (bands + 1,); `bands`: also those of older frames."""
    lowest = 0 if bands == FINE_BANDS_BEFORE_6 else -FINE_BELOW_100_HZ
    steps = np.arange(lowest, lowest + bands + 1)
    return 100.0 * 10.0 ** (steps / FINE_PER_DECADE)


def ultra_edges_hz(sample_rate_hz: int) -> NDArray[np.float64]:
    """Edges in Hz of the linear table from 20 kHz to half of a high sample rate, shape (bands + 1,).

    Below `ULTRA_MIN_RATE_HZ` there is no band, and one edge.
    """
    if sample_rate_hz < ULTRA_MIN_RATE_HZ:
        return np.array([ULTRA_FROM_HZ])
    return np.arange(ULTRA_FROM_HZ, sample_rate_hz / 2.0 + 0.5, ULTRA_STEP_HZ)


def sixth_octave_edges_hz() -> NDArray[np.float64]:
    """Edges in Hz of the sixth-octave bands from 18 Hz to 22.4 kHz, two bands per third octave; shape (63,)."""
    halves = np.arange(2 * len(NOMINAL_THIRD_OCTAVES) + 1)
    return 1000.0 * 10.0 ** ((LOWEST_THIRD_OCTAVE - 0.5 + halves / 2.0) / 10.0)


def wide_band_edges_hz(names: tuple[str, ...]) -> NDArray[np.float64]:
    """Lower and upper edge in Hz of each of the named wide bands, shape (bands, 2)."""
    return np.array([BAND_EDGES_HZ[name] for name in names])


def top_edges_hz(sample_rate_hz: int) -> NDArray[np.float64]:
    """Edges in Hz of the linear table between 12 and 24 kHz, up to half the sample rate, shape (bands + 1,).

    Up to 24 kHz of sample rate there is no band, and one edge.
    """
    upper = min(TOP_TO_HZ, sample_rate_hz / 2.0)
    return np.arange(TOP_FROM_HZ, upper + 0.5, TOP_STEP_HZ) if upper > TOP_FROM_HZ else np.array([TOP_FROM_HZ])


def adjacent(edges_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges of adjoining bands, shape (bands + 1,), as pairs of lower and upper edge, shape (bands, 2)."""
    return np.stack([edges_hz[:-1], edges_hz[1:]], axis=1)


def bin_weights(edges_hz: NDArray[np.float64], bins: int, bin_hz: float) -> NDArray[np.float32]:
    """Share of each bin that lies in each band.

    Args:
        edges_hz: shape (bands, 2).
        bins: number of bins from bin 1 upwards (bin 0, the offset, belongs to no band).
        bin_hz: distance of two bins; a bin reaches half of it to either side.

    Returns:
        Shape (bins, bands).
    """
    centres = np.arange(1, bins + 1)[:, None] * bin_hz
    lower = np.maximum(centres - bin_hz / 2.0, edges_hz[None, :, 0])
    upper = np.minimum(centres + bin_hz / 2.0, edges_hz[None, :, 1])
    share: NDArray[np.float64] = np.clip(upper - lower, 0.0, None) / bin_hz
    return share.astype(np.float32)
