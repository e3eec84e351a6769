"""A program that ends: tasks left over are cancelled, and no connection is torn in the middle of being given back."""

import asyncio
import logging
from pathlib import Path

import pytest

from core.storage import Database
from core.values.errors import DependencyCode, DependencyError


def test_tasks_left_over_end_their_transactions_before_the_database_is_closed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def transact(database: Database) -> None:
        while True:
            try:
                async with database.begin():
                    await asyncio.sleep(0)
                async with database.read():
                    await asyncio.sleep(0)
            except DependencyError:
                return

    async def program() -> None:
        database = await Database.open(None, tmp_path)
        left_over = [asyncio.create_task(transact(database)) for _ in range(6)]
        await asyncio.sleep(0.05)
        await database.close()
        assert len(left_over) == 6

    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            asyncio.run(program())

    assert [record.getMessage() for record in caplog.records] == []


async def test_after_closing_nothing_is_begun(tmp_path: Path) -> None:
    database = await Database.open(None, tmp_path)
    await database.close()

    with pytest.raises(DependencyError) as refused:
        async with database.begin():
            pass
    with pytest.raises(DependencyError):
        async with database.read():
            pass

    assert refused.value.code is DependencyCode.DATABASE


async def test_a_transaction_that_does_not_end_does_not_keep_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.storage.database.CLOSE_WITHIN_S", 0.1)
    database = await Database.open(None, tmp_path)
    begun = asyncio.Event()

    async def hold() -> None:
        async with database.begin() as unit:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                await unit.jobs._connection.invalidate()

    holding = asyncio.create_task(hold())
    await begun.wait()
    await database.close()
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)

    assert "do not end" in caplog.text
