"""How the process waits for its database, and how it ends its loops."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

import pytest

from bot import process
from bot.settings import Settings
from core.values.errors import DependencyCode, DependencyError


async def test_a_task_that_passes_over_a_cancellation_is_ended_all_the_same() -> None:
    """As `asyncio.wait_for` of Python 3.11 makes of any task in an unlucky moment."""
    begun = asyncio.Event()

    async def passes_over_one() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def fails() -> None:
        raise RuntimeError("a fault while it ends")

    tasks = {asyncio.create_task(passes_over_one()), asyncio.create_task(fails())}
    await begun.wait()
    await process._end(tasks)

    assert all(task.done() for task in tasks)


class Held:
    """A database that cannot be used for the first so many looks."""

    def __init__(self, looks: int, *, transient: bool = True) -> None:
        self.looks, self.transient, self.closed = looks, transient, 0

    async def open(self, _url: str | None, _data_dir: Path) -> "Held":
        self.looks -= 1
        if self.looks >= 0:
            raise DependencyError(DependencyCode.DATABASE, cause="database is locked", transient=self.transient)
        return self

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch):
    def held(looks: int, *, transient: bool = True) -> Held:
        database = Held(looks, transient=transient)
        monkeypatch.setattr(process, "Database", database)
        monkeypatch.setattr(process, "DATABASE_TRY_AGAIN_S", 0.0)
        return database

    return held


async def test_it_waits_for_a_database_that_somebody_else_holds(tmp_path, hold, caplog) -> None:
    database = hold(3)
    with caplog.at_level(logging.WARNING):
        assert await process.wait_for_database(Settings(tmp_path), asyncio.Event())

    assert database.closed == 1
    assert caplog.text.count("database is locked") == 3


@pytest.mark.parametrize(("transient", "wait_s"), [(False, 60.0), (True, 0.0)], ids=["for good", "for too long"])
async def test_it_does_not_wait_for_ever_nor_for_what_time_cannot_mend(
    tmp_path, hold, monkeypatch, transient: bool, wait_s: float
) -> None:
    monkeypatch.setattr(process, "DATABASE_WAIT_S", wait_s)
    database = hold(3, transient=transient)
    with pytest.raises(DependencyError):
        await process.wait_for_database(Settings(tmp_path), asyncio.Event())

    assert database.looks == 2


async def test_who_waits_for_the_database_can_be_stopped(tmp_path, hold, monkeypatch) -> None:
    hold(1_000)
    monkeypatch.setattr(process, "DATABASE_TRY_AGAIN_S", 60.0)
    stop = asyncio.Event()
    waiting = asyncio.create_task(process.wait_for_database(Settings(tmp_path), stop))
    await asyncio.sleep(0)
    stop.set()

    assert not await waiting
