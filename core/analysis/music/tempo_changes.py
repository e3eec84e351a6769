"""Tempi of a file whose tempo changes half-way.

Goal: say that a song has two tempi, and when, instead of giving one of them for all of it.

Conventions: a change is a time before and after which the onsets repeat, each strictly, but at different lags: the
autocorrelations of the two sides are unlike. Another arrangement of the same tempo repeats at some of the same lags, so
it is no change, and neither are breaks (nothing repeats there) and music played freely. Changes are found where both
sides last 20 s or more; slow accelerations are not told apart from a tempo that is not steady.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.measurements import TempoStretch
from core.analysis.music.repetition import CHANGE_LAGS_S, WINDOW_S, WINDOW_STEP_S, Repetition

ASIDE = round(WINDOW_S / WINDOW_STEP_S)
"""Windows that contain a change, to be left out on either side of it."""

WINDOWS_COMPARED = 5
LEAST_COMPARED = 4
"""Windows on either side of a time that are compared, and the fewest: 21 s of music."""

UNLIKE = 0.3
"""Correlation of the two sides below which the tempo has changed. Two tempi 3 % apart or more reach 0.3 or less; parts
of one song whose onsets repeat stay above."""

LEAST_REPETITION = 0.35
"""Least autocorrelation at the best lag on either side: of a hundred real tracks nothing unlike reaches it but a piece
that gets faster."""

STEADY = 0.92
"""Least mean correlation of the windows of a side with their mean; music that gets faster or slower stays below."""

BEATS_BPM = (60.0, 180.0)
BEAT_RATIO = 0.0025
"""Range and spacing of the tempi that are tried for a stretch."""

TEETH = 3
"""Multiples of the beat that are added; the third of the slowest beat still lies within the lags that are kept."""

LEAST_CHANGE = 0.02
"""Share by which two tempi must differ to be told apart."""


def find_tempi(repetition: Repetition, duration_s: float, tempo_bpm: float) -> tuple[TempoStretch, ...]:
    """Stretches with a tempo of their own.

    Args:
        repetition: how the onsets repeat, window by window.
        duration_s: length of the file.
        tempo_bpm: the tempo of the whole file; of half and double time that of a stretch is given which is nearer.

    Returns:
        Two or more stretches in time order, which cover the file; none where there is one tempo.
    """
    changes = _changes(repetition.by_window)
    edges = [0, *changes, repetition.by_window.shape[0] + ASIDE]
    tempi = [
        _tempo(repetition.by_window[first : last - ASIDE + 1].mean(axis=0), repetition.hop_s, tempo_bpm)
        for first, last in pairwise(edges)
    ]
    stretches: list[TempoStretch] = []
    for (first, _), stretch_bpm in zip(pairwise(edges), tempi, strict=True):
        if not stretches or abs(stretch_bpm / stretches[-1].tempo_bpm - 1.0) >= LEAST_CHANGE:
            stretches.append(TempoStretch(stated(first * WINDOW_STEP_S), stated(duration_s), stated(stretch_bpm)))
    ends = [*(stretch.start_s for stretch in stretches[1:]), stated(duration_s)]
    found = [
        TempoStretch(stretch.start_s, end_s, stretch.tempo_bpm) for stretch, end_s in zip(stretches, ends, strict=True)
    ]
    return tuple(found) if len(found) > 1 else ()


def _changes(by_window: NDArray[np.float32]) -> list[int]:
    """Windows at whose beginning the tempo changes."""
    count = by_window.shape[0]
    likeness = np.ones(count)
    for place in range(LEAST_COMPARED + ASIDE - 1, count - LEAST_COMPARED + 1):
        last = place - ASIDE + 1
        sides = by_window[max(0, last - WINDOWS_COMPARED) : last], by_window[place : place + WINDOWS_COMPARED]
        if all(_is_steady(side) for side in sides):
            likeness[place] = _correlation(*(side.mean(axis=0) for side in sides))
    changes: list[int] = []
    while likeness.size and float(likeness.min()) < UNLIKE:
        place = int(np.argmin(likeness))
        changes.append(place)
        likeness[max(0, place - WINDOWS_COMPARED - ASIDE) : place + WINDOWS_COMPARED + ASIDE] = 1.0
    return sorted(changes)


def _is_steady(side: NDArray[np.float32]) -> bool:
    """Whether the onsets of some windows repeat, and in all of them at the same lags."""
    mean = side.mean(axis=0)
    likeness = float(np.mean([_correlation(row, mean) for row in side]))
    return float(mean.max()) >= LEAST_REPETITION and likeness >= STEADY


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    one, other = one - one.mean(), other - other.mean()
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-12))


def _tempo(curve: NDArray[np.float32], hop_s: float, near_bpm: float) -> float:
    """The tempo whose beat repeats best, at the octave that is nearest to another tempo."""
    tempi_bpm = np.exp(np.arange(np.log(BEATS_BPM[0]), np.log(BEATS_BPM[1]), BEAT_RATIO))
    lags_s = np.arange(curve.size) * hop_s + CHANGE_LAGS_S[0]
    comb = sum(np.interp(60.0 / tempi_bpm * tooth, lags_s, curve) for tooth in range(1, TEETH + 1))
    own_bpm = float(tempi_bpm[int(np.argmax(comb))])
    return own_bpm * 2.0 ** round(float(np.log2(near_bpm / own_bpm)))
