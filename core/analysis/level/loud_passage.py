"""The loud passage: a hit or a few seconds that stand above everything else in the song, which goes on as before.

Goal: where the one passage lies that somebody would ride down, and how far it stands out.

Conventions: momentary loudness (400 ms). The passage contains every window within 4 LU of the highest one and lasts 6 s
at most; its excess is the highest momentary loudness in it against the highest of all windows that do not touch it. The
3 s before it and after it have about the same loudness: the top of a build-up, the first hit of a section and the last
chord lead elsewhere. Nothing is reported within 6 s of the first and last sound.

Source: our own; in 101 tracks no passage of 6 s stands 4 LU above the rest.
"""

import numpy as np

from core.analysis.decibels import levels_db, stated
from core.analysis.frames import Frames
from core.analysis.level.loudness import MOMENTARY_HOPS, LoudnessCurves
from core.analysis.measurements import LoudPassage

LEAST_OVER_LU = 4.0
"""Least excess of the passage in LU; windows as near to the highest one all belong to it."""

LONGEST_PASSAGE_HOPS = 600
"""Longest passage in hops: 6 s."""

BESIDE_HOPS = 300
MOST_APART_LU = 6.0
MOST_BELOW_LU = 20.0
"""Hops before and after the passage whose loudness is compared, the largest difference of the two in LU, and the most
that either lies below the highest window of the rest."""

QUIET_ENDS_HOPS = 600
"""Hops after the first and before the last sound in which no passage is looked for."""


def loud_passage(frames: Frames, curves: LoudnessCurves) -> LoudPassage | None:
    """Find the passage that stands above everything else; None where there is none.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
    """
    momentary = levels_db(curves.momentary.astype(np.float64))
    highest = float(momentary.max())
    near = np.flatnonzero(momentary >= highest - LEAST_OVER_LU)
    first, end = int(near[0]), int(near[-1]) + MOMENTARY_HOPS
    begins_late = first >= frames.first_sound_hop + QUIET_ENDS_HOPS
    if not begins_late or end > frames.last_sound_hop - QUIET_ENDS_HOPS:
        return None
    # windows at the flanks lie within 4 LU as soon as a part of them is in the passage
    start = min(first + MOMENTARY_HOPS // 2, int(np.argmax(momentary)))
    stop = max(end - MOMENTARY_HOPS // 2, start + MOMENTARY_HOPS // 2)
    if stop - start > LONGEST_PASSAGE_HOPS:
        return None
    before, after = momentary[: max(0, first - MOMENTARY_HOPS)], momentary[end:]
    rest = float(max(before.max(initial=-np.inf), after.max(initial=-np.inf)))
    over_lu = highest - rest
    beside = [_mean_level(before[-BESIDE_HOPS:]), _mean_level(after[:BESIDE_HOPS])]
    if over_lu < LEAST_OVER_LU or abs(beside[0] - beside[1]) > MOST_APART_LU or min(beside) < rest - MOST_BELOW_LU:
        return None
    hop_s = frames.grid.hop_s
    return LoudPassage(stated(start * hop_s), stated(stop * hop_s), stated(over_lu))


def _mean_level(levels: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Level of the mean power of windows, dB."""
    return float(10.0 * np.log10(np.mean(10.0 ** (levels / 10.0))))
