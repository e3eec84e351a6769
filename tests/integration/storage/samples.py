"""Values to store, every optional part filled in, so that a round trip shows what gets lost."""

import dataclasses
import sys
import uuid
from typing import Any

from core.analysis.measurements import (
    Analysis,
    AttackCrest,
    BandStereo,
    Bass,
    ClippedRun,
    Dynamics,
    Faults,
    KeyCandidate,
    Loudness,
    LoudnessTimeline,
    LowPassEdge,
    Peaks,
    Rhythm,
    Section,
    Spectrum,
    Stereo,
    TempoCandidate,
    Tonality,
    Transients,
)
from core.audio.source import SourceInfo
from core.diagnosis.findings import Diagnosis, Finding, Remedy, Target
from core.review import DialCard, DialRow, Review, ReviewItem, WrittenBy
from core.rules.reading import Evidence, Severity, Span
from core.storage import DayBudget, Unit
from core.values.actor import Actor
from core.values.chain import Chain, EqBand, FilterKind, Limiter
from core.values.job import Job, JobKind, JobState
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.support.clock import START

ANNA = Actor(guild_id=1_100_000_000_000_000_001, user_id=900_000_000_000_000_001)
BEN = Actor(guild_id=ANNA.guild_id, user_id=900_000_000_000_000_002)
"""In the same guild as Anna."""
ANNA_ELSEWHERE = Actor(guild_id=1_100_000_000_000_000_002, user_id=ANNA.user_id)
CARA = Actor(guild_id=ANNA_ELSEWHERE.guild_id, user_id=900_000_000_000_000_003)
ANNA_DIRECT = Actor(guild_id=None, user_id=ANNA.user_id)
BEN_DIRECT = Actor(guild_id=None, user_id=BEN.user_id)

HASH = "5e" * 32
FRAMES = bytes(range(256)) * 3


def analysis(integrated_lufs: float = -9.25) -> Analysis:
    return Analysis(
        source=SourceInfo(4.0, 44_100, 2, "mp3", "mp3", None, is_float=False, lossy=True),
        loudness=Loudness(integrated_lufs, -8.5, -7.0, None, LoudnessTimeline(0.1, (-9.0, -8.5)), 2.5, 2.0),
        peaks=Peaks(0.75, (0.75, 0.5), -0.25, (ClippedRun(1.5, 4, 0),), 1, 1.5, (-0.25, -0.5)),
        dynamics=Dynamics(10.0, 8.25, 12.5, 7.0, 2.5),
        transients=Transients(3.5, AttackCrest(12.0, 9.5, None)),
        spectrum=Spectrum({"sub_20_60": -9.0}, {"31.5": -12.5}, -4.5),
        stereo=Stereo(0.75, -9.0, -0.5, 0.25, {"sub_20_60": BandStereo(0.98, -20.0, -0.1)}, 0.01),
        bass=Bass(3.0, 5.5, -18.0, -0.25, 55.0),
        rhythm=Rhythm(128.0, 0.9, (TempoCandidate(64.0, 0.4),)),
        tonality=Tonality("F# major", 0.8, (KeyCandidate("D# minor", 0.5),), -3.0),
        sections=(Section(0.0, 4.0, "chorus", -8.5),),
        faults=Faults((0.001, 0.0), 0.2, 0.5, LowPassEdge(16_000.0, 40.0), identical_channels=False, dead_channel=None),
    )


def request(focus: str | None = "is the kick too loud?") -> ReviewRequest:
    return ReviewRequest(ReviewType.MASTER, "house", "deep_house", Detail.PRO, focus)


def _finding() -> Finding:
    target = Target(None, -1.0, "dBTP", "EBU R 128", Evidence.HIGH)
    chain = Chain(eq=(EqBand(FilterKind.BELL, 300.0, -2.5, 1.1),), limiter=Limiter(-1.0, -1.75))
    return Finding(
        code="true_peak",
        name="True peak",
        severity=Severity.WARN,
        measure="true peak",
        value=0.75,
        unit="dBTP",
        target=target,
        excess=1.75,
        remedy=Remedy("Lower the ceiling to −1 dBTP.", chain),
        confidence=0.95,
        spans=(Span(1.5, 2.0),),
        facts={"channel": "left", "over_db": 1.75},
    )


def diagnosis() -> Diagnosis:
    return Diagnosis(findings=(_finding(),), strengths=(), platforms=())


def review(verdict: str = "A loud master that clips once.") -> Review:
    item = ReviewItem(
        "The true peak is +0.75 dBTP.", "Lower the ceiling.", ("true_peak",), WrittenBy.MODEL, "0.75 dBTP"
    )
    card = DialCard(Chain(trim_db=-1.75), (DialRow("Limiter", "ceiling −1 dBTP", "true_peak"),))
    return Review(verdict, "The low end.", (item,), "Lower the ceiling.", WrittenBy.MODEL, card)


def job(actor: Actor = ANNA, kind: JobKind = JobKind.FEEDBACK, **changes: Any) -> Job:
    """A queued job with an id and key of its own."""
    job_id = uuid.uuid4().hex
    made = Job(
        job_id=job_id,
        kind=kind,
        key=f"interaction:{job_id}",
        guild_id=actor.guild_id,
        user_id=actor.user_id,
        state=JobState.QUEUED,
        payload="{}",
        created_at=START,
    )
    return dataclasses.replace(made, **changes)


async def add_review(unit: Unit, actor: Actor = ANNA, content_hash: str = HASH, verdict: str = "Good.") -> int:
    """A reviewed track with its analysis; the id of the review."""
    analysis_id = await unit.library.save_analysis(actor, content_hash, analysis(), FRAMES)
    track = await unit.library.add_track(actor)
    version = await unit.library.add_version(actor, track.track_id, analysis_id, content_hash)
    return await unit.library.save_review(actor, version.version_id, request(), diagnosis(), review(verdict))


async def add_conversation(unit: Unit, actor: Actor = ANNA, channel_id: int | None = None) -> int:
    """A conversation about a new review; its id."""
    return await unit.conversations.open(actor, await add_review(unit, actor), channel_id)


def calls(limit: int, *, of_user: int = sys.maxsize, tokens: int = sys.maxsize) -> DayBudget:
    """A budget of so many requests a day."""
    return DayBudget(guild_calls=limit, user_calls=of_user, guild_tokens=tokens)
