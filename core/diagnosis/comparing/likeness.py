"""Whether two files are the same recording, or look like two pieces: by what is measured, not by their bytes."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.measurements import Analysis, BandTimeline
from core.analysis.quantities import chosen, quantity
from core.diagnosis.comparing.tone_moves import filled_third_octaves, third_octave_differences_db
from core.diagnosis.findings import Likeness

SAME_IN = chosen("duration_s", "integrated_lufs", "loudness_range_lu", "true_peak_dbtp", "plr_db", "side_to_mid_db")
"""Quantities that are equal within their margins in two files of one recording."""

SAME_THIRD_OCTAVE_DB = 0.1
"""Largest difference of a third octave in two files of one recording, in dB: another word length makes less."""

QUIET_BELOW_LUFS = -60.0
"""Short-term loudness below which two moments count as equally quiet."""

OTHER_COURSE = (0.0, 0.5, 0.7, 0.7)
"""Correlation of the courses of the bands below which two files are two pieces, by the number of further signs: in 17
excerpts of 18 to 60 s, two mixes of a piece have 0.76 and more (4 pairs), and 115 of 132 pairs of pieces less than
0.5; with these limits 122 of them are recognised."""

COURSE_OVERLAP_S = 25.0
"""Stretch that two files must share where their courses are laid over each other (own figure); all of a shorter one."""

SHORTEST_COURSE_S = 10.0
"""Length of the shortest file whose course says something (own figure)."""

COURSE_DEPTH_DB = 50.0
"""Levels further below the loudest of all are cut off: the course of what is not heard says nothing."""

MOST_MOMENTS, LEAST_MOMENTS = 600, 25
"""Moments of a course at most: of longer files several seconds are one, so that two hours are compared in milliseconds
as two songs are (every shift is tried); and moments that two courses must share, for a few are alike by chance."""

MOVING_DB = 0.5
"""Standard deviation in dB from which the bands have a course."""

OTHER_DURATION = 0.1
OTHER_TEMPO = 0.03
OTHER_TONE_DB = 6.0
"""Further signs of another piece (own figures): the shares by which duration and tempo differ, and the standard
deviation of the difference of the third octaves. Two mixes of a piece have 4.9 dB at most."""

TEMPO_RATIOS = (0.5, 2.0 / 3.0, 1.0, 1.5, 2.0)
"""Between two readings of one tempo."""


def likeness(earlier: Analysis, now: Analysis) -> Likeness | None:
    """What the earlier file is, where it is no earlier version of this track."""
    if are_same_recording(earlier, now):
        return Likeness.SAME_RECORDING
    return Likeness.ANOTHER_PIECE if _are_two_pieces(earlier, now) else None


def are_same_recording(one: Analysis, other: Analysis) -> bool:
    """Whether both measure the same: level, peaks, width, spectrum, and the loudness of every moment."""
    pairs = [(entry, entry.number(one), entry.number(other)) for entry in SAME_IN]
    if any((a is None) != (b is None) for _, a, b in pairs):
        return False
    if any(entry.differs(a - b) for entry, a, b in pairs if a is not None and b is not None):
        return False
    if filled_third_octaves(one) != filled_third_octaves(other):
        return False
    tone = third_octave_differences_db(one, other).values()
    return all(abs(value) <= SAME_THIRD_OCTAVE_DB for value in tone) and _are_equally_loud(one, other)


def _are_equally_loud(one: Analysis, other: Analysis) -> bool:
    here, there = (
        np.maximum(np.asarray(each.loudness.timeline.short_term_lufs, dtype=np.float64), QUIET_BELOW_LUFS)
        for each in (one, other)
    )
    margin = quantity("integrated_lufs").margin
    return here.shape == there.shape and bool(np.all(np.abs(here - there) <= (margin.value if margin else 0.0)))


def _are_two_pieces(one: Analysis, other: Analysis) -> bool:
    """Whether loud and soft follow each other in another way, and duration, tempo or tone are far apart as well."""
    course = _most_alike(one, other)
    return course is not None and course < OTHER_COURSE[_further_signs(one, other)]


def _further_signs(one: Analysis, other: Analysis) -> int:
    longer, shorter = (pick(one.source.duration_s, other.source.duration_s) for pick in (max, min))
    tone = list(third_octave_differences_db(one, other).values())
    return sum(
        (
            longer - shorter > OTHER_DURATION * longer,
            _have_other_tempi(one.rhythm.tempo_bpm, other.rhythm.tempo_bpm),
            len(tone) > 1 and float(np.std(tone)) > OTHER_TONE_DB,
        )
    )


def _have_other_tempi(one: float | None, other: float | None) -> bool:
    if not one or not other:
        return False
    return all(abs(one / other / ratio - 1.0) > OTHER_TEMPO for ratio in TEMPO_RATIOS)


def _most_alike(one: Analysis, other: Analysis) -> float | None:
    """The highest correlation of the levels of all bands over time, at any shift; None where it means nothing."""
    first, second = one.spectrum.timeline, other.spectrum.timeline
    if first is None or second is None:
        return None
    courses = [_levels_db(timeline) for timeline in (first, second)]
    if not all(course.size for course in courses):
        return None
    together = max(1, -(-max(course.shape[1] for course in courses) // MOST_MOMENTS))
    here, there = (_course_db(course, together) for course in courses)
    seconds = together * first.hop_s
    shorter = min(here.shape[1], there.shape[1])
    least = min(max(int(COURSE_OVERLAP_S / seconds), LEAST_MOMENTS), shorter)
    if shorter < SHORTEST_COURSE_S / seconds or here.shape[0] != there.shape[0]:
        return None
    if min(np.std(here), np.std(there)) < MOVING_DB:
        return None
    shifts = range(least - there.shape[1], here.shape[1] - least + 1)
    return max(_correlation(here, there, shift) for shift in shifts)


def _levels_db(timeline: BandTimeline) -> NDArray[np.float64]:
    """Levels of the bands over time, shape (bands, values)."""
    return np.array(list(timeline.bands_db.values()), dtype=np.float64)


def _course_db(levels: NDArray[np.float64], together: int) -> NDArray[np.float64]:
    """Levels of each band relative to their mean, shape (bands, moments); `together` values make a moment."""
    levels = np.maximum(levels, levels.max() - COURSE_DEPTH_DB)
    moments = levels.shape[1] // together
    means = levels[:, : moments * together].reshape(levels.shape[0], moments, together).mean(axis=2)
    return np.asarray(means - means.mean(axis=1, keepdims=True))


def _correlation(here: NDArray[np.float64], there: NDArray[np.float64], shift: int) -> float:
    first, last = max(0, shift), min(here.shape[1], shift + there.shape[1])
    a, b = here[:, first:last], there[:, first - shift : last - shift]
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    size = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    return float(np.sum(a * b)) / size if size else 0.0
