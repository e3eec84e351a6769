"""Which bits of integer samples are in use."""

import numpy as np
from numpy.typing import NDArray

OFF_GRID = -1
"""Some sample is no multiple of the grid."""


def used_bits(samples: NDArray[np.float32], scale: float) -> int:
    """Bitwise or of all samples as integers of a grid.

    Args:
        samples: shape (channels, n).
        scale: one over the step of the grid, a power of two.

    Returns:
        The non-negative mask, or `OFF_GRID`.
    """
    mask, off = np.int32(0), np.int32(0)
    factor = np.float32(scale)
    for channel in range(samples.shape[0]):
        for n in range(samples.shape[1]):
            scaled = abs(samples[channel, n]) * factor
            value = np.int32(scaled)
            off |= np.int32(np.float32(value) != scaled)
            mask |= value
    return OFF_GRID if off else int(mask)
