"""What a restart must not replay, and what it must not miss (faults F3, F4, F22)."""

import pytest

from tests.wire.process.lives import OwnStage, own_stage
from tests.wire.stage import MASTER

pytestmark = pytest.mark.wire

CANARY = "is the canary mono compatible?"
TOO_LONG = "how loud is it? " * 100

CHATTER = 130
"""Messages of a friend's: more than one page of history (100), and more than the 25 that used to be looked at."""

CONVERSATIONS = 60
"""More than the 50 that used to be looked into."""

TIMEOUT_S = 300.0


def _reports(where) -> int:
    return sum(bool(message.attachments) and message.author.bot for message in where.messages)


async def test_f03_a_restart_leaves_alone_what_was_written_before_the_feedback(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        post = stage.guild.add_forum_post(stage.guild.add_forum("feedback-forum"), mia, "my track")
        bounce = await mia.send(post, "an early bounce", files=[stage.clean_track("early.mp3")])
        early = await mia.send(post, "how loud should it be?")
        await mia.slash(post, "feedback", MASTER, files={"track": stage.track()})
        await stage.report_in(post)

        await stage.restart()
        await stage.looked_into(post)
        await stage.answer_to(post, await mia.send(post, "what key is it in?"))
        await stage.restart()
        await stage.looked_into(post)
        await stage.answer_to(post, await mia.send(post, "and the tempo?"))

        assert not stage.answers(post, bounce)
        assert not stage.answers(post, early)
        assert _reports(post) == 1
        assert "early.mp3" not in [name for name, _ in stage.discord.cdn.downloads]


async def test_f03_a_restart_answers_nothing_again_after_everything_was_deleted(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        dm = mia.dm()
        await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
        await stage.report_in(dm)
        old = await mia.send(dm, CANARY)
        await stage.answer_to(dm, old)
        asked = await mia.slash(dm, "privacy delete", {})
        await mia.click(asked.responses[0], "earshot:wipe")
        await stage.discord.wait_until(lambda: "deleted" in asked.responses[0].content)

        await stage.restart()
        await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
        await stage.discord.wait_until(lambda: _reports(dm) == 2)
        await stage.restart()
        await stage.looked_into(dm)
        await stage.answer_to(dm, await mia.send(dm, "what key is it in?"))

        assert len(stage.answers(dm, old)) == 1
        assert stage.count("SELECT count(*) FROM messages WHERE text LIKE '%canary%'") == 0


@pytest.mark.wide
async def test_f03_a_version_older_than_its_job_is_not_measured_again(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        bounce = await mia.send(thread, "", files=[stage.clean_track()])
        await stage.discord.wait_until(lambda: _reports(thread) == 2)
        await stage.settled()
        replies = len(stage.answers(thread, bounce))

        await stage.stop()
        stage.age("jobs", "created_at", "finished_at", days=4)
        await stage.start()
        await stage.wait_for_count(0, "SELECT count(*) FROM jobs WHERE created_at < datetime('now', '-3 days')")
        await stage.restart()
        await stage.looked_into(thread)
        await stage.answer_to(thread, await mia.send(thread, "what key is it in?"))

        assert _reports(thread) == 2
        assert len(stage.answers(thread, bounce)) == replies
        assert stage.count("SELECT max(number) FROM versions") == 2


async def test_f03_a_refusal_is_not_repeated_after_a_restart_or_a_new_session(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        refused = await mia.send(thread, TOO_LONG)
        await stage.answer_to(thread, refused)

        await stage.restart()
        await stage.looked_into(thread)
        await stage.answer_to(thread, await mia.send(thread, "what key is it in?"))
        sessions = stage.discord.gateway.sessions_started
        stage.discord.gateway.expire_session()
        await stage.discord.gateway.close(code=4000)
        await stage.discord.wait_until(
            lambda: stage.discord.gateway.sessions_started > sessions and stage.discord.gateway.connected
        )
        await stage.answer_to(thread, await mia.send(thread, "and the tempo?"))

        assert len(stage.answers(thread, refused)) == 1


async def test_f04_every_question_is_found_behind_a_long_chat(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, friend = stage.member("mia"), stage.member("friend")
        thread = await stage.reviewed(mia)
        await stage.stop()

        first = await mia.send(thread, "how loud is it?")
        for number in range(CHATTER):
            await friend.send(thread, f"nice {number}")
            if number == CHATTER // 2:
                middle = await mia.send(thread, "what key is it in?")
        last = await mia.send(thread, "and the tempo?")
        await stage.start()
        for question in (first, middle, last):
            await stage.answer_to(thread, question)
        await stage.restart()
        later = await mia.send(thread, "how wide is it?")
        await stage.answer_to(thread, later)

        assert [len(stage.answers(thread, q)) for q in (first, middle, last, later)] == [1, 1, 1, 1]


def _make_conversations(stage: OwnStage, channel_ids: list[int]) -> None:
    """More threads about the review there is, as they would be in the bot's database."""
    with stage.database() as connection:
        connection.execute("CREATE TEMP TABLE one AS SELECT * FROM conversations")
        for channel_id in channel_ids:
            connection.execute("UPDATE one SET id = id + 1, channel_id = ?", (channel_id,))
            connection.execute("INSERT INTO conversations SELECT * FROM one")
            connection.execute("INSERT INTO seen_channels SELECT channel_id, tenant_id, channel_id FROM one")


@pytest.mark.wide
async def test_f04_sixty_live_conversations_are_all_looked_into(tmp_path) -> None:
    async with own_stage(tmp_path, EARSHOT_USER_QUESTIONS="100") as stage:
        mia = stage.member("mia")
        await stage.reviewed(mia)
        await stage.stop()
        channel = stage.channel()
        threads = [stage.guild.add_thread(channel, mia, f"track {number}") for number in range(CONVERSATIONS)]
        _make_conversations(stage, [thread.id for thread in threads])

        questions = [(thread, await mia.send(thread, "how loud is it?")) for thread in threads]
        await stage.start()
        for thread, question in questions:
            await stage.discord.wait_until(lambda t=thread, q=question: stage.answers(t, q), TIMEOUT_S)
        again = await mia.send(threads[0], "what key is it in?")
        await stage.answer_to(threads[0], again)

        assert {len(stage.answers(thread, question)) for thread, question in questions} == {1}


async def test_f04_a_live_message_does_not_bury_what_was_missed(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        await stage.stop()
        missed = await mia.send(thread, "how loud is it?")

        stage.discord.faults.slow("GET", rf"/channels/{thread.id}/messages", 3.0, after_effect=False)
        await stage.start()
        live = await mia.send(thread, "what key is it in?")
        await stage.answer_to(thread, live)
        await stage.restart()
        later = await mia.send(thread, "and the tempo?")
        await stage.answer_to(thread, later)

        replies = [message.reference_id for message in thread.messages if message.author.bot and message.reference_id]
        assert [replies.count(question.id) for question in (missed, live, later)] == [1, 1, 1]
        assert replies.index(missed.id) < replies.index(live.id)


async def test_f04_questions_written_while_it_connects_are_answered_once_and_in_order(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        await stage.stop()

        stage.discord.gateway.delay_ready_s = 3.0
        before = await mia.send(thread, "how loud is it?")
        await stage.begin_to_start()
        connecting = await mia.send(thread, "what key is it in?")
        await stage.bot.ready(stage.discord)
        live = await mia.send(thread, "and the tempo?")
        await stage.answer_to(thread, live)

        replies = [message.reference_id for message in thread.messages if message.author.bot and message.reference_id]
        assert replies == [before.id, connecting.id, live.id]


async def test_what_is_written_where_nobody_was_for_long_is_answered_after_a_restart(tmp_path) -> None:
    """Eight days after the last word: the owner's thread and their own post, a guest's mention, a version."""
    async with own_stage(tmp_path) as stage:
        mia, kai = stage.member("mia"), stage.member("kai")
        thread = await stage.reviewed(mia)
        post = stage.guild.add_forum_post(stage.guild.add_forum("feedback-forum"), mia, "my track")
        await mia.send(post, "here it is")
        await mia.slash(post, "feedback", MASTER, files={"track": stage.track()})
        await stage.report_in(post)
        await stage.stop()
        stage.age("conversations", "created_at", "active_at", days=8)

        asked = [(post, await mia.send(post, "how loud is it?"))]
        asked += [(post, await kai.send(post, "how wide is it?", mention_bot=True))]
        asked += [(thread, await mia.send(thread, "what key is it in?"))]
        await mia.send(thread, "", files=[stage.clean_track()])
        await stage.start()
        for where, question in asked:
            await stage.answer_to(where, question)
        await stage.discord.wait_until(lambda: _reports(thread) == 2)


async def test_a_live_message_does_not_bury_what_was_missed_where_nobody_was_for_long(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        await stage.stop()
        stage.age("conversations", "created_at", "active_at", days=8)
        missed = await mia.send(thread, "how loud is it?")

        stage.discord.faults.slow("GET", rf"/channels/{thread.id}/messages", 3.0, after_effect=False)
        await stage.start()
        live = await mia.send(thread, "what key is it in?")
        await stage.answer_to(thread, live)

        replies = [message.reference_id for message in thread.messages if message.author.bot and message.reference_id]
        assert replies == [missed.id, live.id]
