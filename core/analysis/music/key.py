"""Tonality: key and tuning.

Goal: the key with its alternatives, and the tuning.

Conventions: keys are spelt with sharps (``A# minor``), as `mir_eval.key` reads them. Tuning is the deviation from
A4 = 440 Hz in cents, −50 to 50. A confidence is a share: those of all 24 keys sum to 1. No key and no tuning where no
pitch class stands out, or the peaks lie on no grid of semitones (drums, noise, speech).

Sources: harmonic pitch class profile (Gómez 2006); key profiles: mean of three published ones, each centred and
scaled to unit length: Sha'ath (2011, "Estimation of key in digital music recordings"), edma and bgate (Faraldo,
Jordà & Herrera 2017, "A multi-profile method for key estimation in EDM"). Parameters:
core/knowledge/pages/measurement.md.
"""

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.measurements import KeyCandidate, Tonality
from core.analysis.scanning.chroma import CHROMA_BINS
from core.analysis.stored_levels import to_power

PITCH_CLASSES = ("A", "A#", "B", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#")

MAJOR_PROFILES = (
    (6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4),
    (0.1652, 0.0475, 0.0829, 0.0669, 0.0999, 0.0927, 0.0529, 0.1316, 0.0522, 0.0744, 0.0694, 0.0643),
    (1.0, 0.0, 0.42, 0.0, 0.53, 0.37, 0.0, 0.77, 0.0, 0.38, 0.21, 0.30),
)
MINOR_PROFILES = (
    (6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2),
    (0.1724, 0.0534, 0.0761, 0.1004, 0.0562, 0.0853, 0.0498, 0.1345, 0.0746, 0.0500, 0.0919, 0.0555),
    (1.0, 0.0, 0.36, 0.39, 0.0, 0.38, 0.0, 0.74, 0.27, 0.0, 0.42, 0.23),
)
"""Weight of each pitch class above the tonic: Sha'ath, edma, bgate."""

GATE = 1e-5
"""Power ratio of −50 dB: rows whose peaks are further below the loudest row's are left out."""

SALIENCE_EXPONENT = 0.7
"""Exponent of the salience: reduces the difference between loud and soft notes within a row."""

HARMONIC_SHARE = 0.5
"""Share of its third partial that is added to a note; of the fifth partial, the square of this share."""

BIN_REACH = 5
"""Bins to either side (50 cents) that count for a pitch class, weighted by a squared cosine."""

BINS_PER_SEMITONE = CHROMA_BINS // 12
CENTS_PER_BIN = 1_200 / CHROMA_BINS

MOST_CREDIT = 2.0
"""Most that partials may add to a note, relative to its own salience: what does not sound at all gets nothing, so a
sine on A is not heard as the third partial of D. Basses below the range of the peaks sound by their second partial."""

SHARPNESS = 15.0
"""Factor that turns correlations into shares (softmax): of the keys with a share of 0.8 or more 95 % are right, on
annotated music and on progressions of chords by formula, also on those that do not close (with 25: 90 %)."""

FLOOR_BINS = 21
"""Bins over whose median a peak of the profile rises (210 cents): drums sound alike in neighbouring bins."""

MIN_ON_GRID = 0.3
"""Least length of the mean direction of these rises within a semitone (0 to 1): notes lie on a grid of semitones. Music
has 0.32 to 1, drums, ticks, noise and speech 0.02 to 0.28; a kick with one bass note at a time lies between."""

MIN_CONTRAST = 0.075
"""Least deviation of the twelve pitch classes relative to their mean; five seconds of noise reach 0.07."""

MAX_KEYS = 5
"""Keys given, the best one included."""


def measure_tonality(frames: Frames) -> Tonality:
    """Measure the key and the tuning of a file.

    Args:
        frames: time tables of the file.

    Returns:
        Keys with confidences from 0 to 1, and the tuning in cents; key and tuning are None where no pitch class stands
        out or the peaks lie on no grid of semitones.
    """
    profile = _mean_row(frames)
    if profile is None or _on_grid(profile) < MIN_ON_GRID:
        return Tonality(key=None, confidence=None)
    tuning_bins = _tuning(profile)
    chroma = _pitch_classes(profile, tuning_bins)
    if float(chroma.std()) < MIN_CONTRAST * float(chroma.mean()):
        return Tonality(key=None, confidence=None)
    shares = np.exp(SHARPNESS * key_correlations(chroma))
    shares /= shares.sum()
    ranked = [
        KeyCandidate(_name(int(index)), stated(float(shares[index])))
        for index in np.argsort(-shares, kind="stable")[:MAX_KEYS]
    ]
    return Tonality(
        key=ranked[0].key,
        confidence=ranked[0].confidence,
        alternatives=tuple(ranked[1:]),
        tuning_cents=stated(tuning_bins * CENTS_PER_BIN),
    )


def key_correlations(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlate pitch classes with the profiles of all keys.

    Args:
        chroma: twelve pitch classes from A upwards, shape (12,).

    Returns:
        Shape (24,): the major keys from A upwards, then the minor keys.
    """
    centred = chroma - chroma.mean()
    centred = centred / np.linalg.norm(centred)
    return np.array(
        [
            float(centred @ np.roll(template, tonic))
            for template in (_template(MAJOR_PROFILES), _template(MINOR_PROFILES))
            for tonic in range(12)
        ]
    )


def _mean_row(frames: Frames) -> NDArray[np.float64] | None:
    """Mean chroma of the rows that sound, shape (120,); None if there are none."""
    level = to_power(frames.chroma_level)
    sounding = (level > GATE * float(level.max(initial=0.0))) & (level > 0.0)
    if not np.any(sounding):
        return None
    salience = (np.arange(256) / 255.0) ** SALIENCE_EXPONENT
    return np.array([salience[row[sounding]].mean() for row in frames.chroma])


def _tuning(profile: NDArray[np.float64]) -> float:
    """Deviation from equal temperament on 440 Hz in bins, −5 to 5: the circular mean within a semitone."""
    turns = np.exp(2j * np.pi * np.arange(CHROMA_BINS) / BINS_PER_SEMITONE)
    return float(np.angle(profile @ turns)) / (2.0 * np.pi) * BINS_PER_SEMITONE


def _pitch_classes(profile: NDArray[np.float64], tuning_bins: float) -> NDArray[np.float64]:
    """Twelve pitch classes from A, shape (12,), with partials added to their fundamentals."""
    centres = np.arange(12)[:, None] * BINS_PER_SEMITONE + tuning_bins
    distance = (np.arange(CHROMA_BINS)[None, :] - centres + CHROMA_BINS / 2) % CHROMA_BINS - CHROMA_BINS / 2
    reach = np.cos(np.pi / 2.0 * np.clip(distance / BIN_REACH, -1.0, 1.0)) ** 2
    notes: NDArray[np.float64] = reach @ profile
    # the third partial sounds 7 semitones above (and octaves), the fifth 4
    third, fifth = HARMONIC_SHARE * np.roll(notes, -7), HARMONIC_SHARE**2 * np.roll(notes, -4)
    return notes + np.minimum(third, MOST_CREDIT * notes) + np.minimum(fifth, MOST_CREDIT * notes)


def _on_grid(profile: NDArray[np.float64]) -> float:
    """How far the peaks of a profile lie on a grid of semitones, 0 to 1."""
    rises = np.maximum(profile - scipy.ndimage.median_filter(profile, FLOOR_BINS, mode="wrap"), 0.0)
    turns = np.exp(2j * np.pi * np.arange(CHROMA_BINS) / BINS_PER_SEMITONE)
    return float(np.abs(rises @ turns) / max(float(rises.sum()), 1e-12))


def _template(profiles: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
    """Mean of profiles, each centred and of unit length; itself of unit length."""
    rows = np.array(profiles)
    rows = rows - rows.mean(axis=1, keepdims=True)
    mean = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(axis=0)
    unit: NDArray[np.float64] = mean / np.linalg.norm(mean)
    return unit


def _name(index: int) -> str:
    return f"{PITCH_CLASSES[index % 12]} {'major' if index < 12 else 'minor'}"
