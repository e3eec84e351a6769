"""Mel bands: triangles over the bins of a spectrum, equally wide on a scale of perceived pitch.

Source: the scale of Slaney (1998), "Auditory Toolbox", Interval Research 1998-010: linear below 1 kHz, logarithmic
above. The same bands as `librosa.filters.mel` with ``norm=None``, which they are tested against; written out because
that library takes a second to load, and five the first time.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

HZ_PER_MEL = 200.0 / 3.0
BREAK_HZ = 1_000.0
"""Where the scale turns logarithmic."""

STEP_ABOVE = np.log(6.4) / 27.0
"""Logarithm of the frequency ratio of one mel above the break."""


def mel_weights(
    sample_rate_hz: int, window_samples: int, bands: int, from_hz: float, to_hz: float
) -> NDArray[np.float64]:
    """Weights of the bins 0 … n / 2 of a transform of n samples, shape (bands, n // 2 + 1); a triangle peaks at 1."""
    bins_hz = np.arange(window_samples // 2 + 1) * (sample_rate_hz / window_samples)
    edges_hz = mel_to_hz(np.linspace(hz_to_mel(from_hz), hz_to_mel(to_hz), bands + 2))
    low, centre, high = (edges_hz[i : bands + i, None] for i in range(3))
    rising, falling = (bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)
    weights: NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    return weights


def hz_to_mel(hz: ArrayLike) -> NDArray[np.float64]:
    """Mels of frequencies."""
    frequency = np.asarray(hz, np.float64)
    above = BREAK_HZ / HZ_PER_MEL + np.log(np.maximum(frequency, BREAK_HZ) / BREAK_HZ) / STEP_ABOVE
    return np.where(frequency < BREAK_HZ, frequency / HZ_PER_MEL, above)


def mel_to_hz(mel: ArrayLike) -> NDArray[np.float64]:
    """Frequencies of mels."""
    mels, at_break = np.asarray(mel, np.float64), BREAK_HZ / HZ_PER_MEL
    return np.where(mels < at_break, mels * HZ_PER_MEL, BREAK_HZ * np.exp(STEP_ABOVE * (mels - at_break)))
