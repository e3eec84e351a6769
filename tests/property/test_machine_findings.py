"""What the state machine found, as single stories."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.values.actor import Actor
from tests.support.discord_machine import presses
from tests.support.discord_machine.actions import furnish
from tests.support.discord_machine.clock import PassingLoop
from tests.support.discord_machine.world import Asked, World
from tests.support.loopback import Message

LONG_AGO = "2020-01-01 00:00:00.000000"


def play(folder: Path, story: Callable[[World], Awaitable[None]]) -> None:
    async def play() -> None:
        async with World(folder) as world:
            await furnish(world)
            await story(world)

    with asyncio.Runner(loop_factory=PassingLoop) as runner:
        runner.run(play())


def test_what_an_owner_asks_while_they_wait_is_answered_while_old_channels_are_looked_for(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.bot.stop()
        with contextlib.closing(sqlite3.connect(world.bot.database_file)) as database:
            database.execute("UPDATE conversations SET active_at = ?", (LONG_AGO,))
            database.commit()
        await world.bot.start()
        await world.discord.wait_until(lambda: world.bot.client is not None)
        place, member = world.member(0, 2)
        post = place.handle.add_forum_post(place.forum, member, "my mix")

        async def ask(_request: object) -> None:
            world.asked.append(Asked(await member.send(post, "how loud is it?"), "one", "a question"))

        await member.send(post, "here it is")
        world.discord.faults.on_request("POST", "/callback", ask)
        number = world.number()
        world.requests[number] += 1
        world.may_use(number, member, post)
        options = {"type": "master", "genre": "house"}
        await member.slash(post, "feedback", options, files={"track": world.file(number)})
        await world.settle()

    play(tmp_path, story)


def test_a_question_that_is_edited_while_its_answer_is_on_the_way_has_one_answer(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        place, member = world.member(0, 1)
        (thread,) = place.text.threads
        posted: list[Message] = []

        async def edit(_request: object) -> None:
            await world.discord.edit_message(posted[0], "what is the true peak?")

        world.discord.faults.on_request("POST", f"/channels/{thread.id}/messages$", edit)
        posted.append(await member.send(thread, "how loud is it?"))
        world.asked.append(Asked(posted[0], "one", "an edited question"))
        await world.settle()
        (answer,) = [message for message in thread.messages if message.reference_id == posted[0].id]
        assert "dBTP" in answer.content

    play(tmp_path, story)


def test_a_question_that_is_edited_twice_in_a_row_has_one_answer_to_the_last(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        place, member = world.member(0, 1)
        (thread,) = place.text.threads
        question = await member.send(thread, "how loud is it?")
        world.asked.append(Asked(question, "one", "an edited question"))
        await world.settle()
        for text in ("how wide is it?", "what key is it in?", "what is the true peak?"):
            await world.discord.edit_message(question, text)
        await world.settle()
        (answer,) = [message for message in thread.messages if message.reference_id == question.id]
        assert "dBTP" in answer.content

    play(tmp_path, story)


def test_a_reply_about_tracks_that_are_deleted_meanwhile_does_not_stay(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        place, member = world.member(0, 1)
        await presses.send_in(world, member, place.text, 1)
        await world.settle()

        async def delete(_request: object) -> None:
            await world.bot.services.privacy.delete(Actor(place.handle.guild.id, member.user.id))

        channel = place.no_thread
        world.discord.faults.on_request("POST", f"/channels/{channel.id}/messages$", delete, after_effect=True)
        world.speaks_of_own(member, channel)
        asked = await member.send(channel, "how loud is it?", mention_bot=True)
        await world.discord.wait_until(lambda: world.ledger.replies[asked.id])
        await world.bot.settle()
        assert not [message for message in channel.messages if message.author.bot]

    play(tmp_path, story)


def test_a_command_whose_event_comes_again_after_everything_was_deleted_is_not_done_again(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        place, member = world.member(0, 1)
        asked = next(i for i in world.discord.state.interactions.values() if i.user is member.user)
        wiping = await member.slash(place.no_thread, "privacy delete", {})
        await member.click(wiping.responses[0], f"{presses.WIPE}posts")
        await world.discord.wait_until(lambda: "deleted" in wiping.responses[0].content)
        await world.bot.settle()
        before = len(world.discord.rest.log)

        await world.discord.replay(asked)
        await world.bot.settle()
        asked_for = [r for r in world.discord.rest.log[before:] if r.method != "GET" and "/callback" not in r.path]
        assert not asked_for

    play(tmp_path, story)


def test_a_press_whose_event_comes_again_on_the_next_connection_is_not_done_again(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        place, member = world.member(0, 1)
        asked = await member.slash(place.no_thread, "privacy delete", {})
        pressed = await member.click(asked.responses[0], f"{presses.WIPE}posts")
        await world.discord.wait_until(lambda: "deleted" in asked.responses[0].content)
        world.excuse()
        await world.settle()
        sessions = world.discord.gateway.sessions_started
        await world.bot.reconnect()
        await world.discord.wait_until(lambda: world.discord.gateway.sessions_started > sessions)
        await world.settle()
        await presses.send_in(world, member, place.text, 1)
        await world.settle()
        kept = len(world.bot_messages(member, place))

        await world.discord.replay(pressed)
        await world.settle()
        assert len(world.bot_messages(member, place)) == kept

    play(tmp_path, story)


def test_a_question_that_met_no_track_is_answered_when_it_is_edited_after_there_is_one(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        place, _ = world.member(0, 1)
        newcomer = place.handle.add_member("newcomer")
        question = await newcomer.send(newcomer.dm(), "how loud is it?")
        await world.discord.wait_until(lambda: world.ledger.replies[question.id])
        await presses.send_in(world, newcomer, newcomer.dm(), 1)
        await world.settle()
        await world.discord.edit_message(question, "what is the true peak?")
        await world.settle()
        _, answer = [message for message in newcomer.dm().messages if message.reference_id == question.id]
        assert "dBTP" in answer.content

    play(tmp_path, story)


def test_a_message_whose_reply_must_wait_is_found_again_however_many_came_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.messages.inbox.RECENT", 1)

    async def story(world: World) -> None:
        place, member = world.member(0, 1)
        other, guest = world.member(1, 2)
        (thread,) = place.text.threads

        async def chat(_request: object) -> None:
            await guest.send(other.text, "hello", mention_bot=True)
            await world.discord.wait_until(lambda: any(m.author.bot for m in other.text.messages))

        world.discord.faults.on_request("POST", f"/channels/{thread.id}/messages$", chat, drop=True)
        with world.discord.faults.unavailable(path=f"/channels/{thread.id}/messages$"):
            asked = await member.send(thread, "", files=[("notes.txt", b"eight bars", "text/plain")])
            await world.discord.wait_until(lambda: any(m.author.bot for m in other.text.messages))
        world.asked.append(Asked(asked, "one", "a file that is no track"))
        await world.settle()

    play(tmp_path, story)
