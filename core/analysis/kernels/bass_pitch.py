"""The lowest strong partial of spectra: the fundamental of what carries the bass."""

import math

import numpy as np
from numpy.typing import NDArray

STRONG = 10.0 ** (-12.0 / 10.0)
"""A partial this close to the strongest (−12 dB) may be the fundamental; upper partials are often the stronger."""


def bass_pitch(
    power: NDArray[np.float32], first: int, last: int, positions: NDArray[np.float64], levels: NDArray[np.float64]
) -> None:
    """Find the lowest strong peak of each frame.

    Args:
        power: shape (frames, bins), bins from bin 1 upwards.
        first: index of the lowest bin looked at, at least 1.
        last: index of the highest one, exclusive, below the number of bins.
        positions: shape (frames,): its place in bins of the transform, interpolated; 0 where there is none.
        levels: shape (frames,): power of its three bins.
    """
    for frame in range(power.shape[0]):
        row = power[frame]
        highest = 0.0
        for k in range(first, last):
            highest = max(highest, row[k])
        positions[frame], levels[frame] = 0.0, 0.0
        for k in range(first, last):
            if highest > 0.0 and row[k] >= STRONG * highest and row[k] > row[k - 1] and row[k] >= row[k + 1]:
                below, at, above = (
                    math.log(row[k - 1] + 1e-30),
                    math.log(row[k] + 1e-30),
                    math.log(row[k + 1] + 1e-30),
                )
                curvature = below - 2.0 * at + above
                shift = 0.5 * (below - above) / curvature if curvature < 0.0 else 0.0
                # row 0 is bin 1
                positions[frame] = k + 1 + min(0.5, max(-0.5, shift))
                levels[frame] = row[k - 1] + row[k] + row[k + 1]
                break
