"""The parts of a song side by side: loudness and width of each.

Computed from what an `Analysis` holds, so that old ones can be compared as well. The seconds next to a border belong to
no part; parts below eight seconds are left out.
"""

from dataclasses import dataclass

import numpy as np

from core.analysis.measurements import Analysis, Section

SHORTEST_COMPARED_S, BORDER_S = 8.0, 1.0
"""Shortest part that is compared, and what is left out at each of its ends, in seconds."""


@dataclass(frozen=True, slots=True)
class SongPart:
    """One part of a song. `width_db`: median of side to mid; None in mono."""

    section: Section
    loudness_lufs: float
    width_db: float | None


def song_parts(analysis: Analysis) -> tuple[SongPart, ...]:
    """The parts of a song that can be compared, in time order."""
    return tuple(
        SongPart(section, section.short_term_lufs, _width_db(analysis, section))
        for section in analysis.sections or ()
        if section.short_term_lufs is not None and section.end_s - section.start_s >= SHORTEST_COMPARED_S
    )


def _width_db(analysis: Analysis, section: Section) -> float | None:
    timeline = analysis.stereo.timeline
    if timeline is None:
        return None
    first, end = int((section.start_s + BORDER_S) / timeline.hop_s), int((section.end_s - BORDER_S) / timeline.hop_s)
    values = [value for value in timeline.side_to_mid_db[first:end] if value is not None]
    return float(np.median(values)) if values else None
