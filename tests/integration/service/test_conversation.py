"""ConversationService: questions, summaries, and what is remembered of them."""

import pytest

from core.service.job_payloads import AnswerStep, Origin, Place, QuestionPayload
from core.values.conversation import QUESTIONS_PER_SUMMARY, Role
from core.values.errors import LimitError, NotFoundError, UsageCode, UsageError
from core.values.job import StepKind
from core.values.request import QUESTION_MAX_CHARACTERS
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, BEN, THREAD_ID, Application

ORIGIN = Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE)


async def test_question_and_answer_are_stored_as_messages(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    job = await app.ask(conversation_id, "how loud is it?")

    async with app.database.read() as unit:
        conversation = await unit.conversations.load(conversation_id, THREAD_ID)
    assert [(turn.role, turn.author_id) for turn in conversation.turns] == [
        (Role.USER, ANNA.user_id),
        (Role.ASSISTANT, None),
    ]
    assert "LUFS" in conversation.turns[1].text
    assert [step.kind for step in await app.steps(job)] == [StepKind.POST_ANSWER]


async def test_after_four_questions_there_is_one_summary_and_it_carries_on(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    for number in range(QUESTIONS_PER_SUMMARY * 2):
        await app.ask(conversation_id, f"how loud is it? ({number})")

    async with app.database.read() as unit:
        _, summaries = await unit.conversations.transcript(ANNA, conversation_id)
        conversation = await unit.conversations.load(conversation_id, THREAD_ID)
    assert [summary.number for summary in summaries] == [1, 2]
    assert conversation.turns == ()
    assert conversation.summary is not None
    assert conversation.summary.number == 2


async def test_a_member_of_the_same_server_may_ask_and_others_find_nothing(app: Application) -> None:
    await app.review(ANNA)
    conversation_id = await app.conversation_of(ANNA)
    await app.ask(conversation_id, "is it mono compatible?", actor=BEN)

    stranger = type(ANNA)(guild_id=9_999, user_id=903)
    with pytest.raises(NotFoundError):
        await app.ask(conversation_id, "and for me?", actor=stranger)


@pytest.mark.parametrize(
    ("question", "code"),
    [("   ", UsageCode.QUESTION_EMPTY), ("x" * (QUESTION_MAX_CHARACTERS + 1), UsageCode.QUESTION_TOO_LONG)],
)
async def test_a_question_that_is_none_is_refused(app: Application, question: str, code: UsageCode) -> None:
    await app.review()
    with pytest.raises(UsageError) as refused:
        await app.ask(await app.conversation_of(), question)
    assert refused.value.code is code


async def test_a_flood_of_questions_is_stopped(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    for number in range(app.limits.user_questions_max):
        payload = QuestionPayload(conversation_id, "how loud?", ORIGIN, message_id=number)
        await app.conversations.ask(ANNA, f"flood:{number}", payload)

    with pytest.raises(LimitError):
        await app.conversations.ask(ANNA, "flood:9", QuestionPayload(conversation_id, "how loud?", ORIGIN))


async def test_a_replayed_message_is_answered_once(app: Application) -> None:
    await app.review()
    payload = QuestionPayload(await app.conversation_of(), "how loud?", ORIGIN, message_id=5)

    assert await app.conversations.ask(ANNA, "message:5", payload) is not None
    assert await app.conversations.ask(ANNA, "message:5", payload) is None


async def test_nothing_to_sum_up_is_said(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    await app.ask(conversation_id, "how loud is it?")
    job = await app.conversations.ask_for_summary(ANNA, "button:1", conversation_id, ORIGIN)
    assert job is not None
    async with app.database.begin() as unit:  # the question is taken back before the summary is made
        await unit.conversations.remove_answered(1)
    await app.work()

    (step,) = await app.steps(job)
    assert step.kind is StepKind.REPORT_ERROR
    assert "nothing new to sum up" in step.payload


async def test_what_is_edited_or_deleted_in_discord_is_edited_or_deleted_here(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    for text in ("is it too lound?", "forget that I asked"):
        await app.ask(conversation_id, text)
    async with app.database.read() as unit:
        exported = await unit.privacy.export(ANNA)
    first, second = (int(row["discord_message_id"]) for row in exported["messages"] if row["role"] == Role.USER)

    await app.conversations.edit_message(first, "is it too loud?", ORIGIN)
    await app.conversations.forget_message(second)

    async with app.database.read() as unit:
        conversation = await unit.conversations.load(conversation_id, THREAD_ID)
    said = [turn.text for turn in conversation.turns if turn.role is Role.USER]
    assert said == ["is it too loud?"]


async def test_the_report_of_a_version_is_of_that_version_when_the_next_is_there_already(app: Application) -> None:
    await app.review(url="one")
    conversation_id = await app.conversation_of()
    async with app.database.read() as unit:
        first = (await unit.conversations.get(ANNA, conversation_id)).review_id
    await app.review(url="two", conversation_id=conversation_id)

    await app.conversations.report(ANNA, conversation_id, THREAD_ID, first)
    await app.conversations.report(ANNA, conversation_id, THREAD_ID)

    assert [document.title for document in app.pipeline.reported] == ["Track 1 · version 1", "Track 1 · version 2"]


PRIVATE_ID = 78
"""Discord's id of a channel that not everybody may read who reads the thread."""

SECRET = "is it mono compatible, the zanzibar label needs to know?"


async def test_what_was_asked_elsewhere_is_in_no_report_but_the_owners_own(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    await app.ask(conversation_id, "how loud is it?")
    await app.ask(conversation_id, SECRET, channel_id=PRIVATE_ID)

    await app.conversations.report(BEN, conversation_id, THREAD_ID)
    await app.conversations.report(ANNA, conversation_id, PRIVATE_ID)
    await app.conversations.latest(ANNA)

    asked = [[turn.text for turn in doc.turns if turn.role is Role.USER] for doc in app.pipeline.reported]
    assert asked == [["how loud is it?"], [SECRET], ["how loud is it?", SECRET]]


async def test_what_was_asked_elsewhere_is_neither_counted_nor_told_in_a_summary(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    for _ in range(QUESTIONS_PER_SUMMARY - 1):
        await app.ask(conversation_id, SECRET, channel_id=PRIVATE_ID)
    job = await app.ask(conversation_id, "how loud is it?", actor=BEN)
    assert [step.kind for step in await app.steps(job)] == [StepKind.POST_ANSWER]

    summary = await app.conversations.ask_for_summary(BEN, "button:1", conversation_id, ORIGIN)
    assert summary is not None
    await app.work()
    (step,) = await app.steps(summary)
    asked_about = from_json(AnswerStep, step.payload).text.splitlines()[0]
    assert "loud" in asked_about
    assert "mono" not in asked_about

    await app.ask(conversation_id, SECRET, channel_id=PRIVATE_ID)
    with pytest.raises(UsageError) as refused:  # nothing new was said here, though something was elsewhere
        await app.conversations.ask_for_summary(BEN, "button:2", conversation_id, ORIGIN)
    assert refused.value.code is UsageCode.NOTHING_TO_SUMMARISE


async def test_outside_the_channel_of_the_review_only_its_owner_asks(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    with pytest.raises(UsageError) as refused:
        await app.ask(conversation_id, "what should be fixed first?", actor=BEN, channel_id=PRIVATE_ID)
    assert refused.value.code is UsageCode.SOMEBODY_ELSES_TRACK
    with pytest.raises(UsageError) as refused:
        await app.conversations.report(BEN, conversation_id, PRIVATE_ID)
    assert refused.value.code is UsageCode.SOMEBODY_ELSES_TRACK
    await app.ask(conversation_id, "what should be fixed first?", channel_id=PRIVATE_ID)


async def test_a_question_about_a_track_that_was_deleted_meanwhile_is_told_so(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    payload = QuestionPayload(conversation_id, "how loud is it?", ORIGIN, message_id=5)
    job = await app.conversations.ask(BEN, "message:5", payload)
    assert job is not None
    await app.privacy.delete(ANNA)
    await app.work()

    (step,) = await app.steps(job)
    assert step.kind is StepKind.REPORT_ERROR
    assert "was deleted meanwhile" in step.payload
