"""A target with its name, and the comparison of one track with it.

A target is made of masters. A mix is therefore not compared in what mastering sets: loudness, PLR and PSR.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.analysis.measurements import Analysis
from core.diagnosis.comparing.references import SIDE_FLOOR_DB, SIDES
from core.targets.percentiles import (
    MEASURES,
    TARGET_TRACKS_MIN,
    Percentiles,
    ServerTarget,
    TargetDelta,
    compare_target,
    target_from,
)
from core.text.untrusted import clean_untrusted
from core.values.errors import UsageCode, UsageError
from core.values.request import ReviewType

__all__ = ["MEASURES", "TARGET_TRACKS_MIN", "NamedTarget", "TargetComparison", "compare_with_target", "make_target"]

NAME_MAX_CHARACTERS = 60
"""Longest name in characters: it must fit into a picker and into a line on a phone."""

LOUDNESS_ID = "integrated_lufs"
"""Id of integrated loudness, which has a line of its own."""

SET_BY_MASTERING = frozenset({LOUDNESS_ID, "plr_db", "psr_min_db"})
"""Ids of the measures that mastering sets; a mix is not compared in them."""

_MENTION_BEGINS = re.compile("<+(?=@)")
"""The beginning of a mention. It is removed from names, so that they need no search when a person's data is deleted."""


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A target with its name.

    Attributes:
        name: a person's text, cleaned (`target_name`).
        target: percentiles by measure.
        genre_id: id of the genre that it is for; None where none was given.
    """

    name: str
    target: ServerTarget
    genre_id: str | None = None


@dataclass(frozen=True, slots=True)
class TargetComparison:
    """A track against a target.

    Attributes:
        name: name of the target.
        tracks: number of tracks that the target was made from.
        deltas: the measures that the track and the target have.
    """

    name: str
    tracks: int
    deltas: tuple[TargetDelta, ...]


def target_name(text: str) -> str:
    """The form in which a name is stored: one line, NFC, no invisible characters, no mentions.

    Raises:
        UsageError: TARGET_NAME, the result is empty or too long.
    """
    shown = _MENTION_BEGINS.sub("", clean_untrusted(" ".join(text.split()), len(text)))
    name = " ".join(unicodedata.normalize("NFC", shown).split())
    if not 0 < len(name) <= NAME_MAX_CHARACTERS:
        raise UsageError(UsageCode.TARGET_NAME, limit=NAME_MAX_CHARACTERS)
    return name


def name_key(name: str) -> str:
    """The form in which names are compared: without differences of case or of Unicode form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def make_target(name: str, analyses: Sequence[Analysis], genre_id: str | None = None) -> NamedTarget:
    """Make a target from several tracks.

    Args:
        name: its name; untrusted text.
        analyses: the tracks.
        genre_id: id of the genre that it is for; None for no genre.

    Raises:
        UsageError: TOO_FEW_TRACKS, fewer than `TARGET_TRACKS_MIN`; TARGET_NAME, the name cannot be used.
    """
    kept = target_name(name)
    if len(analyses) < TARGET_TRACKS_MIN:
        raise UsageError(UsageCode.TOO_FEW_TRACKS, given=len(analyses), least=TARGET_TRACKS_MIN)
    return NamedTarget(kept, target_from(analyses), genre_id)


def compare_with_target(analysis: Analysis, named: NamedTarget, kind: ReviewType) -> TargetComparison:
    """Compare a track with a target.

    Args:
        analysis: the track.
        named: the target.
        kind: the type of review; for a mix, `SET_BY_MASTERING` is left out.

    Returns:
        The measures that both have, in the order of `MEASURES`.
    """
    known = {delta.measure: delta for delta in compare_target(analysis, named.target)}
    left_out = frozenset[str]() if kind is ReviewType.MASTER else SET_BY_MASTERING
    deltas = [known[measure] for measure in MEASURES if measure in known and measure not in left_out]
    return TargetComparison(
        name=named.name,
        tracks=named.target.tracks,
        deltas=tuple(
            _above_floor(delta, named.target.measures[delta.measure]) if delta.measure in SIDES else delta
            for delta in deltas
        ),
    )


def _above_floor(delta: TargetDelta, usual: Percentiles) -> TargetDelta:
    """The delta, with a difference of 0 where both values are at most `SIDE_FLOOR_DB`, which counts as mono."""
    bound = usual.p90 if delta.outside > 0 else usual.p10
    return replace(
        delta,
        from_median=delta.from_median if max(delta.value, usual.p50) > SIDE_FLOOR_DB else 0.0,
        outside=delta.outside if max(delta.value, bound) > SIDE_FLOOR_DB else 0.0,
    )
