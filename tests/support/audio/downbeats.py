"""Music whose beats and bars are known from elsewhere, and how beats that were found compare with it.

`downbeats.csv` lists files of EARSHOT_TEST_AUDIO: beats per bar, length of a beat, time of a first downbeat, the half
of the music it belongs to (the weights of `core.analysis.music.bars` were fitted to the one), how sure the annotation
is, and by what it was found: the author's project or score, or attacks, bass and chords read without `core`.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.analysis.measurements import Bars, BeatGrid

TOLERANCE_S = 0.07
"""A beat is found within this (MIREX)."""

MOSTLY = 0.95
"""So many bar lines must fall together: a tempo that is off by 0.01 % may lose the last ones."""


@dataclass(frozen=True)
class Annotation:
    """Beats at ``first_downbeat_s + k * beat_s``; `is_fitted`: weights were chosen with the help of this file."""

    name: str
    beats_per_bar: int
    beat_s: float
    first_downbeat_s: float
    is_fitted: bool

    def beats_s(self, duration_s: float) -> NDArray[np.float64]:
        return np.arange(self.first_downbeat_s % self.beat_s, duration_s, self.beat_s)

    def downbeats_s(self, duration_s: float) -> NDArray[np.float64]:
        bar_s = self.beats_per_bar * self.beat_s
        return np.arange(self.first_downbeat_s % bar_s, duration_s, bar_s)


def annotations() -> list[Annotation]:
    with Path(__file__).with_suffix(".csv").open(newline="", encoding="utf-8") as file:
        return [
            Annotation(
                row["file"],
                int(row["beats_per_bar"]),
                float(row["beat_s"]),
                float(row["first_downbeat_s"]),
                row["half"] == "fitted",
            )
            for row in csv.DictReader(file)
        ]


def beat_f_measure(found: BeatGrid, true: Annotation, duration_s: float) -> float:
    """F-measure of the beats at the level that was measured: half or double tempo finds two of three at most."""
    import mir_eval.beat  # loads scipy.stats: not in every worker that collects the tests

    beats_s = np.arange(found.first_beat_s, duration_s, found.beat_s)
    return float(mir_eval.beat.f_measure(true.beats_s(duration_s), beats_s, TOLERANCE_S))


def has_the_tempo(found: BeatGrid, true: Annotation) -> bool:
    """Whether beats are counted as the author counts them, and not at half or double the tempo."""
    return abs(found.beat_s / true.beat_s - 1.0) < 0.01


def are_right(bars: Bars, true: Annotation, duration_s: float) -> bool:
    """Whether bars begin on bar lines of the author; at half or double tempo all of the fewer fall on the others."""
    lines_s = np.arange(bars.first_downbeat_s, duration_s, bars.bar_s)
    true_s = true.downbeats_s(duration_s)
    return max(_share_near(lines_s, true_s), _share_near(true_s, lines_s)) >= MOSTLY


def _share_near(times_s: NDArray[np.float64], others_s: NDArray[np.float64]) -> float:
    return float(np.mean(np.abs(times_s[:, None] - others_s).min(axis=1) <= TOLERANCE_S))
