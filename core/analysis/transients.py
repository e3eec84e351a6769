"""Transients: whether the attacks come through.

Goal: how many onsets there are, and how far attacks stand above their surroundings in three bands.

Conventions: an onset is a local maximum of the onset flux that rises above its surroundings. The attack crest of a
band is, over windows of one beat (half a second where there is no tempo) in loud passages, the median of the loudest
10 ms over the mean of the window: 0 dB for a steady sound, about 12 dB for a dry drum. Levels are those of both
channels together.

Sources: peak picking after Böck, Krebs & Schedl (2012), "Evaluating the online capabilities of onset detection
methods".
"""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.levels import to_power
from core.analysis.loudness import PIECE_HOPS, LoudnessCurves
from core.analysis.measurements import AttackCrest, PunchTimeline, Rhythm, Transients
from core.analysis.scanning.onsets import expand_flux

PEAK_HOPS = 7
"""An onset is the maximum within 30 ms to either side."""

MEAN_HOPS = 21
"""It is compared with the mean within 100 ms to either side."""

MIN_RISE = 0.2
"""By which it must exceed that mean: all bands rise by 0.9 dB in 20 ms; noise seldom does."""

DEFAULT_BEAT_S = 0.5

SILENT_POWER = 1e-10
"""Bands below −100 dBFS have no attacks."""


PUNCH_S = 3.0
"""Step of the attack crest over time, in whole beats."""


@dataclass(frozen=True, slots=True)
class _Beats:
    """The beats of a band.

    Attributes:
        crest_db: loudest 10 ms over the mean of each beat.
        sounds: whether there is anything in it.
        first_slot: the slot it begins in.
    """

    crest_db: NDArray[np.float64]
    sounds: NDArray[np.bool_]
    first_slot: NDArray[np.intp]


def measure_transients(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> Transients:
    """Transients of a file whose loudness and tempo are known."""
    hops = beat_hops(frames, rhythm)
    bands = [_beats(to_power(band), hops) for band in frames.attack_power[:, : frames.whole_hops]]
    return Transients(
        onset_rate_hz=stated(onset_hops(frames).size / frames.duration_s),
        attack_crest_db=AttackCrest(*(_attack_crest(beats, curves.loud_slots) for beats in bands)),
        timeline=_timeline(bands, hops * frames.grid.hop_s),
    )


def onset_hops(frames: Frames) -> NDArray[np.intp]:
    """Hops at which onsets lie."""
    bands = frames.onset_flux[:, : frames.whole_hops]
    # single precision, piece by piece: an hour has 360,000 hops
    flux = np.zeros(bands.shape[1], np.float32)
    for first in range(0, flux.size, PIECE_HOPS):
        piece = bands[:, first : first + PIECE_HOPS]
        flux[first : first + PIECE_HOPS] = expand_flux(piece).mean(axis=0)
    highest = scipy.ndimage.maximum_filter1d(flux, PEAK_HOPS)
    mean = scipy.ndimage.uniform_filter1d(flux, MEAN_HOPS)
    peaks = np.flatnonzero((flux == highest) & (flux > mean + MIN_RISE))
    # equal neighbours are one onset
    return peaks[np.diff(peaks, prepend=-PEAK_HOPS) > PEAK_HOPS // 2]


def beat_hops(frames: Frames, rhythm: Rhythm) -> int:
    """Hops in a beat."""
    beat_s = 60.0 / rhythm.tempo_bpm if rhythm.tempo_bpm else DEFAULT_BEAT_S
    return round(beat_s / frames.grid.hop_s)


def _beats(band: NDArray[np.float64], hops: int) -> _Beats:
    """Cut a band into beats."""
    count = band.size // hops
    windows = band[: count * hops].reshape(count, hops)
    mean = windows.mean(axis=1)
    crest_db = 10.0 * np.log10(np.maximum(windows.max(axis=1), SILENT_POWER) / np.maximum(mean, SILENT_POWER))
    return _Beats(crest_db, mean > SILENT_POWER, np.arange(count) * hops // HOPS_PER_SLOT)


def _attack_crest(beats: _Beats, loud_slots: NDArray[np.bool_]) -> float | None:
    """Median over the loud beats."""
    used = loud_slots[beats.first_slot] & beats.sounds
    return stated(float(np.median(beats.crest_db[used]))) if np.any(used) else None


def _timeline(bands: list[_Beats], beat_s: float) -> PunchTimeline:
    """Median of the crests of each three seconds or so."""
    group = max(1, round(PUNCH_S / beat_s))
    low, mid, high = (_medians(beats, group) for beats in bands)
    return PunchTimeline(hop_s=stated(group * beat_s), low=low, mid=mid, high=high)


def _medians(beats: _Beats, group: int) -> tuple[float | None, ...]:
    count = beats.crest_db.size // group
    crest_db = beats.crest_db[: count * group].reshape(count, group)
    sounds: NDArray[np.bool_] = beats.sounds[: count * group].reshape(count, group).min(axis=1, initial=True)
    medians = np.median(crest_db, axis=1).tolist() if count else []
    return tuple(stated(value) if known else None for value, known in zip(medians, sounds.tolist(), strict=True))
