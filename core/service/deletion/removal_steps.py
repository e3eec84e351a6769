"""The deletions in Discord that follow a deletion of data, as outbox steps of a REMOVAL job.

Outbox steps are continued after a restart and after an outage. The job belongs to nobody: beside the origin of the
request it has only ids of channels, messages and jobs, and whose tracks the posts are about is not stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from core.service.job_payloads import AnyPayload, FeedbackPayload, Origin, Place, QuestionPayload, origin_of_job
from core.service.outbox_steps import step
from core.storage import NOBODY, Post, Unit
from core.values.clock import Clock
from core.values.job import UPLOADING, Job, JobKind, JobState, NewStep, StepKind
from core.values.serial import from_json, to_json

POSTS_PER_STEP = 20
"""Posts that one step deletes: a try has 60 s (`core.jobs.outbox.TRY_S`), and Discord allows a bot one deletion of an
older message every few seconds."""

NOWHERE = Origin(application_id=0, channel_id=0, place=Place.IN_PLACE)
"""Origin of a removal whose result nobody is told."""


@dataclass(frozen=True, slots=True)
class RemovalStep:
    """Payload of REMOVE_POSTS: what to delete from one channel; once that is done, only the counts.

    Attributes:
        channel_id: Discord's id of the channel or thread.
        message_ids: our posts to delete.
        taken_ids: messages of members from which to remove our "taken" reaction.
        takes_name: the thread is to lose its name, if the bot made it.
        gone: number of posts that are deleted.
        locked: number of posts that remain because their thread is locked.
        refused: number of posts that remain for another reason.
    """

    channel_id: int
    message_ids: tuple[int, ...] = ()
    taken_ids: tuple[int, ...] = ()
    takes_name: bool = False
    gone: int = 0
    locked: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class RemovedStep:
    """Payload of TELL_REMOVED: number of posts to be deleted; `is_over` once the deletion has ended."""

    posts: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class StoppedStep:
    """Payload of TELL_STOPPED: the job was stopped, and its waiting message is to say so.

    `by_owner`: the person who waited deleted it; otherwise it was about somebody else's file that was deleted.
    """

    job_id: str
    by_owner: bool = True


@dataclass(slots=True)
class _InChannel:
    message_ids: set[int] = field(default_factory=set)
    taken_ids: set[int] = field(default_factory=set)


def removals(stopped: Iterable[Job], posts: Iterable[Post], threads: Sequence[int]) -> tuple[RemovalStep, ...]:
    """The deletions in Discord, as one or more steps for each channel.

    Args:
        stopped: jobs without a result: our messages that announced one are deleted.
        posts: our posts to delete.
        threads: ids of threads that are to lose their name.
    """
    channels: dict[int, _InChannel] = {channel_id: _InChannel() for channel_id in threads}
    for post in posts:
        channels.setdefault(post.channel_id, _InChannel()).message_ids.add(post.message_id)
    for job in stopped:
        origin = origin_of_job(job)
        there = channels.setdefault(origin.channel_id, _InChannel())
        if origin.is_message and origin.message_id is not None:
            there.taken_ids.add(origin.message_id)
        there.message_ids.update(_said_of(job))
    return tuple(part for channel_id, there in channels.items() for part in _parts(channel_id, there, threads))


def _parts(channel_id: int, there: _InChannel, threads: Sequence[int]) -> list[RemovalStep]:
    ids = sorted(there.message_ids)
    parts = [
        RemovalStep(channel_id, tuple(ids[first : first + POSTS_PER_STEP]))
        for first in range(0, len(ids), POSTS_PER_STEP)
    ]
    if there.taken_ids or channel_id in threads:
        last = parts.pop() if parts else RemovalStep(channel_id)
        parts.append(replace(last, taken_ids=tuple(sorted(there.taken_ids)), takes_name=channel_id in threads))
    return parts


def _said_of(job: Job) -> list[int]:
    """Discord's ids of our messages that announced a job's result, without waiting messages."""
    if job.kind is JobKind.FEEDBACK:
        notice_id = from_json(FeedbackPayload, job.payload).notice_id
        return [] if notice_id is None else [notice_id]
    if job.kind is JobKind.QUESTION:
        asked = from_json(QuestionPayload, job.payload)
        return [] if asked.preview_id is None or asked.replaces is not None else [asked.preview_id]
    return []


def told_steps(removal: Sequence[RemovalStep], posts: int) -> tuple[NewStep, ...]:
    """The outbox steps of a removal; if `posts` are deleted on request, its person is told before and after it."""
    steps = [step(StepKind.REMOVE_POSTS, part) for part in removal]
    if posts:
        steps.insert(0, step(StepKind.TELL_REMOVED, RemovedStep(posts, is_over=False)))
        steps.append(step(StepKind.TELL_REMOVED, RemovedStep(posts, is_over=True)))
    return tuple(steps)


async def promise(unit: Unit, clock: Clock, origin: Origin, steps: Sequence[NewStep]) -> None:
    """Store steps in the transaction of a deletion, as a job that is done, so that the outbox delivers them."""
    if not steps:
        return
    job_id = uuid4().hex
    job = Job(
        job_id=job_id,
        kind=JobKind.REMOVAL,
        key=f"removal:{job_id}",
        guild_id=None,
        user_id=NOBODY,
        state=JobState.RECEIVED,
        payload=to_json(AnyPayload(replace(origin, asker_name=None))).decode(),
        created_at=clock(),
    )
    await unit.jobs.add(job)
    await unit.jobs.finish(job_id, job.attempts, JobState.DONE, None, steps)


async def promise_to_stop(unit: Unit, clock: Clock, stopped: Iterable[Job], *, by_owner: bool = True) -> None:
    """Store steps that let the waiting messages of stopped uploads say that they were stopped."""
    for job in stopped:
        origin = origin_of_job(job)
        if job.kind in UPLOADING and origin.token is not None:
            await promise(unit, clock, origin, (step(StepKind.TELL_STOPPED, StoppedStep(job.job_id, by_owner)),))
