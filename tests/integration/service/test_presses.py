"""Buttons that are pressed again: what came to nothing begins anew, and one press never makes two reviews."""

import pytest

from core.service.intake import ACCEPTED_TOO_LATE, NOT_ACKNOWLEDGED
from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place
from core.values.errors import DependencyError, InputCode, InputError
from core.values.job import Job, JobState
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.integration.service.conftest import ANNA, House

KEY = "offer:55"


async def press(house: House, interaction_id: int, *, again: bool = False) -> Job | None:
    """A press of a button under the upload 55."""
    payload = FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=Origin(application_id=1, channel_id=7, place=Place.DIRECT, token="t", source_id=interaction_id),
        track=Attachment(url="track", name="x.wav", size_bytes=10),
    )
    return await house.feedback.accept(ANNA, KEY, payload, again=again)


async def pressed(house: House, interaction_id: int) -> Job:
    job = await press(house, interaction_id)
    assert job is not None
    return job


async def states(house: House, *jobs: Job) -> list[JobState]:
    found = [await house.get(job) for job in jobs]
    return [job.state for job in found if job is not None]


async def test_a_press_that_was_not_acknowledged_does_not_hold_its_upload(house: House) -> None:
    first = await pressed(house, 1)
    await house.intake.forget(first.job_id, NOT_ACKNOWLEDGED)
    second = await pressed(house, 2)
    await house.intake.download(first.job_id)
    await house.intake.download(second.job_id)

    assert await states(house, first, second) == [JobState.FAILED, JobState.QUEUED]
    assert await press(house, 3) is None


async def test_a_press_whose_download_failed_does_not_hold_its_upload(house: House) -> None:
    house.files.errors["track"] = InputError(InputCode.EXPIRED)
    first = await pressed(house, 1)
    await house.intake.download(first.job_id)

    second = await pressed(house, 2)
    assert await states(house, first, second) == [JobState.FAILED, JobState.RECEIVED]


async def test_the_same_press_told_of_again_begins_nothing(house: House) -> None:
    first = await pressed(house, 1)
    assert await press(house, 1) is None
    await house.intake.forget(first.job_id, NOT_ACKNOWLEDGED)
    assert await press(house, 1) is None


@pytest.mark.parametrize(
    ("known", "state", "begins"),
    [(False, JobState.FAILED, True), (True, JobState.RECEIVED, False), (None, JobState.RECEIVED, False)],
)
async def test_a_second_press_asks_what_became_of_one_in_doubt(house: House, known, state, begins) -> None:
    async def acknowledged(_origin: Origin) -> bool | None:
        return known

    house.intake._acknowledged = acknowledged
    first = await pressed(house, 1)
    house.intake.doubt(first.job_id)
    second = await press(house, 2)

    assert (second is not None) is begins
    assert await states(house, first) == [state]


async def test_a_press_that_is_being_acknowledged_is_not_asked_about(house: House) -> None:
    """Discord does not know of it yet, and would say so."""

    async def acknowledged(_origin: Origin) -> bool | None:
        raise AssertionError("asked too early")

    house.intake._acknowledged = acknowledged
    await pressed(house, 1)
    assert await press(house, 2) is None


async def test_what_was_refused_as_too_slow_is_not_committed(house: House) -> None:
    house.intake.give_up(1)
    with pytest.raises(DependencyError):
        await press(house, 1)
    await house.intake.accepted_late(1, None)

    assert await press(house, 2) is not None


async def test_what_was_committed_before_it_was_refused_as_too_slow_makes_way(house: House) -> None:
    first = await pressed(house, 1)
    house.intake.give_up(1)
    second = await pressed(house, 2)
    await house.intake.accepted_late(1, first)

    assert await states(house, first, second) == [JobState.FAILED, JobState.RECEIVED]
    ended = await house.get(first)
    assert ended is not None
    assert ended.error == ACCEPTED_TOO_LATE
    assert await press(house, 3) is None


async def test_a_form_is_taken_again_only_when_the_upload_is_reviewed(house: House) -> None:
    """While it waits or is measured a second form would make two reviews of it."""
    first = await pressed(house, 1)
    assert await press(house, 2, again=True) is None
    await house.intake.download(first.job_id)
    assert await press(house, 3, again=True) is None
    await house.work()
    assert await states(house, first) == [JobState.DONE]

    assert await press(house, 4) is None
    assert await press(house, 5, again=True) is not None
