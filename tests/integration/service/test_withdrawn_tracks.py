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
from tests.integration.service.conftest import ANNA, House

MESSAGE, NOTICE, ANSWERED = 900, 901, 902
PAYLOAD = FeedbackPayload(
    request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
    origin=Origin(1, 55, Place.IN_PLACE, message_id=MESSAGE, is_message=True, source_id=MESSAGE),
    track=Attachment(url="shown", name="wrong.wav", size_bytes=10),
    shown_in=MESSAGE,
)


async def _sent(house: House, conversation_id: int | None = None) -> Job:
    payload = replace(PAYLOAD, conversation_id=conversation_id)
    job = await house.feedback.accept(ANNA, message_key(MESSAGE), payload)
    assert job is not None
    return job


async def _stored(house: House, name: str) -> int:
    return len((await house.privacy.export(ANNA))[name])


@pytest.mark.parametrize("downloaded", [False, True])
async def test_a_track_that_waits_is_dropped_with_its_file(house: House, downloaded: bool) -> None:
    job = await _sent(house)
    if downloaded:
        await house.intake.download(job.job_id)

    assert [one.job_id for one in await house.feedback.withdraw(MESSAGE)] == [job.job_id]
    await house.intake.download(job.job_id)
    await house.work()

    after = await house.get(job)
    assert after is not None
    assert (after.state, after.error) == (JobState.FAILED, WITHDRAWN)
    assert await house.steps(job) == ()
    assert house.stored() == []
    assert house.pipeline.measured == []
    assert await house.feedback.withdraw(MESSAGE) == ()


async def test_a_track_that_is_withdrawn_while_it_is_downloaded_leaves_no_file(house: House) -> None:
    job = await _sent(house)
    house.files.gates["shown"] = asyncio.Event()
    downloading = asyncio.create_task(house.intake.download(job.job_id))
    await asyncio.sleep(0)
    await house.feedback.withdraw(MESSAGE)
    house.files.gates["shown"].set()
    await downloading

    assert house.stored() == []
    assert house.bell.woken == []


async def test_the_result_of_a_track_that_is_withdrawn_while_it_is_measured_is_dropped(house: House) -> None:
    job = await _sent(house)
    await house.intake.download(job.job_id)
    async with house.database.begin() as unit:
        claimed = await unit.jobs.claim(house.clock(), 60.0, 2)
    assert claimed is not None
    outcome = await house.feedback.handle(claimed)
    await house.feedback.withdraw(MESSAGE)

    async with house.database.begin() as unit:
        assert not await unit.jobs.extend_lease(claimed.job_id, claimed.attempts, house.clock())
    assert outcome.commit is not None
    assert await _stored(house, "reviews") == 0


async def test_a_first_version_that_is_not_posted_yet_leaves_nothing(house: House) -> None:
    job = await _sent(house)
    await house.intake.download(job.job_id)
    await house.work()
    assert await _stored(house, "reviews") == 1

    await house.feedback.withdraw(MESSAGE)

    for name in ("reviews", "tracks", "versions", "analyses", "conversations", "blobs"):
        assert await _stored(house, name) == 0, name
    assert {step.state for step in await house.steps(job)} == {StepState.FAILED}


async def test_after_a_next_version_that_is_not_posted_yet_the_conversation_is_about_the_one_before(
    house: House,
) -> None:
    await house.review()
    conversation_id = await house.conversation_of()
    first = (await house.conversations.latest(ANNA)).stored.review_id
    job = await _sent(house, conversation_id)
    await house.intake.download(job.job_id)
    await house.work()
    assert (await house.conversations.latest(ANNA)).stored.version_number == 2

    await house.feedback.withdraw(MESSAGE)

    latest = await house.conversations.latest(ANNA)
    assert (latest.conversation_id, latest.stored.review_id) == (conversation_id, first)
    assert await _stored(house, "versions") == 1


async def test_a_review_that_is_posted_stays(house: House) -> None:
    job = await _sent(house)
    await house.intake.download(job.job_id)
    await house.work()
    async with house.database.begin() as unit:
        step = next(step for step in await unit.outbox.steps_of(job.job_id) if step.kind is StepKind.POST_REVIEW)
        await unit.outbox.done(step.step_id, 5)

    assert await house.feedback.withdraw(MESSAGE) == ()
    assert await _stored(house, "reviews") == 1


async def test_a_withdrawn_step_is_neither_delivered_nor_told_as_lost(house: House) -> None:
    job = await _sent(house)
    await house.intake.download(job.job_id)
    await house.work()
    step = next(step for step in await house.steps(job) if step.kind is StepKind.POST_REVIEW)
    deliveries = DeliveryService(house.database)
    assert (await deliveries.open(step)).step == step

    await house.feedback.withdraw(MESSAGE)

    with pytest.raises(NotFoundError):
        await deliveries.open(step)
    assert lost_steps(step)
    async with house.database.begin() as unit:
        assert not await unit.outbox.fail(step.step_id, "gone")


async def test_the_notice_of_a_track_that_is_withdrawn_already_is_not_kept(house: House) -> None:
    job = await _sent(house)
    assert await house.feedback.note_notice(job.job_id, NOTICE)
    (withdrawn,) = await house.feedback.withdraw(MESSAGE)
    assert from_json(FeedbackPayload, withdrawn.payload).notice_id == NOTICE
    assert not await house.feedback.note_notice(job.job_id, NOTICE)


async def test_a_track_that_was_taken_out_of_its_message_is_dropped_and_others_of_it_are_not(house: House) -> None:
    job = await house.feedback.accept(ANNA, message_key(MESSAGE), replace(PAYLOAD, attachment_id=7))
    other = await house.feedback.accept(ANNA, "offer:1", replace(PAYLOAD, attachment_id=8))
    unknown = await house.feedback.accept(ANNA, "offer:2", PAYLOAD)
    assert job is not None
    assert other is not None
    assert unknown is not None

    assert await house.feedback.withdraw(MESSAGE, kept={7, 8}) == ()
    assert [each.job_id for each in await house.feedback.withdraw(MESSAGE, kept={8})] == [job.job_id]

    states = [found.state for each in (job, other, unknown) if (found := await house.get(each)) is not None]
    assert states == [JobState.FAILED, JobState.RECEIVED, JobState.RECEIVED]


@pytest.mark.parametrize("edited", [False, True])
async def test_an_answer_that_is_not_posted_yet_is_taken_back_with_its_question(house: House, edited: bool) -> None:
    await house.review()
    conversation_id = await house.conversation_of()
    origin = Origin(1, 55, Place.IN_PLACE, message_id=ANSWERED, is_message=True)
    payload = QuestionPayload(conversation_id, "how loud is it?", origin, message_id=ANSWERED)
    await house.conversations.ask(ANNA, message_key(ANSWERED), payload)
    await house.work()
    if edited:
        await house.conversations.edit_message(ANSWERED, "what key is it in?", origin)
        await house.work()

    await house.conversations.forget_message(ANSWERED)

    assert await _stored(house, "messages") == 0
    async with house.database.read() as unit:
        assert await unit.jobs.unfinished(JobKind.QUESTION, "message_id", ANSWERED) == ()
    assert not await house.conversations.move_question(ANSWERED, ANSWERED + 1)
