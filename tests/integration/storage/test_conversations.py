"""Conversations: whose they are, where they take place, what a writer is given of them."""

import asyncio
from datetime import timedelta

import pytest

from core.storage import Database, Unit
from core.values.conversation import Conversation, Role, Summary, Turn
from core.values.errors import NotFoundError
from tests.integration.storage.samples import (
    ANNA,
    ANNA_DIRECT,
    ANNA_ELSEWHERE,
    BEN,
    BEN_DIRECT,
    CARA,
    START,
    add_conversation,
    add_review,
)
from tests.support.clock import FakeClock

THREAD = 1_200_000_000_000_000_001
MESSAGE = 1_300_000_000_000_000_000


async def ask(
    unit: Unit,
    conversation_id: int,
    text: str,
    discord_message_id: int | None = None,
    channel_id: int | None = None,
) -> int:
    message_id = await unit.conversations.add_message(
        conversation_id,
        Role.USER,
        text,
        ANNA.user_id,
        discord_message_id=discord_message_id,
        channel_id=channel_id,
    )
    assert message_id is not None
    return message_id


async def answer(unit: Unit, conversation_id: int, text: str, discord_message_id: int | None = None) -> int:
    message_id = await unit.conversations.add_message(
        conversation_id,
        Role.ASSISTANT,
        text,
        None,
        writer="model",
        asker_id=ANNA.user_id,
        discord_message_id=discord_message_id,
    )
    assert message_id is not None
    return message_id


def asked(text: str) -> Turn:
    return Turn(Role.USER, text, ANNA.user_id, START)


def answered(text: str) -> Turn:
    return Turn(Role.ASSISTANT, text, None, START, "model")


async def test_a_conversation_is_found_by_id_channel_and_answer(database: Database) -> None:
    async with database.begin() as unit:
        review_id = await add_review(unit)
        conversation_id = await unit.conversations.open(ANNA, review_id)
        row = await unit.conversations.get(ANNA, conversation_id)
        assert (row.guild_id, row.owner_id, row.channel_id) == (ANNA.guild_id, ANNA.user_id, None)
        assert (row.review_id, row.floor_id, row.hinted, row.follows_owner) == (review_id, 0, False, False)
        assert row.owner == ANNA
        await unit.conversations.bind_channel(conversation_id, THREAD, follows_owner=True)
        await ask(unit, conversation_id, "why?", MESSAGE)
        await answer(unit, conversation_id, "because", MESSAGE + 1)
        (bound,) = await unit.conversations.by_channel(THREAD)
        assert (bound.conversation_id, bound.channel_id) == (conversation_id, THREAD)
        assert await unit.conversations.by_channel(THREAD + 1) == []
        assert await unit.conversations.by_discord_message(MESSAGE + 1) == bound
        assert await unit.conversations.by_discord_message(MESSAGE) is None  # not one of ours
        assert await unit.conversations.by_discord_message(MESSAGE + 2) is None
        await unit.conversations.note_post(conversation_id, MESSAGE + 2)  # the review itself
        await unit.conversations.note_post(conversation_id, MESSAGE + 2)  # again, after a crash
        assert await unit.conversations.by_discord_message(MESSAGE + 2) == bound


async def test_owners_share_a_channel(database: Database) -> None:
    async with database.begin() as unit:
        first = await add_conversation(unit, ANNA, THREAD)
        second = await add_conversation(unit, BEN, THREAD)
        found = await unit.conversations.by_channel(THREAD)
    assert {row.conversation_id for row in found} == {first, second}


async def test_the_newest_conversation_of_an_owner_has_the_channel(database: Database) -> None:
    async with database.begin() as unit:
        first = await add_conversation(unit, ANNA, THREAD)
        await answer(unit, first, "old answer", MESSAGE)
        second = await add_conversation(unit, ANNA, THREAD)
        assert [row.conversation_id for row in await unit.conversations.by_channel(THREAD)] == [second]
        third = await add_conversation(unit, ANNA)
        await unit.conversations.bind_channel(third, THREAD, follows_owner=True)
        await unit.conversations.bind_channel(third, THREAD, follows_owner=True)  # again, after a crash
        assert [row.conversation_id for row in await unit.conversations.by_channel(THREAD)] == [third]
        old = await unit.conversations.by_discord_message(MESSAGE)
    assert old is not None
    assert (old.conversation_id, old.channel_id) == (first, None)


async def test_members_read_and_owners_delete(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        await ask(unit, conversation_id, "why?", channel_id=THREAD)
        direct_id = await add_conversation(unit, ANNA_DIRECT)
        for member in (ANNA, BEN):
            assert (await unit.conversations.get(member, conversation_id)).conversation_id == conversation_id
            assert await unit.conversations.said_in(member, conversation_id, THREAD) == ((asked("why?"),), ())
        assert await unit.conversations.transcript(ANNA, conversation_id) == ((asked("why?"),), ())
        with pytest.raises(NotFoundError):  # everything that was said anywhere is the owner's
            await unit.conversations.transcript(BEN, conversation_id)
        for stranger in (ANNA_ELSEWHERE, CARA, BEN_DIRECT):
            with pytest.raises(NotFoundError):
                await unit.conversations.get(stranger, conversation_id)
            with pytest.raises(NotFoundError):
                await unit.conversations.said_in(stranger, conversation_id, THREAD)
        with pytest.raises(NotFoundError):
            await unit.conversations.transcript(BEN_DIRECT, direct_id)
        for other in (BEN, ANNA_ELSEWHERE, ANNA_DIRECT):
            with pytest.raises(NotFoundError):
                await unit.conversations.delete(other, conversation_id)
        await unit.conversations.delete(ANNA, conversation_id)
        with pytest.raises(NotFoundError):
            await unit.conversations.get(ANNA, conversation_id)
        assert len(await unit.library.reviews_of(ANNA)) == 1


async def test_only_the_owners_reviews_can_be_talked_about(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA)
        next_version = await add_review(unit, ANNA)
        await unit.conversations.set_review(conversation_id, next_version)
        assert (await unit.conversations.get(ANNA, conversation_id)).review_id == next_version
        for other in (BEN, ANNA_ELSEWHERE):
            foreign = await add_review(unit, other)
            with pytest.raises(NotFoundError):
                await unit.conversations.set_review(conversation_id, foreign)
            with pytest.raises(NotFoundError):
                await unit.conversations.open(ANNA, foreign)


async def test_a_message_is_stored_once(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit)

    async def deliver() -> int | None:
        async with database.begin() as unit:
            return await unit.conversations.add_message(
                conversation_id, Role.USER, "why?", ANNA.user_id, discord_message_id=MESSAGE
            )

    ids = await asyncio.gather(*(deliver() for _ in range(20)))
    assert sum(each is not None for each in ids) == 1
    async with database.read() as unit:
        assert (await unit.conversations.load(conversation_id)).turns == (asked("why?"),)


async def test_a_writer_gets_the_summary_and_the_turns_since(database: Database) -> None:
    async with database.begin() as unit:
        conversations = unit.conversations
        conversation_id = await add_conversation(unit)
        assert await conversations.load(conversation_id) == Conversation(conversation_id)
        assert await conversations.last_message_id(conversation_id) is None
        await ask(unit, conversation_id, "one")
        covered = await answer(unit, conversation_id, "first")
        assert await conversations.last_message_id(conversation_id) == covered
        two = await ask(unit, conversation_id, "two")
        summary = await conversations.add_summary(conversation_id, "so far: one", covered)
        await answer(unit, conversation_id, "second")
        three = await ask(unit, conversation_id, "three")
        assert summary == Summary(1, "so far: one", START)
        assert await conversations.load(conversation_id) == Conversation(
            conversation_id, (asked("two"), answered("second"), asked("three")), summary
        )
        before_three = await conversations.load(conversation_id, before_message_id=three)
        assert before_three.turns == (asked("two"), answered("second"))
        assert before_three.questions_since_summary == 1
        # a summary that was made while a question waited does not hide what came before that question
        late = await conversations.add_summary(conversation_id, "so far: one, two, three", three)
        assert late.number == 2
        before_two = await conversations.load(conversation_id, before_message_id=two)
        assert before_two == Conversation(conversation_id, (), summary)
        assert (await conversations.transcript(ANNA, conversation_id))[1] == (summary, late)
        assert (await conversations.load(conversation_id)).turns == ()


async def test_a_writer_gets_of_a_channel_only_what_was_said_there(database: Database) -> None:
    elsewhere = THREAD + 1
    async with database.begin() as unit:
        conversations = unit.conversations
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        await ask(unit, conversation_id, "in the thread", channel_id=THREAD)
        covered = await ask(unit, conversation_id, "elsewhere", channel_id=elsewhere)
        await ask(unit, conversation_id, "nobody knows where")
        assert (await conversations.load(conversation_id, THREAD)).turns == (asked("in the thread"),)
        assert (await conversations.load(conversation_id, elsewhere)).turns == (asked("elsewhere"),)
        assert (await conversations.load(conversation_id, THREAD + 2)).turns == ()

        summary = await conversations.add_summary(conversation_id, "so far: elsewhere", covered, elsewhere)
        assert (await conversations.load(conversation_id, elsewhere)).summary == summary
        in_thread = await conversations.load(conversation_id, THREAD)
        assert (in_thread.turns, in_thread.summary) == ((asked("in the thread"),), None)
        assert await conversations.said_in(BEN, conversation_id, THREAD) == ((asked("in the thread"),), ())
        turns, summaries = await conversations.transcript(ANNA, conversation_id)
        assert (len(turns), summaries) == (3, (summary,))


async def test_a_question_is_looked_for_in_the_channel_where_it_was_asked(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        await ask(unit, conversation_id, "in the thread", MESSAGE, channel_id=THREAD)
        await ask(unit, conversation_id, "elsewhere", MESSAGE + 1, channel_id=THREAD + 1)
        # not found in the thread after an absence, the other would count as deleted
        assert [question.message_id for question in await unit.seen.questions(THREAD)] == [MESSAGE]
        assert [question.message_id for question in await unit.seen.questions(THREAD + 1)] == [MESSAGE + 1]


async def test_what_was_said_in_a_channel_goes_with_it(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        last = await ask(unit, conversation_id, "elsewhere", channel_id=THREAD + 1)
        await unit.conversations.add_summary(conversation_id, "so far: elsewhere", last, THREAD + 1)
        assert (await unit.deleted_channels.remove(THREAD + 1)).conversation_ids == ()
        assert await unit.conversations.transcript(ANNA, conversation_id) == ((), ())


async def test_where_a_review_is_shown_everybody_may_ask_and_elsewhere_its_owner(database: Database) -> None:
    async with database.begin() as unit:
        first = await add_conversation(unit, ANNA, THREAD)
        await add_conversation(unit, ANNA, THREAD)  # takes the channel; the review of the first still stands there
        row = await unit.conversations.get(BEN, first)
    assert row.channel_id is None
    assert row.may_ask(BEN.user_id, THREAD)
    assert not row.may_ask(BEN.user_id, THREAD + 1)
    assert row.may_ask(ANNA.user_id, THREAD + 1)


async def test_a_new_message_is_never_mistaken_for_one_that_was_summed_up(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit)
        last = await ask(unit, conversation_id, "one", MESSAGE)
        await unit.conversations.add_summary(conversation_id, "so far: one", last)
        await unit.conversations.remove_message(MESSAGE)
    async with database.begin() as unit:
        await ask(unit, conversation_id, "two")
        assert (await unit.conversations.load(conversation_id)).turns == (asked("two"),)


async def test_people_edit_and_delete_their_messages_in_discord(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit)
        await ask(unit, conversation_id, "whi?", MESSAGE)
        answer_id = await answer(unit, conversation_id, "because")
        await unit.conversations.attach_discord_id(answer_id, MESSAGE + 1)
        assert await unit.conversations.update_message_text(MESSAGE, "why?")
        assert not await unit.conversations.update_message_text(MESSAGE + 1, "not theirs")
        assert not await unit.conversations.remove_message(MESSAGE + 1)
        assert (await unit.conversations.load(conversation_id)).turns == (asked("why?"), answered("because"))
        assert await unit.conversations.remove_message(MESSAGE)
        assert not await unit.conversations.remove_message(MESSAGE)
        assert (await unit.conversations.load(conversation_id)).turns == (answered("because"),)
        assert await unit.conversations.by_discord_message(MESSAGE + 1) is not None


async def test_what_was_seen_in_a_channel_never_goes_back(database: Database) -> None:
    async with database.begin() as unit:
        await unit.seen.advance(THREAD, 7)
        assert await unit.seen.last(THREAD) is None  # no conversation there
        await add_conversation(unit, ANNA, THREAD)
        for message_id, expected in ((5, 5), (3, 5), (MESSAGE, MESSAGE)):
            await unit.seen.advance(THREAD, message_id)
            assert await unit.seen.last(THREAD) == expected


async def test_a_conversation_begins_where_it_was_asked_for(database: Database) -> None:
    """What is older is none of its business; a second one in the channel skips nothing that nobody has seen."""
    async with database.begin() as unit:
        review_id, ben_review = await add_review(unit), await add_review(unit, BEN)
        await unit.conversations.open(ANNA, review_id, THREAD, floor_id=100, follows_owner=True)
        assert await unit.seen.last(THREAD) == 100
        await unit.conversations.open(BEN, ben_review, THREAD, floor_id=200)
        assert await unit.seen.last(THREAD) == 100
        rows = {row.owner_id: row for row in await unit.conversations.by_channel(THREAD)}
        assert (rows[ANNA.user_id].floor_id, rows[ANNA.user_id].follows_owner) == (100, True)
        assert (rows[BEN.user_id].floor_id, rows[BEN.user_id].follows_owner) == (200, False)


async def test_the_ledger_of_a_channel_goes_with_its_last_conversation(database: Database) -> None:
    async with database.begin() as unit:
        await add_conversation(unit, ANNA, THREAD)
        await unit.deleted_channels.remove(THREAD)
        assert await unit.seen.last(THREAD) is None


async def test_an_offer_is_its_owners_alone(database: Database) -> None:
    async with database.begin() as unit:
        await unit.offers.put(ANNA, MESSAGE, "first")
        await unit.offers.put(ANNA, MESSAGE, "second")
        await unit.offers.put(BEN, MESSAGE, "of Ben")
        assert await unit.offers.get(ANNA, MESSAGE) == "second"
        for other in (CARA, ANNA_DIRECT):
            with pytest.raises(NotFoundError):
                await unit.offers.get(other, MESSAGE)
        assert await unit.offers.forget(START + timedelta(days=1)) == 2


async def test_a_question_moves_with_its_message_and_is_replaced_with_its_answer(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        await ask(unit, conversation_id, "why?", MESSAGE)
        await unit.conversations.add_message(
            conversation_id, Role.ASSISTANT, "because", None, discord_message_id=MESSAGE + 1, asker_id=ANNA.user_id
        )
        assert await unit.conversations.move_message(MESSAGE, MESSAGE + 9)
        assert not await unit.conversations.move_message(MESSAGE, MESSAGE + 10)
        found = await unit.conversations.answered(MESSAGE + 9)
        assert found is not None
        assert (found.text, found.author_id, found.answer_message_id) == ("why?", ANNA.user_id, MESSAGE + 1)
        await unit.conversations.remove_answered(found.row_id)
        assert (await unit.conversations.load(conversation_id)).turns == ()


async def test_the_owner_is_told_how_to_ask_once(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit)
        await unit.conversations.set_hinted(conversation_id)
        assert (await unit.conversations.get(ANNA, conversation_id)).hinted


async def test_active_conversations_are_those_with_a_channel_and_recent_words(
    database: Database, clock: FakeClock
) -> None:
    async with database.begin() as unit:
        old = await add_conversation(unit, ANNA, THREAD)
        await add_conversation(unit, BEN)  # no channel
        clock.advance(hours=1)
        new = await add_conversation(unit, CARA, THREAD + 1)
        since = START + timedelta(minutes=30)
        assert [row.conversation_id for row in await unit.conversations.active(since)] == [new]
        assert [row.conversation_id for row in await unit.conversations.dormant(since)] == [old]
        clock.advance(hours=1)
        await ask(unit, old, "still there?")
        assert [row.conversation_id for row in await unit.conversations.active(since)] == [old, new]


async def test_a_deleted_thread_takes_its_words_along(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        await add_conversation(unit, BEN, THREAD)
        last = await ask(unit, conversation_id, "why?", MESSAGE)
        await unit.conversations.add_summary(conversation_id, "so far", last)
        assert len((await unit.deleted_channels.remove(THREAD)).conversation_ids) == 2
        assert not await unit.conversations.remove_message(MESSAGE)
        for write in (
            unit.conversations.add_message(conversation_id, Role.USER, "?", ANNA.user_id),
            unit.conversations.add_summary(conversation_id, "?", last),
            unit.conversations.bind_channel(conversation_id, THREAD, follows_owner=True),
            unit.conversations.note_post(conversation_id, MESSAGE),
        ):
            with pytest.raises(NotFoundError):
                await write
