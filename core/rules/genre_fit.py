"""Genre fit: whether a track's tone as a whole is built like its genre."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.knowledge.genres import Genre, genre_table
from core.knowledge.norms import MIDDLE_PERCENT, position_among_tracks
from core.rules.curve import against_curve_db
from core.rules.reading import JudgedTrack
from core.rules.stretches import TONE_STRETCHES, heights_db

FAR_PERCENT = 3.0
"""A tone position is far out where no more than 3 of 100 finished tracks of the group lie beyond it."""

FAR_POSITIONS = 3
"""Tone positions far out at once from which the genre, and not one stretch of the spectrum, is what does not fit."""

JOINT_RARITY = 5.0
"""Sum over the tone positions of the decadic logarithm of how much rarer than the middle each is, from which they are
rare together: 4 of 100 finished tracks reach it, and nearly all of them have a warning by one position alone."""

NEARER = 0.6
"""Largest distance from another genre's curve, as a share of that from the track's own, at which that genre is named: a
track that is far from every genre is not in a style of its own, and its faults stay faults."""

PLAYED_TAG, PROGRAMMED_TAG = "dynamic", "electronic"
"""Tags by which genres that are played on instruments are told from programmed ones."""

MEASURED_FROM_HZ, MEASURED_TO_HZ = 50.0, 10_000.0
"""Range in which the curves are measured."""


@dataclass(frozen=True, slots=True)
class GenreFit:
    """How a track's tone fits its genre.

    Attributes:
        far: number of tone positions far out.
        joint_rarity: how rare the tone positions are together (`JOINT_RARITY`).
        nearest: the genre whose curve lies nearest; None where none lies nearer by `NEARER`.
    """

    far: int
    joint_rarity: float
    nearest: Genre | None

    @property
    def is_another(self) -> bool:
        """Whether the track is built like another genre."""
        return self.far >= FAR_POSITIONS and self.nearest is not None

    @property
    def is_unfinished(self) -> bool:
        """Whether the tone is far from the genre in many places at once without being that of another."""
        return self.joint_rarity > JOINT_RARITY and self.nearest is None


def may_be_named(nearest: Genre, genre: Genre) -> bool:
    """Whether a genre may be named as nearer: a curve alone makes no house of what is played on instruments."""
    is_played = PLAYED_TAG in genre.tags and PROGRAMMED_TAG not in genre.tags
    return not is_played or (PLAYED_TAG in nearest.tags and PROGRAMMED_TAG not in nearest.tags)


def fit_of(subject: JudgedTrack) -> GenreFit:
    """How the tone of a track fits its genre."""
    return _fit(tuple(sorted(subject.analysis.spectrum.third_octave_db.items())), subject.genre.id)


@lru_cache(maxsize=32)
def _fit(third_octaves: tuple[tuple[str, float], ...], genre_id: str) -> GenreFit:
    levels, table = dict(third_octaves), genre_table()
    genre = table.get(genre_id)
    heights = heights_db(against_curve_db(levels, genre.third_octave_db))
    found = [position_among_tracks(quantity, height, genre_id) for quantity, height in heights.items()]
    far = sum(min(one.percentile, 100.0 - one.percentile) <= FAR_PERCENT for one in found)
    joint = sum(math.log10(MIDDLE_PERCENT / one.further_out_percent) for one in found)
    if far < FAR_POSITIONS:
        return GenreFit(far, joint, None)
    distances = {
        other.id: distance
        for other in table.genres
        if "spoken" not in other.tags and (distance := distance_db(levels, other.third_octave_db)) is not None
    }
    if genre_id not in distances:
        return GenreFit(far, joint, None)
    nearest = min(distances, key=lambda other: distances[other])
    is_nearer = distances[nearest] <= NEARER * distances[genre_id]
    return GenreFit(far, joint, table.get(nearest) if is_nearer else None)


def distance_db(third_octave_db: Mapping[str, float], curve_db: Mapping[str, float]) -> float | None:
    """RMS distance from a curve between 50 Hz and 10 kHz with the difference in level removed, dB; None if unknown."""
    deviations = against_curve_db(third_octave_db, curve_db)
    inside = [level for name, level in deviations.items() if MEASURED_FROM_HZ <= float(name) <= MEASURED_TO_HZ]
    return statistics.pstdev(inside) if len(inside) > len(TONE_STRETCHES) else None
