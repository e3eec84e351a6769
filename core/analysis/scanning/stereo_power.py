"""Windowed power spectra of both channels."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.analysis.kernels.frame_powers import stereo_power, windowed_frames
from core.analysis.kernels.jit import compiled


@dataclass(frozen=True, slots=True)
class StereoPower:
    """Mean square per bin (bins 1 … K; one-sided: the bins of a channel sum to its mean square).

    Attributes:
        total: shape (frames, K), both channels together.
        lrms: shape (4, rows, K), left, right, mid, side.
        spectrum: shape (every `spectrum_step`-th frame, n): the transforms of ``L + iR``.
    """

    total: NDArray[np.float32]
    lrms: NDArray[np.float32]
    spectrum: NDArray[np.complex64]


class StereoTransform:
    """Hann-windowed spectra of equally spaced frames of a chunk with context.

    Args:
        window_samples: length of a frame.
        bins: K.
        hop_samples: samples between frames.
        frames: frames in a chunk.
        rows: rows of the left/right/mid/side table per chunk; each is a mean of equally many frames.
        frame_step: every `frame_step`-th frame goes into those means.
        spectrum_step: every `spectrum_step`-th frame is also given as transform.
    """

    def __init__(
        self,
        *,
        window_samples: int,
        bins: int,
        hop_samples: int,
        frames: int,
        rows: int,
        frame_step: int = 1,
        spectrum_step: int = 1,
    ) -> None:
        phase = 2.0 * np.pi * np.arange(window_samples) / window_samples
        window = 0.5 - 0.5 * np.cos(phase)
        self.window = window.astype(np.float32)
        self._scale = float(2.0 / (window_samples * np.sum(window**2)))
        self._bins, self._hop, self._frames, self._rows, self._frame_step = bins, hop_samples, frames, rows, frame_step
        self._spectrum_step = spectrum_step
        # one work array for all chunks: allocating it anew would cost as much as the transforms
        self._work = np.empty((frames, window_samples), np.complex64)

    def power(self, samples: NDArray[np.float32], first: int) -> StereoPower:
        """Power of the frames of a chunk.

        Args:
            samples: shape (channels, n); a single channel is the left one, and the right is silent.
            first: index where the first frame begins.

        Returns:
            Mean squares per bin, and some of the transforms.
        """
        total = np.empty((self._frames, self._bins), np.float32)
        lrms = np.empty((4, self._rows, self._bins), np.float32)
        compiled(windowed_frames)(samples, self.window, first, self._hop, self._work)
        spectra = scipy.fft.fft(self._work, axis=1, overwrite_x=True)
        compiled(stereo_power)(spectra, self._scale, self._frame_step, total, lrms)
        return StereoPower(total, lrms, spectra[:: self._spectrum_step].copy())
