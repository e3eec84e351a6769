"""Transients: onset rate and attack crest.

Goal: how many onsets there are, and how far attacks stand above their surroundings in three bands.

Conventions: onsets are those of `core.analysis.music.beats`. The attack crest of a band is, over windows of one beat
(half a second where there is no tempo) in loud passages, the median of the loudest 10 ms over the mean of the window: 0
dB for a steady sound, about 12 dB for a dry drum. Levels are those of both channels together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import AttackCrest, PunchTimeline, Rhythm, Transients
from core.analysis.music.beats import beat_hops, beat_windows, onset_hops
from core.analysis.stored_levels import to_power

SILENT_BEAT_POWER = 1e-10
"""Mean square of −100 dBFS: a band below it has no attacks."""


PUNCH_S = 3.0
"""Step of the attack crest over time in seconds; it is rounded to whole beats."""


@dataclass(frozen=True, slots=True)
class _Beats:
    """The beats of a band.

    Attributes:
        crest_db: loudest 10 ms over the mean of each beat, shape (beats,).
        sounds: whether the band is above silence in the beat, shape (beats,).
        first_slot: the slot the beat begins in, shape (beats,).
    """

    crest_db: NDArray[np.float64]
    sounds: NDArray[np.bool_]
    first_slot: NDArray[np.intp]


def measure_transients(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> Transients:
    """Measure the transients of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        rhythm: its tempo and beats.

    Returns:
        Onsets per second, and attack crests in dB per band; a crest is None where no loud beat has sound in the band.
    """
    hops = beat_hops(frames, rhythm)
    starts = beat_windows(frames, rhythm, hops)
    beat_s = rhythm.beats.beat_s if rhythm.beats is not None else hops * frames.grid.hop_s
    bands = [_beats(to_power(band), starts, hops) for band in frames.attack_power[:, : frames.whole_hops]]
    return Transients(
        onset_rate_hz=stated(onset_hops(frames).size / frames.duration_s),
        attack_crest_db=AttackCrest(*(_attack_crest(beats, curves.loud_slots) for beats in bands)),
        timeline=_timeline(bands, beat_s),
    )


def _beats(band: NDArray[np.float64], starts: NDArray[np.intp], hops: int) -> _Beats:
    """Cut a band, shape (hops,), into windows of `hops` hops."""
    windows = band[starts[:, None] + np.arange(hops)]
    mean = windows.mean(axis=1)
    crest_db = 10.0 * np.log10(np.maximum(windows.max(axis=1), SILENT_BEAT_POWER) / np.maximum(mean, SILENT_BEAT_POWER))
    return _Beats(crest_db, mean > SILENT_BEAT_POWER, starts // HOPS_PER_SLOT)


def _attack_crest(beats: _Beats, loud_slots: NDArray[np.bool_]) -> float | None:
    """Median crest of the loud beats, dB."""
    used = loud_slots[beats.first_slot] & beats.sounds
    return stated(float(np.median(beats.crest_db[used]))) if np.any(used) else None


def _timeline(bands: list[_Beats], beat_s: float) -> PunchTimeline:
    """Median crest of each group of beats of about `PUNCH_S`."""
    group = max(1, round(PUNCH_S / beat_s))
    low, mid, high = (_medians(beats, group) for beats in bands)
    return PunchTimeline(hop_s=stated(group * beat_s), low=low, mid=mid, high=high)


def _medians(beats: _Beats, group: int) -> tuple[float | None, ...]:
    count = beats.crest_db.size // group
    crest_db = beats.crest_db[: count * group].reshape(count, group)
    sounds: NDArray[np.bool_] = beats.sounds[: count * group].reshape(count, group).min(axis=1, initial=True)
    medians = np.median(crest_db, axis=1).tolist() if count else []
    return tuple(stated(value) if known else None for value, known in zip(medians, sounds.tolist(), strict=True))
