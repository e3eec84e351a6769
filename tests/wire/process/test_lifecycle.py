"""The process over the wire: starting, failing to start, dying, coming back."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.support.loopback import LoopbackDiscord
from tests.support.processes.bot_process import REMEMBERING_SITE, BotProcess
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

OPTIONS = {"type": "master", "genre": "house"}

MEMBERS_AT_ONCE = 5
"""So many tracks at one worker take longer than the first edit of a progress line."""


async def test_without_a_token_it_says_what_to_do(tmp_path: Path) -> None:
    bot = BotProcess(tmp_path, {"DISCORD_TOKEN": ""})
    await bot.start()

    assert await bot.wait() == 2
    await bot.stop()
    assert "DISCORD_TOKEN is not set" in bot.log[-1]
    assert "Traceback" not in "\n".join(bot.log)


async def test_a_refused_token_ends_it_with_one_sentence(tmp_path: Path) -> None:
    async with LoopbackDiscord(token="another-token") as discord:
        bot = BotProcess(tmp_path, discord.environment())
        await bot.start()

        assert await bot.wait() == 4
        await bot.stop()
    assert "refuses the bot's token" in bot.log[-1]
    assert "loopback-token" not in "\n".join(bot.log)


async def test_a_failed_first_connect_is_tried_again(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        discord.gateway.refuse_connections = 1
        async with BotProcess(tmp_path, discord.environment(), site=REMEMBERING_SITE) as bot:
            await bot.ready(discord)
        assert any("rying again" in line for line in bot.log)


async def test_without_the_message_content_intent_it_goes_on(tmp_path: Path) -> None:
    async with LoopbackDiscord(message_content_enabled=False) as discord:
        guild = discord.add_guild("Producers")
        async with BotProcess(tmp_path, discord.environment(), site=REMEMBERING_SITE) as bot:
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            channel, owner = stage.channel(), stage.member()
            await owner.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
            thread = await discord.wait_for_thread(channel)
            report = await stage.report_in(thread)

            await owner.send(thread, "can you read this?")
            await discord.wait_for_message(thread, lambda m: "message-content intent" in m.content)
            mentioned = await owner.send(thread, "how loud is it?", mention_bot=True)
            assert "LUFS" in (await stage.answer_to(thread, mentioned)).content
            replied = await owner.send(thread, "and the true peak?", reply_to=report)
            assert "dBTP" in (await stage.answer_to(thread, replied)).content
            await owner.send(thread, "and this?")
            again = await owner.send(thread, "what key?", mention_bot=True)
            await stage.answer_to(thread, again)
            hints = [m for m in thread.messages if "message-content intent" in m.content]
            assert len(hints) == 1
        discord.assert_clean()
        assert sum("message-content intent is not enabled" in line for line in bot.log) == 1


async def test_it_is_killed_while_measuring_and_finishes_after_the_restart(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        bot = BotProcess(tmp_path, discord.environment())
        await bot.start()
        await bot.ready(discord)
        stage = Stage(discord, bot, guild)
        channel, owner = stage.channel(), stage.member()
        await owner.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
        await bot.wait_for_job("running")
        await bot.kill()

        await bot.start()
        await bot.ready(discord)
        thread = await discord.wait_for_thread(channel, timeout=90.0)
        await stage.report_in(thread)
        question = await owner.send(thread, "how loud is it?")
        await stage.answer_to(thread, question)
        await bot.stop()

        assert len(channel.threads) == 1
        assert sum("First step:" in message.content for message in thread.messages) == 1
        assert sum(bool(message.attachments) for message in thread.messages) == 1
        discord.assert_clean()


@pytest.mark.parametrize("seen", ["thread", "review", "numbers", "report"])
async def test_it_is_killed_while_delivering_and_posts_nothing_twice(tmp_path: Path, seen: str) -> None:
    reached = {
        "thread": lambda channel: channel.threads,
        "review": lambda channel: any(t.messages for t in channel.threads),
        "numbers": lambda channel: any(m.embeds for t in channel.threads for m in t.messages),
        "report": lambda channel: any(m.attachments for t in channel.threads for m in t.messages),
    }[seen]
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        bot = BotProcess(tmp_path, discord.environment(), site=REMEMBERING_SITE)
        await bot.start()
        await bot.ready(discord)
        stage = Stage(discord, bot, guild)
        channel, owner = stage.channel(), stage.member()
        interaction = await owner.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
        await discord.wait_until(lambda: reached(channel))
        await bot.kill()

        await bot.start()
        await bot.ready(discord)
        await discord.wait_until(lambda: interaction.original and "✅" in interaction.original.content, timeout=120.0)
        await bot.stop()

        thread = channel.threads[0]
        assert len(channel.threads) == 1
        assert sum("First step:" in message.content for message in thread.messages) == 1
        assert sum(bool(message.embeds) for message in thread.messages) == 1
        assert sum(bool(message.attachments) for message in thread.messages) == 1
        discord.assert_clean()


async def test_questions_asked_while_it_was_away_are_answered_once(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        bot = BotProcess(tmp_path, discord.environment(), site=REMEMBERING_SITE)
        await bot.start()
        await bot.ready(discord)
        stage = Stage(discord, bot, guild)
        channel, owner = stage.channel(), stage.member()
        await owner.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
        thread = await discord.wait_for_thread(channel)
        await stage.report_in(thread)
        await stage.answer_to(thread, await owner.send(thread, "how loud is it?"))
        assert await bot.stop() == 0

        missed = await owner.send(thread, "and what key is it in?")
        syncs = sum(method == "PUT" and path.endswith("/commands") for _, method, path in discord.rest.requests)
        await bot.start()
        await bot.ready(discord)
        await stage.answer_to(thread, missed)
        later = await owner.send(thread, "and the tempo?")
        await stage.answer_to(thread, later)
        await bot.stop()

        answers = [m for m in thread.messages if m.reference_id == missed.id]
        assert len(answers) == 1
        assert sum(method == "PUT" and path.endswith("/commands") for _, method, path in discord.rest.requests) == syncs


async def test_a_dropped_connection_resumes_and_misses_nothing(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        async with BotProcess(tmp_path, discord.environment(), site=REMEMBERING_SITE) as bot:
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            channel, owner = stage.channel(), stage.member()
            await owner.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
            thread = await discord.wait_for_thread(channel)
            await stage.report_in(thread)

            await discord.gateway.close(code=4000)
            question = await owner.send(thread, "how loud is it?")
            await stage.answer_to(thread, question)
            await discord.wait_until(lambda: discord.gateway.resumes == 1)
            await asyncio.sleep(0)
        discord.assert_clean()


async def test_who_waits_is_told_their_place(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        async with BotProcess(tmp_path, {**discord.environment(), "EARSHOT_WORKERS": "1"}) as bot:
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            asked = []
            for _ in range(MEMBERS_AT_ONCE):
                member, channel = stage.member(), stage.channel()
                asked.append(await member.slash(channel, "feedback", OPTIONS, files={"track": stage.track()}))

            for interaction in asked:
                await stage.final_text(interaction)
            shown = [text for interaction in asked if interaction.original for _, text in interaction.original.edits]
            places = [int(place) for text in shown for place in re.findall(r"number (\d+) in the queue", text)]
            assert places
            assert all(1 < place <= MEMBERS_AT_ONCE for place in places)
        discord.assert_clean()
