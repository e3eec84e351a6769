"""Onsets, and the length of a beat.

Convention: an onset is a local maximum of the onset flux that rises above its surroundings.

Source: peak picking after Böck, Krebs & Schedl (2012), "Evaluating the online capabilities of onset detection
methods".
"""

import librosa
import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import Frames
from core.analysis.level.loudness import PIECE_HOPS
from core.analysis.measurements import Rhythm
from core.analysis.scanning.onsets import expand_flux

PEAK_HOPS = 3
"""An onset is the maximum within 30 ms to either side; equal neighbours are one onset."""

MEAN_HOPS = 10
"""It is compared with the mean within 100 ms to either side."""

MIN_RISE = 0.2
"""By which it must exceed that mean: all bands rise by 0.9 dB in 20 ms; noise seldom does."""

DEFAULT_BEAT_S = 0.5


def onset_hops(frames: Frames) -> NDArray[np.intp]:
    """Hops at which onsets lie."""
    bands = frames.onset_flux[:, : frames.whole_hops]
    # single precision, piece by piece: an hour has 360,000 hops
    flux = np.zeros(bands.shape[1], np.float32)
    for first in range(0, flux.size, PIECE_HOPS):
        piece = bands[:, first : first + PIECE_HOPS]
        flux[first : first + PIECE_HOPS] = expand_flux(piece).mean(axis=0)
    peaks: NDArray[np.intp] = librosa.util.peak_pick(
        flux,
        pre_max=PEAK_HOPS,
        post_max=PEAK_HOPS + 1,
        pre_avg=MEAN_HOPS,
        post_avg=MEAN_HOPS + 1,
        delta=MIN_RISE,
        wait=PEAK_HOPS,
    )
    return peaks


def beat_hops(frames: Frames, rhythm: Rhythm) -> int:
    """Hops in a beat."""
    beat_s = 60.0 / rhythm.tempo_bpm if rhythm.tempo_bpm else DEFAULT_BEAT_S
    return round(beat_s / frames.grid.hop_s)
