"""A message with a track that is deleted: its job is dropped wherever it is, and nothing of it stays stored."""

import asyncio
from dataclasses import replace

import pytest

from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, QuestionPayload, message_key
from core.service.outbox_steps import lost_steps
from core.service.step_context import DeliveryService
from core.storage import WITHDRAWN
from core.values.errors import NotFoundError
from core.values.job import Job, JobKind, JobState, StepKind, StepState
from core.values.request import Detail, ReviewRequest, ReviewType
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, Application

MESSAGE, NOTICE, ANSWERED, PROXY = 900, 901, 902, 903
PAYLOAD = FeedbackPayload(
    request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
    origin=Origin(1, 55, Place.IN_PLACE, message_id=MESSAGE, is_message=True, source_id=MESSAGE),
    track=Attachment(url="shown", name="wrong.wav", size_bytes=10),
    shown_in=MESSAGE,
)


async def _sent(app: Application, conversation_id: int | None = None) -> Job:
    payload = replace(PAYLOAD, conversation_id=conversation_id)
    job = await app.feedback.accept(ANNA, message_key(MESSAGE), payload)
    assert job is not None
    return job


async def _stored(app: Application, name: str) -> int:
    return len((await app.privacy.export(ANNA))[name])


@pytest.mark.parametrize("downloaded", [False, True])
async def test_a_track_that_waits_is_dropped_with_its_file(app: Application, downloaded: bool) -> None:
    job = await _sent(app)
    if downloaded:
        await app.intake.download(job.job_id)

    assert [one.job_id for one in await app.feedback.withdraw(MESSAGE)] == [job.job_id]
    await app.intake.download(job.job_id)
    await app.work()

    after = await app.get(job)
    assert after is not None
    assert (after.state, after.error) == (JobState.FAILED, WITHDRAWN)
    assert await app.steps(job) == ()
    assert app.stored() == []
    assert app.pipeline.measured == []
    assert await app.feedback.withdraw(MESSAGE) == ()


async def test_a_track_that_is_withdrawn_while_it_is_downloaded_leaves_no_file(app: Application) -> None:
    job = await _sent(app)
    app.files.gates["shown"] = asyncio.Event()
    downloading = asyncio.create_task(app.intake.download(job.job_id))
    await asyncio.sleep(0)
    await app.feedback.withdraw(MESSAGE)
    app.files.gates["shown"].set()
    await downloading

    assert app.stored() == []
    assert app.bell.woken == []


async def test_the_result_of_a_track_that_is_withdrawn_while_it_is_measured_is_dropped(app: Application) -> None:
    job = await _sent(app)
    await app.intake.download(job.job_id)
    async with app.database.begin() as unit:
        claimed = await unit.jobs.claim(app.clock(), 60.0, 2)
    assert claimed is not None
    outcome = await app.feedback.handle(claimed)
    await app.feedback.withdraw(MESSAGE)

    async with app.database.begin() as unit:
        assert not await unit.jobs.extend_lease(claimed.job_id, claimed.attempts, app.clock())
    assert outcome.commit is not None
    assert await _stored(app, "reviews") == 0


async def test_a_first_version_that_is_not_posted_yet_leaves_nothing(app: Application) -> None:
    job = await _sent(app)
    await app.intake.download(job.job_id)
    await app.work()
    assert await _stored(app, "reviews") == 1

    await app.feedback.withdraw(MESSAGE)

    for name in ("reviews", "tracks", "versions", "analyses", "conversations", "blobs"):
        assert await _stored(app, name) == 0, name
    assert {step.state for step in await app.steps(job)} == {StepState.FAILED}


async def test_after_a_next_version_that_is_not_posted_yet_the_conversation_is_about_the_one_before(
    app: Application,
) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    first = (await app.conversations.latest(ANNA)).stored.review_id
    job = await _sent(app, conversation_id)
    await app.intake.download(job.job_id)
    await app.work()
    assert (await app.conversations.latest(ANNA)).stored.version_number == 2

    await app.feedback.withdraw(MESSAGE)

    latest = await app.conversations.latest(ANNA)
    assert (latest.conversation_id, latest.stored.review_id) == (conversation_id, first)
    assert await _stored(app, "versions") == 1


async def test_a_review_that_is_posted_stays(app: Application) -> None:
    job = await _sent(app)
    await app.intake.download(job.job_id)
    await app.work()
    async with app.database.begin() as unit:
        step = next(step for step in await unit.outbox.steps_of(job.job_id) if step.kind is StepKind.POST_REVIEW)
        await unit.outbox.done(step.step_id, 5)

    assert await app.feedback.withdraw(MESSAGE) == ()
    assert await _stored(app, "reviews") == 1


async def test_a_withdrawn_step_is_neither_delivered_nor_told_as_lost(app: Application) -> None:
    job = await _sent(app)
    await app.intake.download(job.job_id)
    await app.work()
    step = next(step for step in await app.steps(job) if step.kind is StepKind.POST_REVIEW)
    deliveries = DeliveryService(app.database)
    assert (await deliveries.open(step)).step == step

    await app.feedback.withdraw(MESSAGE)

    with pytest.raises(NotFoundError):
        await deliveries.open(step)
    assert lost_steps(step)
    async with app.database.begin() as unit:
        assert not await unit.outbox.fail(step.step_id, "gone")


async def test_the_notice_of_a_track_that_is_withdrawn_already_is_not_kept(app: Application) -> None:
    job = await _sent(app)
    assert await app.feedback.note_notice(job.job_id, NOTICE)
    (withdrawn,) = await app.feedback.withdraw(MESSAGE)
    assert from_json(FeedbackPayload, withdrawn.payload).notice_id == NOTICE
    assert not await app.feedback.note_notice(job.job_id, NOTICE)


async def test_a_track_that_was_taken_out_of_its_message_is_dropped_and_others_of_it_are_not(app: Application) -> None:
    job = await app.feedback.accept(ANNA, message_key(MESSAGE), replace(PAYLOAD, attachment_id=7))
    other = await app.feedback.accept(ANNA, "offer:1", replace(PAYLOAD, attachment_id=8))
    unknown = await app.feedback.accept(ANNA, "offer:2", PAYLOAD)
    assert job is not None
    assert other is not None
    assert unknown is not None

    assert await app.feedback.withdraw(MESSAGE, kept={7, 8}) == ()
    assert [each.job_id for each in await app.feedback.withdraw(MESSAGE, kept={8})] == [job.job_id]

    states = [found.state for each in (job, other, unknown) if (found := await app.get(each)) is not None]
    assert states == [JobState.FAILED, JobState.RECEIVED, JobState.RECEIVED]


@pytest.mark.parametrize("edited", [False, True])
async def test_an_answer_that_is_not_posted_yet_is_taken_back_with_its_question(app: Application, edited: bool) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    origin = Origin(1, 55, Place.IN_PLACE, message_id=ANSWERED, is_message=True)
    payload = QuestionPayload(conversation_id, "how loud is it?", origin, message_id=ANSWERED)
    await app.conversations.ask(ANNA, message_key(ANSWERED), payload)
    await app.work()
    if edited:
        await app.conversations.edit_message(ANSWERED, "what key is it in?", origin)
        await app.work()

    await app.conversations.forget_message(ANSWERED)

    assert await _stored(app, "messages") == 0
    async with app.database.read() as unit:
        assert await unit.jobs.unfinished(JobKind.QUESTION, "message_id", ANSWERED) == ()
    assert not await app.conversations.move_question(ANSWERED, ANSWERED + 1)


@pytest.mark.parametrize("downloaded", [False, True])
async def test_a_track_follows_to_the_message_of_a_proxy(app: Application, downloaded: bool) -> None:
    job = await _sent(app)
    if downloaded:
        await app.intake.download(job.job_id)
    await app.feedback.move(
        MESSAGE, PROXY, [Attachment("other.wav", "other.wav", 10), Attachment("again", "wrong.wav", 10)]
    )

    after = await app.get(job)
    assert after is not None
    payload = from_json(FeedbackPayload, after.payload)
    assert (payload.shown_in, payload.origin.message_id, payload.origin.source_id) == (PROXY, PROXY, MESSAGE)
    assert payload.track is None if downloaded else payload.track == Attachment("again", "wrong.wav", 10)
    assert await app.feedback.withdraw(MESSAGE) == ()
    assert [one.job_id for one in await app.feedback.withdraw(PROXY)] == [job.job_id]
