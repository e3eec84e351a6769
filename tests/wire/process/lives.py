"""A bot process of a test's own, with what happens between two of its lives: its database is looked at and aged."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.loopback import LoopbackDiscord
from tests.support.processes.bot_process import REMEMBERING_SITE, BotProcess
from tests.wire.stage import Stage

DATABASE = "earshot.sqlite3"

STATE_TIMEOUT_S = 90.0
"""For what the bot looks after every 30 s."""

POLL_S = 0.05

OK = 200

MINUTES_PER_DAY = 24 * 60


@dataclass(repr=False)
class OwnStage(Stage):
    """A stage whose bot may be stopped, killed and started again."""

    data_dir: Path = Path()
    started_with: int = 0
    """How many requests came before this start."""

    async def stop(self) -> None:
        """The operator stops the bot."""
        await self.bot.stop()
        await self.discord.wait_until(lambda: not self.discord.gateway.connected)

    async def start(self) -> None:
        """The operator starts it again; returns once it is connected."""
        self.started_with = len(self.discord.rest.log)
        await self.bot.start()
        await self.bot.ready(self.discord)

    async def begin_to_start(self) -> None:
        """Start it; returns once it has logged in by REST, before the gateway."""
        self.started_with = len(self.discord.rest.log)
        await self.bot.start()
        await self._asked("/users/@me")

    async def looked_into(self, channel: Any) -> None:
        """Since its start it has read what was written in this channel meanwhile."""
        await self._asked(f"/channels/{channel.id}/messages")

    async def _asked(self, path: str) -> None:
        """A request of this start was answered."""
        await self.discord.wait_until(
            lambda: any(
                request.method == "GET" and request.path.endswith(path) and request.status == OK
                for request in self.discord.rest.log[self.started_with :]
            )
        )

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop()
        await self.start()

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The bot's own database; what is changed is committed at the end."""
        with contextlib.closing(sqlite3.connect(self.data_dir / DATABASE, isolation_level=None)) as connection:
            yield connection

    def count(self, query: str, *values: object) -> int:
        """A number from the bot's own database."""
        with self.database() as connection:
            return int(connection.execute(query, values).fetchone()[0])

    def dump(self) -> str:
        """Everything in the bot's own database, as text."""
        with self.database() as connection:
            return "\n".join(connection.iterdump())

    async def wait_for_count(self, wanted: int, query: str, *values: object) -> None:
        """Wait until the bot's own database says so."""
        async with asyncio.timeout(STATE_TIMEOUT_S):
            while self.count(query, *values) != wanted:
                await asyncio.sleep(POLL_S)

    async def settled(self) -> None:
        """Everything there is to deliver is delivered."""
        await self.wait_for_count(0, "SELECT count(*) FROM outbox_steps WHERE state IN ('pending', 'sending')")

    def age(self, table: str, *columns: str, days: int = 0, minutes: int = 0) -> None:
        """So much time passes for what is in a table."""
        passed = f"-{days * MINUTES_PER_DAY + minutes} minutes"
        with self.database() as connection:
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = datetime({column}, ?)", (passed,))  # noqa: S608

    @contextlib.contextmanager
    def busy_database(self) -> Iterator[None]:
        """Somebody else writes to the database (a backup, say) and lets nobody in between."""
        with self.database() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")


@contextlib.asynccontextmanager
async def own_stage(data_dir: Path, **environment: str) -> AsyncIterator[OwnStage]:
    """A Discord and a connected bot of one's own; at the end nothing unexpected was asked of Discord."""
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        async with BotProcess(data_dir, {**discord.environment(), **environment}, site=REMEMBERING_SITE) as bot:
            await bot.ready(discord)
            yield OwnStage(discord, bot, guild, data_dir=data_dir)
        discord.assert_clean()
