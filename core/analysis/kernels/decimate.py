"""Low-pass and keep every n-th sample: a symmetric FIR, evaluated only where an output is wanted."""

import numpy as np
from numpy.typing import NDArray


def decimate(samples: NDArray[np.float32], taps: NDArray[np.float32], margin: int, factor: int) -> NDArray[np.float32]:
    """Filter and decimate.

    Args:
        samples: shape (channels, margin + n * factor + margin): the signal with its context.
        taps: odd length, symmetric.
        margin: samples of context on each side, at least half the filter.
        factor: keep one sample of so many.

    Returns:
        Shape (channels, n); output i lies on input sample ``i * factor`` of the signal without its context.
    """
    channels = samples.shape[0]
    length = taps.shape[0]
    first = margin - length // 2
    count = (samples.shape[1] - 2 * margin) // factor
    out = np.empty((channels, count), np.float32)
    for channel in range(channels):
        for i in range(count):
            window = samples[channel, first + i * factor : first + i * factor + length]
            total = np.float32(0.0)
            for t in range(length):
                total += window[t] * taps[t]
            out[channel, i] = total
    return out
