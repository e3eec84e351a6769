"""Power spectra of both channels, mid and side from one complex transform.

With ``z = L + iR`` and Z its transform, ``a = Z[k]`` and ``b = conj(Z[-k])`` give ``L = (a + b) / 2`` and
``R = (a − b) / 2i``, hence ``mid = (L + R) / 2`` and ``side = (L − R) / 2`` are ``(a ± ib)`` up to a factor of unit
modulus over √8. Each is squared from its own sum, so that the side of two equal channels vanishes to within rounding
instead of being a difference of large powers.
"""

import numpy as np
from numpy.typing import NDArray


def stereo_power(
    spectrum: NDArray[np.complex64],
    scale: float,
    frame_step: int,
    total: NDArray[np.float32],
    lrms: NDArray[np.float32],
) -> None:
    """Square the bins 1 … K of each frame.

    Args:
        spectrum: shape (frames, n): transforms of ``L + iR``.
        scale: what |L|² is multiplied by.
        frame_step: only every so many-th frame goes into `lrms`.
        total: shape (frames, K), filled in place: power of left plus right.
        lrms: shape (4, rows, K), filled in place: power of left, right, mid and side, each row the mean of
            ``frames / frame_step / rows`` frames.
    """
    size, bins = spectrum.shape[1], total.shape[1]
    frames_per_row = total.shape[0] // lrms.shape[1]
    half, share = np.float32(scale / 2.0), scale * frame_step / frames_per_row
    quarter, eighth = np.float32(share / 4.0), np.float32(share / 8.0)
    # copied to real arrays first: loops over complex numbers are not vectorised
    values = spectrum.view(np.float32)
    real, imaginary, squares = np.empty(size, np.float32), np.empty(size, np.float32), np.empty(size, np.float32)
    ar, ai = np.empty(bins, np.float32), np.empty(bins, np.float32)
    br, bi = np.empty(bins, np.float32), np.empty(bins, np.float32)
    lrms[:] = 0.0
    for frame in range(spectrum.shape[0]):
        z, both = values[frame], total[frame]
        for n in range(size):
            real[n], imaginary[n] = z[2 * n], z[2 * n + 1]
        if frame % frame_step:
            # only the sum of both channels is needed
            for n in range(size):
                squares[n] = real[n] * real[n] + imaginary[n] * imaginary[n]
            for k in range(bins):
                both[k] = (squares[k + 1] + squares[size - 1 - k]) * half
            continue
        for k in range(bins):
            ar[k], ai[k] = real[k + 1], imaginary[k + 1]
        for k in range(bins):
            br[k], bi[k] = real[size - 1 - k], -imaginary[size - 1 - k]
        for k in range(bins):
            both[k] = (ar[k] * ar[k] + ai[k] * ai[k] + br[k] * br[k] + bi[k] * bi[k]) * half
        row = frame // frames_per_row
        left, right, mid, side = lrms[0, row], lrms[1, row], lrms[2, row], lrms[3, row]
        for k in range(bins):
            left[k] += ((ar[k] + br[k]) ** 2 + (ai[k] + bi[k]) ** 2) * quarter
            right[k] += ((ar[k] - br[k]) ** 2 + (ai[k] - bi[k]) ** 2) * quarter
            mid[k] += ((ar[k] - bi[k]) ** 2 + (ai[k] + br[k]) ** 2) * eighth
            side[k] += ((ar[k] + bi[k]) ** 2 + (ai[k] - br[k]) ** 2) * eighth


def windowed_frames(
    samples: NDArray[np.float32],
    window: NDArray[np.float32],
    first: int,
    hop: int,
    frames: NDArray[np.complex64],
) -> None:
    """Cut equally spaced frames of ``L + iR`` and window them.

    Args:
        samples: shape (channels, n); a single channel is the left one, and the right is silent.
        window: shape (size,).
        first: index where the first frame begins.
        hop: samples between frames.
        frames: shape (frames, size), filled in place.
    """
    values = frames.view(np.float32)
    size = window.shape[0]
    stereo = samples.shape[0] == 2
    for frame in range(frames.shape[0]):
        start = first + frame * hop
        left, right = samples[0, start : start + size], samples[-1, start : start + size]
        out = values[frame]
        if stereo:
            for i in range(size):
                out[2 * i], out[2 * i + 1] = window[i] * left[i], window[i] * right[i]
        else:
            for i in range(size):
                out[2 * i], out[2 * i + 1] = window[i] * left[i], np.float32(0.0)
