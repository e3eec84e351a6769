"""Spectral peaks folded into one octave."""

import math

import numpy as np
from numpy.typing import NDArray


def folded_peaks(
    power: NDArray[np.float32],
    first: int,
    bin_hz: float,
    reference_hz: float,
    floor: float,
    folded: NDArray[np.float64],
    levels: NDArray[np.float64],
) -> None:
    """Add the amplitude of each peak to its pitch class.

    Args:
        power: shape (frames, bins), bins from bin 1 upwards.
        first: index of the lowest bin that may be a peak, at least 1.
        bin_hz: distance of two bins.
        reference_hz: frequency of pitch class 0.
        floor: peaks below this share of the highest inner bin of their frame are left out.
        folded: shape (frames, classes), filled in place.
        levels: shape (frames,), filled in place: power of the peaks.
    """
    bins, classes = power.shape[1], folded.shape[1]
    folded[:] = 0.0
    for frame in range(power.shape[0]):
        row = power[frame]
        highest = np.float32(0.0)
        for k in range(1, bins - 1):
            highest = max(highest, row[k])
        threshold = floor * highest
        levels[frame] = 0.0
        for k in range(first, bins - 1):
            here = row[k]
            if here > threshold and here > row[k - 1] and here >= row[k + 1]:
                below, at, above = (
                    math.log(row[k - 1] + 1e-30),
                    math.log(here + 1e-30),
                    math.log(row[k + 1] + 1e-30),
                )
                curvature = below - 2.0 * at + above
                shift = 0.5 * (below - above) / min(curvature, -1e-12) if curvature < 0.0 else 0.0
                # row 0 is bin 1
                frequency = (k + 1 + min(0.5, max(-0.5, shift))) * bin_hz
                pitch = round(classes * math.log2(frequency / reference_hz)) % classes
                folded[frame, pitch] += math.sqrt(here)
                levels[frame] += here
