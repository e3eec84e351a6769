"""FeedbackService: from an accepted request to a stored review and the outbox steps that show it."""

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.analysis.measurements import ANALYSER_VERSION, Analysis
from core.diagnosis.findings import Finding
from core.jobs.ports import Outcome
from core.service.budget import Budget
from core.service.deletion.traces import stored_files_of, withdraw_upload
from core.service.file_to_review import Pipeline, Reviewed
from core.service.intake import Intake, ReportStage
from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, StoredFile, lane, upload_payload
from core.service.outbox_steps import review_steps
from core.service.servers import language_in, wants_ideas
from core.service.shown.offers import same_file
from core.service.worker_tasks.measuring import Measured
from core.storage import WITHDRAWN, BlobStore, Database, StoredReview, Unit
from core.targets.named import NamedTarget
from core.values.actor import Actor
from core.values.errors import InputCode, InputError, NotFoundError, about_reference
from core.values.job import Job, JobKind, NewStep, Stage
from core.values.serial import from_json, to_json


class FeedbackService:
    """Accepts requests and does FEEDBACK jobs; `intake` stores their files."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        pipeline: Pipeline,
        budget: Budget,
        intake: Intake,
        *,
        on_stage: ReportStage,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._pipeline = pipeline
        self._budget = budget
        self.intake = intake
        self._on_stage = on_stage

    async def accept(self, actor: Actor, key: str, payload: FeedbackPayload, *, again: bool = False) -> Job | None:
        """Commit a job before anything is downloaded; None when `key` is known already (a replayed event).

        Its review is in the language of the server, where that has one.

        With `again`, the key of a job that is done may be used again.

        Raises:
            LimitError: the member or the process has too many jobs waiting.
        """
        in_line = lane(payload.conversation_id) if payload.conversation_id is not None else None
        spoken = await language_in(self._database, actor, payload.request.language)
        payload = replace(payload, request=replace(payload.request, language=spoken))
        return await self.intake.accept(actor, key, payload, in_line, again=again)

    async def note_notice(self, job_id: str, message_id: int) -> bool:
        """Store the id of our reply that says that a track was taken; False when its job is gone or withdrawn."""
        async with self._database.begin() as unit:
            job = await unit.jobs.get(job_id)
            if job is None or job.error == WITHDRAWN:
                return False
            payload = upload_payload(job)
            if isinstance(payload, FeedbackPayload):
                await unit.jobs.put_payload(job_id, to_json(replace(payload, notice_id=message_id)).decode())
        return True

    async def withdraw(self, message_id: int, kept: Collection[int] | None = None) -> tuple[Job, ...]:
        """Withdraw the jobs about tracks of a message that was deleted, or lost attachments, and delete their files.

        A review that is already posted is kept.

        Args:
            message_id: Discord's id of the message.
            kept: ids of the attachments that the message still has; None if the message was deleted.

        Returns:
            The withdrawn jobs; the people who wait for them must be told.
        """
        async with self._database.read() as unit:
            if not await _lost(unit, message_id, kept):
                return ()  # most messages end here: deletions must not queue for the one writing connection
        async with self._database.begin() as unit:
            withdrawn = [job for job in await _lost(unit, message_id, kept) if await withdraw_upload(unit, job)]
        for job in withdrawn:
            for file in stored_files_of(job):
                await self._blobs.delete(file.path)
        return tuple(withdrawn)

    async def move(self, old_message_id: int, new_message_id: int, files: Sequence[Attachment]) -> None:
        """Change the message of a track to one that repeats it with these files (a proxy bot deletes the original)."""
        async with self._database.begin() as unit:
            for job in await unit.jobs.unfinished(JobKind.FEEDBACK, "shown_in", old_message_id):
                before = from_json(FeedbackPayload, job.payload)
                origin = before.origin
                if origin.message_id == old_message_id:
                    origin = replace(origin, message_id=new_message_id)
                track = same_file(before.track, files) if before.track is not None else None
                # the attachments have other ids there
                now = replace(before, shown_in=new_message_id, origin=origin, track=track, attachment_id=None)
                await unit.jobs.put_payload(job.job_id, to_json(now).decode())

    async def handle(self, job: Job) -> Outcome:
        """Do a FEEDBACK job: measure, diagnose and write; the result is stored in one transaction at the end.

        Raises:
            InputError: EXPIRED, the upload was deleted; or the track or the reference cannot be analysed.
            DependencyError: the worker processes or the database cannot be used.
        """
        payload = from_json(FeedbackPayload, job.payload)
        actor = Actor(job.guild_id, job.user_id)
        if payload.track_file is None:
            raise InputError(InputCode.EXPIRED)
        self._on_stage(job, Stage.MEASURING)
        try:
            track = await self._measure(actor, payload.track_file)
            with about_reference():
                sent = await self._measure(actor, payload.reference_file) if payload.reference_file else None
        except InputError:
            await self.intake.remove_files([file for file in (payload.track_file, payload.reference_file) if file])
            raise
        self._on_stage(job, Stage.LISTENING)
        earlier = await self._earlier(actor, payload.conversation_id)
        reference = _Reference.of(sent, earlier)
        encoded = await self._pipeline.encoded_peaks(
            self._blobs.path(payload.track_file.path), track.measured.analysis, payload.request
        )
        self._on_stage(job, Stage.WRITING)
        payload = await self._as_it_stands(job, payload)
        reviewed = await self._pipeline.review(
            payload.request,
            track.measured.analysis,
            reference=reference.analysis,
            previous=_findings(earlier),
            earlier=earlier.analysis if earlier is not None else None,
            encoded=encoded,
            target=await self._target(actor, payload, earlier),
            meter=self._budget.gate(actor),
            ideas=await wants_ideas(self._database, actor),
        )

        async def commit(unit: Unit) -> Sequence[NewStep]:
            as_it_stands = await _current(unit, job, payload)
            review_id = await _store_review(unit, actor, as_it_stands, track, reference, reviewed, earlier)
            conversation_id = payload.conversation_id
            if conversation_id is None:
                conversation_id = await _open_conversation(unit, actor, payload.origin, review_id)
            else:
                await unit.conversations.set_review(conversation_id, review_id)
            return review_steps(payload.origin, conversation_id, review_id)

        return Outcome(commit)

    async def _as_it_stands(self, job: Job, payload: FeedbackPayload) -> FeedbackPayload:
        async with self._database.read() as unit:
            return await _current(unit, job, payload)

    async def _measure(self, actor: Actor, file: StoredFile) -> "_MeasuredFile":
        """The owner's stored analysis of this content, or a new one; another owner's is never used."""
        async with self._database.read() as unit:
            known = await unit.library.find_analysis(actor, file.content_hash, ANALYSER_VERSION)
        if known is not None:
            return _MeasuredFile(file.content_hash, Measured(known.analysis, known.frames))
        path = self._blobs.path(file.path)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(InputCode.EXPIRED)
        return _MeasuredFile(file.content_hash, await self._pipeline.measure(path))

    async def _target(self, actor: Actor, payload: FeedbackPayload, earlier: StoredReview | None) -> NamedTarget | None:
        """The chosen target; for a next version without one, the previous version's, if the server still has it."""
        if payload.target is not None or earlier is None or earlier.target is None:
            return payload.target
        async with self._database.read() as unit:
            with contextlib.suppress(NotFoundError):
                return await unit.targets.get(actor, earlier.target.name)
        return None

    async def _earlier(self, actor: Actor, conversation_id: int | None) -> StoredReview | None:
        if conversation_id is None:
            return None
        async with self._database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            return await unit.library.get_review(actor, row.review_id)

    async def conversation_of(self, actor: Actor, channel_id: int) -> int | None:
        """Id of the actor's own conversation in a thread of theirs, where a new upload is the next version; or None.

        In a channel for everybody, and in a direct message, a new upload may be another track.
        """
        if actor.guild_id is None:
            return None
        async with self._database.read() as unit:
            for row in await unit.conversations.by_channel(channel_id):
                if row.owner == actor.alone and row.follows_owner:
                    return row.conversation_id
        return None


async def _lost(unit: Unit, message_id: int, kept: Collection[int] | None) -> list[Job]:
    """Unfinished jobs about tracks that this message does not show any more."""
    found = await unit.jobs.unfinished(JobKind.FEEDBACK, "shown_in", message_id)
    return [job for job in found if kept is None or _attachment_id(job) not in {None, *kept}]


async def _current(unit: Unit, job: Job, before: FeedbackPayload) -> FeedbackPayload:
    """The payload with the request as it is stored now: its focus changes when its message is edited."""
    now = await unit.jobs.get(job.job_id)
    return before if now is None else replace(before, request=from_json(FeedbackPayload, now.payload).request)


def _attachment_id(job: Job) -> int | None:
    return from_json(FeedbackPayload, job.payload).attachment_id


def _findings(earlier: StoredReview | None) -> tuple[Finding, ...] | None:
    return earlier.diagnosis.findings if earlier is not None else None


async def _open_conversation(unit: Unit, actor: Actor, origin: Origin, review_id: int) -> int:
    """Add the conversation of a first version; without a channel where its thread is still to be made."""
    has_channel = origin.place in {Place.IN_PLACE, Place.DIRECT}
    return await unit.conversations.open(
        actor,
        review_id,
        channel_id=origin.channel_id if has_channel else None,
        review_channel_id=None if origin.place is Place.THREADABLE else origin.channel_id,
        floor_id=origin.source_id,
        follows_owner=has_channel and origin.follows_owner,
    )


@dataclass(frozen=True, slots=True)
class _MeasuredFile:
    """The SHA-256 of a file's content (hex) and what was measured."""

    content_hash: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class _Reference:
    """The reference that the track is compared with: a file sent now, or that of the previous version."""

    sent: _MeasuredFile | None = None
    stored_id: int | None = None
    analysis: Analysis | None = None

    @classmethod
    def of(cls, sent: _MeasuredFile | None, earlier: StoredReview | None) -> "_Reference":
        """The file sent now, else the previous version's reference; empty without either."""
        if sent is not None:
            return cls(sent=sent, analysis=sent.measured.analysis)
        if earlier is None or earlier.reference_analysis_id is None:
            return cls()
        return cls(stored_id=earlier.reference_analysis_id, analysis=earlier.reference)


async def _store_review(
    unit: Unit,
    actor: Actor,
    payload: FeedbackPayload,
    track: _MeasuredFile,
    reference: _Reference,
    reviewed: Reviewed,
    earlier: StoredReview | None,
) -> int:
    library = unit.library
    analysis_id = await library.save_analysis(actor, track.content_hash, track.measured.analysis, track.measured.frames)
    reference_id = reference.stored_id
    if reference.sent is not None:
        sent = reference.sent
        reference_id = await library.save_analysis(
            actor, sent.content_hash, sent.measured.analysis, sent.measured.frames
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
        target=reviewed.brief.target,
    )
