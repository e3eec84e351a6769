"""Mean squares of a stereo signal and of its middle and sides, and the sums that give its offset."""

import numpy as np
from numpy.typing import NDArray


def hop_powers(samples: NDArray[np.float32], hop: int, power: NDArray[np.float64], sums: NDArray[np.float64]) -> None:
    """Square a chunk, hop by hop.

    The side is squared from its own difference, so that it vanishes where both channels are equal.

    Args:
        samples: shape (channels, hops * hop), one channel or two.
        hop: samples in a hop.
        power: shape (4, hops): mean square of left, right, mid and side; shape (1, hops) for one channel. Filled in
            place.
        sums: shape (channels,): the sum of the samples is added in place.
    """
    share, quarter = 1.0 / hop, 0.25 / hop
    for i in range(power.shape[1]):
        x = samples[0, i * hop : (i + 1) * hop]
        if samples.shape[0] == 1:
            alone, offset = np.float32(0.0), 0.0
            for n in range(hop):
                alone += x[n] * x[n]
                offset += np.float64(x[n])
            power[0, i] = alone * share
            sums[0] += offset
            continue
        y = samples[1, i * hop : (i + 1) * hop]
        left, right, mid, side = np.float32(0.0), np.float32(0.0), np.float32(0.0), np.float32(0.0)
        left_sum, right_sum = 0.0, 0.0
        for n in range(hop):
            left += x[n] * x[n]
            right += y[n] * y[n]
            mid += (x[n] + y[n]) * (x[n] + y[n])
            side += (x[n] - y[n]) * (x[n] - y[n])
            left_sum += np.float64(x[n])
            right_sum += np.float64(y[n])
        power[0, i], power[1, i], power[2, i], power[3, i] = left * share, right * share, mid * quarter, side * quarter
        sums[0] += left_sum
        sums[1] += right_sum
