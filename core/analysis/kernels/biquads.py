"""Mean square of a signal after a cascade of second-order sections, per time step.

Conventions: sections as `scipy.signal` writes them, rows ``b0 b1 b2 1 a1 a2``; transposed direct form II in double
precision, since the poles of the K-weighting's high-pass sit 0.5 % from the unit circle.
"""

import numpy as np
from numpy.typing import NDArray

DENORMAL = 1e-30
"""State below this is set to zero: denormal numbers cost a hundred times the time and nothing can hear them."""


def filtered_mean_square(
    samples: NDArray[np.float32], sections: NDArray[np.float64], state: NDArray[np.float64], step: int
) -> NDArray[np.float64]:
    """Filter each channel and give the mean square of each `step` samples.

    Args:
        samples: shape (channels, steps * step).
        sections: shape (2, 6): two second-order sections.
        state: shape (channels, 2, 2), changed in place; zeros at the start of the signal.
        step: samples per value.

    Returns:
        Shape (channels, steps).
    """
    channels = samples.shape[0]
    steps = samples.shape[1] // step
    out = np.empty((channels, steps), np.float64)
    b0, b1, b2, a1, a2 = sections[0, 0], sections[0, 1], sections[0, 2], sections[0, 4], sections[0, 5]
    c0, c1, c2, d1, d2 = sections[1, 0], sections[1, 1], sections[1, 2], sections[1, 4], sections[1, 5]
    for first in range(0, channels, 2):
        # each sample waits for the one before: a second channel beside it costs nearly nothing
        second = min(first + 1, channels - 1)
        s0, s1 = state[first, 0, 0], state[first, 0, 1]
        t0, t1 = state[first, 1, 0], state[first, 1, 1]
        u0, u1 = state[second, 0, 0], state[second, 0, 1]
        v0, v1 = state[second, 1, 0], state[second, 1, 1]
        for i in range(steps):
            total, other = 0.0, 0.0
            for n in range(i * step, (i + 1) * step):
                x = np.float64(samples[first, n])
                p = np.float64(samples[second, n])
                y = b0 * x + s0
                q = b0 * p + u0
                s0 = b1 * x - a1 * y + s1
                u0 = b1 * p - a1 * q + u1
                s1 = b2 * x - a2 * y
                u1 = b2 * p - a2 * q
                z = c0 * y + t0
                r = c0 * q + v0
                t0 = c1 * y - d1 * z + t1
                v0 = c1 * q - d1 * r + v1
                t1 = c2 * y - d2 * z
                v1 = c2 * q - d2 * r
                total += z * z
                other += r * r
            if abs(s0) + abs(s1) + abs(t0) + abs(t1) < DENORMAL:
                s0 = s1 = t0 = t1 = 0.0
            if abs(u0) + abs(u1) + abs(v0) + abs(v1) < DENORMAL:
                u0 = u1 = v0 = v1 = 0.0
            out[second, i] = other / step
            out[first, i] = total / step
        state[second, 0, 0], state[second, 0, 1] = u0, u1
        state[second, 1, 0], state[second, 1, 1] = v0, v1
        state[first, 0, 0], state[first, 0, 1] = s0, s1
        state[first, 1, 0], state[first, 1, 1] = t0, t1
    return out
