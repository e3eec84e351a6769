"""The words of a message that is edited or deleted change or go wherever they are stored."""

from dataclasses import replace

import pytest

from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, QuestionPayload, message_key
from core.service.shown.message_words import MessageWords
from core.storage import Database
from core.values.job import Job, StepKind
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.integration.service.conftest import ANNA, THREAD_ID, House

MESSAGE, OTHER_MESSAGE = 900, 9001
ORIGIN = Origin(1, THREAD_ID, Place.IN_PLACE, message_id=MESSAGE, is_message=True, source_id=MESSAGE)
UPLOAD = FeedbackPayload(
    request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED, focus="ZEBRA"),
    origin=ORIGIN,
    track=Attachment(url="shown", name="song.wav", size_bytes=10),
    shown_in=MESSAGE,
    focus_said=True,
)


async def _asked(house: House, question: str, message_id: int = MESSAGE) -> None:
    await house.review()
    payload = QuestionPayload(await house.conversation_of(), question, ORIGIN, message_id=message_id)
    await house.conversations.ask(ANNA, message_key(message_id), payload)
    await house.work()


async def _sent(house: House, payload: FeedbackPayload = UPLOAD) -> Job:
    job = await house.feedback.accept(ANNA, message_key(MESSAGE), payload)
    assert job is not None
    return job


async def _exported(house: House) -> str:
    return str(await house.privacy.export(ANNA))


def _words(database: Database) -> MessageWords:
    return MessageWords(database)


async def test_of_a_question_that_is_edited_no_earlier_wording_stays(house: House) -> None:
    await _asked(house, "how loud is the ZEBRA?")
    await house.conversations.edit_message(MESSAGE, "how wide is the YAK?", ORIGIN)
    await house.work()
    assert "ZEBRA" in await _exported(house)

    await _words(house.database).replace(MESSAGE, "how wide is the YAK?")

    exported = await _exported(house)
    assert "ZEBRA" not in exported
    assert "YAK" in exported


async def test_of_a_question_that_is_deleted_no_wording_stays(house: House) -> None:
    await _asked(house, "how loud is the ZEBRA?")
    await _asked(house, "how wide is the YAK?", OTHER_MESSAGE)
    await house.conversations.forget_message(MESSAGE)
    await _words(house.database).replace(MESSAGE, "")

    exported = await _exported(house)
    assert "ZEBRA" not in exported
    assert "YAK" in exported
    # an edit that is dealt with late brings nothing back
    await _words(house.database).replace(MESSAGE, "how loud is the ZEBRA?")
    assert "ZEBRA" not in await _exported(house)


async def test_the_words_of_a_question_that_waits_are_left_to_its_job(house: House) -> None:
    await house.review()
    payload = QuestionPayload(await house.conversation_of(), "how loud is the ZEBRA?", ORIGIN, message_id=MESSAGE)
    await house.conversations.ask(ANNA, message_key(MESSAGE), payload)
    await _words(house.database).replace(MESSAGE, "an older wording")
    assert "ZEBRA" in await _exported(house)


@pytest.mark.parametrize("text", ["", "the YAK"])
@pytest.mark.parametrize("when", ["waiting", "measured", "done"])
async def test_a_focus_follows_the_message_that_said_it(house: House, when: str, text: str) -> None:
    job = await _sent(house)
    await house.intake.download(job.job_id)
    if when == "done":
        await house.work()
    if when == "measured":
        async with house.database.begin() as unit:
            claimed = await unit.jobs.claim(house.clock(), 60.0, 2)
        assert claimed is not None
        outcome = await house.feedback.handle(claimed)
    await _words(house.database).replace(MESSAGE, text)
    if when == "measured":
        async with house.database.begin() as unit:
            steps = await outcome.commit(unit)
        assert steps
    await house.work()

    assert (await house.conversations.latest(ANNA)).stored.request.focus == (text or None)
    exported = await _exported(house)
    assert "'focus': 'ZEBRA'" not in exported


async def test_a_focus_that_was_typed_into_a_form_stays(house: House) -> None:
    job = await _sent(house, replace(UPLOAD, focus_said=False))
    await house.intake.download(job.job_id)
    await house.work()
    await _words(house.database).replace(MESSAGE, "")
    assert (await house.conversations.latest(ANNA)).stored.request.focus == "ZEBRA"
    assert [step.kind for step in await house.steps(job)].count(StepKind.POST_REVIEW) == 1
