"""Noise floor: the noise that remains when the music pauses.

Goal: the level of the noise in the pauses.

Conventions: the lowest level (dBFS RMS, unweighted, mean of the channels) of a second that is steady, has no tone
standing out, lies at least 30 dB below the loud passages and is not digital silence. None: the music never pauses
that long, or what remains there is music.

Sources: practice of restoration; a decaying reverberation falls by more than 3 dB a second.
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import level_db, levels_db
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_SPECTRUM
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.stored_levels import to_power

PAUSE_SLOTS = 10
BELOW_MUSIC = 1e-3
"""Slots in a pause (1 s), and its highest power relative to the loud passages (−30 dB)."""

STEADY_FLOOR_DB = 2.0
"""Largest difference between tenths of a second within a pause, in dB (K-weighted, so that rumble does not count)."""

DIGITAL_SILENCE_POWER = 1e-12
"""Mean square of −120 dBFS, below 20-bit dither: what is quieter is digital silence."""

TONE_DB = 9.0
TONE_FROM_BAND, TONE_TO_BAND = 8, 54
"""Height of a tone in dB above the median of the seven sixth octaves around it, and the bands that are looked at:
sixth octaves from 45 Hz to 9 kHz."""


def measure_noise_floor(frames: Frames, curves: LoudnessCurves) -> float | None:
    """Measure the level of the noise in the pauses.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        Level in dBFS RMS of the quietest pause; None where there is no pause of steady noise.
    """
    whole = frames.whole_slots
    power = to_power(frames.power[LEFT : LEFT + frames.channels, :whole]).mean(axis=0)
    if whole < PAUSE_SLOTS:
        return None
    loud = float(power[curves.loud_slots[:whole]].mean())
    loudness = np.zeros(whole)
    for channel in frames.k_power[:, : whole * HOPS_PER_SLOT]:
        loudness += to_power(channel).reshape(whole, HOPS_PER_SLOT).mean(axis=1)
    weighted = levels_db(loudness)
    windows = np.lib.stride_tricks.sliding_window_view(weighted, PAUSE_SLOTS)
    levels = np.lib.stride_tricks.sliding_window_view(power, PAUSE_SLOTS)
    mean = levels.mean(axis=1)
    pauses = (mean <= BELOW_MUSIC * loud) & (levels.min(axis=1) > DIGITAL_SILENCE_POWER)
    pauses &= windows.max(axis=1) - windows.min(axis=1) <= STEADY_FLOOR_DB
    for start in np.flatnonzero(pauses)[np.argsort(mean[pauses], kind="stable")]:
        if not _has_tone(frames, int(start)):
            return level_db(float(mean[start]))
    return None


def _has_tone(frames: Frames, start: int) -> bool:
    """Whether a narrow band stands out in the half-seconds that lie within the second from a slot on."""
    first = -(-start // SLOTS_PER_SPECTRUM)
    rows = to_power(frames.sixth_octave_power[:, first : first + 1]).mean(axis=1)
    bands_db: NDArray[np.float64] = levels_db(rows)[TONE_FROM_BAND - 3 : TONE_TO_BAND + 3]
    around = np.median(np.lib.stride_tricks.sliding_window_view(bands_db, 7), axis=1)
    return bool(np.any(bands_db[3:-3] - around > TONE_DB))
