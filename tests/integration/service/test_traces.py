"""What other people's jobs hold of somebody who deletes everything: words about their track, links to their files."""

import json

import pytest

from core.service.deletion.removal_steps import StoppedStep
from core.service.job_payloads import AnswerStep, Attachment, FeedbackPayload, Origin, Place
from core.service.step_context import DeliveryService
from core.values.actor import Actor
from core.values.errors import InputCode, InputError
from core.values.job import Job, JobState, Step, StepKind, StepState
from core.values.request import Detail, ReviewRequest, ReviewType
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, BEN, THREAD_ID, House

FILE_NAME = "unreleased.wav"


async def _answer(house: House) -> Step:
    """The step that shows Ben an answer about Anna's track."""
    await house.review(ANNA)
    job = await house.ask(await house.conversation_of(ANNA), "how loud is it?", BEN)
    (step,) = await house.steps(job)
    assert "LUFS" in step.payload
    return step


async def _steps_of(house: House, job_id: str) -> tuple[Step, ...]:
    async with house.database.read() as unit:
        steps: tuple[Step, ...] = await unit.outbox.steps_of(job_id)
        return steps


async def test_an_answer_about_a_deleted_track_loses_its_numbers(house: House) -> None:
    step = await _answer(house)
    async with house.database.begin() as unit:
        await unit.outbox.done(step.step_id, 5_001)

    await house.privacy.delete(ANNA)

    assert "LUFS" not in json.dumps(await house.privacy.export(BEN))
    (left,) = await _steps_of(house, step.job_id)
    assert (left.state, from_json(AnswerStep, left.payload).text) == (StepState.DONE, "")


async def test_an_answer_about_a_deleted_track_is_not_posted_and_its_person_is_told(house: House) -> None:
    step = await _answer(house)

    await house.privacy.delete(ANNA)

    answer, lost = await _steps_of(house, step.job_id)
    assert (answer.state, from_json(AnswerStep, answer.payload).text) == (StepState.FAILED, "")
    deliveries = DeliveryService(house.database)
    assert (lost.kind, lost.state) == (StepKind.TELL_LOST, StepState.PENDING)
    assert (await deliveries.lost(await deliveries.open(lost))).is_gone


async def test_answers_about_other_tracks_stay(house: House) -> None:
    step = await _answer(house)

    await house.privacy.delete(Actor(ANNA.guild_id, 903))

    assert await _steps_of(house, step.job_id) == (step,)


async def test_a_summary_of_what_somebody_said_loses_its_words(house: House) -> None:
    await house.review(ANNA)
    conversation_id = await house.conversation_of(ANNA)
    await house.ask(conversation_id, "how loud is it?", BEN)
    origin = Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE)
    job = await house.conversations.ask_for_summary(ANNA, "interaction:77", conversation_id, origin)
    assert job is not None
    await house.work()
    (step,) = await house.steps(job)
    async with house.database.begin() as unit:
        await unit.outbox.done(step.step_id, 5_002)
    assert "asked about loudness" in step.payload

    await house.privacy.delete(BEN)

    assert "asked about loudness" not in json.dumps(await house.privacy.export(ANNA))


# -- files


def _payload(author_id: int | None = None) -> FeedbackPayload:
    return FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=Origin(application_id=1, channel_id=55, place=Place.THREADABLE, token="a token"),
        track=Attachment("track", FILE_NAME, 10),
        shown_in=6_001,
        author_id=author_id,
    )


async def _bens(house: House, author_id: int | None) -> Job:
    """Ben asks about a file that somebody posted."""
    job = await house.feedback.accept(BEN, house.key(), _payload(author_id))
    assert job is not None
    return job


async def test_a_file_that_could_not_be_had_is_not_named_any_more(house: House) -> None:
    house.files.errors["track"] = InputError(InputCode.EXPIRED)
    job = await _bens(house, ANNA.user_id)

    await house.intake.download(job.job_id)

    failed = await house.get(job)
    assert failed is not None
    assert failed.state is JobState.FAILED
    assert FILE_NAME not in failed.payload


async def test_a_command_that_nobody_acknowledged_does_not_keep_its_link(house: House) -> None:
    job = await _bens(house, None)

    await house.intake.forget(job.job_id, "not acknowledged")

    failed = await house.get(job)
    assert failed is not None
    assert FILE_NAME not in failed.payload


@pytest.mark.parametrize("downloaded", [False, True])
async def test_nothing_comes_of_a_file_whose_author_deletes_everything(house: House, *, downloaded: bool) -> None:
    job = await _bens(house, ANNA.user_id)
    if downloaded:
        await house.intake.download(job.job_id)

    deleted = await house.privacy.delete(ANNA)

    after = await house.get(job)
    assert after is not None
    assert (after.state, FILE_NAME in after.payload) == (JobState.FAILED, False)
    assert house.stored() == []
    assert [one.job_id for one in deleted.stopped] == [job.job_id]
    async with house.database.begin() as unit:
        told = [one for one in await unit.outbox.due(house.clock(), 9) if one.kind is StepKind.TELL_STOPPED]
    assert [from_json(StoppedStep, one.payload) for one in told] == [StoppedStep(job.job_id, by_owner=False)]


async def test_a_review_that_is_posted_stays_with_whoever_asked_for_it(house: House) -> None:
    job = await _bens(house, ANNA.user_id)
    await house.intake.download(job.job_id)
    await house.work()
    async with house.database.begin() as unit:
        for step in await unit.outbox.steps_of(job.job_id):
            await unit.outbox.done(step.step_id, 5_003)

    await house.privacy.delete(ANNA)

    exported = await house.privacy.export(BEN)
    assert len(exported["reviews"]) == 1
    assert FILE_NAME not in json.dumps(exported)
