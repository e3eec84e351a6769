"""The first seconds of the process: it connects before its workers are warm, and tells apart what keeps it away."""

import asyncio
import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.loopback import LoopbackDiscord
from tests.support.processes.bot_process import REMEMBERING_SITE, SITE, BotProcess
from tests.support.processes.kernel_cache import ROOT
from tests.wire.process.lives import own_stage
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

OPTIONS = {"type": "master", "genre": "house"}

HELD_SITE = f"""
import os, runpy, sys

if "EARSHOT_WARM_UP" in os.environ:  # the fork server, which is given no other variable of ours
    import time
    import core.service.worker_tasks.measuring as tasks
    warm_up, gate = tasks.warm_up, __file__.replace("sitecustomize.py", "open")

    def held():
        while not os.path.exists(gate):
            time.sleep(0.01)
        if os.path.getsize(gate):
            raise RuntimeError("a fault of the warm-up's")
        warm_up()

    tasks.warm_up = held
else:
    runpy.run_path({str(SITE / "sitecustomize.py")!r})
"""
"""Holds a warm-up until a file is there; it fails where something stands in the file."""


def asked(discord: LoopbackDiscord, method: str, pattern: str) -> int:
    """How often something was asked for."""
    return sum(m == method and bool(re.search(pattern, path)) for _, m, path in discord.rest.requests)


class HeldBot(BotProcess):
    """The bot, its workers as cold as the test wants them to be."""

    def __init__(self, folder: Path, discord: LoopbackDiscord) -> None:
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(HELD_SITE)
        self._gate = site / "open"
        self._data = folder / "data"
        self._data.mkdir()
        path = os.pathsep.join([str(site), str(SITE), str(ROOT)])
        super().__init__(self._data, {**discord.environment(), "PYTHONPATH": path})

    def open_gate(self, fault: str = "") -> None:
        """Let the warm-up go on, or fail."""
        (self._gate.with_suffix(".new")).write_text(fault)
        (self._gate.with_suffix(".new")).rename(self._gate)

    def close_gate(self) -> None:
        """Hold the next warm-up."""
        self._gate.unlink()

    def jobs(self) -> list[tuple[str, int]]:
        """State and attempts of the jobs in the bot's own database."""
        with closing(sqlite3.connect(f"file:{self._data / 'earshot.sqlite3'}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT state, attempts FROM jobs").fetchall()

    def family(self) -> set[int]:
        """The process and all below it."""
        assert self._process is not None
        found, todo = set(), [self._process.pid]
        while todo:
            pid = todo.pop()
            found.add(pid)
            for thread in Path(f"/proc/{pid}/task").iterdir():
                todo += [int(word) for word in (thread / "children").read_text().split()]
        return found


def without_workers(folder: Path, environment: Mapping[str, str]) -> BotProcess:
    """The bot, whose workers start with the first track: nothing here is measured."""
    return BotProcess(folder, environment, site=REMEMBERING_SITE)


async def said(bot: BotProcess, text: str, timeout_s: float = 30.0) -> str:
    """The first line of the log with a text."""
    async with asyncio.timeout(timeout_s):
        while not (line := next((line for line in bot.log if text in line), "")):
            await asyncio.sleep(0.01)
    return line


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie that its new parent has yet to see."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


# -- connected first, warm later


async def test_it_connects_and_takes_tracks_while_its_workers_warm_up(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        async with HeldBot(tmp_path, discord) as bot:
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            channel, owner = stage.channel(), stage.member()
            interaction = await owner.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
            await discord.wait_until(lambda: interaction.acknowledged_at)
            await bot.wait_for_job("queued")
            assert bot.jobs() == [("queued", 0)], "a job that was claimed would lose an attempt to a restart"

            bot.open_gate()
            thread = await discord.wait_for_thread(channel, timeout=120.0)
            await stage.report_in(thread)
            assert bot.jobs() == [("done", 1)]
            review = next(message for message in thread.messages if "earshot:report" in str(message.components))

            assert await bot.stop() == 0
            bot.close_gate()
            await bot.start()
            await bot.ready(discord)
            pressed = await owner.click(review, "earshot:report")
            await discord.wait_until(lambda: pressed.acknowledged_at)
            assert not any(message.attachments for message in pressed.responses)
            bot.open_gate()
            await discord.wait_until(lambda: any(m.attachments for m in pressed.responses), timeout=120.0)
        discord.assert_clean()


async def test_it_is_stopped_while_its_workers_warm_up_and_leaves_no_process(tmp_path: Path) -> None:
    """The gate stays closed: whoever waited for the warm-up would wait for ever."""
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        bot = HeldBot(tmp_path, discord)
        await bot.start()
        await bot.ready(discord)
        stage = Stage(discord, bot, guild)
        await stage.member().slash(stage.channel(), "feedback", OPTIONS, files={"track": stage.track()})
        await bot.wait_for_job("queued")
        family = bot.family()
        assert await bot.stop() == 0

        assert len(family) > 1
        async with asyncio.timeout(10.0):
            while any(map(is_alive, family)):
                await asyncio.sleep(0.01)
        assert bot.jobs() == [("queued", 0)]
        assert "Traceback" not in "\n".join(bot.log)
        assert "voice" not in "\n".join(bot.log)


async def test_a_warm_up_that_fails_ends_it_with_one_sentence(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        bot = HeldBot(tmp_path, discord)
        await bot.start()
        await bot.ready(discord)
        bot.open_gate(fault="fail")

        assert await bot.wait() == 4
        await bot.stop()
    assert "The process that does the measuring failed" in bot.log[-1]


# -- what keeps it away


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "refuses the bot's token"),
        pytest.param(4010, "4010, invalid shard", marks=pytest.mark.wide),
        (4011, "too many servers for one connection"),
        pytest.param(4012, "4012, invalid API version", marks=pytest.mark.wide),
        (4013, "4013, invalid intents"),
    ],
)
async def test_what_no_other_connection_would_mend_ends_it(tmp_path: Path, code: int, sentence: str) -> None:
    async with LoopbackDiscord() as discord:
        discord.gateway.refuse(code)
        bot = without_workers(tmp_path, discord.environment())
        await bot.start()

        assert await bot.wait() == 4
        await bot.stop()
    log = "\n".join(bot.log)
    assert sentence in bot.log[-1]
    assert "network" not in log
    assert "Traceback" not in log


async def test_the_intent_is_taken_away_while_it_runs(tmp_path: Path) -> None:
    """Discord then refuses the RESUME with 4014; a new session without the intent is taken."""
    async with LoopbackDiscord() as discord:
        async with without_workers(tmp_path, discord.environment()) as bot:
            await bot.ready(discord)
            discord.gateway._message_content_enabled = False
            discord.gateway.refuse(4014, on="resume")
            await discord.gateway.close(code=4000)
            await discord.wait_until(lambda: discord.gateway.sessions_started == 2 and discord.gateway.connected)
            await said(bot, "message-content intent is not enabled")
            assert asked(discord, "GET", "/commands$") == 1
        assert "network" not in "\n".join(bot.log)
        assert "Traceback" not in "\n".join(bot.log)


async def test_the_intent_is_refused_to_a_bot_that_does_not_ask_for_it(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        discord.gateway.refuse(4014, times=2)
        bot = without_workers(tmp_path, discord.environment())
        await bot.start()

        assert await bot.wait() == 4
        await bot.stop()
    assert "4014, disallowed intents" in bot.log[-1]


async def test_a_fault_of_discords_is_not_called_the_networks(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        discord.faults.fail("GET", "/users/@me$", 503)
        discord.gateway.refuse_connections = 1
        async with without_workers(tmp_path, discord.environment()) as bot:
            await bot.ready(discord)
        assert "Trying again in" in await said(bot, "Discord answers 503")
        assert "Trying again in" in await said(bot, "gateway answers 503")
        assert "network" not in "\n".join(bot.log)
        assert "Traceback" not in "\n".join(bot.log)


async def test_a_network_that_is_away_is_called_so(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        environment = discord.environment()
    async with without_workers(tmp_path, environment) as bot:
        assert "Trying again in" in await said(bot, "Check the network")
    assert "Traceback" not in "\n".join(bot.log)


# -- commands


async def test_commands_are_compared_once_and_synced_where_they_differ(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        bot = without_workers(tmp_path, {**discord.environment(), "EARSHOT_LOG_LEVEL": "DEBUG"})

        async def start(outcome: str) -> tuple[int, int]:
            """Requests of one start: comparisons and syncs."""
            before = asked(discord, "GET", "/commands$"), asked(discord, "PUT", "/commands$")
            bot.log.clear()
            await bot.start()
            await bot.ready(discord)
            await said(bot, outcome)
            assert await bot.stop() == 0
            return asked(discord, "GET", "/commands$") - before[0], asked(discord, "PUT", "/commands$") - before[1]

        assert await start("commands synced") == (1, 1)
        assert await start("has the commands of this version") == (1, 0)
        discord.state.commands.clear()
        assert await start("commands synced") == (1, 1)
        discord.state.commands[0]["description"] = "Somebody's change."
        assert await start("commands synced") == (1, 1)
        assert discord.state.commands[0]["description"] != "Somebody's change."
        assert not (tmp_path / "commands.json").exists()
        discord.assert_clean()


REASON = {"code": 50035, "message": "Invalid Form Body", "errors": {"0": {"description": {"_errors": [
    {"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 1 and 100 in length."}]}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, REASON, "refuses the commands: “{name}”, description: Must be between 1 and 100 in length (400, 50035)"),
        (403, {"code": 20012, "message": "You are not authorized"}, "refuses the commands: You are not authorized"),
        (503, {"code": 0, "message": "upstream"}, "Discord answers 503 when asked about commands"),
    ],
)
async def test_refused_commands_are_told_and_it_goes_on_with_the_old_ones(
    tmp_path: Path, status: int, body: dict[str, Any], sentence: str
) -> None:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        async with without_workers(tmp_path, discord.environment()) as bot:
            await bot.ready(discord)
            await said(bot, "commands synced")
        names = [command["name"] for command in discord.state.commands]
        discord.state.commands[-1]["nsfw"] = True
        discord.faults.fail("PUT", "/commands$", status, body=body)
        async with without_workers(tmp_path, discord.environment()) as bot:
            line = await said(bot, sentence.format(name=names[0]))
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            shown = await stage.member().slash(stage.channel(), "explain", {"topic": "PSR"})
            await discord.wait_until(lambda: shown.original and (shown.original.content or shown.original.embeds))
            log = "\n".join(bot.log)
        assert "network" not in log
        assert "Traceback" not in log
        assert "goes on with" in log
        assert line
        discord.assert_clean()


async def test_commands_that_wait_for_a_rate_limit_do_not_keep_it_away(tmp_path: Path) -> None:
    """200 new commands a day: Discord may let a sync wait for hours, and discord.py waits."""
    async with LoopbackDiscord() as discord:
        async with without_workers(tmp_path, discord.environment()) as bot:
            await bot.ready(discord)
            await said(bot, "commands synced")
        discord.state.commands[0]["nsfw"] = True
        discord.faults.fail("PUT", "/commands$", 429, retry_after_s=7200.0)
        async with without_workers(tmp_path, discord.environment()) as bot:
            await bot.ready(discord)
            await said(bot, "7200.00 seconds")
        discord.assert_clean()


# -- settings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("EARSHOT_LOG_LEVEL", "loud", "EARSHOT_LOG_LEVEL is “loud”, but must be DEBUG, INFO"),
        ("EARSHOT_DATA_DIR", "/proc/1/earshot", "/proc/1/earshot cannot be written"),
        ("DATABASE_URL", "postgresql+nothing://u:canary@host/x", "DATABASE_URL"),
        *(
            pytest.param(*each, marks=pytest.mark.wide)
            for each in (
                ("EARSHOT_DATA_DIR", __file__, "must be a folder"),
                ("DATABASE_URL", "garbage", "DATABASE_URL"),
                ("DATABASE_URL", "postgresql://u:canary@host:port/x", "DATABASE_URL"),
                ("DISCORD_TOKEN", "canary token", "DISCORD_TOKEN"),
            )
        ),
    ],
)
async def test_a_wrong_setting_is_one_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    bot = BotProcess(tmp_path, {name: value})
    await bot.start()

    assert await bot.wait() == 2
    await bot.stop()
    assert len(bot.log) == 1
    assert sentence in bot.log[0]
    assert "canary" not in bot.log[0]


async def test_it_waits_while_somebody_else_holds_the_database(tmp_path: Path) -> None:
    async with own_stage(tmp_path) as stage:
        await stage.stop()
        with stage.busy_database():
            await stage.bot.start()
            assert "locked" in await said(stage.bot, "Waiting for it.")
        await stage.bot.ready(stage.discord)
