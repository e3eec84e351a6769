"""A person's data in jobs, when it is deleted: links to their files, and texts about their tracks."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.service.job_payloads import (
    AnswerStep,
    FeedbackPayload,
    ReviewStep,
    StoredFile,
    TargetPayload,
    UploadPayload,
    lane,
    upload_payload,
)
from core.service.outbox_steps import lost_steps
from core.storage import UNSETTLED, SummaryKey, Unit
from core.values.actor import Actor
from core.values.errors import NotFoundError
from core.values.job import Job, JobState, NewStep, Step, StepKind, StepState
from core.values.serial import from_json, to_json

NEVER_RAN = 0
"""Attempt number of a job that no worker has claimed yet."""

ABOUT_DELETED = "what it is about was deleted"
"""Error of a step that was to show something about deleted data."""

_WORDS = (StepKind.POST_ANSWER, StepKind.POST_SUMMARY)


@dataclass(frozen=True, slots=True)
class Traces:
    """Other people's jobs that had data of a person.

    Attributes:
        withdrawn: jobs about files that the person posted, which were withdrawn.
        unanswered: jobs about tracks of the person that were not over, or not delivered.
        paths: paths of files that must be deleted from disk after the commit.
    """

    withdrawn: tuple[Job, ...]
    unanswered: tuple[Job, ...]
    paths: tuple[str, ...]


def without_links(payload: UploadPayload) -> UploadPayload:
    """The payload without names and links of files, for a job that will not download them."""
    if isinstance(payload, TargetPayload):
        return replace(payload, tracks=())
    return replace(payload, track=None, reference=None)


async def drop_links(unit: Unit, job_id: str) -> None:
    """Remove the names and links of files from the payload of a job without a result."""
    job = await unit.jobs.get(job_id)
    if job is not None:
        await unit.jobs.put_payload(job_id, to_json(without_links(upload_payload(job))).decode())


async def end_upload(unit: Unit, job_id: str, error: str, steps: Sequence[NewStep] = ()) -> bool:
    """Fail an upload that no worker has claimed, and remove its links; False when it was claimed or is over."""
    ended = await unit.jobs.finish(job_id, NEVER_RAN, JobState.FAILED, error, steps)
    if ended:
        await drop_links(unit, job_id)
    return bool(ended)


def stored_files_of(job: Job) -> list[StoredFile]:
    """The stored files of a FEEDBACK job."""
    payload = from_json(FeedbackPayload, job.payload)
    return [file for file in (payload.track_file, payload.reference_file) if file is not None]


async def withdraw_upload(unit: Unit, job: Job) -> bool:
    """Withdraw a FEEDBACK job and delete what it has stored; False when its review is posted."""
    reviews = [step for step in await unit.outbox.steps_of(job.job_id) if step.kind is StepKind.POST_REVIEW]
    if any(step.state is StepState.DONE for step in reviews):
        return False
    await unit.jobs.withdraw(job.job_id)
    await drop_links(unit, job.job_id)
    for file in stored_files_of(job):
        await unit.library.remove_blob_at(file.path)
    for step in reviews:
        with contextlib.suppress(NotFoundError):  # deleted by its owner meanwhile
            await unit.library.remove_review(
                Actor(job.guild_id, job.user_id), from_json(ReviewStep, step.payload).review_id
            )
    return True


async def remove_traces(unit: Unit, actor: Actor) -> Traces:
    """Remove a person's data from other people's jobs; to be called before the person's own rows are deleted.

    Jobs about files that the person posted lose their links, and are withdrawn unless their review is posted. Answers
    about the person's tracks, and summaries of what they said to others, lose their text; the people who wait for one
    are told.
    """
    withdrawn: list[Job] = []
    for job in await unit.jobs.showing(actor.user_id):
        if _is_unfinished(job, await unit.outbox.steps_of(job.job_id)) and await withdraw_upload(unit, job):
            withdrawn.append(job)
        await drop_links(unit, job.job_id)
    unanswered: list[Job] = []
    lanes = [lane(conversation_id) for conversation_id in await unit.privacy.conversation_ids(actor)]
    for job in await unit.jobs.in_lanes(lanes, but_not=actor.user_id):
        steps = await unit.outbox.steps_of(job.job_id)
        if _is_unfinished(job, steps):
            unanswered.append(job)
        for one in steps:
            await _take_words(unit, one)
    summed = await unit.privacy.summaries_with(actor)
    for job in await unit.jobs.in_lanes([lane(one.conversation_id) for one in summed], but_not=actor.user_id):
        for one in await unit.outbox.steps_of(job.job_id):
            if one.kind is StepKind.POST_SUMMARY and _summary_of(one) in summed:
                await _take_words(unit, one)
    paths = tuple(file.path for job in withdrawn for file in stored_files_of(job))
    return Traces(tuple(withdrawn), tuple(unanswered), paths)


def _is_unfinished(job: Job, steps: Sequence[Step]) -> bool:
    return job.state not in {JobState.DONE, JobState.FAILED} or any(one.state in UNSETTLED for one in steps)


def _summary_of(summary: Step) -> SummaryKey:
    payload = from_json(AnswerStep, summary.payload)
    return SummaryKey(payload.conversation_id, payload.number or 0)


async def _take_words(unit: Unit, one: Step) -> None:
    """Remove the text of an answer or summary; a step that is not posted yet fails, and its person is told."""
    if one.kind not in _WORDS:
        return
    wordless = replace(from_json(AnswerStep, one.payload), text="", idea="", note=None, quote=None)
    await unit.outbox.put_payload(one.step_id, to_json(wordless).decode())
    if await unit.outbox.fail(one.step_id, ABOUT_DELETED):
        await unit.outbox.add(one.job_id, lost_steps(one))
