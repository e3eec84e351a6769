"""Onset flux: how much the compressed mel spectrum rises, in six bands.

Source: spectral flux on log-compressed mel bands, Böck & Widmer (2013), "Maximum filter vibrato suppression for onset
detection", as in `librosa.onset`; mel scale of Slaney (1998), "Auditory Toolbox", Interval Research 1998-010.
Compression, lag and bands were chosen on annotated music (core/knowledge/pages/measurement.md).
"""

import warnings
from functools import cache

import librosa
import numpy as np
import scipy.sparse
from numpy.typing import NDArray

MEL_BANDS = 48
MEL_FROM_HZ, MEL_TO_HZ = 30.0, 10_000.0

FLUX_BANDS = 6
"""Bands of the flux, each the mean of eight mel bands."""

COMPRESSION = 80_000.0
"""Power is compressed as log(1 + 80000 × power): linear below −49 dBFS, logarithmic above."""

LAG_HOPS = 2
"""Hops over which the rise is taken: 20 ms, half the length of the analysis window."""

MIN_DEVIATION = 1e-3
"""Least standard deviation of a band's flux (0.004 dB of level): below it there is only the ripple of the transform,
and the band has no onsets."""

FLUX_RANGE = 10.0
"""Highest flux that can be stored: a band that jumps from silence to full scale rises by log(40000) = 10.6."""


_GROUPS = [slice(first, first + MEL_BANDS // FLUX_BANDS) for first in range(0, MEL_BANDS, MEL_BANDS // FLUX_BANDS)]
"""The mel bands of each band of flux."""


TOGETHER = 1_000
"""Frames per call of librosa, 10 s: the overhead of a call equals the work of a hundred frames."""


class OnsetFlux:
    """Flux rows from spectra; keeps the last `LAG_HOPS` frames and those that wait until there are `TOGETHER`.

    Args:
        sample_rate_hz: rate of the signal.
        window_samples: length of the transform.
        bins: bins of the spectra, from bin 1 upwards.
    """

    def __init__(self, sample_rate_hz: int, window_samples: int, bins: int) -> None:
        highest_hz = min(MEL_TO_HZ, sample_rate_hz / 2.0)
        with warnings.catch_warnings():
            # a mel band between two bins has no weights and stays empty
            warnings.filterwarnings("ignore", "Empty filters", UserWarning)
            weights = librosa.filters.mel(
                sr=sample_rate_hz, n_fft=window_samples, n_mels=MEL_BANDS, fmin=MEL_FROM_HZ, fmax=highest_hz, norm=None
            )
        # nearly all weights are zero
        self._weights = scipy.sparse.csr_array(np.float32(COMPRESSION) * weights[:, 1 : bins + 1])
        # log mel bands of the frames that wait, shape (bands, frames) each, after the last frames of those before
        self._waiting = [np.zeros((MEL_BANDS, LAG_HOPS), np.float32)]

    def feed(self, power: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Flux of the next frames and of those that waited.

        Args:
            power: shape (frames, bins), bins from bin 1 upwards.

        Returns:
            Shape (6, frames), companded (`expand_flux` undoes it); without frames while there are less than `TOGETHER`.
        """
        self._waiting.append(np.log(1.0 + self._weights @ power.T))
        waiting = sum(mel.shape[1] for mel in self._waiting[1:])
        return self.flush() if waiting >= TOGETHER else np.zeros((FLUX_BANDS, 0), np.uint8)

    def flush(self) -> NDArray[np.uint8]:
        """Flux of the frames that wait, shape (6, frames), as from `feed`."""
        joined = np.concatenate(self._waiting, axis=1)
        self._waiting = [joined[:, -LAG_HOPS:]]
        rises = librosa.onset.onset_strength_multi(S=joined, lag=LAG_HOPS, channels=_GROUPS, center=False)
        return np.rint(255.0 * np.sqrt(np.minimum(rises[:, LAG_HOPS:] / FLUX_RANGE, 1.0))).astype(np.uint8)


def expand_flux(companded: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Undo the companding of stored flux values (any shape)."""
    return _flux_of_bytes()[companded]


@cache
def _flux_of_bytes() -> NDArray[np.float64]:
    values: NDArray[np.float64] = (np.arange(256) / 255.0) ** 2 * FLUX_RANGE
    return values
