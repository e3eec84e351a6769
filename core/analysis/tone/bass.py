"""The low end: how much of it there is, and whether it is mono.

Goal: the low bands against the middle, and what the lowest octaves lose in mono.

Conventions: levels of 20–60 Hz and 60–200 Hz relative to 500 Hz–2 kHz, over the whole file; with this alignment
spectra of different music are comparable (power means, both channels). Side against mid, and fold-down loss, of
20–120 Hz: the range that club systems and cutting lathes sum to mono. None where the middle, or the low end, is empty.
The fundamental is the lowest partial between 28 and 220 Hz that is within 12 dB of the strongest there, every 0.2 s in
loud passages; a kick drum has one as well. Kick to sustain compares, in 20–150 Hz and beat by beat, the loudest 30 ms
with the median of what lies more than 50 ms before or 150 ms after.
"""

import numpy as np
import scipy.ndimage

from core.analysis.bands import LOW_BANDS
from core.analysis.decibels import levels_db, ratio_db, stated
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHROMA
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import BAND_EDGES_HZ, MIDDLE_BAND, Bass, Rhythm
from core.analysis.music.beats import beat_hops, beat_windows
from core.analysis.scanning.low_tables import BASS_REFERENCE_HZ
from core.analysis.stereo.image import SILENT_POWER, band_stereo
from core.analysis.stored_levels import summed_power, to_power
from core.analysis.tone.bass_notes import find_loud_note
from core.analysis.tone.notes import note_name

QUIET_BASS = 1e-2
"""Power ratio of −20 dB: rows whose bass is further below the loudest row are not counted."""

MIN_BASS_ROWS = 5
"""Fewest rows with bass: one second."""

HISTOGRAM_CENTS = 25.0
BASS_RANGE = (0.05, 0.95)
"""Step of the histogram of fundamentals, and the shares of the bass between which the given range lies."""

LEAST_LOW_SHARE = 1e-4
"""Power ratio of −40 dB to the whole, below which there is no low end; the filter lets treble through at −50 dB."""

ATTACK_HOPS = 3
KICK_HOPS = (5, 15)
"""Hops over which the attack is averaged (30 ms), and hops that belong to a kick: 50 ms before and 150 ms after its
loudest moment."""

MIN_BEAT_HOPS = 40
"""Shortest window in hops; shorter beats are taken two at a time, since half of 0.4 s must lie apart from the kick."""


def measure_bass(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> Bass:
    """Measure the low end of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        rhythm: its tempo and beats.

    Returns:
        Levels in dB and fundamentals in Hz; None where the low end, the middle, or the side is not there to measure.
    """
    pitch = _fundamental(frames, curves)
    names = list(BAND_EDGES_HZ)
    over_file = frames.grid.slot_samples / frames.sample_count
    bands = summed_power(frames.band_power[LEFT : LEFT + frames.channels]).sum(axis=1) * over_file
    middle = float(bands[names.index(MIDDLE_BAND)])
    sub, low = (
        ratio_db(float(bands[names.index(name)]), middle) if middle >= SILENT_POWER else None for name in LOW_BANDS[:2]
    )
    image = band_stereo(to_power(frames.low_power).sum(axis=1) * over_file) if frames.channels == 2 else None
    return Bass(
        sub_to_mid_db=sub,
        bass_to_mid_db=low,
        side_to_mid_below_120_db=image.side_to_mid_db if image else None,
        mono_fold_loss_below_120_db=image.mono_fold_loss_db if image else None,
        fundamental_hz=None if pitch is None else pitch[0],
        fundamental_low_hz=None if pitch is None else pitch[1],
        fundamental_high_hz=None if pitch is None else pitch[2],
        kick_to_sustain_db=_kick_to_sustain(frames, curves, rhythm),
        fundamental_note=None if pitch is None else note_name(pitch[0]),
        loud_note=find_loud_note(frames, curves),
    )


def _fundamental(frames: Frames, curves: LoudnessCurves) -> tuple[float, float, float] | None:
    """Most frequent fundamental of the loud passages, and both ends of the range of nine tenths of them, Hz."""
    if frames.bass_pitch is None or frames.bass_level is None:
        return None
    level = to_power(frames.bass_level)
    loud = curves.loud_slots[::SLOTS_PER_CHROMA][: level.size]
    used = loud & (frames.bass_pitch >= 0) & (level > QUIET_BASS * float(level.max(initial=0.0)))
    cents, weight = frames.bass_pitch[used].astype(np.float64), np.sqrt(level[used])
    if np.count_nonzero(used) < MIN_BASS_ROWS:
        return None
    histogram = np.bincount(np.rint(cents / HISTOGRAM_CENTS).astype(np.int64), weight)
    smooth = np.convolve(histogram, (0.5, 1.0, 0.5), "same")
    near = np.abs(cents - HISTOGRAM_CENTS * int(np.argmax(smooth))) <= 2.0 * HISTOGRAM_CENTS
    order = np.argsort(cents, kind="stable")
    shares = np.cumsum(weight[order]) / weight.sum()
    low, high = (float(cents[order][min(order.size - 1, int(np.searchsorted(shares, edge)))]) for edge in BASS_RANGE)
    return _hertz(float(np.average(cents[near], weights=weight[near]))), _hertz(low), _hertz(high)


def _hertz(cents: float) -> float:
    return stated(BASS_REFERENCE_HZ * 2.0 ** (cents / 1_200.0))


def _kick_to_sustain(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> float | None:
    """Median over the loud beats: loudest 30 ms of 20–150 Hz over the sound apart from the kick, dB."""
    hops = beat_hops(frames, rhythm)
    while hops < MIN_BEAT_HOPS:
        hops *= 2
    band = to_power(frames.attack_power[0, : frames.whole_hops]).astype(np.float32)
    starts = beat_windows(frames, rhythm, hops)
    beats = band[starts[:, None] + np.arange(hops)]
    silent = LEAST_LOW_SHARE * float(to_power(frames.power[LEFT : LEFT + frames.channels]).sum(axis=0).mean())
    used = curves.loud_slots[starts // HOPS_PER_SLOT] & (beats.mean(axis=1) > silent)
    if not np.any(used):
        return None
    beats = beats[used]
    attack = scipy.ndimage.uniform_filter1d(beats, ATTACK_HOPS, axis=1)
    at = np.argmax(attack, axis=1)[:, None]
    highest = np.take_along_axis(attack, at, axis=1)
    del attack  # an hour of hops takes 3 MB
    place = np.arange(hops)
    # infinity sorts the hops of the kick behind all others
    kick = (place >= at - KICK_HOPS[0]) & (place <= at + KICK_HOPS[1])
    beats[kick] = np.inf
    beats.sort(axis=1)
    sustain = np.take_along_axis(beats, (hops - kick.sum(axis=1, keepdims=True) - 1) // 2, axis=1)
    return stated(float(np.median(levels_db(highest) - levels_db(sustain))))
