"""Outages of Discord and of the network around what was promised, and steps between login and READY (F2, F5).

Hours of it are in tests/integration/jobs/test_outbox.py, with a controlled clock.
"""

import asyncio

import pytest

from tests.support.loopback.faults import Fault
from tests.wire.process.lives import OwnStage, own_stage
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

THREADS = r"/channels/\d+/messages/\d+/threads"
MESSAGES = r"/channels/\d+/messages$"
RESPONSE = r"/webhooks/\d+/[^/]+/messages/@original"

OUTAGE_S = 3.0
"""How long the network is away, a minute at the pace of these processes (`quick_pauses.PACE`). Not a condition to wait
for, but what the scenario is about."""

READY_LATE_S = 3.0
"""So long Discord lets the bot log in, and sends no READY."""

REFUSED = 3
"""Requests that fail before Discord is there again."""

TIMEOUT_S = 300.0


def _arrived_once(thread) -> None:
    """Review, numbers and PDF stand in the thread, each once."""
    assert sum("First step:" in message.content for message in thread.messages) == 1
    assert sum(bool(message.embeds) for message in thread.messages) == 1
    assert sum(bool(message.attachments) for message in thread.messages) == 1


async def _killed_at_the_thread(stage: OwnStage):
    """A member's track is measured; the process dies as it is about to open the thread."""
    mia, channel = stage.member("mia"), stage.channel()
    stage.discord.faults.on_request("POST", THREADS, stage.bot.kill_in_hook, drop=True)
    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    await stage.discord.wait_until(lambda: not stage.bot.alive and not stage.discord.gateway.connected, TIMEOUT_S)
    await stage.bot.kill()
    return channel, interaction


async def _all_in_the_thread(stage: Stage, channel, interaction) -> None:
    thread = await stage.discord.wait_for_thread(channel, timeout=TIMEOUT_S)
    await stage.report_in(thread)
    assert f"<#{thread.id}>" in await stage.final_text(interaction)
    _arrived_once(thread)
    assert len(channel.threads) == 1
    assert [message.id for message in channel.messages] == [interaction.original.id]


async def test_f02_a_restart_while_the_network_is_away_keeps_every_promise(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        channel, interaction = await _killed_at_the_thread(stage)

        with stage.discord.faults.outage():
            await stage.bot.start()
            await asyncio.sleep(OUTAGE_S)
        await stage.bot.ready(stage.discord)

        await _all_in_the_thread(stage, channel, interaction)


STEPS = {
    "thread": ("POST", THREADS, 0),
    "review": ("POST", MESSAGES, 0),
    "after the review": ("POST", MESSAGES, 1),
    "waiting message": ("PATCH", RESPONSE, 0),
}
OUTAGES = {"unavailable": 503, "reset": 0}
REPRESENTATIVE = {("unavailable", "thread"), ("reset", "review"), ("reset", "after the review")}


@pytest.mark.parametrize(
    ("outage", "step"),
    [
        pytest.param(outage, step, marks=() if (outage, step) in REPRESENTATIVE else pytest.mark.wide)
        for outage in OUTAGES
        for step in STEPS
    ],
)
async def test_f02_an_outage_at_any_step_delays_and_loses_nothing(stage: Stage, outage: str, step: str) -> None:
    discord, mia, channel = stage.discord, stage.member("mia"), stage.channel()
    status, (method, path, skip) = OUTAGES[outage], STEPS[step]
    outages: list[Fault] = []

    async def begin(_: object) -> None:
        outages.append(discord.faults.fail("*", "/api/", status, times=None))

    discord.faults.on_request(method, path, begin, skip=skip, drop=True)
    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    await discord.wait_until(lambda: outages and outages[0].struck >= REFUSED, TIMEOUT_S)
    outages[0].lift()

    await _all_in_the_thread(stage, channel, interaction)


@pytest.mark.parametrize("late", ["READY comes late", "no gateway"])
async def test_f05_steps_between_login_and_ready_stay_in_their_thread(tmp_path, late: str) -> None:
    async with own_stage(tmp_path) as stage:
        channel, interaction = await _killed_at_the_thread(stage)

        gateway = stage.discord.gateway
        if late == "no gateway":
            gateway.away = True
            await stage.begin_to_start()
            await asyncio.sleep(READY_LATE_S)
            gateway.away = False
        else:
            gateway.delay_ready_s = READY_LATE_S
            await stage.bot.start()
        await stage.bot.ready(stage.discord)

        await _all_in_the_thread(stage, channel, interaction)


async def test_f05_a_guild_in_an_outage_gets_its_thread_when_it_is_back(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        channel, interaction = await _killed_at_the_thread(stage)

        stage.guild.guild.unavailable = True
        await stage.start()
        other = stage.discord.add_guild("Another server")
        await stage.reviewed(other.add_member("kai"), other.add_text_channel("mixes"))
        assert not channel.threads
        await stage.guild.come_back()

        await _all_in_the_thread(stage, channel, interaction)
        assert stage.count("SELECT count(*) FROM guilds WHERE left_at IS NOT NULL") == 0
