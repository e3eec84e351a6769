"""An interaction is answered in time while somebody else holds the database, whoever of ours waits for it first."""

import asyncio
import contextlib
import sqlite3
import time

import pytest

from cogs.interactions.acknowledging import in_time
from core.storage import Database
from core.values.errors import DependencyCode, DependencyError

DISCORD_WAITS_S = 3.0
"""Discord: Receiving and Responding, an initial response must be sent within 3 seconds."""


async def test_a_locked_database_is_said_to_be_busy_before_discord_gives_up(tmp_path) -> None:
    database = await Database.open(None, tmp_path)

    async def write() -> None:
        async with database.begin():
            pass

    path = next(tmp_path.glob("earshot.*"))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(DependencyError) as refused:
            await in_time(write())
        first_s = time.monotonic() - begun
        with pytest.raises(DependencyError):
            await asyncio.gather(*(in_time(write()) for _ in range(5)))
        other.execute("ROLLBACK")
    await write()
    await database.close()

    assert refused.value.code is DependencyCode.DATABASE
    assert first_s < DISCORD_WAITS_S
