"""What other people's jobs hold of somebody who deletes everything: words about their track, links to their files."""

import json
from dataclasses import replace

import pytest

from core.service.deletion.removal_steps import StoppedStep
from core.service.job_payloads import AnswerStep, Attachment, FeedbackPayload, Origin, Place
from core.service.step_context import DeliveryService
from core.values.actor import Actor
from core.values.errors import InputCode, InputError
from core.values.job import Job, JobState, Step, StepKind, StepState
from core.values.request import Detail, ReviewRequest, ReviewType
from core.values.serial import from_json, to_json
from tests.integration.service.conftest import ANNA, BEN, THREAD_ID, Application

FILE_NAME = "unreleased.wav"


async def _answer(app: Application) -> Step:
    """The step that shows Ben an answer about Anna's track."""
    await app.review(ANNA)
    job = await app.ask(await app.conversation_of(ANNA), "how loud is it?", BEN)
    (step,) = await app.steps(job)
    assert "LUFS" in step.payload
    return step


async def _steps_of(app: Application, job_id: str) -> tuple[Step, ...]:
    async with app.database.read() as unit:
        steps: tuple[Step, ...] = await unit.outbox.steps_of(job_id)
        return steps


async def test_an_answer_about_a_deleted_track_loses_its_idea(app: Application) -> None:
    step = await _answer(app)
    with_idea = replace(from_json(AnswerStep, step.payload), idea="Mute the pad.")
    async with app.database.begin() as unit:
        await unit.outbox.put_payload(step.step_id, to_json(with_idea).decode())
        await unit.outbox.done(step.step_id, 5_001)

    await app.privacy.delete(ANNA)

    (left,) = await _steps_of(app, step.job_id)
    assert from_json(AnswerStep, left.payload).idea == ""


async def test_an_answer_about_a_deleted_track_loses_its_numbers(app: Application) -> None:
    step = await _answer(app)
    async with app.database.begin() as unit:
        await unit.outbox.done(step.step_id, 5_001)

    await app.privacy.delete(ANNA)

    assert "LUFS" not in json.dumps(await app.privacy.export(BEN))
    (left,) = await _steps_of(app, step.job_id)
    assert (left.state, from_json(AnswerStep, left.payload).text) == (StepState.DONE, "")


async def test_an_answer_about_a_deleted_track_is_not_posted_and_its_person_is_told(app: Application) -> None:
    step = await _answer(app)

    await app.privacy.delete(ANNA)

    answer, lost = await _steps_of(app, step.job_id)
    assert (answer.state, from_json(AnswerStep, answer.payload).text) == (StepState.FAILED, "")
    deliveries = DeliveryService(app.database)
    assert (lost.kind, lost.state) == (StepKind.TELL_LOST, StepState.PENDING)
    assert (await deliveries.lost(await deliveries.open(lost))).is_gone


async def test_answers_about_other_tracks_stay(app: Application) -> None:
    step = await _answer(app)

    await app.privacy.delete(Actor(ANNA.guild_id, 903))

    assert await _steps_of(app, step.job_id) == (step,)


async def test_a_summary_of_what_somebody_said_loses_its_words(app: Application) -> None:
    await app.review(ANNA)
    conversation_id = await app.conversation_of(ANNA)
    await app.ask(conversation_id, "how loud is it?", BEN)
    origin = Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE)
    job = await app.conversations.ask_for_summary(ANNA, "interaction:77", conversation_id, origin)
    assert job is not None
    await app.work()
    (step,) = await app.steps(job)
    async with app.database.begin() as unit:
        await unit.outbox.done(step.step_id, 5_002)
    assert "asked about loudness" in step.payload

    await app.privacy.delete(BEN)

    assert "asked about loudness" not in json.dumps(await app.privacy.export(ANNA))


# -- files


def _payload(author_id: int | None = None) -> FeedbackPayload:
    return FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=Origin(application_id=1, channel_id=55, place=Place.THREADABLE, token="a token"),
        track=Attachment("track", FILE_NAME, 10),
        shown_in=6_001,
        author_id=author_id,
    )


async def _bens(app: Application, author_id: int | None) -> Job:
    """Ben asks about a file that somebody posted."""
    job = await app.feedback.accept(BEN, app.key(), _payload(author_id))
    assert job is not None
    return job


async def test_a_file_that_could_not_be_had_is_not_named_any_more(app: Application) -> None:
    app.files.errors["track"] = InputError(InputCode.EXPIRED)
    job = await _bens(app, ANNA.user_id)

    await app.intake.download(job.job_id)

    failed = await app.get(job)
    assert failed is not None
    assert failed.state is JobState.FAILED
    assert FILE_NAME not in failed.payload


async def test_a_command_that_nobody_acknowledged_does_not_keep_its_link(app: Application) -> None:
    job = await _bens(app, None)

    await app.intake.forget(job.job_id, "not acknowledged")

    failed = await app.get(job)
    assert failed is not None
    assert FILE_NAME not in failed.payload


@pytest.mark.parametrize("downloaded", [False, True])
async def test_nothing_comes_of_a_file_whose_author_deletes_everything(app: Application, *, downloaded: bool) -> None:
    job = await _bens(app, ANNA.user_id)
    if downloaded:
        await app.intake.download(job.job_id)

    deleted = await app.privacy.delete(ANNA)

    after = await app.get(job)
    assert after is not None
    assert (after.state, FILE_NAME in after.payload) == (JobState.FAILED, False)
    assert app.stored() == []
    assert [one.job_id for one in deleted.stopped] == [job.job_id]
    async with app.database.begin() as unit:
        told = [one for one in await unit.outbox.due(app.clock(), 9) if one.kind is StepKind.TELL_STOPPED]
    assert [from_json(StoppedStep, one.payload) for one in told] == [StoppedStep(job.job_id, by_owner=False)]


async def test_a_review_that_is_posted_stays_with_whoever_asked_for_it(app: Application) -> None:
    job = await _bens(app, ANNA.user_id)
    await app.intake.download(job.job_id)
    await app.work()
    async with app.database.begin() as unit:
        for step in await unit.outbox.steps_of(job.job_id):
            await unit.outbox.done(step.step_id, 5_003)

    await app.privacy.delete(ANNA)

    exported = await app.privacy.export(BEN)
    assert len(exported["reviews"]) == 1
    assert FILE_NAME not in json.dumps(exported)
