"""Load of many members at once: `python -m benchmarks.load`. The real bot process with a loopback Discord.

It times everything from Discord's event to the message in Discord: commands, database, queue, outbox. Tracks are not
measured. The loopback runs in this process and uses a core of its own.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.discord_machine.ledger import Ledger
from tests.support.discord_machine.pipeline import track_bytes
from tests.support.loopback import Channel, Interaction, LoopbackDiscord
from tests.support.loopback.people import Member
from tests.support.processes.bot_process import STUBBED_SITE, BotProcess

OPTIONS = {"type": "mixdown", "genre": "house"}
REVIEW_TIMEOUT_S = 300.0

ACKNOWLEDGED_P99_S = 1.0
LAG_P99_S = 0.05
FAIR_RATIO = 2.0
"""Limits of the project: time to acknowledgement and lag of the bot's event loop (99th percentiles, in seconds), and a
single member's wait while another floods, divided by the wait alone."""

SINGLES = 20
ROUNDS = 3
FLOOD_AT_ONCE = 5
"""Tracks that the flooding member keeps in the queue: as many as one member may have there."""


@dataclass(frozen=True)
class Served:
    """One /feedback: seconds from the command to the acknowledgement and to the finished review."""

    number: int
    acknowledged_s: float | None
    finished_s: float


@dataclass(frozen=True)
class Load:
    """The result of a run. `lost`, `doubled` and `refused` count tracks; a refused member is told so."""

    served: tuple[Served, ...]
    lost: int
    doubled: int
    refused: int
    took_s: float


class Crowd:
    """Members of several servers, who send tracks."""

    def __init__(self, discord: LoopbackDiscord, servers: int, members: int) -> None:
        self._discord = discord
        self.ledger = Ledger(discord)
        self._numbers = 0
        self.people: list[tuple[Member, Channel]] = []
        for server in range(servers):
            guild = discord.add_guild(f"server {server}")
            for number in range(members // servers):
                channel = guild.add_text_channel(f"mixes {number}")
                self.people.append((guild.add_member(f"member {server}.{number}"), channel))

    async def feedback(self, member: Member, channel: Channel) -> Served | None:
        """Ask for feedback and wait for the review; None where the request was refused."""
        self._numbers += 1
        number = self._numbers
        secret = self.ledger.tracks[number]
        secret.holders.add((channel.guild.id if channel.guild else 0, member.user.id))
        secret.channels.add(channel.id)
        secret.names.add(member.user.name)
        since_s = time.monotonic()
        files = {"track": ("track.wav", track_bytes(number), "audio/wav")}
        asked = await member.slash(channel, "feedback", OPTIONS, files=files)
        await self._discord.wait_until(lambda: _is_over(asked), timeout=REVIEW_TIMEOUT_S)
        if any(message.ephemeral for message in asked.responses):
            return None
        acknowledged_s = asked.acknowledged_at - asked.created_at if asked.acknowledged_at is not None else None
        return Served(number, acknowledged_s, time.monotonic() - since_s)


def _is_over(asked: Interaction) -> bool:
    shown = asked.original
    return (shown is not None and shown.content.startswith("✅")) or any(m.ephemeral for m in asked.responses)


async def load(crowd: Crowd, feedbacks: int) -> Load:
    """All members send tracks at the same time, each one after the other."""
    since_s = time.monotonic()
    each = feedbacks // len(crowd.people)

    async def one(member: Member, channel: Channel) -> list[Served]:
        results = [await crowd.feedback(member, channel) for _ in range(each)]
        return [served for served in results if served is not None]

    served = [item for items in await asyncio.gather(*(one(*who) for who in crowd.people)) for item in items]
    ledger = crowd.ledger
    shown = [
        Counter({item.number: len(where[item.number]) for item in served})
        for where in (ledger.reviews, ledger.numbers, ledger.reports)
    ]
    lost = sum(any(counted[item.number] == 0 for counted in shown) for item in served)
    doubled = sum(any(counted[item.number] > 1 for counted in shown) for item in served)
    refused = each * len(crowd.people) - len(served)
    return Load(tuple(served), lost, doubled, refused, time.monotonic() - since_s)


async def fairness(crowd: Crowd) -> list[tuple[float, float]]:
    """Per round: 95th percentile of single members' waits in seconds, alone and while another member floods."""
    flooder, *singles = crowd.people[: SINGLES + 1]
    rounds = []
    for _ in range(ROUNDS):
        alone = await _singles(crowd, singles)
        flooding = [asyncio.create_task(_flood(crowd, *flooder)) for _ in range(FLOOD_AT_ONCE)]
        await asyncio.sleep(1.0)  # the flood has to be there first
        beside = await _singles(crowd, singles)
        for task in flooding:
            task.cancel()
        await asyncio.gather(*flooding, return_exceptions=True)
        rounds.append((percentile(alone, 95), percentile(beside, 95)))
    return rounds


async def _flood(crowd: Crowd, member: Member, channel: Channel) -> None:
    while True:
        await crowd.feedback(member, channel)


async def _singles(crowd: Crowd, singles: Sequence[tuple[Member, Channel]]) -> list[float]:
    served = await asyncio.gather(*(crowd.feedback(*who) for who in singles))
    return [item.finished_s for item in served if item is not None]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that this percentage of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def run(feedbacks: int, servers: int, members: int) -> int:
    """Measure and print; returns 1 where a limit is exceeded."""
    with tempfile.TemporaryDirectory() as folder:
        lag_file = Path(folder) / "lags"
        async with LoopbackDiscord() as discord:
            crowd = Crowd(discord, servers, members)
            environment = {**discord.environment(), "EARSHOT_LAG_FILE": str(lag_file)}
            async with BotProcess(Path(folder), environment, site=STUBBED_SITE) as bot:
                await bot.ready(discord)
                result = await load(crowd, feedbacks)
                rounds = await fairness(crowd)
            discord.assert_clean()
        lags_s = [float(line) for line in lag_file.read_text().split()]
    return _print(result, rounds, lags_s, crowd.ledger.violations)


def _print(
    result: Load, rounds: Sequence[tuple[float, float]], lags_s: Sequence[float], violations: Sequence[str]
) -> int:
    acknowledged = [item.acknowledged_s for item in result.served if item.acknowledged_s is not None]
    finished = [item.finished_s for item in result.served]
    ratio = statistics.median(beside / alone for alone, beside in rounds)
    rows = (
        ("acknowledged, p99", percentile(acknowledged, 99), ACKNOWLEDGED_P99_S, "s"),
        ("event-loop lag, p99", percentile(lags_s, 99), LAG_P99_S, "s"),
        ("lost", result.lost, 0, ""),
        ("doubled", result.doubled, 0, ""),
        ("refused", result.refused, 0, ""),
        ("shown where they may not be", len(violations), 0, ""),
        ("single members' p95 beside a flood / alone", ratio, FAIR_RATIO, "×"),
    )
    print(f"{len(result.served)} /feedback in {result.took_s:.1f} s, {len(result.served) / result.took_s:.1f} per s")
    print(f"acknowledged p50 {percentile(acknowledged, 50):.3f} s, worst {max(acknowledged):.3f} s")
    print(f"finished p50 {percentile(finished, 50):.2f} s, p95 {percentile(finished, 95):.2f} s")
    print(f"event-loop lag p50 {percentile(lags_s, 50) * 1000:.1f} ms, worst {max(lags_s) * 1000:.0f} ms")
    print("flood rounds (alone, beside; s): " + ", ".join(f"{alone:.2f}/{beside:.2f}" for alone, beside in rounds))
    for name, value, bar, unit in rows:
        print(f"{'holds' if value <= bar else 'MISSED':7} {name:45} {value:8.3f} {unit:2} (bar {bar:g})")
    return int(any(value > bar for _, value, bar, _ in rows))


def main() -> int:
    """Entry point of `python -m benchmarks.load`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feedbacks", type=int, default=1000)
    parser.add_argument("--servers", type=int, default=5)
    parser.add_argument("--members", type=int, default=50)
    given = parser.parse_args()
    return asyncio.run(run(given.feedbacks, given.servers, given.members))


if __name__ == "__main__":
    sys.exit(main())
