"""Passages that lack what the rest of the song has: the top, or the low end, while the middle goes on.

Conventions: second by second, 2–20 kHz, or 20–200 Hz, over 200 Hz–2 kHz, smoothed by a median over five seconds. A
passage lacks it where that lies below the song's median by the least difference for eight seconds and more, away from
both ends of the song, while its middle is within 5 dB of the rest's, which is at least as long. How much it lacks is
told against the rest's lowest tenth: what other passages reach as well is no lack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import levels_db, stated
from core.analysis.measurements import MIDDLE_BAND, Analysis

MIDDLE_BANDS = ("lowmid_200_500", MIDDLE_BAND)

RUNNING_SECONDS = 5
"""Seconds of the running median."""

AUDIBLE_BELOW_DB = 10.0
"""Distance of the middle below its median beyond which a second is a pause and not compared."""

SHORTEST_LACK_S, FROM_ENDS_S, BORDER_STEPS = 8, 8, 3
"""Shortest passage, its least distance from the ends of the song, and what is left out on both sides of it, in steps of
a second."""

LEAST_COMPARED_STEPS = 16
"""Fewest seconds of the rest."""

MIDDLE_GOES_ON_DB = 5.0
"""Largest difference between the middle of a passage and that of the rest."""

REST_PERCENT = 10.0
"""Percentile of the rest that a passage is held against."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A passage and how far it lies below the lowest tenth of the rest, dB."""

    start_s: float
    end_s: float
    below_db: float


def lack_of(analysis: Analysis, bands: Sequence[str], least_db: float) -> Lack | None:
    """The passage that lacks some bands most.

    Args:
        analysis: what was measured on the song.
        bands: names of the bands, `TOP_BANDS` or `LOW_END_BANDS`.
        least_db: distance below the song's median from which a second belongs to such a passage.

    Returns:
        The passage; None where there is none, or the analysis has no bands over time.
    """
    timeline = analysis.spectrum.timeline
    if timeline is None:
        return None
    middle_db = _level_db(timeline.bands_db, MIDDLE_BANDS)
    if middle_db.size < LEAST_COMPARED_STEPS + SHORTEST_LACK_S:
        return None
    over_db = scipy.ndimage.median_filter(
        _level_db(timeline.bands_db, bands) - middle_db, RUNNING_SECONDS, mode="nearest"
    )
    audible = middle_db > np.median(middle_db) - AUDIBLE_BELOW_DB
    lacks = audible & (over_db <= np.median(over_db[audible]) - least_db)
    found: list[Lack] = []
    for (inside,) in scipy.ndimage.find_objects(scipy.ndimage.label(lacks)[0]):
        length = inside.stop - inside.start
        rest = audible.copy()
        rest[max(0, inside.start - BORDER_STEPS) : inside.stop + BORDER_STEPS] = False
        is_inside = inside.start >= FROM_ENDS_S and inside.stop <= middle_db.size - FROM_ENDS_S
        is_compared = np.count_nonzero(rest) >= max(LEAST_COMPARED_STEPS, length)
        if length < SHORTEST_LACK_S or not is_inside or not is_compared:
            continue
        if abs(float(np.median(middle_db[inside]) - np.median(middle_db[rest]))) > MIDDLE_GOES_ON_DB:
            continue
        below_db = float(np.percentile(over_db[rest], REST_PERCENT) - np.median(over_db[inside]))
        found.append(
            Lack(stated(inside.start * timeline.hop_s), stated(inside.stop * timeline.hop_s), stated(below_db))
        )
    return max(found, key=lambda lack: lack.below_db, default=None)


def _level_db(bands_db: Mapping[str, Sequence[float]], names: Sequence[str]) -> NDArray[np.float64]:
    return levels_db(sum(10.0 ** (np.array(bands_db[name]) / 10.0) for name in names))
