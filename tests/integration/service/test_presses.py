"""Buttons that are pressed again: what came to nothing begins anew, and one press never makes two reviews."""

import pytest

from core.service.intake import ACCEPTED_TOO_LATE, NOT_ACKNOWLEDGED
from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place
from core.values.errors import DependencyError, InputCode, InputError
from core.values.job import Job, JobState
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.integration.service.conftest import ANNA, Application

KEY = "offer:55"


async def press(app: Application, interaction_id: int, *, again: bool = False) -> Job | None:
    """A press of a button under the upload 55."""
    payload = FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=Origin(application_id=1, channel_id=7, place=Place.DIRECT, token="t", source_id=interaction_id),
        track=Attachment(url="track", name="x.wav", size_bytes=10),
    )
    return await app.feedback.accept(ANNA, KEY, payload, again=again)


async def pressed(app: Application, interaction_id: int) -> Job:
    job = await press(app, interaction_id)
    assert job is not None
    return job


async def states(app: Application, *jobs: Job) -> list[JobState]:
    found = [await app.get(job) for job in jobs]
    return [job.state for job in found if job is not None]


async def test_a_press_that_was_not_acknowledged_does_not_hold_its_upload(app: Application) -> None:
    first = await pressed(app, 1)
    await app.intake.forget(first.job_id, NOT_ACKNOWLEDGED)
    second = await pressed(app, 2)
    await app.intake.download(first.job_id)
    await app.intake.download(second.job_id)

    assert await states(app, first, second) == [JobState.FAILED, JobState.QUEUED]
    assert await press(app, 3) is None


async def test_a_press_whose_download_failed_does_not_hold_its_upload(app: Application) -> None:
    app.files.errors["track"] = InputError(InputCode.EXPIRED)
    first = await pressed(app, 1)
    await app.intake.download(first.job_id)

    second = await pressed(app, 2)
    assert await states(app, first, second) == [JobState.FAILED, JobState.RECEIVED]


async def test_the_same_press_told_of_again_begins_nothing(app: Application) -> None:
    first = await pressed(app, 1)
    assert await press(app, 1) is None
    await app.intake.forget(first.job_id, NOT_ACKNOWLEDGED)
    assert await press(app, 1) is None


@pytest.mark.parametrize(
    ("known", "state", "begins"),
    [(False, JobState.FAILED, True), (True, JobState.RECEIVED, False), (None, JobState.RECEIVED, False)],
)
async def test_a_second_press_asks_what_became_of_one_in_doubt(app: Application, known, state, begins) -> None:
    async def acknowledged(_origin: Origin) -> bool | None:
        return known

    app.intake._acknowledged = acknowledged
    first = await pressed(app, 1)
    app.intake.doubt(first.job_id)
    second = await press(app, 2)

    assert (second is not None) is begins
    assert await states(app, first) == [state]


async def test_a_press_that_is_being_acknowledged_is_not_asked_about(app: Application) -> None:
    """Discord does not know of it yet, and would say so."""

    async def acknowledged(_origin: Origin) -> bool | None:
        raise AssertionError("asked too early")

    app.intake._acknowledged = acknowledged
    await pressed(app, 1)
    assert await press(app, 2) is None


async def test_what_was_refused_as_too_slow_is_not_committed(app: Application) -> None:
    app.intake.give_up(1)
    with pytest.raises(DependencyError):
        await press(app, 1)
    await app.intake.accepted_late(1, None)

    assert await press(app, 2) is not None


async def test_what_was_committed_before_it_was_refused_as_too_slow_makes_way(app: Application) -> None:
    first = await pressed(app, 1)
    app.intake.give_up(1)
    second = await pressed(app, 2)
    await app.intake.accepted_late(1, first)

    assert await states(app, first, second) == [JobState.FAILED, JobState.RECEIVED]
    ended = await app.get(first)
    assert ended is not None
    assert ended.error == ACCEPTED_TOO_LATE
    assert await press(app, 3) is None


async def test_a_form_is_taken_again_only_when_the_upload_is_reviewed(app: Application) -> None:
    """While it waits or is measured a second form would make two reviews of it."""
    first = await pressed(app, 1)
    assert await press(app, 2, again=True) is None
    await app.intake.download(first.job_id)
    assert await press(app, 3, again=True) is None
    await app.work()
    assert await states(app, first) == [JobState.DONE]

    assert await press(app, 4) is None
    assert await press(app, 5, again=True) is not None
