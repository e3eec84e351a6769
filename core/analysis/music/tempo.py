"""Rhythm: the tempo.

Goal: the tempo with its alternatives. Half and double time are a matter of notation; the alternatives name them.

Conventions: BPM of the quarter note as a listener would tap it; candidates between 35 and 300 BPM. A confidence is a
candidate's share of all candidates' scores, so two tempi can be compared by theirs. No tempo where the onsets do not
repeat.

Sources: autocorrelation and Fourier tempogram (Peeters 2007; Grosche & Müller 2011, "Extracting predominant local
pulse information from music recordings"); comb over multiples of the beat (Percival & Tzanetakis 2014); log-normal
preference around 120 BPM (Moelants 2002, "Preferred tempo reconsidered"). Parameters:
core/knowledge/pages/measurement.md.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.measurements import Rhythm, TempoCandidate
from core.analysis.scanning.onsets import expand_flux

WINDOW_S, WINDOW_STEP_S = 12.0, 3.0
"""Length and step of the windows: the tempo may drift, but within 12 s it is taken as steady."""

MEAN_S = 0.4
"""Only the flux above its mean over this time counts."""

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

MAX_CANDIDATES = 5
MIN_PULSE = 0.025
"""Least periodicity (comb of the normalised autocorrelation, 0 to 1) that is called a pulse; noise reaches 0.02."""

MIN_DEVIATION = 1e-3
"""Least standard deviation of a band's flux (0.004 dB of level): below it there is only the ripple of the transform."""

MIN_ACTIVITY = 3e-4
"""Share of a band's mean activity: windows with less do not count fully in that band."""

ZERO_PADDING = 4
"""Length of the transform of the Fourier tempogram relative to that of the autocorrelation."""


@dataclass(frozen=True, slots=True)
class TempoScores:
    """Scores on the grid of candidate tempi.

    Attributes:
        tempo_bpm: shape (n,), logarithmically spaced.
        score: shape (n,), with the preference for tapping tempi.
        pulse: shape (n,), periodicity of the onsets, from 0 to 1.
    """

    tempo_bpm: NDArray[np.float64]
    score: NDArray[np.float64]
    pulse: NDArray[np.float64]


def measure_rhythm(frames: Frames) -> Rhythm:
    """Measure the tempo of a file.

    Args:
        frames: time tables of the file.

    Returns:
        Tempi in BPM with confidences from 0 to 1; None where the onsets do not repeat. Beats are not set.
    """
    scores = tempo_scores(frames)
    peaks = _peaks(scores.score)
    if not peaks or scores.pulse[peaks[0]] < MIN_PULSE:
        return Rhythm(tempo_bpm=None, confidence=None)
    total = float(sum(scores.score[peak] for peak in peaks))
    candidates = [
        TempoCandidate(stated(_interpolated(scores, peak)), stated(float(scores.score[peak]) / total)) for peak in peaks
    ]
    return Rhythm(candidates[0].tempo_bpm, candidates[0].confidence, tuple(candidates[1:]))


def tempo_scores(frames: Frames) -> TempoScores:
    """Score each candidate tempo against the onsets of a file.

    Args:
        frames: time tables of the file.

    Returns:
        Scores on the grid of candidates.
    """
    hop_s = frames.grid.hop_s
    flux = frames.onset_flux[:, : frames.whole_hops]
    scale = _scale(flux)
    mean_hops = round(MEAN_S / hop_s)
    window = min(round(WINDOW_S / hop_s), flux.shape[1])
    starts = range(0, flux.shape[1] - window + 1, round(WINDOW_STEP_S / hop_s))
    size = int(scipy.fft.next_fast_len(2 * window, real=True))
    taper = np.hanning(window)
    correlation = np.zeros(window)
    spectrum = np.zeros(ZERO_PADDING * size // 2 + 1)
    for start in starts:
        novelty = _novelty(flux, scale, start, window, mean_hops)
        correlation += _autocorrelation(novelty, size)
        pulse = novelty.sum(axis=0)
        pulse -= pulse.mean()
        energy = float(np.sqrt(np.sum(pulse**2)))
        if energy > 0.0:
            spectrum += np.abs(scipy.fft.rfft(pulse * taper, ZERO_PADDING * size)) / energy
    bin_hz = 1.0 / (hop_s * ZERO_PADDING * size)
    return _score(correlation / len(starts), spectrum / len(starts), hop_s, bin_hz)


def _scale(flux: NDArray[np.uint8]) -> NDArray[np.float64]:
    """1 / standard deviation of each band in the whole file, 0 for bands without onsets; shape (bands, 1)."""
    values = expand_flux(np.arange(256, dtype=np.uint8))
    shares = np.array([np.bincount(band, minlength=256) for band in flux]) / flux.shape[1]
    deviation = np.sqrt(np.maximum(shares @ values**2 - (shares @ values) ** 2, 0.0))[:, None]
    scale: NDArray[np.float64] = np.where(deviation >= MIN_DEVIATION, 1.0 / np.maximum(deviation, MIN_DEVIATION), 0.0)
    return scale


def _novelty(
    flux: NDArray[np.uint8], scale: NDArray[np.float64], start: int, window: int, mean_hops: int
) -> NDArray[np.float64]:
    """Scaled flux of a window above its local mean; shape (bands, window)."""
    first, last = max(0, start - mean_hops), min(flux.shape[1], start + window + mean_hops)
    scaled = expand_flux(flux[:, first:last]) * scale
    local: NDArray[np.float64] = scipy.ndimage.uniform_filter1d(scaled, mean_hops, axis=1)
    rise: NDArray[np.float64] = np.maximum(scaled - local, 0.0)
    return rise[:, start - first : start - first + window]


def _autocorrelation(excerpt: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Autocorrelation of each band, normalised by lag 0, mean over bands; shape (window,)."""
    centred = excerpt - excerpt.mean(axis=1, keepdims=True)
    spectra = scipy.fft.rfft(centred, size, axis=1)
    lags = scipy.fft.irfft(np.abs(spectra) ** 2, size, axis=1)[:, : excerpt.shape[1]]
    normalised: NDArray[np.float64] = (lags / (lags[:, :1] + MIN_ACTIVITY * excerpt.shape[1])).mean(axis=0)
    return normalised


def _score(correlation: NDArray[np.float64], spectrum: NDArray[np.float64], hop_s: float, bin_hz: float) -> TempoScores:
    tempo_bpm = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), GRID_RATIO))
    lag = 60.0 / (tempo_bpm * hop_s)
    weights = COMB_DECAY ** np.arange(COMB_TEETH)
    comb = sum(
        weight * np.interp(lag * (tooth + 1), np.arange(correlation.size), correlation, right=0.0)
        for tooth, weight in enumerate(weights)
    )
    pulse = np.maximum(comb, 0.0)
    bins = np.arange(spectrum.size) * bin_hz
    tempogram = np.interp(tempo_bpm / 60.0, bins, spectrum)
    tempogram += SECOND_HARMONIC * np.interp(tempo_bpm / 30.0, bins, spectrum, right=0.0)
    preference = np.exp(-0.5 * (np.log2(tempo_bpm / PREFERRED_BPM) / PREFERENCE_OCTAVES) ** 2)
    return TempoScores(tempo_bpm, pulse * tempogram**TEMPOGRAM_EXPONENT * preference, pulse / weights.sum())


def _peaks(score: NDArray[np.float64]) -> list[int]:
    """Grid positions of the highest local maxima, best first."""
    inner = score[1:-1]
    places = np.flatnonzero((inner > score[:-2]) & (inner >= score[2:]) & (inner > 0.0)) + 1
    ranked = places[np.argsort(-score[places], kind="stable")]
    return [int(place) for place in ranked[:MAX_CANDIDATES]]


def _interpolated(scores: TempoScores, peak: int) -> float:
    """Tempo at the vertex of the parabola through a peak and its neighbours."""
    before, at, after = scores.score[peak - 1 : peak + 2]
    curvature = before - 2.0 * at + after
    shift = 0.5 * (before - after) / curvature if curvature < 0.0 else 0.0
    return float(scores.tempo_bpm[peak] * np.exp(GRID_RATIO * shift))
