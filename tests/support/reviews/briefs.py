"""Briefs for tests: measured on the demo track by the real chain, or diagnosed from analyses written by hand."""

from dataclasses import replace
from enum import StrEnum
from functools import cache

from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.knowledge.genres import Genre, genre_table
from core.review import Brief
from core.text.language import ENGLISH
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.support.audio.demo_track import ALL_FAULTS, DemoTrack, demo_track
from tests.support.reviews import fixed_analyses as fixed
from tests.support.trials.measuring import measured

GENRE_ID = "house"

MIX_FAULTS = ("low_stereo", "mud", "lr_balance", "dc", "silence")
"""What a mix on its way to mastering has: no clipper yet."""


class Beside(StrEnum):
    """What a track is held against."""

    NONE = "none"
    REFERENCE = "reference"
    PREVIOUS = "previous"


ALL_CASES = [(kind, detail, beside) for kind in ReviewType for detail in Detail for beside in Beside]
"""Every type, detail and comparison."""


def case_name(case: tuple[ReviewType, Detail, Beside]) -> str:
    """As golden files and test ids are called: master-pro-reference."""
    return "-".join(part.value for part in case)


def house() -> Genre:
    """The genre of all briefs here."""
    return genre_table().get(GENRE_ID)


@cache
def _demo(faults: tuple[str, ...]) -> Analysis:
    track: DemoTrack = demo_track(faults=faults)
    return measured(track.samples, track.sample_rate_hz)


def demo_analysis(kind: ReviewType) -> Analysis:
    """The demo track with the faults that fit a type, measured once a session."""
    return _demo(ALL_FAULTS if kind is ReviewType.MASTER else MIX_FAULTS)


def clean_analysis() -> Analysis:
    """Its twin without faults."""
    return _demo(())


@cache
def demo_brief(kind: ReviewType, detail: Detail = Detail.DETAILED, beside: Beside = Beside.NONE) -> Brief:
    """The real chain on the demo track; its clean twin is the reference, the other set of faults the version before."""
    reference = clean_analysis() if beside is Beside.REFERENCE else None
    earlier = None
    if beside is Beside.PREVIOUS:
        earlier = _demo(MIX_FAULTS if kind is ReviewType.MASTER else ALL_FAULTS)
    return _brief(demo_analysis(kind), reference, earlier, kind, detail)


@cache
def fixed_brief(
    kind: ReviewType, detail: Detail = Detail.DETAILED, beside: Beside = Beside.NONE, language: str = ENGLISH
) -> Brief:
    """The real diagnosis of hand-written analyses: the same on every machine."""
    is_master = kind is ReviewType.MASTER
    track = fixed.master() if is_master else fixed.mix()
    reference = fixed.reference() if beside is Beside.REFERENCE else None
    earlier = None
    if beside is Beside.PREVIOUS:
        earlier = fixed.earlier_master() if is_master else fixed.earlier_mix()
    return _brief(track, reference, earlier, kind, detail, language)


def brief_of(
    analysis: Analysis, kind: ReviewType = ReviewType.MASTER, detail: Detail = Detail.DETAILED, genre_id: str = GENRE_ID
) -> Brief:
    """An analysis, diagnosed."""
    request = ReviewRequest(kind, genre_id, detail=detail)
    genre = genre_table().get(genre_id)
    return Brief(request, genre, analysis, diagnose(analysis, genre, request))


def both(kind: ReviewType, detail: Detail = Detail.DETAILED, language: str = ENGLISH) -> Brief:
    """A fixed brief with a reference and an earlier version."""
    with_versions = fixed_brief(kind, detail, Beside.PREVIOUS, language)
    with_reference = fixed_brief(kind, detail, Beside.REFERENCE, language)
    diagnosis = replace(with_versions.diagnosis, reference=with_reference.diagnosis.reference)
    return replace(with_versions, diagnosis=diagnosis, reference=with_reference.reference)


def _brief(
    track: Analysis,
    reference: Analysis | None,
    earlier: Analysis | None,
    kind: ReviewType,
    detail: Detail,
    language: str = ENGLISH,
) -> Brief:
    request = ReviewRequest(kind, GENRE_ID, detail=detail, focus=None, language=language)
    previous = diagnose(earlier, house(), request).findings if earlier is not None else None
    diagnosis = diagnose(track, house(), request, reference=reference, previous=previous, earlier=earlier)
    return Brief(request=request, genre=house(), analysis=track, diagnosis=diagnosis, reference=reference)
