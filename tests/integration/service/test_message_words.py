"""The words of a message that is edited or deleted change or go wherever they are stored."""

from dataclasses import replace

import pytest

from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, QuestionPayload, message_key
from core.service.shown.message_words import MessageWords
from core.storage import Database
from core.values.job import Job, StepKind
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.integration.service.conftest import ANNA, THREAD_ID, Application

MESSAGE, OTHER_MESSAGE = 900, 9001
ORIGIN = Origin(1, THREAD_ID, Place.IN_PLACE, message_id=MESSAGE, is_message=True, source_id=MESSAGE)
UPLOAD = FeedbackPayload(
    request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED, focus="ZEBRA"),
    origin=ORIGIN,
    track=Attachment(url="shown", name="song.wav", size_bytes=10),
    shown_in=MESSAGE,
    focus_said=True,
)


async def _asked(app: Application, question: str, message_id: int = MESSAGE) -> None:
    await app.review()
    payload = QuestionPayload(await app.conversation_of(), question, ORIGIN, message_id=message_id)
    await app.conversations.ask(ANNA, message_key(message_id), payload)
    await app.work()


async def _sent(app: Application, payload: FeedbackPayload = UPLOAD) -> Job:
    job = await app.feedback.accept(ANNA, message_key(MESSAGE), payload)
    assert job is not None
    return job


async def _exported(app: Application) -> str:
    return str(await app.privacy.export(ANNA))


def _words(database: Database) -> MessageWords:
    return MessageWords(database)


async def test_of_a_question_that_is_edited_no_earlier_wording_stays(app: Application) -> None:
    await _asked(app, "how loud is the ZEBRA?")
    await app.conversations.edit_message(MESSAGE, "how wide is the YAK?", ORIGIN)
    await app.work()
    assert "ZEBRA" in await _exported(app)

    await _words(app.database).replace(MESSAGE, "how wide is the YAK?")

    exported = await _exported(app)
    assert "ZEBRA" not in exported
    assert "YAK" in exported


async def test_of_a_question_that_is_deleted_no_wording_stays(app: Application) -> None:
    await _asked(app, "how loud is the ZEBRA?")
    await _asked(app, "how wide is the YAK?", OTHER_MESSAGE)
    await app.conversations.forget_message(MESSAGE)
    await _words(app.database).replace(MESSAGE, "")

    exported = await _exported(app)
    assert "ZEBRA" not in exported
    assert "YAK" in exported
    # an edit that is dealt with late brings nothing back
    await _words(app.database).replace(MESSAGE, "how loud is the ZEBRA?")
    assert "ZEBRA" not in await _exported(app)


async def test_the_words_of_a_question_that_waits_are_left_to_its_job(app: Application) -> None:
    await app.review()
    payload = QuestionPayload(await app.conversation_of(), "how loud is the ZEBRA?", ORIGIN, message_id=MESSAGE)
    await app.conversations.ask(ANNA, message_key(MESSAGE), payload)
    await _words(app.database).replace(MESSAGE, "an older wording")
    assert "ZEBRA" in await _exported(app)


@pytest.mark.parametrize("text", ["", "the YAK"])
@pytest.mark.parametrize("when", ["waiting", "measured", "done"])
async def test_a_focus_follows_the_message_that_said_it(app: Application, when: str, text: str) -> None:
    job = await _sent(app)
    await app.intake.download(job.job_id)
    if when == "done":
        await app.work()
    if when == "measured":
        async with app.database.begin() as unit:
            claimed = await unit.jobs.claim(app.clock(), 60.0, 2)
        assert claimed is not None
        outcome = await app.feedback.handle(claimed)
    await _words(app.database).replace(MESSAGE, text)
    if when == "measured":
        async with app.database.begin() as unit:
            steps = await outcome.commit(unit)
        assert steps
    await app.work()

    assert (await app.conversations.latest(ANNA)).stored.request.focus == (text or None)
    exported = await _exported(app)
    assert "'focus': 'ZEBRA'" not in exported


async def test_a_focus_that_was_typed_into_a_form_stays(app: Application) -> None:
    job = await _sent(app, replace(UPLOAD, focus_said=False))
    await app.intake.download(job.job_id)
    await app.work()
    await _words(app.database).replace(MESSAGE, "")
    assert (await app.conversations.latest(ANNA)).stored.request.focus == "ZEBRA"
    assert [step.kind for step in await app.steps(job)].count(StepKind.POST_REVIEW) == 1
