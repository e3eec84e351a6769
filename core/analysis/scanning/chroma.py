"""Chroma of spectral peaks in steps of 10 cents, from which tuning, pitch classes and key are read later.

Source: harmonic pitch class profile, Gómez (2006), "Tonal description of music audio signals", with spectral peaks
placed by parabolic interpolation of the log spectrum (Serra & Smith 1990).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHROMA_BINS = 120
"""Bins per octave: 10 cents each, bin 0 centred on A."""

CHROMA_FROM_HZ, CHROMA_TO_HZ = 55.0, 2_000.0
"""Range of the peaks: below, semitones are closer than the window resolves; above, partials crowd out the notes."""

PEAK_FLOOR = 1e-5
"""Peaks more than 50 dB below the highest of their frame are left out."""

A4_HZ = 440.0


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
    """
    frames = power.shape[0]
    inner = power[:, 1:-1]
    frequencies = np.arange(2, power.shape[1]) * bin_hz
    loud = inner > PEAK_FLOOR * np.max(inner, axis=1, keepdims=True)
    peaks = (inner > power[:, :-2]) & (inner >= power[:, 2:]) & loud & (frequencies >= CHROMA_FROM_HZ)
    row, column = np.nonzero(peaks)
    below, at, above = (np.log(power[row, column + i].astype(np.float64) + 1e-30) for i in range(3))
    curvature = below - 2.0 * at + above
    shift = np.where(curvature < 0.0, 0.5 * (below - above) / np.minimum(curvature, -1e-12), 0.0)
    frequency = (column + 2 + np.clip(shift, -0.5, 0.5)) * bin_hz
    pitch = np.rint(CHROMA_BINS * np.log2(frequency / A4_HZ)).astype(np.int64) % CHROMA_BINS
    weight = np.exp(0.5 * at)
    folded = np.bincount(row * CHROMA_BINS + pitch, weight, frames * CHROMA_BINS).reshape(frames, CHROMA_BINS)
    highest = folded.max(axis=1, keepdims=True)
    salience = np.rint(255.0 * folded / np.where(highest > 0.0, highest, 1.0)).astype(np.uint8)
    return ChromaRows(salience, np.bincount(row, np.exp(at), frames).astype(np.float64))
