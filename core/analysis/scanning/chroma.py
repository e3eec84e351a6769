"""Chroma of spectral peaks in steps of 10 cents, from which tuning, pitch classes and key are read later.

Source: harmonic pitch class profile, Gómez (2006), "Tonal description of music audio signals", with spectral peaks
placed by parabolic interpolation of the log spectrum (Serra & Smith 1990).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import A4_HZ
from core.analysis.kernels.folded_peaks import folded_peaks
from core.analysis.kernels.jit import compiled

CHROMA_BINS = 120
"""Bins per octave: 10 cents each, bin 0 centred on A."""

CHROMA_FROM_HZ, CHROMA_TO_HZ = 55.0, 2_000.0
"""Range of the peaks: below, semitones are closer than the window resolves; above, partials outnumber the notes."""

PEAK_FLOOR = 1e-5
"""Peaks more than 50 dB below the highest of their frame are left out."""


@dataclass(frozen=True, slots=True)
class ChromaRows:
    """Chroma of a batch of frames: salience (frames, 120) scaled to 255, and the power of the peaks (frames,)."""

    salience: NDArray[np.uint8]
    power: NDArray[np.float64]


def peak_chroma(power: NDArray[np.float32], bin_hz: float) -> ChromaRows:
    """Fold the spectral peaks of each frame into one octave.

    Args:
        power: shape (frames, bins), bins from bin 1 upwards.
        bin_hz: distance of two bins.

    Returns:
        One row of chroma per frame.
    """
    folded, levels = np.empty((power.shape[0], CHROMA_BINS)), np.empty(power.shape[0])
    # the rows begin with bin 1
    first = max(1, math.ceil(CHROMA_FROM_HZ / bin_hz) - 1)
    compiled(folded_peaks)(power, first, bin_hz, A4_HZ, PEAK_FLOOR, folded, levels)
    highest = folded.max(axis=1, keepdims=True)
    salience = np.rint(255.0 * folded / np.where(highest > 0.0, highest, 1.0)).astype(np.uint8)
    return ChromaRows(salience, levels)
