"""Where a track stands among finished tracks in every quantity of taste, the furthest out first."""

from core.knowledge.norms import Position, position_among_tracks
from core.rules.curve import against_curve_db
from core.rules.reading import JudgedTrack
from core.rules.stretches import heights_db
from core.rules.taste import in_words

TOLD = 2
"""Positions that are told where nothing else is: what sets the track apart most."""

ALIKE_PERCENT = 30.0
"""Positions that more tracks than these lie beyond set nothing apart."""


def positions(subject: JudgedTrack) -> tuple[Position, ...]:
    """Tone, width, loudness range and, for a master, loudness; without what could not be measured.

    The loudness range of an excerpt says nothing of its song. Empty where the genre has no finished tracks of its own.
    """
    analysis, genre = subject.analysis, subject.genre
    values: dict[str, float | None] = {
        **heights_db(against_curve_db(analysis.spectrum.third_octave_db, genre.third_octave_db)),
        "width": analysis.stereo.side_to_mid_db,
        "range": None if subject.is_excerpt else analysis.loudness.loudness_range_lu,
        "loudness": analysis.loudness.integrated_lufs if subject.is_master and not subject.is_excerpt else None,
    }
    found = [position_among_tracks(name, value, genre.id) for name, value in values.items() if value is not None]
    return tuple(sorted((one for one in found if one.group is not None), key=lambda one: one.further_out_percent))


def furthest_in_words(found: tuple[Position, ...]) -> str:
    """The positions that set a track apart most, in words; empty where none does.

    Returns:
        "brighter than 88 of 100 finished dance tracks (140 measured), and narrower than 80 of 100 …".
    """
    told = [in_words(one) for one in found[:TOLD] if one.further_out_percent <= ALIKE_PERCENT]
    return ", and ".join(told)
