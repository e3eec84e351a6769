"""What an equaliser band does to the level: at frequencies, and averaged over third octaves.

Source: Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients": the analogue prototypes.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.values.chain import EqBand, FilterKind

POINTS = 7
"""Frequencies per third octave at which a response is averaged in power."""


def response_db(band: EqBand, hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain of a bell or shelf in dB: the analogue prototype of the RBJ cookbook.

    Args:
        band: the bell or shelf.
        hertz: frequencies in Hz (any shape).

    Returns:
        Gain in dB at each of them, of the same shape.

    Raises:
        ValueError: a filter of another kind.
    """
    return np.asarray(10.0 * np.log10(_power_gain(band, hertz)))


def _power_gain(band: EqBand, hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """|H(jw)|² of the prototypes, written out: a fit evaluates it some ten thousand times."""
    w = hertz / band.frequency_hz
    squared, a = w * w, 10.0 ** (band.gain_db / 40.0)
    if band.kind is FilterKind.BELL:
        apart = (1.0 - squared) ** 2
        return np.asarray((apart + squared * (a / band.q) ** 2) / (apart + squared / (a * band.q) ** 2))
    if band.kind is FilterKind.LOW_SHELF:
        damping = squared * a / band.q**2
        return np.asarray(a * a * ((a - squared) ** 2 + damping) / ((1.0 - a * squared) ** 2 + damping))
    if band.kind is FilterKind.HIGH_SHELF:
        damping = squared * a / band.q**2
        return np.asarray(a * a * ((1.0 - a * squared) ** 2 + damping) / ((a - squared) ** 2 + damping))
    raise ValueError(f"no gain in dB describes a {band.kind.value}")


@cache
def _points_hz(names: tuple[str, ...]) -> NDArray[np.float64]:
    """Frequencies at which a response is averaged, shape (third octaves, `POINTS`)."""
    inside = 10.0 ** (np.linspace(-0.05, 0.05, 2 * POINTS + 1)[1::2])
    points: NDArray[np.float64] = np.array([float(name) for name in names])[:, np.newaxis] * inside
    return points


def in_thirds_db(band: EqBand, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Gain averaged in power over each third octave, dB, shape (third octaves,); `names` are frequencies in Hz."""
    return np.asarray(10.0 * np.log10(np.mean(_power_gain(band, _points_hz(names)), axis=1)))
