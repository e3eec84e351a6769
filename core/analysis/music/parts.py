"""The parts of a song side by side: loudness, tone, low end and width of each, for what one part has and others lack.

Conventions: computed from what an `Analysis` holds, so that old ones can be compared as well: the parts' loudness, and
the bands and the stereo picture second by second. The seconds next to a border belong to no part; parts below eight
seconds are left out. The *top over the middle* is 2–20 kHz over 200 Hz–2 kHz, the low end 20–200 Hz relative to all
bands of the whole file, the width the median of side to mid.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import ratio_db
from core.analysis.measurements import LEVEL_FLOOR_DB, Analysis, Section

SHORTEST_COMPARED_S, BORDER_S = 8.0, 1.0
"""Shortest part that is compared, and what is left out at each of its ends, in seconds."""

LEAST_SECONDS = 5
"""Fewest seconds that are measured of a part."""

TOP_BANDS = ("presence_2k_5k", "high_5k_10k", "air_10k_20k")
MIDDLE_BANDS = ("lowmid_200_500", "mid_500_2k")
BOTTOM_BANDS = ("sub_20_60", "bass_60_200")

ALIKE_LU = 3.0
"""Difference in loudness up to which two parts are of similar loudness."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a song.

    Attributes:
        section: its times, name and loudness.
        loudness_lufs: its loudness.
        top_db: 2–20 kHz over 200 Hz–2 kHz.
        opening_db: how much that changes from its first to its last third.
        low_db: 20–200 Hz relative to all bands of the whole file.
        width_db: side to mid; None in mono.
        is_inside: whether it is neither the first nor the last part of the song.
    """

    section: Section
    loudness_lufs: float
    top_db: float
    opening_db: float
    low_db: float
    width_db: float | None
    is_inside: bool


def song_parts(analysis: Analysis) -> tuple[Part, ...]:
    """The parts of a song that can be compared, in time order; empty where the analysis lacks what is compared."""
    timeline, sections = analysis.spectrum.timeline, analysis.sections or ()
    if timeline is None:
        return ()
    bands = {name: 10.0 ** (np.array(levels) / 10.0) for name, levels in timeline.bands_db.items()}
    found = []
    for place, section in enumerate(sections):
        first = math.ceil((section.start_s + BORDER_S) / timeline.hop_s)
        end = int((section.end_s - BORDER_S) / timeline.hop_s)
        is_short = section.end_s - section.start_s < SHORTEST_COMPARED_S or end - first < LEAST_SECONDS
        if is_short or section.short_term_lufs is None:
            continue
        third = (end - first) // 3
        found.append(
            Part(
                section=section,
                loudness_lufs=section.short_term_lufs,
                top_db=_top_db(bands, first, end),
                opening_db=_top_db(bands, end - third, end) - _top_db(bands, first, first + third),
                low_db=ratio_db(_mean(bands, BOTTOM_BANDS, first, end), 1.0),
                width_db=_width_db(analysis, section),
                is_inside=0 < place < len(sections) - 1,
            )
        )
    return tuple(found)


def as_loud_as(part: Part, parts: Sequence[Part]) -> list[Part]:
    """The other parts that are of similar loudness."""
    return [other for other in parts if other is not part and abs(other.loudness_lufs - part.loudness_lufs) <= ALIKE_LU]


def _mean(bands: Mapping[str, NDArray[np.float64]], names: Sequence[str], first: int, end: int) -> float:
    return float(sum(float(bands[name][first:end].mean()) for name in names if bands[name][first:end].size))


def _top_db(bands: Mapping[str, NDArray[np.float64]], first: int, end: int) -> float:
    return max(LEVEL_FLOOR_DB, ratio_db(_mean(bands, TOP_BANDS, first, end), _mean(bands, MIDDLE_BANDS, first, end)))


def _width_db(analysis: Analysis, section: Section) -> float | None:
    timeline = analysis.stereo.timeline
    if timeline is None:
        return None
    first, end = int((section.start_s + BORDER_S) / timeline.hop_s), int((section.end_s - BORDER_S) / timeline.hop_s)
    values = [value for value in timeline.side_to_mid_db[first:end] if value is not None]
    return float(np.median(values)) if values else None
