"""The use cases on a real database and a real blob folder; what is measured is a fixed analysis, at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from core.advice import Writer
from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.exports import ReportDocument
from core.jobs.ports import Outcome
from core.jobs.runner import JobRunner
from core.service.budget import Budget
from core.service.conversation import ConversationService
from core.service.deletion.privacy import PrivacyService
from core.service.explain import ExplainService
from core.service.feedback import FeedbackService
from core.service.file_to_review import Pipeline
from core.service.intake import Intake
from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, QuestionPayload
from core.service.limits import Limits
from core.service.outbox_steps import error_steps
from core.service.targets import TargetService
from core.service.worker_tasks.measuring import Measured
from core.storage import BlobStore, Database
from core.storage.uploads.fetching import Fetching
from core.values.actor import Actor
from core.values.errors import EarshotError
from core.values.job import Job, JobKind, JobState, Stage, Step
from core.values.request import Detail, ReviewRequest, ReviewType
from core.workers import Workers
from tests.integration.storage.samples import analysis
from tests.support.clock import FakeClock
from tests.support.processes.migrated import put_database

ANNA = Actor(guild_id=1_100, user_id=901)
BEN = Actor(guild_id=1_100, user_id=902)

THREAD_ID = 77
"""Discord's id of the channel in which reviews are shown."""

PREVIEW_ID = 4_700
"""Discord's id of the message that shows the beginning of an answer."""


def measured() -> Analysis:
    """A whole analysis: the stored sample, with every band there is."""
    bands = dict.fromkeys(BAND_EDGES_HZ, -8.0)
    return replace(analysis(), spectrum=replace(analysis().spectrum, bands=bands))


class InstantPipeline(Pipeline):
    """Diagnoses and writes as the real one does; measuring returns a fixed analysis, or the error it was given."""

    def __init__(self) -> None:
        super().__init__(Workers(), Writer(None), Limits())
        self.measured: list[Path] = []
        self.reported: list[ReportDocument] = []
        self.refuses: EarshotError | None = None

    async def measure(self, path: Path) -> Measured:
        self.measured.append(path)
        if self.refuses is not None:
            raise self.refuses
        return Measured(measured(), b"frames")

    async def encoded_peaks(self, path: Path, analysis: Analysis, request: ReviewRequest) -> tuple[EncodedPeak, ...]:
        return ()

    async def report(self, document: ReportDocument) -> bytes:
        self.reported.append(document)
        return b"%PDF-"


class Bell:
    """The job backend as far as a use case sees it."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    async def wake(self, job_id: str) -> None:
        self.woken.append(job_id)

    async def run(self, concurrency: int) -> None:
        """Nothing: the tests run jobs by hand."""

    async def reap(self) -> int:
        return 0

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Files:
    """What can be downloaded, by URL; a URL may fail, or wait until it is let go."""

    contents: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, EarshotError] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)

    async def fetch(self, url: str, max_bytes: int) -> AsyncIterator[bytes]:
        if url in self.gates:
            await self.gates[url].wait()
        if url in self.errors:
            raise self.errors[url]
        yield self.contents.get(url, b"RIFF" + url.encode())


class Application:
    """All services around one database."""

    def __init__(self, database: Database, folder: Path, clock: FakeClock, limits: Limits) -> None:
        self.database, self.clock, self.limits = database, clock, limits
        self.folder = folder
        self.pipeline, self.bell, self.files = InstantPipeline(), Bell(), Files()
        self.blobs = BlobStore(folder)
        self.stages: list[Stage] = []
        self.shown: list[str] = []
        budget = self.budget = Budget(database, limits, clock)
        self.intake = Intake(
            database,
            limits,
            fetching=Fetching(self.blobs, self.files.fetch),
            backend=self.bell,
            on_stage=lambda job, stage: self.stages.append(stage),
            on_written=lambda: None,
            clock=clock,
        )
        self.feedback = FeedbackService(
            database,
            self.blobs,
            self.pipeline,
            budget,
            self.intake,
            on_stage=lambda job, stage: self.stages.append(stage),
        )
        self.targets = TargetService(
            database,
            self.blobs,
            self.pipeline,
            self.intake,
            fetch=self.files.fetch,
            on_stage=lambda job, stage: self.stages.append(stage),
        )
        self.conversations = ConversationService(
            database,
            self.pipeline,
            budget,
            limits,
            ExplainService(self.pipeline.writer, budget),
            backend=self.bell,
            on_stage=lambda job, stage: self.stages.append(stage),
            on_text=self.show,
            clock=clock,
        )
        self.privacy = PrivacyService(database, self.blobs, limits, clock)
        handlers = {
            JobKind.FEEDBACK: self.feedback.handle,
            JobKind.QUESTION: self.conversations.handle_question,
            JobKind.SUMMARY: self.conversations.handle_summary,
            JobKind.TARGET: self.targets.handle,
        }
        self.runner = JobRunner(database, handlers, error_steps, lambda: None, clock=clock)
        self._keys = 0

    async def show(self, job: Job, text: str, message_id: int | None) -> int | None:
        """What people see of an answer while it is written: everything ever shown is kept here."""
        self.shown.append(text)
        return message_id or PREVIEW_ID

    def key(self) -> str:
        self._keys += 1
        return f"interaction:{self._keys}"

    async def accept(self, actor: Actor = ANNA, url: str = "track", conversation_id: int | None = None) -> Job:
        """A job whose download has not begun."""
        payload = FeedbackPayload(
            request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
            origin=Origin(application_id=1, channel_id=55, place=Place.THREADABLE),
            track=Attachment(url=url, name="secret name.wav", size_bytes=10),
            conversation_id=conversation_id,
        )
        job = await self.feedback.accept(actor, self.key(), payload)
        assert job is not None
        return job

    async def review(self, actor: Actor = ANNA, url: str = "track", conversation_id: int | None = None) -> Job:
        """A job done to its end."""
        job = await self.accept(actor, url, conversation_id)
        await self.intake.download(job.job_id)
        await self.work()
        if conversation_id is None and (state := await self.get(job)) is not None and state.state is JobState.DONE:
            async with self.database.begin() as unit:
                new_id = max(int(row["id"]) for row in (await unit.privacy.export(actor))["conversations"])
                await unit.conversations.bind_channel(new_id, THREAD_ID, follows_owner=True)
        return job

    async def ask(self, conversation_id: int, question: str, actor: Actor = ANNA, channel_id: int = THREAD_ID) -> Job:
        """A question in a channel, answered."""
        origin = Origin(application_id=1, channel_id=channel_id, place=Place.IN_PLACE)
        self._keys += 1
        payload = QuestionPayload(conversation_id, question, origin, message_id=self._keys)
        job = await self.conversations.ask(actor, f"message:{self._keys}", payload)
        assert job is not None
        await self.work()
        return job

    async def work(self) -> None:
        """Run everything that is due."""
        while True:
            self.clock.advance(seconds=1)
            async with self.database.begin() as unit:
                job = await unit.jobs.claim(self.clock(), 60.0, 2)
            if job is None:
                return
            await self.runner.run(job)

    async def get(self, job: Job) -> Job | None:
        """The job as it stands now."""
        async with self.database.read() as unit:
            return await unit.jobs.get(job.job_id)

    async def steps(self, job: Job) -> Sequence[Step]:
        """What a job left to be shown."""
        async with self.database.read() as unit:
            return await unit.outbox.steps_of(job.job_id)

    async def conversation_of(self, actor: Actor = ANNA) -> int:
        """The newest conversation of this person."""
        async with self.database.read() as unit:
            exported = await unit.privacy.export(actor)
        return max(int(row["id"]) for row in exported["conversations"])

    def stored(self) -> list[str]:
        """Files in the blob folder."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []


__all__ = ["ANNA", "BEN", "Application", "JobState", "Outcome"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def limits() -> Limits:
    return Limits(user_queued_max=3, queue_max=5, user_questions_max=2, model_calls_per_guild_day=4)


@pytest.fixture
async def app(tmp_path: Path, clock: FakeClock, limits: Limits) -> AsyncIterator[Application]:
    put_database(tmp_path)
    database = await Database.open(None, tmp_path, clock=clock)
    yield Application(database, tmp_path / "blobs", clock, limits)
    await database.close()
