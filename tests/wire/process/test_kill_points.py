"""The process is killed at any request of a track, a question and a next version: nothing is lost, nothing doubled."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.discord_machine.pipeline import track_bytes, track_word
from tests.support.loopback import Channel, Interaction, LoopbackDiscord, Message
from tests.support.loopback.faults import Hook
from tests.support.processes.bot_process import STUBBED_SITE, BotProcess

pytestmark = pytest.mark.wire

OPTIONS = {"type": "master", "genre": "house"}
FIRST, SECOND = 1, 2
"""The tracks: a first version and the next."""

REQUESTS = 30
"""What is asked of Discord from the command to the third answer and its marks (31), at the least."""

REPRESENTATIVE = {(0, "after"), (1, "before"), (4, "after"), (22, "before")}
"""The acknowledgement arrived, the thread not asked for yet, the PDF posted, the next version under way."""

POINTS = [
    pytest.param(number, moment, marks=() if (number, moment) in REPRESENTATIVE else pytest.mark.wide)
    for number in range(REQUESTS)
    for moment in ("before", "after")
]


@dataclass
class Killing:
    """Kills the bot at one request and starts it again."""

    discord: LoopbackDiscord
    bot: BotProcess
    killed: asyncio.Event = field(default_factory=asyncio.Event)
    hook: Hook | None = None

    def arm(self, number: int, moment: str) -> None:
        is_before = moment == "before"
        self.hook = self.discord.faults.on_request(
            "*", "/api/", self._kill, skip=number, drop=is_before, after_effect=not is_before
        )

    async def _kill(self, logged: object) -> None:
        await self.bot.kill_in_hook(logged)
        self.killed.set()

    async def start_again(self) -> None:
        await self.killed.wait()
        await self.bot.restart_after_kill(self.discord)


async def _feedback(discord: LoopbackDiscord, member: Any, channel: Channel, killing: Killing) -> Interaction:
    """Ask for feedback; whoever sees "did not respond" does so again when the bot is back."""
    files = {"track": ("track.wav", track_bytes(FIRST), "audio/wav")}
    asked: Interaction = await member.slash(channel, "feedback", OPTIONS, files=files)
    if asked.answered:
        return asked
    await killing.killed.wait()
    await discord.wait_until(lambda: killing.bot.alive and discord.gateway.connected)
    again: Interaction = await member.slash(channel, "feedback", OPTIONS, files=files)
    return again


def _showing(thread: Channel, number: int) -> dict[str, list[Message]]:
    """What was posted of a track: review, numbers, PDF."""
    of_bot = [message for message in thread.messages if message.author.bot]
    minute, second = divmod(60 + number, 60)
    return {
        "review": [m for m in of_bot if re.search(rf"^> .*{track_word(number)}", m.content, re.MULTILINE)],
        "numbers": [m for m in of_bot if f"Length {minute}:{second:02}" in str(m.embeds)],
        "report": [m for m in of_bot if any(f"-v{number}.pdf" in file.filename for file in m.attachments)],
    }


async def _whole(discord: LoopbackDiscord, thread: Channel, number: int) -> None:
    await discord.wait_until(lambda: all(_showing(thread, number).values()))


async def _answered(discord: LoopbackDiscord, question: Message) -> None:
    await discord.wait_for_message(question.channel, lambda message: message.reference_id == question.id)


@pytest.mark.parametrize(("number", "moment"), POINTS)
async def test_it_is_killed_at_a_request_and_nothing_is_lost_or_doubled(
    tmp_path: Path, number: int, moment: str
) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        channel, mia = guild.add_text_channel("mixes"), guild.add_member("mia")
        async with BotProcess(tmp_path, discord.environment(), site=STUBBED_SITE) as bot:
            await bot.ready(discord)
            killing = Killing(discord, bot)
            killing.arm(number, moment)
            starting = asyncio.create_task(killing.start_again())

            asked = await _feedback(discord, mia, channel, killing)
            thread = await discord.wait_for_thread(channel)
            await _whole(discord, thread, FIRST)
            await discord.wait_until(lambda: asked.original and "✅" in asked.original.content)
            questions = [await mia.send(thread, "how loud is it?")]
            await _answered(discord, questions[0])
            version = await mia.send(thread, "", files=[("next.wav", track_bytes(SECOND), "audio/wav")])
            await _whole(discord, thread, SECOND)
            questions.append(await mia.send(thread, "what should I do about the bass?"))
            await _answered(discord, questions[1])
            questions.append(await mia.send(thread, "and what key is it in?"))
            await _answered(discord, questions[2])
            await starting
            questions.append(await mia.send(thread, "is it too wide?"))
            await _answered(discord, questions[3])

        assert killing.hook is not None
        assert killing.hook.times == 0
        assert [thread] == channel.threads
        for track in (FIRST, SECOND):
            assert {what: len(found) for what, found in _showing(thread, track).items()} == {
                "review": 1,
                "numbers": 1,
                "report": 1,
            }
        replies = [message.reference_id for message in thread.messages if message.author.bot and message.reference_id]
        # "a new version, measuring it …" is said before the work: once it is taken, its review is what counts
        assert replies.count(version.id) <= 1
        assert sorted(set(replies) - {version.id}) == [question.id for question in questions]
        assert all(replies.count(question.id) == 1 for question in questions)
        assert [m.pinged for m in thread.messages if m.author.bot and m.pinged] == [{mia.user.id}, {mia.user.id}]
        assert not any(m.thinking for m in [*channel.messages, *thread.messages])
        discord.assert_clean()
