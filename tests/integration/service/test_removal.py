"""What `/privacy delete` leaves to do in Discord: noted with the deletion, under nobody's name."""

import json
from dataclasses import replace

from core.service.deletion.removal_steps import POSTS_PER_STEP, RemovalStep, RemovedStep, StoppedStep
from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, QuestionPayload
from core.service.step_context import Delivery, DeliveryService, RemovedPosts
from core.values.job import Job, JobKind, Step, StepKind
from core.values.request import Detail, ReviewRequest, ReviewType
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, BEN, THREAD_ID, Application

PRESS = Origin(application_id=1, channel_id=56, place=Place.IN_PLACE, token="the press", asker_name="Anna")
"""Where the confirmation was pressed."""


async def _posted(app: Application, count: int, channel_id: int = THREAD_ID) -> tuple[int, ...]:
    """A review with so many posts; their ids."""
    await app.review(ANNA)
    conversation_id = await app.conversation_of(ANNA)
    ids = tuple(range(5_000, 5_000 + count))
    async with app.database.begin() as unit:
        for message_id in ids:
            await unit.conversations.note_post(conversation_id, message_id, channel_id)
    return ids


async def _promised(app: Application) -> list[Step]:
    """All steps of removals."""
    async with app.database.begin() as unit:
        due = [step for step in await unit.outbox.due(app.clock(), 100) if step.kind in _KINDS]
        return [step for first in due for step in await unit.outbox.steps_of(first.job_id)]


_KINDS = {StepKind.REMOVE_POSTS, StepKind.TELL_REMOVED, StepKind.TELL_STOPPED}


def _removals(steps: list[Step]) -> list[RemovalStep]:
    return [from_json(RemovalStep, step.payload) for step in steps if step.kind is StepKind.REMOVE_POSTS]


async def test_posts_that_are_to_go_are_noted_with_the_deletion(app: Application) -> None:
    ids = await _posted(app, POSTS_PER_STEP + 3)

    await app.privacy.delete(ANNA, PRESS)

    steps = await _promised(app)
    assert _removals(steps) == [
        RemovalStep(THREAD_ID, ids[:POSTS_PER_STEP]),
        RemovalStep(THREAD_ID, ids[POSTS_PER_STEP:], takes_name=True),
    ]
    told = [from_json(RemovedStep, step.payload) for step in steps if step.kind is StepKind.TELL_REMOVED]
    assert told == [RemovedStep(len(ids), is_over=False), RemovedStep(len(ids), is_over=True)]
    assert (steps[0].kind, steps[-1].kind) == (StepKind.TELL_REMOVED, StepKind.TELL_REMOVED)


async def test_what_is_noted_names_nobody(app: Application) -> None:
    await _posted(app, 2)

    await app.privacy.delete(ANNA, PRESS)

    async with app.database.read() as unit:
        job = await unit.jobs.get((await _promised(app))[0].job_id)
    assert job is not None
    assert (job.kind, job.guild_id, job.user_id) == (JobKind.REMOVAL, None, 0)
    assert "Anna" not in job.payload
    exported = await app.privacy.export(ANNA)
    assert not any(rows for rows in exported.values() if isinstance(rows, list))
    assert str(ANNA.user_id) not in json.dumps([job.payload, *(step.payload for step in await _promised(app))])


async def test_a_second_deletion_and_a_server_that_goes_leave_what_is_promised(app: Application) -> None:
    await _posted(app, 2)
    await app.privacy.delete(ANNA, PRESS)
    promised = await _promised(app)

    await app.privacy.delete(ANNA)
    assert ANNA.guild_id is not None
    await app.privacy.guild_left(ANNA.guild_id)
    app.clock.advance(hours=app.limits.left_guild_grace_h + 1)
    await app.privacy.sweep()

    assert await _promised(app) == promised


async def test_posts_that_stay_are_not_noted(app: Application) -> None:
    await _posted(app, 2)

    deleted = await app.privacy.delete(ANNA)

    assert len(deleted.posts) == 2
    assert await _promised(app) == []


async def test_the_counts_are_added_up_and_a_name_is_taken_in_the_end(app: Application) -> None:
    await _posted(app, POSTS_PER_STEP + 2)
    await app.privacy.delete(ANNA, PRESS)
    steps = await _promised(app)
    deliveries = DeliveryService(app.database)
    opened = [await deliveries.open(step) for step in steps]

    await deliveries.note_removed(opened[1], RemovalStep(THREAD_ID, gone=POSTS_PER_STEP - 1, locked=1), None)
    await deliveries.note_removed(
        opened[2], RemovalStep(THREAD_ID, gone=1, refused=1), RemovalStep(THREAD_ID, takes_name=True)
    )

    assert await deliveries.removed(opened[3]) == RemovedPosts(gone=POSTS_PER_STEP, locked=1, refused=1)
    steps = await _promised(app)
    assert [step.kind for step in steps[-2:]] == [StepKind.TELL_REMOVED, StepKind.REMOVE_POSTS]
    assert deliveries.removal(replace(opened[3], step=steps[-1])) == RemovalStep(THREAD_ID, takes_name=True)


async def test_posts_that_were_given_up_count_as_refused(app: Application) -> None:
    await _posted(app, 2)
    await app.privacy.delete(ANNA, PRESS)
    steps = await _promised(app)

    deliveries = DeliveryService(app.database)
    last: Delivery = await deliveries.open(steps[-1])
    assert await deliveries.removed(last) == RemovedPosts(gone=0, locked=0, refused=2)


async def _asked(app: Application, conversation_id: int) -> Job:
    """A question of Ben's that shows the beginning of its answer."""
    origin = Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE, message_id=4_801, is_message=True)
    payload = QuestionPayload(conversation_id, "how loud is it?", origin, message_id=4_801, preview_id=4_802)
    job = await app.conversations.ask(BEN, "message:4801", payload)
    assert job is not None
    return job


async def test_a_question_that_is_deleted_does_not_show_that_it_was_taken(app: Application) -> None:
    await app.review(ANNA)
    await _asked(app, await app.conversation_of(ANNA))

    await app.privacy.delete(BEN)

    assert _removals(await _promised(app)) == [RemovalStep(THREAD_ID, (4_802,), (4_801,))]


async def test_a_version_that_is_deleted_does_not_show_that_it_was_taken(app: Application) -> None:
    await app.review(ANNA)
    payload = FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE, message_id=4_901, is_message=True),
        track=Attachment("track", "v2.wav", 10),
        conversation_id=await app.conversation_of(ANNA),
        shown_in=4_901,
    )
    job = await app.feedback.accept(ANNA, "message:4901", payload)
    assert job is not None
    assert await app.feedback.note_notice(job.job_id, 4_902)

    await app.privacy.delete(ANNA)

    assert _removals(await _promised(app)) == [RemovalStep(THREAD_ID, (4_902,), (4_901,))]


async def test_a_waiting_message_is_told_that_nothing_comes(app: Application) -> None:
    payload = FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=replace(PRESS, channel_id=55),
        track=Attachment("track", "v1.wav", 10),
    )
    job = await app.feedback.accept(ANNA, "interaction:4903", payload)
    assert job is not None

    await app.privacy.delete(ANNA)

    (step,) = await _promised(app)
    deliveries = DeliveryService(app.database)
    delivery = await deliveries.open(step)
    assert step.kind is StepKind.TELL_STOPPED
    assert deliveries.stopped(delivery) == StoppedStep(job.job_id)
    assert delivery.origin == replace(PRESS, channel_id=55, asker_name=None)
