"""FeedbackService: what is kept of a request at every moment, and what of a refused one."""

import asyncio
import json

import pytest

from core.service.intake import ATTACHMENT_LIFETIME
from core.service.job_payloads import FeedbackPayload, Origin, Place
from core.values.errors import DependencyCode, DependencyError, InputCode, InputError, LimitCode, LimitError
from core.values.job import JobState, Stage, StepKind
from tests.integration.service.conftest import ANNA, BEN, House


async def test_a_request_is_committed_before_anything_is_downloaded(house: House) -> None:
    job = await house.accept()

    stored = await house.get(job)
    assert stored is not None
    assert stored.state is JobState.RECEIVED
    assert house.stored() == []


async def test_a_review_leaves_thread_review_report_and_a_last_word(house: House) -> None:
    job = await house.review()

    kinds = [step.kind for step in await house.steps(job)]
    assert kinds == [StepKind.OPEN_THREAD, StepKind.POST_REVIEW, StepKind.ATTACH_REPORT, StepKind.CLOSE_PROGRESS]
    assert house.stages == [Stage.QUEUED, Stage.MEASURING, Stage.LISTENING, Stage.WRITING]


async def test_the_file_name_is_gone_once_the_file_is_stored(house: House) -> None:
    job = await house.review()

    stored = await house.get(job)
    assert stored is not None
    assert "secret name" not in stored.payload
    async with house.database.read() as unit:
        assert "secret name" not in json.dumps(await unit.privacy.export(ANNA), default=str)


async def test_a_replayed_interaction_makes_no_second_job(house: House) -> None:
    payload = FeedbackPayload(request=None, origin=Origin(1, 2, Place.DIRECT), track=None)  # type: ignore[arg-type]
    first = await house.feedback.accept(ANNA, "interaction:77", payload)
    again = await house.feedback.accept(ANNA, "interaction:77", payload)

    assert first is not None
    assert again is None


async def test_the_same_owners_same_audio_is_not_measured_twice(house: House) -> None:
    await house.review(ANNA)
    await house.review(ANNA)

    assert len(house.pipeline.measured) == 1


async def test_nobody_elses_measurement_answers(house: House) -> None:
    await house.review(ANNA)
    await house.review(BEN)

    assert len(house.pipeline.measured) == 2


async def test_a_member_may_have_so_many_waiting(house: House) -> None:
    for _ in range(house.limits.user_queued_max):
        await house.accept(ANNA)

    with pytest.raises(LimitError) as refused:
        await house.accept(ANNA)
    assert refused.value.code is LimitCode.USER_QUEUE_FULL
    await house.accept(BEN)


async def test_a_full_queue_is_said_and_keeps_nothing(house: House) -> None:
    for _ in range(house.limits.user_queued_max):
        await house.accept(ANNA)
    for _ in range(house.limits.queue_max - house.limits.user_queued_max):
        await house.accept(BEN)

    with pytest.raises(LimitError) as refused:
        await house.accept(BEN)
    assert refused.value.code is LimitCode.QUEUE_FULL


@pytest.mark.parametrize("code", [InputCode.DOWNLOAD_FAILED, InputCode.TOO_LARGE, InputCode.EMPTY])
async def test_a_download_that_fails_ends_in_a_sentence_and_leaves_nothing(house: House, code: InputCode) -> None:
    house.files.errors["track"] = InputError(code)
    job = await house.review()

    stored = await house.get(job)
    assert stored is not None
    assert (stored.state, stored.error) == (JobState.FAILED, code.value)
    assert [step.kind for step in await house.steps(job)] == [StepKind.REPORT_ERROR]
    assert house.stored() == []


async def test_a_track_that_is_refused_leaves_nothing(house: House) -> None:
    house.pipeline.refuses = InputError(InputCode.SILENT)
    job = await house.review()

    assert [step.kind for step in await house.steps(job)] == [StepKind.REPORT_ERROR]
    assert house.stored() == []
    async with house.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    assert not exported["blobs"]
    assert not exported["tracks"]


async def test_a_dependency_that_fails_is_not_the_tracks_fault(house: House) -> None:
    house.pipeline.refuses = DependencyError(DependencyCode.WORKER, cause="cannot start")
    job = await house.review()

    (step,) = await house.steps(job)
    assert "does the measuring failed" in step.payload
    assert len(house.stored()) == 1  # the track is not lost


async def test_meters_that_disagree_end_in_a_sentence_with_a_reference_and_no_review(house: House) -> None:
    house.pipeline.refuses = DependencyError(DependencyCode.SECOND_METER, own_lufs=-9.0, second_lufs=-9.5, at_s=30.0)
    job = await house.review()

    (step,) = await house.steps(job)
    assert step.kind is StepKind.REPORT_ERROR
    told = json.loads(step.payload)
    assert "loudness meters disagree" in told["sentence"]
    assert told["reference"] == job.job_id[:8]
    async with house.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    assert not exported["tracks"]


async def test_a_download_cut_short_by_a_crash_is_gone_on_with(house: House) -> None:
    job = await house.accept()
    house.clock.advance(minutes=1)
    await house.intake.resume_received()
    await asyncio.gather(*house.intake._tasks)
    await house.work()

    assert len(await house.steps(job)) == 4


async def test_a_download_that_comes_too_late_is_said(house: House) -> None:
    job = await house.accept()
    house.clock.now += ATTACHMENT_LIFETIME * 2
    await house.intake.resume_received()

    stored = await house.get(job)
    assert stored is not None
    assert stored.error == InputCode.EXPIRED.value


async def test_data_deleted_during_the_download_stays_deleted(house: House) -> None:
    house.files.gates["track"] = asyncio.Event()
    job = await house.accept()
    download = asyncio.create_task(house.intake.download(job.job_id))
    await asyncio.sleep(0)
    await house.privacy.delete(ANNA)
    house.files.gates["track"].set()
    await download

    assert house.stored() == []
    async with house.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    assert not exported["blobs"]


async def test_new_audio_in_a_conversation_is_the_next_version(house: House) -> None:
    await house.review(url="v1")
    conversation_id = await house.conversation_of()
    job = await house.review(url="v2", conversation_id=conversation_id)

    assert [step.kind for step in await house.steps(job)][-2:] == [StepKind.ATTACH_REPORT, StepKind.CLOSE_PROGRESS]
    async with house.database.read() as unit:
        row = await unit.conversations.get(ANNA, conversation_id)
        stored = await unit.library.get_review(ANNA, row.review_id)
    assert stored.version_number == 2
    assert stored.diagnosis.versions is not None
    assert {change.outcome.value for change in stored.diagnosis.versions} <= {"unchanged"}
