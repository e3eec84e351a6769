"""The two halves of onset flux around the logarithm: mel bands, and their rises."""

import math

import numpy as np
from numpy.typing import NDArray


def mel_bands(
    power: NDArray[np.float32],
    starts: NDArray[np.int64],
    offsets: NDArray[np.int64],
    weights: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Weighted sums of neighbouring bins: a matrix product that leaves out the zeros.

    Args:
        power: shape (frames, bins).
        starts: shape (bands,): first bin of each band.
        offsets: shape (bands + 1,): where its weights begin, and the next ones.
        weights: all weights one after the other.
        out: shape (frames, bands), filled in place; one is added, for the logarithm that follows.
    """
    for frame in range(power.shape[0]):
        for band in range(starts.shape[0]):
            size = offsets[band + 1] - offsets[band]
            x = power[frame, starts[band] : starts[band] + size]
            w = weights[offsets[band] : offsets[band + 1]]
            total = np.float32(1.0)
            for n in range(size):
                total += x[n] * w[n]
            out[frame, band] = total


def companded_rises(logarithms: NDArray[np.float32], lag: int, full: float, out: NDArray[np.uint8]) -> None:
    """Mean rise of groups of bands, its square root squeezed into a byte.

    Args:
        logarithms: shape (lag + frames, bands).
        lag: frames over which the rise is taken.
        full: the rise that is kept as 255.
        out: shape (groups, frames), filled in place; every group has equally many bands.
    """
    width = logarithms.shape[1] // out.shape[0]
    for frame in range(out.shape[1]):
        for group in range(out.shape[0]):
            now = logarithms[lag + frame, group * width : (group + 1) * width]
            before = logarithms[frame, group * width : (group + 1) * width]
            rise = np.float32(0.0)
            for band in range(width):
                rise += max(now[band] - before[band], np.float32(0.0))
            out[group, frame] = round(255.0 * math.sqrt(min(rise / width / full, 1.0)))
