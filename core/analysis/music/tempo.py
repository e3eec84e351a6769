"""Rhythm: the tempo.

Goal: the tempo with its alternatives. Half and double time are a matter of notation; the alternatives name them.

Conventions: BPM of the quarter note as a listener would tap it (of the dotted quarter in 6/8); candidates between 35
and 300 BPM. They are judged in two steps. Tempi whose ratio is a power of two are one *family*: half and double time
of the same metre. Which family it is follows from whether four and eight of its beats repeat, in all bands, in the low
band and in the kicks: bars of music last four or eight beats of the right family, but seldom of a wrong one (6/8
counted in quarters, stabs every three sixteenths counted as the beat). Within a family the tempo is chosen by its
score. A confidence is the probability that the tempo is right within 4 %; how often it is stands in
core/knowledge/pages/measurement.md. No tempo where there are no onsets, or they do not repeat.

Sources: comb over multiples of the beat (Percival & Tzanetakis 2014); log-normal preference around 120 BPM (Moelants
2002, "Preferred tempo reconsidered"); conditional logit, McFadden (1974), "Conditional logit analysis of qualitative
choice behavior". The weights were fitted to one half of the annotated music, and rounded after a fit to all of it.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.measurements import Rhythm, TempoCandidate, TempoStretch
from core.analysis.measurements.music import OCTAVES, SAME_TEMPO, octave_between
from core.analysis.music.repetition import Repetition, measure_repetition
from core.analysis.music.tempo_changes import find_tempi

SLOWEST_BPM, FASTEST_BPM = 35.0, 300.0
GRID_RATIO = 0.005
"""Range and spacing of the candidates: half a percent; the peak is interpolated between them."""

COMB_TEETH, COMB_DECAY = 4, 0.7
"""Multiples of the beat that must repeat too, and the weight of each against the one before."""

SECOND_HARMONIC = 0.5
TEMPOGRAM_EXPONENT = 0.5
PREFERRED_BPM, PREFERENCE_OCTAVES = 120.0, 0.6
"""Weight of the tempogram at twice the tempo, exponent of the tempogram, and centre and width of the preference for
tapping tempi (Moelants 2002)."""

SEARCH_OCTAVES = 1.2
"""Width of the preference while candidates are collected: wider, so that slow and fast ones are among them."""

COLLECTED = 5
"""Highest local maxima that are collected; of the first two, half and double are too."""

ONE_CANDIDATE = 0.03
"""Logarithm of the ratio below which two candidates are one."""

SAME_FAMILY_OCTAVES = 0.045
"""Distance in octaves, modulo whole ones, within which two tempi belong to one family (3 %)."""

EMPTY_BEAT, LEAST_EMPTY = 0.2, 0.05
"""Autocorrelation at the beat relative to that at two beats, below which every second beat is empty, and the smallest
ratio that is told apart: clicks at 60 BPM are not counted at 120."""

OCTAVE_SHARPNESS = 1.4
"""Factor of the score within a family, fitted to the annotated music: real music agrees with its author's notation less
often than the ratio of two scores would say."""

ANCHOR_BPM = 77.0
"""Slowest tempo at which a family is anchored: its beat lies between 77 and 154 BPM, so that eight of its beats fit
into a window."""

FAMILY_WEIGHTS = MappingProxyType(
    {("whole", 4): 1.2, ("low", 8): 2.2, ("kicks", 1): 2.1, ("kicks", 4): 1.4, ("kicks", 8): 2.6}
)
"""Weights of the autocorrelations at multiples of a family's beat, beside its score: a conditional logit with a
quadratic penalty, fitted to half of the annotated music and of patterns by formula, and rounded."""

LAG_SLACK_HOPS = (-1.5, -0.75, 0.0, 0.75, 1.5)
"""Places around a lag of which the highest counts, since onsets are read to a hop."""

MAX_TEMPI = 5
"""Tempi given, the best one included; its half and double are given besides."""

MIN_PULSE = 0.025
"""Least periodicity (comb of the normalised autocorrelation, 0 to 1) that is called a pulse; noise reaches 0.02."""


@dataclass(frozen=True, slots=True, eq=False)
class _Curves:
    """Values on the grid of candidate tempi, shape (n,): tempo, score without preference, and periodicity (0 to 1)."""

    tempo_bpm: NDArray[np.float64]
    score: NDArray[np.float64]
    pulse: NDArray[np.float64]


def measure_rhythm(frames: Frames) -> Rhythm:
    """Measure the tempo of a file.

    Args:
        frames: time tables of the file.

    Returns:
        Tempi in BPM with confidences from 0 to 1; None where there are no onsets, or they do not repeat. Beats are not
        set.
    """
    repetition = measure_repetition(frames)
    curves = _curves(repetition)
    tempi_bpm = _candidates(curves)
    if not repetition.has_onsets or not tempi_bpm.size:
        return Rhythm(tempo_bpm=None, confidence=None)
    shares = _shares(repetition, curves, tempi_bpm)
    ranked = np.argsort(-shares, kind="stable")
    best = tempi_bpm[ranked[0]]
    if np.interp(best, curves.tempo_bpm, curves.pulse) < MIN_PULSE:
        return Rhythm(tempo_bpm=None, confidence=None)
    given = [
        TempoCandidate(stated(float(tempi_bpm[place])), stated(float(shares[place])))
        for rank, place in enumerate(ranked)
        if rank < MAX_TEMPI or octave_between(tempi_bpm[place], best) is not None
    ]
    tempi = find_tempi(repetition, frames.duration_s, given[0].tempo_bpm)
    if tempi:
        given = [replace(one, confidence=stated(one.confidence * _share_of(one, tempi))) for one in given]
    return Rhythm(given[0].tempo_bpm, given[0].confidence, tuple(given[1:]), tempi=tempi)


def _share_of(candidate: TempoCandidate, tempi: tuple[TempoStretch, ...]) -> float:
    """Share of the file that has a tempo, or its half or double."""
    lengths_s = [
        stretch.end_s - stretch.start_s
        for stretch in tempi
        if octave_between(candidate.tempo_bpm, stretch.tempo_bpm) is not None
        or abs(candidate.tempo_bpm / stretch.tempo_bpm - 1.0) <= SAME_TEMPO
    ]
    return sum(lengths_s) / tempi[-1].end_s


def preference(tempo_bpm: NDArray[np.float64], octaves: float = PREFERENCE_OCTAVES) -> NDArray[np.float64]:
    """Preference for tapping tempi, 1 at its centre: what the measurement assumes where no genre is known.

    Args:
        tempo_bpm: tempi in BPM (any shape).
        octaves: standard deviation of the preference in octaves of tempo.

    Returns:
        Values above 0, at most 1, of the same shape.
    """
    liked: NDArray[np.float64] = np.exp(-0.5 * (np.log2(tempo_bpm / PREFERRED_BPM) / octaves) ** 2)
    return liked


def _curves(repetition: Repetition) -> _Curves:
    tempo_bpm = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), GRID_RATIO))
    correlation = repetition.whole
    lag = 60.0 / (tempo_bpm * repetition.hop_s)
    weights = COMB_DECAY ** np.arange(COMB_TEETH)
    comb = sum(
        weight * np.interp(lag * (tooth + 1), np.arange(correlation.size), correlation, right=0.0)
        for tooth, weight in enumerate(weights)
    )
    pulse = np.maximum(comb, 0.0)
    bins = np.arange(repetition.spectrum.size) * repetition.bin_hz
    tempogram = np.interp(tempo_bpm / 60.0, bins, repetition.spectrum)
    tempogram += SECOND_HARMONIC * np.interp(tempo_bpm / 30.0, bins, repetition.spectrum, right=0.0)
    return _Curves(tempo_bpm, pulse * tempogram**TEMPOGRAM_EXPONENT, pulse / weights.sum())


def _candidates(curves: _Curves) -> NDArray[np.float64]:
    """Tempi at the highest local maxima, and half and double of the first two."""
    score = curves.score * preference(curves.tempo_bpm, SEARCH_OCTAVES)
    inner = score[1:-1]
    places = np.flatnonzero((inner > score[:-2]) & (inner >= score[2:]) & (inner > 0.0)) + 1
    ranked = places[np.argsort(-score[places], kind="stable")][:COLLECTED]
    found: list[float] = []
    for place in ranked:
        _collect(found, curves, float(curves.tempo_bpm[place]))
    for tempo_bpm in found[:2]:
        for ratio in OCTAVES:
            _collect(found, curves, tempo_bpm * ratio)
    return np.array(found)


def _collect(found: list[float], curves: _Curves, tempo_bpm: float) -> None:
    """Add the maximum of the score within 2.5 % of a tempo, where it is a new one."""
    middle = int(np.searchsorted(curves.tempo_bpm, tempo_bpm))
    first, last = max(1, middle - 5), min(curves.tempo_bpm.size - 1, middle + 6)
    if last - first < 2:
        return
    place = first + int(np.argmax(curves.score[first:last]))
    vertex = _interpolated(curves, place)
    if curves.score[place] > 0.0 and all(abs(np.log(vertex / other)) > ONE_CANDIDATE for other in found):
        found.append(vertex)


def _interpolated(curves: _Curves, peak: int) -> float:
    """Tempo at the vertex of the parabola through a peak and its neighbours."""
    before, at, after = curves.score[peak - 1 : peak + 2]
    curvature = before - 2.0 * at + after
    shift = 0.5 * (before - after) / curvature if curvature < 0.0 else 0.0
    return float(curves.tempo_bpm[peak] * np.exp(GRID_RATIO * np.clip(shift, -0.5, 0.5)))


def _shares(repetition: Repetition, curves: _Curves, tempi_bpm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each candidate, shape (candidates,), sum 1: that of its family times its own within it."""
    scores = np.log(np.interp(tempi_bpm, curves.tempo_bpm, np.maximum(curves.score, 1e-12)) * preference(tempi_bpm))
    scores += np.log([_beats_that_sound(repetition, tempo_bpm) for tempo_bpm in tempi_bpm])
    families = _families(tempi_bpm, scores)
    odds = np.zeros(tempi_bpm.size)
    for family in families:
        weighted = OCTAVE_SHARPNESS * scores[family]
        within = weighted - np.logaddexp.reduce(weighted)
        odds[family] = _family_odds(repetition, tempi_bpm[family[0]], np.logaddexp.reduce(weighted)) + within
    shares: NDArray[np.float64] = np.exp(odds - np.logaddexp.reduce(odds))
    return shares


def _beats_that_sound(repetition: Repetition, tempo_bpm: float) -> float:
    """1 where the onsets repeat after a beat too, less where they do so only after two."""
    lag = 60.0 / (tempo_bpm * repetition.hop_s)
    two = _near(repetition.pulse, 2.0 * lag)
    if two <= 0.0:
        return 1.0
    return float(np.clip(_near(repetition.pulse, lag) / (EMPTY_BEAT * two), LEAST_EMPTY, 1.0))


def _families(tempi_bpm: NDArray[np.float64], scores: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Candidates of each family, the best first."""
    places = np.log2(tempi_bpm / ANCHOR_BPM) % 1.0
    families: list[list[int]] = []
    for candidate in np.argsort(-scores, kind="stable"):
        for family in families:
            distance = abs(places[candidate] - places[family[0]])
            if min(distance, 1.0 - distance) < SAME_FAMILY_OCTAVES:
                family.append(int(candidate))
                break
        else:
            families.append([int(candidate)])
    return [np.array(family) for family in families]


def _family_odds(repetition: Repetition, tempo_bpm: float, score: float) -> float:
    """Logarithm of the odds of a family: its score, and the repetition at multiples of its beat."""
    anchored_bpm = ANCHOR_BPM * 2.0 ** (np.log2(tempo_bpm / ANCHOR_BPM) % 1.0)
    lag = 60.0 / (anchored_bpm * repetition.hop_s)
    curves = {"whole": repetition.whole, "low": repetition.low, "kicks": repetition.kicks}
    return score + sum(weight * _near(curves[name], lag * beats) for (name, beats), weight in FAMILY_WEIGHTS.items())


def _near(curve: NDArray[np.float64], lag: float) -> float:
    """Highest value of an autocorrelation near a lag; 0 beyond its end."""
    places = lag + np.array(LAG_SLACK_HOPS)
    return float(np.interp(places, np.arange(curve.size), curve, right=0.0).max())
