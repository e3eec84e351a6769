"""Transactions, errors at the edge, and what SQLite is told to do."""

import asyncio
import contextlib
import sqlite3
import stat
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from core.storage import Database
from core.text.error_sentences import say
from core.values.actor import Actor
from core.values.clock import utc_now
from core.values.errors import DependencyCode, DependencyError, UsageCode, UsageError
from tests.integration.storage.samples import ANNA, START, add_review, analysis, calls, job
from tests.support.processes.migrated import put_database

DAY = date(2026, 3, 1)


class PlannedError(Exception):
    """Raised by a test inside a transaction."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_an_error_rolls_everything_back(database: Database) -> None:
    async def fail() -> None:
        async with database.begin() as unit:
            await add_review(unit)
            raise PlannedError

    with pytest.raises(PlannedError):
        await fail()
    async with database.read() as unit:
        assert await unit.library.reviews_of(ANNA) == ()


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(DependencyError):
        async with database.read() as unit:
            await unit.guilds.joined(7)


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.read() as reader:
        assert await reader.guilds.settings(7) == {}
        async with database.begin() as unit:
            await unit.guilds.put_settings(7, {"language": "de"})
        assert await reader.guilds.settings(7) == {}
    async with database.read() as unit:
        assert await unit.guilds.settings(7) == {"language": "de"}


async def test_pragmas_hold_on_every_connection(sqlite_database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    for engine in (sqlite_database._writer, sqlite_database._reader):
        async with engine.connect() as connection:
            found = {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted}
        assert found == wanted


async def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    database = await Database.open(None, folder)
    async with database.begin() as unit:
        await unit.guilds.joined(7)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"earshot.sqlite3": 0o600, "earshot.sqlite3-wal": 0o600, "earshot.sqlite3-shm": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    await database.close()


async def test_64_writers_in_two_processes_lose_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    async def write(number: int) -> None:
        database = (sqlite_database, second)[number % 2]
        async with database.begin() as unit:  # reads first: without BEGIN IMMEDIATE, the slower one would fail
            settings = await unit.guilds.settings(7)
            await unit.guilds.put_settings(7, settings | {str(number): number})

    second = await Database.open(None, tmp_path / "data")
    await asyncio.gather(*(write(number) for number in range(64)))
    async with second.read() as unit:
        assert await unit.guilds.settings(7) == {str(number): number for number in range(64)}
    await second.close()


async def test_another_process_that_holds_the_lock_is_a_transient_error(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sqlite_database._writer.connect() as connection:  # not five seconds of waiting in a test
        await connection.execute(text("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(tmp_path / "data" / "earshot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DependencyError) as caught:
        async with sqlite_database.begin() as unit:
            await unit.guilds.joined(7)
    assert caught.value.code is DependencyCode.DATABASE
    assert caught.value.facts["transient"]
    with pytest.raises(DependencyError) as caught:
        await sqlite_database.compact()
    assert caught.value.facts["transient"]
    other.execute("ROLLBACK")
    other.close()
    assert await sqlite_database.compact()
    async with sqlite_database.begin() as unit:
        await unit.guilds.joined(7)


async def test_a_full_disk_is_a_transient_error_until_there_is_space(sqlite_database: Database) -> None:
    async def limit(pages: int) -> None:
        async with sqlite_database._writer.connect() as connection:
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async with sqlite_database.begin() as unit:
        await add_review(unit, content_hash="aa" * 32)
    await limit(1)  # SQLite answers SQLITE_FULL, as it does when the disk is
    with pytest.raises(DependencyError, match="full") as caught:
        async with sqlite_database.begin() as unit:
            await unit.library.save_analysis(ANNA, "bb" * 32, analysis(), bytes(2_000_000))
    assert caught.value.facts["transient"]
    await limit(1_000_000)
    async with sqlite_database.begin() as unit:
        assert len(await unit.library.reviews_of(ANNA)) == 1
        await unit.library.save_analysis(ANNA, "bb" * 32, analysis(), bytes(2_000_000))


async def test_errors_tell_neither_statements_nor_values(sqlite_database: Database) -> None:
    secret = "a private mix note"
    twice = job(payload=secret)
    async with sqlite_database.begin() as unit:
        await unit.jobs.add(twice)
    with pytest.raises(DependencyError) as caught:
        async with sqlite_database.begin() as unit:
            # the same id under another key breaks a constraint that `add` does not expect
            await unit.jobs.add(job(job_id=twice.job_id, payload=secret))
    assert not caught.value.facts["transient"]
    chain = [caught.value, caught.value.__cause__]
    assert all(secret not in str(error) for error in chain)


async def test_cancelled_transactions_leave_nothing_and_block_nobody(sqlite_database: Database) -> None:
    async def write(number: int) -> None:
        async with sqlite_database.begin() as unit:
            await unit.usage.reserve_model_call(Actor(1, number), DAY, calls(10_000))
            await unit.usage.reserve_model_call(Actor(2, number), DAY, calls(10_000))

    for turns in range(60):
        task = asyncio.create_task(write(turns))
        for _ in range(turns):
            await asyncio.sleep(0)  # not waiting: one turn of the loop, to be cancelled at another point each time
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with sqlite_database.read() as unit:
        assert await unit.usage.used(1, DAY) == await unit.usage.used(2, DAY)
    await write(1000)


async def test_times_come_back_aware_in_utc(database: Database) -> None:
    berlin = timezone(timedelta(hours=2))
    local = job(created_at=START.astimezone(berlin))
    async with database.begin() as unit:
        await unit.jobs.add(local)
        found = await unit.jobs.get(local.job_id)
    assert found is not None
    assert found.created_at == START
    assert found.created_at.utcoffset() == timedelta(0)


async def test_a_naive_time_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(DependencyError):
        async with database.begin() as unit:
            await unit.jobs.add(job(created_at=naive))


def test_the_wall_clock_is_aware() -> None:
    assert utc_now().utcoffset() == timedelta(0)


async def test_a_sqlite_url_may_name_its_driver_or_not(tmp_path: Path) -> None:
    for scheme in ("sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"):
        database = await Database.open(f"{scheme}:///{tmp_path / 'named.db'}", tmp_path)
        await database.close()
    assert names(tmp_path) == ["named.db"]  # closing has emptied the log


async def test_without_a_url_the_file_is_in_the_data_folder_whatever_that_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "50% off? yes & no#1"
    await (await Database.open(None, folder)).close()

    assert (folder / "earshot.sqlite3").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/earshot", "not a url"])
async def test_a_url_that_cannot_be_used_is_a_bad_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        await Database.open(url, tmp_path)
    assert caught.value.code is UsageCode.BAD_SETTING
    assert caught.value.facts["name"] == "DATABASE_URL"


async def test_a_folder_that_cannot_be_made_is_a_dependency_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DependencyError):
        await Database.open(None, tmp_path / "file" / "data")


def _no_database(file: Path) -> None:
    file.write_bytes(b"RIFF" + bytes(5000))


def _folder(file: Path) -> None:
    file.mkdir()


def _tables_of_another_program(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")


def _migrations_of_another_program(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('3f2a9c1b7d10')")


def _newer(file: Path) -> None:
    put_database(file.parent)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("put", "words"),
    [
        (_no_database, "damaged, or no database"),
        (_folder, "A folder stands where"),
        (_tables_of_another_program, "tables of another program"),
        (_migrations_of_another_program, "tables of another program"),
        (_newer, "newer Earshot"),
    ],
)
async def test_what_cannot_be_opened_for_good_says_what_it_is_and_is_left_as_it_was(
    tmp_path: Path, put: Callable[[Path], None], words: str
) -> None:
    file = tmp_path / "earshot.sqlite3"
    put(file)
    with pytest.raises(DependencyError) as caught:
        await Database.open(None, tmp_path)

    assert caught.value.code is DependencyCode.DATABASE
    assert caught.value.facts["transient"] is False
    assert words in say(caught.value)
    assert "try again" not in say(caught.value)


async def test_a_foreign_database_gets_no_tables_of_ours(tmp_path: Path) -> None:
    _tables_of_another_program(tmp_path / "earshot.sqlite3")
    with pytest.raises(DependencyError):
        await Database.open(None, tmp_path)

    with contextlib.closing(sqlite3.connect(tmp_path / "earshot.sqlite3")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("users",)]


async def test_a_stored_value_that_cannot_be_read_is_no_matter_of_time(sqlite_database: Database) -> None:
    async with sqlite_database.begin() as unit:
        await unit.guilds.put_settings(7, {})
    async with sqlite_database._writer.begin() as connection:
        await connection.execute(text("UPDATE guilds SET settings = '[]' WHERE id = 7"))
    with pytest.raises(DependencyError) as caught:
        async with sqlite_database.read() as unit:
            await unit.guilds.settings(7)
    assert "Tell whoever runs me" in say(caught.value)
