"""Deleting everything while something is under way, and the posts that stay or go (fault F17)."""

import asyncio

import pytest

from tests.support.loopback.faults import Logged
from tests.wire.process.lives import own_stage
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

THREADS = r"/channels/\d+/messages/\d+/threads"


async def _wipe(stage: Stage, member, where, button: str = "earshot:wipe") -> str:
    """Delete everything about a member; what the bot says of it."""
    asked = await member.slash(where, "privacy delete", {})
    confirmation = asked.responses[0]
    await member.click(confirmation, button)
    await stage.discord.wait_until(lambda: confirmation.content.startswith("Done"))
    return confirmation.content


async def _nothing_more_comes(stage: Stage, channel, interaction) -> None:
    """The waiting message says that it is over, and another member's track is done without anything else there."""
    await stage.discord.wait_until(lambda: "Stopped" in (interaction.original.content if interaction.original else ""))
    await stage.reviewed(stage.member("kai"))
    assert not channel.threads
    assert [message.id for message in channel.messages] == [interaction.original.id]
    assert "Stopped" in interaction.original.content


async def test_f17_deleting_while_the_track_is_fetched_ends_the_waiting_message(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    slowly = stage.discord.cdn.drip(512, 0.5, file="slow.mp3", times=None)
    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track("slow.mp3")})

    await _wipe(stage, mia, channel)
    slowly.lift()

    await _nothing_more_comes(stage, channel, interaction)


async def test_f17_deleting_while_the_review_is_delivered_ends_the_waiting_message(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    with stage.discord.faults.unavailable(503, "POST", THREADS) as fault:
        interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
        await stage.discord.wait_until(lambda: fault.struck)
        await _wipe(stage, mia, channel)

    await _nothing_more_comes(stage, channel, interaction)


async def test_who_waits_for_an_answer_about_a_track_that_was_deleted_is_told_so(stage: Stage) -> None:
    mia, kai = stage.member("mia"), stage.member("kai")
    thread = await stage.reviewed(mia)
    with stage.discord.faults.unavailable(503, "POST", rf"/channels/{thread.id}/messages$") as fault:
        question = await kai.send(thread, "how loud is it?", mention_bot=True)
        await stage.discord.wait_until(lambda: fault.struck)
        await _wipe(stage, mia, stage.channel())

    told = await stage.discord.wait_for_message(kai.dm(), lambda message: message.author.bot)
    assert "was deleted meanwhile" in told.content
    assert "/report" not in told.content
    await stage.discord.wait_until(lambda: not question.reactions)
    assert not stage.answers(thread, question)


async def test_a_question_that_was_deleted_with_everything_does_not_show_that_it_was_taken(stage: Stage) -> None:
    mia, kai = stage.member("mia"), stage.member("kai")
    thread = await stage.reviewed(mia)
    with stage.discord.faults.unavailable(503, "POST", rf"/channels/{thread.id}/messages$") as fault:
        question = await kai.send(thread, "how loud is it?", mention_bot=True)
        await stage.discord.wait_until(lambda: fault.struck)
        await stage.reacted(question, "👀")
        await _wipe(stage, kai, stage.channel(), "earshot:wipe:")

    await stage.discord.wait_until(lambda: not question.reactions)


async def test_f17_it_says_which_posts_stay(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    question = await mia.send(thread, "how loud is it?")
    await stage.reacted(question, "✅")
    before = [message.id for message in thread.messages]

    text = await _wipe(stage, mia, thread)

    assert "stays where it is" in text
    assert [message.id for message in thread.messages] == before


async def test_f17_the_posts_are_deleted_on_request(stage: Stage) -> None:
    mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel()
    others = await stage.reviewed(kai, channel)
    thread = await stage.reviewed(mia, channel)
    question = await mia.send(thread, "how loud is it?")
    await stage.discord.wait_until(lambda: "✅" in question.reactions)
    before = [message.id for message in others.messages]
    elsewhere = await mia.send(others, "how loud is it, my secret words?", mention_bot=True)
    quoted = await stage.answer_to(others, elsewhere)
    await stage.discord.wait_until(lambda: "✅" in elsewhere.reactions)

    text = await _wipe(stage, mia, channel, "earshot:wipeposts:")

    assert "posts about your tracks" in text
    assert [message.id for message in thread.messages] == [question.id]
    assert [message.id for message in others.messages] == [*before, elsewhere.id]
    assert quoted.id not in {message.id for message in others.messages}
    await stage.discord.wait_until(lambda: thread.name == "Deleted review")
    assert mia.user.name not in thread.name
    assert kai.user.name in others.name
    assert [message.interaction.user.name for message in channel.messages] == [kai.user.name]


async def test_f17_what_is_deleted_while_the_database_is_busy_is_forgotten_all_the_same(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        thread = await stage.reviewed(mia)
        other = await stage.reviewed(mia, channel)
        questions = [await mia.send(thread, text) for text in ("how loud is it?", "what key is it in?")]
        for question in questions:
            await stage.answer_to(thread, question)
        await stage.settled()

        with stage.busy_database():
            await stage.discord.delete_message(questions[0])
            await stage.discord.delete_thread(other)
            await stage.bot.wait_for_log("tried again in")

        await stage.wait_for_count(0, "SELECT count(*) FROM messages WHERE text LIKE '%how loud is it%'")
        await stage.wait_for_count(0, "SELECT count(*) FROM conversations WHERE channel_id = ?", other.id)
        assert stage.count("SELECT count(*) FROM messages WHERE text LIKE '%what key is it in%'") == 1


async def _deleted_during(stage: Stage, method: str, path: str, button: str):
    """A track whose owner deletes everything while one of the requests that deliver it is on its way."""
    mia, channel = stage.member("mia"), stage.channel()
    done: list[str] = []

    async def delete(_request: object) -> None:
        done.append(await _wipe(stage, mia, channel, button))

    stage.discord.faults.on_request(method, path, delete)
    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    await stage.discord.wait_until(lambda: bool(done))
    # another member's track is done, so everything that was under way for this one has ended
    others = await stage.reviewed(stage.member("kai"))
    return channel, interaction, others


@pytest.mark.parametrize("button", ["earshot:wipe", "earshot:wipeposts:"])
async def test_f17_a_post_that_is_on_its_way_while_everything_is_deleted_is_taken_back(
    stage: Stage, button: str
) -> None:
    channel, interaction, _ = await _deleted_during(stage, "POST", r"/channels/\d+/messages$", button)

    await stage.discord.wait_until(lambda: not [message for thread in channel.threads for message in thread.messages])
    assert "Stopped" in interaction.original.content


async def test_f17_a_thread_that_is_on_its_way_while_everything_is_deleted_loses_the_name(stage: Stage) -> None:
    channel, interaction, _ = await _deleted_during(stage, "POST", THREADS, "earshot:wipe")

    await stage.discord.wait_until(lambda: [thread.name for thread in channel.threads] == ["Deleted review"])
    assert [message for thread in channel.threads for message in thread.messages] == []
    assert "Stopped" in interaction.original.content


async def test_f17_the_last_text_of_the_waiting_message_does_not_stay_when_everything_is_deleted(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        wiping: list[asyncio.Task[str]] = []

        async def delete(request: Logged) -> None:
            """Hold this request until the jobs are deleted; the command's own edit of the message waits for it."""
            if "The feedback is" not in str(request.body) or wiping:
                return
            wiping.append(asyncio.create_task(_wipe(stage, mia, channel, "earshot:wipeposts:")))
            async with asyncio.timeout(60.0):
                while stage.count("SELECT count(*) FROM jobs WHERE kind != 'removal'"):
                    await asyncio.sleep(0.01)

        stage.discord.faults.on_request("PATCH", r"/messages/@original$", delete, times=None)
        interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
        await stage.discord.wait_until(lambda: bool(wiping) and wiping[0].done())
        await stage.discord.wait_until(lambda: interaction.original.content.startswith("Stopped"))
        await stage.settled()

        assert wiping[0].result().startswith("Done")
        assert interaction.original.content.startswith("Stopped")


@pytest.mark.parametrize("permissions", [[], ["manage_threads"]])
async def test_posts_in_an_archived_thread_are_deleted_on_request(stage: Stage, permissions: list[str]) -> None:
    """Locked as well, where the bot may manage threads."""
    mia, channel = stage.member("mia"), stage.guild.add_text_channel("archive", allow=permissions)
    thread = await stage.reviewed(mia, channel)
    await stage.discord.archive(thread, lock=bool(permissions))

    text = await _wipe(stage, mia, stage.channel(), "earshot:wipeposts:")

    assert "no access" not in text
    assert "locked" not in text
    assert not thread.messages
    assert thread.name == "Deleted review"
    assert thread.archived


async def test_posts_in_a_locked_thread_stay_and_the_reason_is_told(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    count = len(thread.messages)
    await stage.discord.archive(thread, lock=True)

    text = await _wipe(stage, mia, stage.channel(), "earshot:wipeposts:")

    assert f"{count} of them stay in locked threads" in text
    assert "no access" not in text
    assert len(thread.messages) == count


async def test_while_the_database_is_busy_nothing_is_deleted_and_that_is_said(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        thread = await stage.reviewed(mia, channel)
        await stage.settled()
        before = [message.id for message in thread.messages]
        asked = await mia.slash(channel, "privacy delete", {})
        for button in ("earshot:wipeposts:", "earshot:wipe:"):
            with stage.busy_database():
                pressed = await mia.click(asked.responses[0], button)
                told = await stage.discord.wait_until(
                    lambda pressed=pressed: [one for one in pressed.responses if "nothing was deleted" in one.content]
                )
                assert told[0].ephemeral
            assert [message.id for message in thread.messages] == before
            assert stage.count("SELECT count(*) FROM reviews") == 1

        await mia.click(asked.responses[0], "earshot:wipeposts:")
        await stage.discord.wait_until(lambda: asked.responses[0].content.startswith("Done"))
        assert not thread.messages
        assert stage.count("SELECT count(*) FROM reviews") == 0


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_posts_that_could_not_be_deleted_before_the_process_ended_are_deleted_by_the_next(
    tmp_path, end: str
) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        thread = await stage.reviewed(mia, channel)
        await stage.settled()
        asked = await mia.slash(channel, "privacy delete", {})
        confirmation = asked.responses[0]
        with stage.discord.faults.unavailable(503, "DELETE", r"/messages/\d+$") as fault:
            await mia.click(confirmation, "earshot:wipeposts:")
            await stage.discord.wait_until(lambda: fault.struck)
            assert stage.count("SELECT count(*) FROM reviews") == 0
            assert str(mia.user.id) not in stage.dump()
            assert "Everything I had about you is deleted" in confirmation.content
            await (stage.stop() if end == "stop" else stage.bot.kill())
            assert thread.messages
        await stage.start()

        await stage.discord.wait_until(lambda: confirmation.content.startswith("Done"))
        assert "posts about your tracks" in confirmation.content
        assert not thread.messages
        await stage.discord.wait_until(lambda: thread.name == "Deleted review")


async def test_a_long_rate_limit_keeps_nothing_stored(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        thread = await stage.reviewed(mia, channel)
        await stage.settled()
        asked = await mia.slash(channel, "privacy delete", {})
        fault = stage.discord.faults.fail("DELETE", r"/messages/\d+$", 429, retry_after_s=3.0)
        await mia.click(asked.responses[0], "earshot:wipeposts:")
        await stage.discord.wait_until(lambda: fault.struck)

        assert stage.count("SELECT count(*) FROM reviews") == 0
        await stage.discord.wait_until(lambda: asked.responses[0].content.startswith("Done"))
        assert not thread.messages


async def test_the_waiting_message_of_a_track_that_was_deleted_says_so_after_a_restart(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        slowly = stage.discord.cdn.drip(512, 0.5, file="slow.mp3", times=None)
        waiting = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track("slow.mp3")})
        asked = await mia.slash(channel, "privacy delete", {})
        with stage.discord.faults.unavailable(503, "PATCH", rf"{waiting.token}/messages/@original$"):
            await mia.click(asked.responses[0], "earshot:wipe:")
            await stage.discord.wait_until(lambda: asked.responses[0].content.startswith("Done"))
            await stage.bot.kill()
        slowly.lift()
        await stage.start()

        await stage.discord.wait_until(lambda: waiting.original.content.startswith("Stopped"))
