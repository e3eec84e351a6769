"""Times the real bot process with a real track: `EARSHOT_TEST_AUDIO=… python -m benchmarks.serving`.

Three things are timed: the start to READY and to warm workers, with an empty and with a filled cache; a command to its
acknowledgement and to its finished review; SIGKILL during a measurement to the finished review.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.loopback import Channel, LoopbackDiscord
from tests.support.processes.bot_process import SITE, BotProcess

TRACK = "km_Heroic_Age.mp3"
"""File name of a real track of 97 s."""

OPTIONS = {"type": "master", "genre": "house"}
STARTS = 3
REVIEW_TIMEOUT_S = 300.0
WARM = re.compile(r"workers are warm after ([\d.]+) s")

READY_WITHIN_S = 6.0
FIRST_WARM_WITHIN_S = 12.0
"""Limits of the project in seconds: process start to READY, and READY to warm workers."""


class Timed:
    """The measured times in seconds, by name."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float]] = []

    @contextmanager
    def row(self, name: str) -> Iterator[None]:
        """Time the body of the `with` statement."""
        since_s = time.monotonic()
        yield
        self.rows.append((name, time.monotonic() - since_s))


async def _started(bot: BotProcess, discord: LoopbackDiscord, timed: Timed, which: str) -> None:
    began = len(bot.log)
    with timed.row(f"{which}: process to READY"):
        await bot.start()
        await bot.ready(discord)
    with timed.row(f"{which}: READY to warm workers"):
        await discord.wait_until(lambda: any(WARM.search(line) for line in bot.log[began:]))


async def _asked(member: Any, channel: Channel, track: bytes) -> Any:
    files = {"track": (TRACK, track, "audio/mpeg")}
    return await member.slash(channel, "feedback", OPTIONS, files=files)


async def _finished(discord: LoopbackDiscord, asked: Any) -> None:
    await discord.wait_until(lambda: asked.original and "✅" in asked.original.content, timeout=REVIEW_TIMEOUT_S)


async def measure(track: bytes, folder: Path) -> Timed:
    """Run all measurements, one after the other."""
    timed = Timed()
    (folder / "cache").mkdir()  # without this folder, the tests' cache would be used
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        channel, mia = guild.add_text_channel("mixes"), guild.add_member("mia")
        bot = BotProcess(folder, discord.environment(), site=SITE)
        await _started(bot, discord, timed, "first start, empty cache")
        for number in range(STARTS):
            await bot.stop()
            await discord.wait_until(lambda: not discord.gateway.connected)
            await _started(bot, discord, timed, f"start {number + 2}")

        with timed.row("command to finished review"):
            asked = await _asked(mia, channel, track)
            await _finished(discord, asked)
        timed.rows.append(("command to acknowledgement", asked.acknowledged_at - asked.created_at))

        asked = await _asked(mia, channel, track)
        await bot.wait_for_job("running")
        with timed.row("SIGKILL to READY again"):
            await bot.restart_after_kill(discord)
        with timed.row("READY again to the finished review"):
            await _finished(discord, asked)
        await bot.stop()
    return timed


def main() -> int:
    """Measure and print; returns 1 where a limit is exceeded, 2 without audio."""
    audio = os.environ.get("EARSHOT_TEST_AUDIO")
    if not audio:
        print("EARSHOT_TEST_AUDIO names no folder of real music")
        return 2
    track = (Path(audio) / TRACK).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        timed = asyncio.run(measure(track, Path(folder)))
    missed = 0
    for name, seconds in timed.rows:
        bar_s = READY_WITHIN_S if name.endswith("process to READY") else None
        bar_s = FIRST_WARM_WITHIN_S if name.endswith("warm workers") else bar_s
        is_missed = bar_s is not None and seconds > bar_s
        missed += is_missed
        print(f"{'MISSED' if is_missed else '':7}{name:45} {seconds:7.2f} s" + (f"  (bar {bar_s:g})" if bar_s else ""))
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
