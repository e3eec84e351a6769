"""FeedbackService: what is kept of a request at every moment, and what of a refused one."""

import asyncio
import json

import pytest

from core.service.intake import ATTACHMENT_LIFETIME
from core.service.job_payloads import FeedbackPayload, Origin, Place
from core.values.errors import DependencyCode, DependencyError, InputCode, InputError, LimitCode, LimitError
from core.values.job import JobState, Stage, StepKind
from core.values.request import ReviewRequest, ReviewType
from tests.integration.service.conftest import ANNA, BEN, Application


async def test_a_request_is_committed_before_anything_is_downloaded(app: Application) -> None:
    job = await app.accept()

    stored = await app.get(job)
    assert stored is not None
    assert stored.state is JobState.RECEIVED
    assert app.stored() == []


async def test_a_review_leaves_thread_review_report_and_a_last_word(app: Application) -> None:
    job = await app.review()

    kinds = [step.kind for step in await app.steps(job)]
    assert kinds == [StepKind.OPEN_THREAD, StepKind.POST_REVIEW, StepKind.ATTACH_REPORT, StepKind.CLOSE_PROGRESS]
    assert app.stages == [Stage.QUEUED, Stage.MEASURING, Stage.LISTENING, Stage.WRITING]


async def test_the_file_name_is_gone_once_the_file_is_stored(app: Application) -> None:
    job = await app.review()

    stored = await app.get(job)
    assert stored is not None
    assert "secret name" not in stored.payload
    async with app.database.read() as unit:
        assert "secret name" not in json.dumps(await unit.privacy.export(ANNA), default=str)


async def test_a_replayed_interaction_makes_no_second_job(app: Application) -> None:
    payload = FeedbackPayload(ReviewRequest(ReviewType.MASTER, "house"), Origin(1, 2, Place.DIRECT), track=None)
    first = await app.feedback.accept(ANNA, "interaction:77", payload)
    again = await app.feedback.accept(ANNA, "interaction:77", payload)

    assert first is not None
    assert again is None


async def test_the_same_owners_same_audio_is_not_measured_twice(app: Application) -> None:
    await app.review(ANNA)
    await app.review(ANNA)

    assert len(app.pipeline.measured) == 1


async def test_nobody_elses_measurement_answers(app: Application) -> None:
    await app.review(ANNA)
    await app.review(BEN)

    assert len(app.pipeline.measured) == 2


async def test_a_member_may_have_so_many_waiting(app: Application) -> None:
    for _ in range(app.limits.user_queued_max):
        await app.accept(ANNA)

    with pytest.raises(LimitError) as refused:
        await app.accept(ANNA)
    assert refused.value.code is LimitCode.USER_QUEUE_FULL
    await app.accept(BEN)


async def test_a_full_queue_is_said_and_keeps_nothing(app: Application) -> None:
    for _ in range(app.limits.user_queued_max):
        await app.accept(ANNA)
    for _ in range(app.limits.queue_max - app.limits.user_queued_max):
        await app.accept(BEN)

    with pytest.raises(LimitError) as refused:
        await app.accept(BEN)
    assert refused.value.code is LimitCode.QUEUE_FULL


@pytest.mark.parametrize("code", [InputCode.DOWNLOAD_FAILED, InputCode.TOO_LARGE, InputCode.EMPTY])
async def test_a_download_that_fails_ends_in_a_sentence_and_leaves_nothing(app: Application, code: InputCode) -> None:
    app.files.errors["track"] = InputError(code)
    job = await app.review()

    stored = await app.get(job)
    assert stored is not None
    assert (stored.state, stored.error) == (JobState.FAILED, code.value)
    assert [step.kind for step in await app.steps(job)] == [StepKind.REPORT_ERROR]
    assert app.stored() == []


async def test_a_track_that_is_refused_leaves_nothing(app: Application) -> None:
    app.pipeline.refuses = InputError(InputCode.SILENT)
    job = await app.review()

    assert [step.kind for step in await app.steps(job)] == [StepKind.REPORT_ERROR]
    assert app.stored() == []
    async with app.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    assert not exported["blobs"]
    assert not exported["tracks"]


async def test_a_dependency_that_fails_is_not_the_tracks_fault(app: Application) -> None:
    app.pipeline.refuses = DependencyError(DependencyCode.WORKER, cause="cannot start")
    job = await app.review()

    (step,) = await app.steps(job)
    assert "does the measuring failed" in step.payload
    assert len(app.stored()) == 1  # the track is not lost


async def test_meters_that_disagree_end_in_a_sentence_with_a_reference_and_no_review(app: Application) -> None:
    app.pipeline.refuses = DependencyError(DependencyCode.SECOND_METER, own_lufs=-9.0, second_lufs=-9.5, at_s=30.0)
    job = await app.review()

    (step,) = await app.steps(job)
    assert step.kind is StepKind.REPORT_ERROR
    told = json.loads(step.payload)
    assert "loudness meters disagree" in told["sentence"]
    assert told["reference"] == job.job_id[:8]
    async with app.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    assert not exported["tracks"]


async def test_a_download_cut_short_by_a_crash_is_gone_on_with(app: Application) -> None:
    job = await app.accept()
    app.clock.advance(minutes=1)
    await app.intake.resume_received()
    await asyncio.gather(*app.intake._tasks)
    await app.work()

    assert len(await app.steps(job)) == 4


async def test_a_download_that_comes_too_late_is_said(app: Application) -> None:
    job = await app.accept()
    app.clock.now += ATTACHMENT_LIFETIME * 2
    await app.intake.resume_received()

    stored = await app.get(job)
    assert stored is not None
    assert stored.error == InputCode.EXPIRED.value


async def test_data_deleted_during_the_download_stays_deleted(app: Application) -> None:
    app.files.gates["track"] = asyncio.Event()
    job = await app.accept()
    download = asyncio.create_task(app.intake.download(job.job_id))
    await asyncio.sleep(0)
    await app.privacy.delete(ANNA)
    app.files.gates["track"].set()
    await download

    assert app.stored() == []
    async with app.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    assert not exported["blobs"]


async def test_new_audio_in_a_conversation_is_the_next_version(app: Application) -> None:
    await app.review(url="v1")
    conversation_id = await app.conversation_of()
    job = await app.review(url="v2", conversation_id=conversation_id)

    assert [step.kind for step in await app.steps(job)][-2:] == [StepKind.ATTACH_REPORT, StepKind.CLOSE_PROGRESS]
    async with app.database.read() as unit:
        row = await unit.conversations.get(ANNA, conversation_id)
        stored = await unit.library.get_review(ANNA, row.review_id)
    assert stored.version_number == 2
    assert stored.diagnosis.versions is not None
    assert {change.outcome.value for change in stored.diagnosis.versions} <= {"unchanged"}
