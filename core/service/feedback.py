"""FeedbackService: from an accepted request to a stored review and the outbox steps that show it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from core.actor import Actor
from core.analysis.measurements import ANALYSER_VERSION
from core.diagnosis.findings import Finding
from core.errors import EarshotError, InputCode, InputError, LimitCode, LimitError
from core.job import Job, JobKind, JobState, NewStep, Stage
from core.jobs.backend import JobBackend
from core.jobs.ports import Clock, Outcome, utc_now
from core.serial import from_json, to_json
from core.service.budget import Budget
from core.service.limits import Limits
from core.service.payloads import Attachment, FeedbackPayload, StoredFile, lane
from core.service.pipeline import Pipeline, Reviewed
from core.service.steps import error_steps, review_steps
from core.service.tasks import Measured
from core.storage import BlobStore, Database, StoredReview, Unit

Fetch = Callable[[str, int], AsyncIterator[bytes]]
"""Streams an attachment's URL, at most so many bytes; raises InputError(DOWNLOAD_FAILED | EXPIRED | TOO_LARGE)."""

ReportStage = Callable[[Job, Stage], None]
"""Told when a job reaches a stage; must return at once."""

ATTACHMENT_LIFETIME = timedelta(minutes=14)
"""How long after the command a download is still tried: the interaction that could be told about it lives 15 min."""

STUCK_AFTER = timedelta(seconds=30)
"""A job that is RECEIVED for this long, and not downloading here, was left by a process that died."""

NEVER_RAN = 0
"""The attempt number that holds a job no worker has claimed yet."""

log = logging.getLogger(__name__)


class FeedbackService:
    """Accepts requests, stores uploads, and does FEEDBACK jobs."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        pipeline: Pipeline,
        budget: Budget,
        limits: Limits,
        *,
        backend: JobBackend,
        fetch: Fetch,
        on_stage: ReportStage,
        on_written: Callable[[], None],
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._pipeline = pipeline
        self._budget = budget
        self._limits = limits
        self._backend = backend
        self._fetch = fetch
        self._on_stage = on_stage
        self._on_written = on_written
        self._clock = clock
        self._downloading: set[str] = set()

    @property
    def limits(self) -> Limits:
        """What may be asked of this service."""
        return self._limits

    async def accept(self, actor: Actor, key: str, payload: FeedbackPayload) -> Job | None:
        """Commit a job before anything is downloaded; None when `key` is known already (a replayed event).

        Raises:
            LimitError: the member or the process has too many jobs waiting.
        """
        job = Job(
            job_id=uuid4().hex,
            kind=JobKind.FEEDBACK,
            key=key,
            guild_id=actor.guild_id,
            user_id=actor.user_id,
            state=JobState.RECEIVED,
            payload=to_json(payload).decode(),
            created_at=self._clock(),
            lane=lane(payload.conversation_id) if payload.conversation_id is not None else None,
        )
        async with self._database.begin() as unit:
            if await unit.jobs.by_key(key) is not None:
                return None
            if (await unit.jobs.counts(actor))[JobKind.FEEDBACK] >= self._limits.user_queued_max:
                raise LimitError(LimitCode.USER_QUEUE_FULL, limit=self._limits.user_queued_max)
            if await unit.jobs.queue_length() >= self._limits.queue_max:
                raise LimitError(LimitCode.QUEUE_FULL, limit=self._limits.queue_max)
            return job if await unit.jobs.add(job) else None

    async def note_response(self, job_id: str, message_id: int) -> None:
        """Remember the message that shows the job's progress."""
        async with self._database.begin() as unit:
            job = await unit.jobs.get(job_id)
            if job is None:
                return
            payload = from_json(FeedbackPayload, job.payload)
            origin = replace(payload.origin, message_id=message_id)
            await unit.jobs.update_payload(job_id, to_json(replace(payload, origin=origin)).decode())

    async def forget(self, job_id: str, reason: str) -> None:
        """End a job whose command could not be acknowledged: nobody waits for it and nobody can be told."""
        async with self._database.begin() as unit:
            await unit.jobs.finish(job_id, NEVER_RAN, JobState.FAILED, reason)

    async def download(self, job_id: str) -> None:
        """Store the job's files and queue it, or fail it with a sentence. Safe to repeat."""
        if job_id in self._downloading:
            return
        self._downloading.add(job_id)
        try:
            async with self._database.read() as unit:
                job = await unit.jobs.get(job_id)
            if job is None or job.state is not JobState.RECEIVED:
                return
            await self._download(job)
        finally:
            self._downloading.discard(job_id)

    async def _download(self, job: Job) -> None:
        payload = from_json(FeedbackPayload, job.payload)
        stored: list[StoredFile] = []
        try:
            for attachment in filter(None, (payload.track, payload.reference)):
                stored.append(await self._store(attachment))  # noqa: PERF401 - a failure must leave what came before
        except EarshotError as error:
            await self._discard(stored)
            await self._refuse(job, error)
            return
        if not await self._queue(job, stored):
            await self._discard(stored)
            return
        self._on_stage(job, Stage.QUEUED)
        await self._backend.wake(job.job_id)

    async def _queue(self, job: Job, stored: Sequence[StoredFile]) -> bool:
        """Note the files and make the job due; False when it is gone (its member deleted everything meanwhile)."""
        actor = Actor(job.guild_id, job.user_id)
        expires_at = self._clock() + timedelta(hours=self._limits.audio_retention_h)
        async with self._database.begin() as unit:
            # The response's message id may have been noted while the download ran.
            fresh = await unit.jobs.get(job.job_id)
            if fresh is None or fresh.state is not JobState.RECEIVED:
                return False
            for file in stored:
                await unit.library.add_blob(
                    actor, content_hash=file.content_hash, path=file.path, size=file.size_bytes, expires_at=expires_at
                )
            payload = replace(
                from_json(FeedbackPayload, fresh.payload),
                track=None,
                reference=None,
                track_file=stored[0],
                reference_file=stored[1] if len(stored) > 1 else None,
            )
            return bool(await unit.jobs.mark_queued(job.job_id, to_json(payload).decode()))

    async def _store(self, attachment: Attachment) -> StoredFile:
        if attachment.size_bytes > self._limits.max_upload_bytes:
            raise InputError(
                InputCode.TOO_LARGE, size_bytes=attachment.size_bytes, max_bytes=self._limits.max_upload_bytes
            )
        chunks = self._fetch(attachment.url, self._limits.max_upload_bytes)
        blob = await self._blobs.put(chunks, self._limits.max_upload_bytes)
        return StoredFile(blob.content_hash, blob.path, blob.size)

    async def _discard(self, stored: Sequence[StoredFile]) -> None:
        for file in stored:
            await self._blobs.delete(file.path)

    async def _refuse(self, job: Job, error: EarshotError) -> None:
        async with self._database.begin() as unit:
            await unit.jobs.finish(job.job_id, NEVER_RAN, JobState.FAILED, error.code.value, error_steps(job, error))
        self._on_written()

    async def resume_received(self, stuck_after: timedelta = STUCK_AFTER) -> None:
        """Go on with downloads that a dead process left, as long as their attachments can still be had."""
        now = self._clock()
        async with self._database.read() as unit:
            stuck = await unit.jobs.stuck_received(now - stuck_after)
        for job in stuck:
            if job.job_id in self._downloading:
                continue
            if now - job.created_at > ATTACHMENT_LIFETIME:
                await self._refuse(job, InputError(InputCode.EXPIRED))
            else:
                await self.download(job.job_id)

    async def handle(self, job: Job) -> Outcome:
        """Do a FEEDBACK job: measure, diagnose, write; everything is stored in one transaction at the end."""
        payload = from_json(FeedbackPayload, job.payload)
        actor = Actor(job.guild_id, job.user_id)
        if payload.track_file is None:
            raise InputError(InputCode.EXPIRED)
        self._on_stage(job, Stage.MEASURING)
        try:
            track = await self._measure(actor, payload.track_file)
            reference = await self._measure(actor, payload.reference_file) if payload.reference_file else None
        except InputError:
            await self._remove_files(payload)
            raise
        self._on_stage(job, Stage.LISTENING)
        earlier = await self._earlier(actor, payload.conversation_id)
        encoded = await self._pipeline.encoded_peaks(
            self._blobs.path(payload.track_file.path), track.measured.analysis, payload.request
        )
        self._on_stage(job, Stage.WRITING)
        reviewed = await self._pipeline.review(
            payload.request,
            track.measured.analysis,
            reference=reference.measured.analysis if reference else None,
            previous=_findings(earlier),
            encoded=encoded,
            meter=self._budget.gate(actor),
        )

        async def commit(unit: Unit) -> Sequence[NewStep]:
            review_id = await _store_review(unit, actor, payload, track, reference, reviewed, earlier)
            conversation_id = payload.conversation_id
            if conversation_id is None:
                channel_id = payload.origin.channel_id if payload.origin.follows_owner else None
                conversation_id = await unit.conversations.open(actor, review_id, channel_id=channel_id)
            else:
                await unit.conversations.set_review(conversation_id, review_id)
            return review_steps(payload.origin, conversation_id, review_id)

        return Outcome(commit)

    async def _measure(self, actor: Actor, file: StoredFile) -> "_Listened":
        """The owner's cached analysis of these bytes, or a fresh one. Nobody else's is ever looked at."""
        async with self._database.read() as unit:
            known = await unit.library.find_analysis(actor, file.content_hash, ANALYSER_VERSION)
        if known is not None:
            return _Listened(file.content_hash, Measured(known.analysis, known.frames))
        path = self._blobs.path(file.path)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(InputCode.EXPIRED)
        return _Listened(file.content_hash, await self._pipeline.measure(path))

    async def _remove_files(self, payload: FeedbackPayload) -> None:
        """Nothing is kept of an upload that was refused."""
        paths = {file.path for file in (payload.track_file, payload.reference_file) if file is not None}
        async with self._database.begin() as unit:
            for path in paths:
                await unit.library.remove_blob_at(path)
        for path in paths:
            await self._blobs.delete(path)

    async def _earlier(self, actor: Actor, conversation_id: int | None) -> StoredReview | None:
        if conversation_id is None:
            return None
        async with self._database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            return await unit.library.get_review(actor, row.review_id)

    async def conversation_of(self, actor: Actor, channel_id: int) -> int | None:
        """The actor's own conversation in a channel, if there is one: a new upload there is the next version."""
        async with self._database.read() as unit:
            for row in await unit.conversations.by_channel(channel_id):
                if row.owner_id == actor.user_id and row.guild_id == actor.guild_id:
                    return row.conversation_id
        return None


def _findings(earlier: StoredReview | None) -> tuple[Finding, ...] | None:
    return earlier.diagnosis.findings if earlier is not None else None


@dataclass(frozen=True, slots=True)
class _Listened:
    """A file's content and what was measured of it."""

    content_hash: str
    measured: Measured


async def _store_review(
    unit: Unit,
    actor: Actor,
    payload: FeedbackPayload,
    track: "_Listened",
    reference: "_Listened | None",
    reviewed: Reviewed,
    earlier: StoredReview | None,
) -> int:
    library = unit.library
    analysis_id = await library.save_analysis(actor, track.content_hash, track.measured.analysis, track.measured.frames)
    reference_id = None
    if reference is not None:
        reference_id = await library.save_analysis(
            actor, reference.content_hash, reference.measured.analysis, reference.measured.frames
        )
    track_id = earlier.track_id if earlier is not None else (await library.add_track(actor)).track_id
    version = await library.add_version(actor, track_id, analysis_id, track.content_hash)
    return await library.save_review(
        actor,
        version.version_id,
        payload.request,
        reviewed.brief.diagnosis,
        reviewed.review,
        reference_analysis_id=reference_id,
    )
