"""A target with its name, and one track held against it.

A target is made of masters. What mastering sets is therefore left out where a mix is held against it: loudness and the
distance of the peaks from it say nothing about a mix.
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

__all__ = ["MEASURES", "TARGET_TRACKS_MIN", "NamedTarget", "TargetComparison", "compare", "make_target"]

NAME_MAX_CHARACTERS = 60
"""Longest name: it has to fit into a picker and into a line on a phone."""

LOUDNESS_ID = "integrated_lufs"

SET_BY_MASTERING = frozenset({LOUDNESS_ID, "plr_db", "psr_min_db"})
"""Nothing of this is a mix's business (design: a mix is never held against loudness)."""

_MENTION_BEGINS = re.compile("<+(?=@)")
"""A name mentions nobody: who deletes what is known of them need not be looked for in it."""


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A target as people keep it. `name` is somebody's text, cleaned; `genre_id` says which genre it is for, if any."""

    name: str
    target: ServerTarget
    genre_id: str | None = None


@dataclass(frozen=True, slots=True)
class TargetComparison:
    """A track against a target: its name, how many tracks it was made from, and the measures both have."""

    name: str
    tracks: int
    deltas: tuple[TargetDelta, ...]


def target_name(text: str) -> str:
    """A name as it is kept: one line, one form of each character, nothing invisible.

    Raises:
        UsageError: TARGET_NAME, nothing is left of it, or it is too long.
    """
    shown = _MENTION_BEGINS.sub("", clean_untrusted(" ".join(text.split()), len(text)))
    name = " ".join(unicodedata.normalize("NFC", shown).split())
    if not 0 < len(name) <= NAME_MAX_CHARACTERS:
        raise UsageError(UsageCode.TARGET_NAME, limit=NAME_MAX_CHARACTERS)
    return name


def name_key(name: str) -> str:
    """What makes two names the same: neither case nor the form of a letter does."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def make_target(name: str, analyses: Sequence[Analysis], genre_id: str | None = None) -> NamedTarget:
    """The target that several tracks make.

    Raises:
        UsageError: TOO_FEW_TRACKS; TARGET_NAME.
    """
    kept = target_name(name)
    if len(analyses) < TARGET_TRACKS_MIN:
        raise UsageError(UsageCode.TOO_FEW_TRACKS, given=len(analyses), least=TARGET_TRACKS_MIN)
    return NamedTarget(kept, target_from(analyses), genre_id)


def compare(analysis: Analysis, named: NamedTarget, kind: ReviewType) -> TargetComparison:
    """The track against the target, in the order of `MEASURES`; what the target or the track lacks is left out."""
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
    """Between two sides that are both as good as silent there is no difference; any other stays as it is."""
    bound = usual.p90 if delta.outside > 0 else usual.p10
    return replace(
        delta,
        from_median=delta.from_median if max(delta.value, usual.p50) > SIDE_FLOOR_DB else 0.0,
        outside=delta.outside if max(delta.value, bound) > SIDE_FLOOR_DB else 0.0,
    )
