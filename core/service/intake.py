"""Intake: from an accepted request to stored files and a queued job, for every kind of job with uploads."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import uuid4

from core.jobs.backend import JobBackend
from core.service.deletion.traces import end_upload
from core.service.job_payloads import (
    FeedbackPayload,
    Origin,
    StoredFile,
    UploadPayload,
    kind_of,
    origin_of_job,
    upload_payload,
)
from core.service.limits import Limits
from core.service.outbox_steps import error_steps
from core.service.shown.moved import moved_upload
from core.storage import Database, Unit
from core.storage.uploads.fetching import Fetching
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.errors import (
    DependencyCode,
    DependencyError,
    EarshotError,
    InputCode,
    InputError,
    LimitCode,
    LimitError,
    about_reference,
)
from core.values.job import UPLOADING, Job, JobState, Stage
from core.values.serial import to_json

ReportStage = Callable[[Job, Stage], None]
"""Called when a job reaches a stage; must return at once."""

ATTACHMENT_LIFETIME = timedelta(minutes=14)
"""Time after the request in which its download is resumed: the token for telling the member is valid for 15 min."""

Acknowledged = Callable[[Origin], Awaitable[bool | None]]
"""Asks Discord whether it has our acknowledgement of an interaction; None if Discord cannot tell now."""


async def always_acknowledged(_origin: Origin) -> bool | None:
    """An `Acknowledged` for a place without interactions."""
    return True


STUCK_AFTER = timedelta(seconds=30)
"""Time after which a job that is RECEIVED and not downloading here counts as left by a process that died."""

NOT_ACKNOWLEDGED = "not acknowledged"
"""Error of a job whose command was never acknowledged, so that Discord showed its asker a failure."""

ACCEPTED_TOO_LATE = "accepted too late"
"""Error of a job that was committed after its asker was told to try again."""

log = logging.getLogger(__name__)


class Intake:
    """Accepts requests, stores their uploads and queues them."""

    def __init__(
        self,
        database: Database,
        limits: Limits,
        *,
        backend: JobBackend,
        fetching: Fetching,
        on_stage: ReportStage,
        on_written: Callable[[], None],
        acknowledged: Acknowledged = always_acknowledged,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._limits = limits
        self._backend = backend
        self._acknowledged = acknowledged
        self._fetching = fetching
        self._on_stage = on_stage
        self._on_written = on_written
        self._clock = clock
        self._downloading: set[str] = set()
        self._in_doubt: set[str] = set()
        self._too_late: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def limits(self) -> Limits:
        """The limits of requests."""
        return self._limits

    async def accept(
        self, actor: Actor, key: str, payload: UploadPayload, lane: str | None = None, *, again: bool = False
    ) -> Job | None:
        """Commit a job before anything is downloaded; None when `key` is known already (a replayed event).

        Another press of the same button may reuse the key of an earlier job that has failed or was not acknowledged;
        with `again`, also of one that is done.

        Raises:
            LimitError: the member or the process has too many jobs waiting.
            DependencyError: DATABASE, the asker was told to try again in the meantime (`give_up`).
        """
        await self._settle_doubt(key)
        job = Job(
            job_id=uuid4().hex,
            kind=kind_of(payload),
            key=key,
            guild_id=actor.guild_id,
            user_id=actor.user_id,
            state=JobState.RECEIVED,
            payload=to_json(payload).decode(),
            created_at=self._clock(),
            lane=lane,
        )
        async with self._database.begin() as unit:
            earlier = await unit.jobs.by_key(key)
            if earlier is not None and not await self._makes_way(unit, earlier, payload.origin, again=again):
                return None
            counts = await unit.jobs.counts(actor)
            if sum(counts[kind] for kind in UPLOADING) >= self._limits.user_queued_max:
                raise LimitError(LimitCode.USER_QUEUE_FULL, limit=self._limits.user_queued_max)
            if await unit.jobs.queue_length() >= self._limits.queue_max:
                raise LimitError(LimitCode.QUEUE_FULL, limit=self._limits.queue_max)
            if payload.origin.source_id in self._too_late:
                raise DependencyError(DependencyCode.DATABASE, cause="busy", transient=True)
            return job if await unit.jobs.add(job) else None

    async def _settle_doubt(self, key: str) -> None:
        """Ask Discord now about a command in doubt, instead of at the next round of the reconciler."""
        if not self._in_doubt:
            return
        async with self._database.read() as unit:
            earlier = await unit.jobs.by_key(key)
        if earlier is not None and earlier.state is JobState.RECEIVED and earlier.job_id in self._in_doubt:
            await self._is_wanted(earlier)

    async def _makes_way(self, unit: Unit, earlier: Job, origin: Origin, *, again: bool) -> bool:
        """Whether another press (not a replayed event) may use the key of an earlier job, which is ended if need be."""
        is_over = earlier.state is JobState.FAILED or (again and earlier.state is JobState.DONE)
        source_id = origin_of_job(earlier).source_id
        if source_id == origin.source_id or not (is_over or self._too_late):
            return False
        if source_id in self._too_late:
            is_over = is_over or await end_upload(unit, earlier.job_id, ACCEPTED_TOO_LATE)
        if not is_over:
            return False
        await unit.jobs.release_key(earlier.job_id)
        return True

    def give_up(self, source_id: int) -> None:
        """Make a running `accept` fail instead of committing, because its asker was told to try again.

        Args:
            source_id: Discord's id of the interaction, remembered until `accepted_late` is called.
        """
        self._too_late.add(source_id)

    async def accepted_late(self, source_id: int, job: Job | None) -> None:
        """End the job that `accept` committed despite `give_up`, if any; to be called when that `accept` has ended."""
        try:
            if job is not None:
                await self.forget(job.job_id, ACCEPTED_TOO_LATE)
        finally:
            self._too_late.discard(source_id)

    def doubt(self, job_id: str) -> None:
        """Note that it is unknown whether this job's command was acknowledged; the reconciler asks Discord."""
        self._in_doubt.add(job_id)

    async def note_response(self, job_id: str, message_id: int) -> None:
        """Store the id of the message that shows the job's progress."""
        async with self._database.begin() as unit:
            job = await unit.jobs.get(job_id)
            if job is None:
                return
            payload = upload_payload(job).answered_by(message_id)
            await unit.jobs.update_payload(job_id, to_json(payload).decode())

    async def forget(self, job_id: str, reason: str) -> None:
        """End a job for which nobody waits (its command was not acknowledged), without telling anybody."""
        async with self._database.begin() as unit:
            await end_upload(unit, job_id, reason)
        self._in_doubt.discard(job_id)

    async def download(self, job_id: str) -> None:
        """Store the job's files and queue it, or fail it and tell its asker why. Safe to repeat."""
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

    def download_behind(self, job_id: str) -> None:
        """Download in the background; the reconciler resumes a download that fails there."""
        task = asyncio.create_task(self._download_safely(job_id), name=f"download {job_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _download_safely(self, job_id: str) -> None:
        try:
            await self.download(job_id)
        except EarshotError as error:
            log.warning("job %s: %s; the reconciler resumes its download", job_id, error)
        except Exception:  # a background task must not fail unseen; the reconciler resumes the download
            log.exception("job %s: its download failed", job_id)

    async def close(self) -> None:
        """Leave downloads to the reconciler of the next process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _download(self, job: Job) -> None:
        stored: list[StoredFile] = []
        payload, max_bytes = upload_payload(job), self._limits.max_upload_bytes
        reference = payload.reference if isinstance(payload, FeedbackPayload) else None
        try:
            for attachment in payload.uploads:
                with about_reference(applies=attachment is reference):
                    blob = await self._fetching.store(attachment.url, attachment.size_bytes, max_bytes)
                stored.append(StoredFile(blob.content_hash, blob.path, blob.size))
        except EarshotError as error:
            await self._fetching.discard(file.path for file in stored)
            moved = await moved_upload(self._database, job, error)
            await (self._refuse(job, error) if moved is None else self._download(moved))
            return
        if not await self._queue(job, stored):
            await self._fetching.discard(file.path for file in stored)
            return
        self._on_stage(job, Stage.QUEUED)
        await self._backend.wake(job.job_id)

    async def _queue(self, job: Job, stored: Sequence[StoredFile]) -> bool:
        """Add the files' rows and queue the job; False when it is gone or over (its member deleted their data)."""
        actor = Actor(job.guild_id, job.user_id)
        expires_at = self._clock() + timedelta(hours=self._limits.audio_retention_h)
        async with self._database.begin() as unit:
            # the id of the response may have been stored during the download
            fresh = await unit.jobs.get(job.job_id)
            if fresh is None or fresh.state is not JobState.RECEIVED:
                return False
            for file in stored:
                await unit.library.add_blob(
                    actor, content_hash=file.content_hash, path=file.path, size=file.size_bytes, expires_at=expires_at
                )
            payload = upload_payload(fresh).stored_as(stored)
            return bool(await unit.jobs.mark_queued(job.job_id, to_json(payload).decode()))

    async def _refuse(self, job: Job, error: EarshotError) -> None:
        async with self._database.begin() as unit:
            await end_upload(unit, job.job_id, error.code.value, error_steps(job, error))
        self._on_written()

    async def resume_received(self, stuck_after: timedelta = STUCK_AFTER) -> None:
        """Resume, in the background, downloads left by a process that died, within `ATTACHMENT_LIFETIME`."""
        now = self._clock()
        async with self._database.read() as unit:
            stuck = await unit.jobs.stuck_received(now - stuck_after)
        for job in stuck:
            if job.job_id in self._downloading or not await self._is_wanted(job):
                continue
            if now - job.created_at > ATTACHMENT_LIFETIME:
                await self._refuse(job, InputError(InputCode.EXPIRED))
            else:
                self.download_behind(job.job_id)

    async def _is_wanted(self, job: Job) -> bool:
        """Whether somebody waits for this job; ends it if Discord never got the acknowledgement of its command."""
        origin = upload_payload(job).origin
        if origin.is_message or origin.message_id is not None:
            return True
        acknowledged = await self._acknowledged(origin)
        if acknowledged is False:
            await self.forget(job.job_id, NOT_ACKNOWLEDGED)
        elif acknowledged:
            self._in_doubt.discard(job.job_id)
        return bool(acknowledged)

    async def remove_files(self, files: Sequence[StoredFile]) -> None:
        """Delete uploads before they expire, from the database and from disk."""
        paths = {file.path for file in files}
        async with self._database.begin() as unit:
            for path in paths:
                await unit.library.remove_blob_at(path)
        await self._fetching.discard(paths)
