"""What jobs hold of people whose things are deleted: links to their files, and what was written about their tracks."""

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
"""The attempt number that holds a job no worker has claimed yet."""

ABOUT_DELETED = "what it is about was deleted"
"""Error of a step that was to show something about what has been deleted."""

_WORDS = (StepKind.POST_ANSWER, StepKind.POST_SUMMARY)


@dataclass(frozen=True, slots=True)
class Traces:
    """What other people's jobs held of a person.

    Attributes:
        withdrawn: jobs about files of theirs; nothing comes of them.
        unanswered: jobs about tracks of theirs that were not over, or not delivered.
        paths: of files that must be deleted from disk after the commit.
    """

    withdrawn: tuple[Job, ...]
    unanswered: tuple[Job, ...]
    paths: tuple[str, ...]


def without_links(payload: UploadPayload) -> UploadPayload:
    """The same without names and links of files: nothing will be downloaded."""
    if isinstance(payload, TargetPayload):
        return replace(payload, tracks=())
    return replace(payload, track=None, reference=None)


async def drop_links(unit: Unit, job_id: str) -> None:
    """Nothing comes of this upload: neither names nor links of its files stay."""
    job = await unit.jobs.get(job_id)
    if job is not None:
        await unit.jobs.put_payload(job_id, to_json(without_links(upload_payload(job))).decode())


async def end_upload(unit: Unit, job_id: str, error: str, steps: Sequence[NewStep] = ()) -> bool:
    """Nothing comes of an upload that no worker has claimed; False when it was claimed, or is over."""
    ended = await unit.jobs.finish(job_id, NEVER_RAN, JobState.FAILED, error, steps)
    if ended:
        await drop_links(unit, job_id)
    return bool(ended)


def files_of(job: Job) -> list[StoredFile]:
    """The stored files of a FEEDBACK job."""
    payload = from_json(FeedbackPayload, job.payload)
    return [file for file in (payload.track_file, payload.reference_file) if file is not None]


async def withdraw_upload(unit: Unit, job: Job) -> bool:
    """Drop a FEEDBACK job and what it has stored; False when its review is posted."""
    reviews = [step for step in await unit.outbox.steps_of(job.job_id) if step.kind is StepKind.POST_REVIEW]
    if any(step.state is StepState.DONE for step in reviews):
        return False
    await unit.jobs.withdraw(job.job_id)
    await drop_links(unit, job.job_id)
    for file in files_of(job):
        await unit.library.remove_blob_at(file.path)
    for step in reviews:
        with contextlib.suppress(NotFoundError):  # deleted by its owner meanwhile
            await unit.library.remove_review(
                Actor(job.guild_id, job.user_id), from_json(ReviewStep, step.payload).review_id
            )
    return True


async def remove_traces(unit: Unit, actor: Actor) -> Traces:
    """Take what is somebody's out of other people's jobs; to be called before their own rows go.

    Files of theirs that others asked about are forgotten, and reviews of them that are not posted yet. Answers about
    their tracks, and summaries of what they said to others, lose their words; who waits for one is told.
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
    paths = tuple(file.path for job in withdrawn for file in files_of(job))
    return Traces(tuple(withdrawn), tuple(unanswered), paths)


def _is_unfinished(job: Job, steps: Sequence[Step]) -> bool:
    return job.state not in {JobState.DONE, JobState.FAILED} or any(one.state in UNSETTLED for one in steps)


def _summary_of(summary: Step) -> SummaryKey:
    payload = from_json(AnswerStep, summary.payload)
    return SummaryKey(payload.conversation_id, payload.number or 0)


async def _take_words(unit: Unit, one: Step) -> None:
    """Nothing of an answer or summary stays; where it is not posted yet, it is not to be, and its person is told."""
    if one.kind not in _WORDS:
        return
    wordless = replace(from_json(AnswerStep, one.payload), text="", note=None, quote=None)
    await unit.outbox.put_payload(one.step_id, to_json(wordless).decode())
    if await unit.outbox.fail(one.step_id, ABOUT_DELETED):
        await unit.outbox.add(one.job_id, lost_steps(one))
