"""Everything that differs between SQLite and PostgreSQL; SQL elsewhere means the same on both.

SQLite (sqlite.org/pragma.html): WAL, so that readers and the writer do not wait for each other; ``synchronous=FULL``,
so that a commit survives a power cut; ``secure_delete``, so that deleted content is overwritten and not only
unlinked. Writers take their lock at BEGIN: a transaction that reads first and writes later would otherwise fail when
another has written in between.
"""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.values.errors import DatabaseFault, DependencyCode, DependencyError, UsageCode, UsageError

DATABASE_FILE = "earshot.sqlite3"
"""Name of the SQLite file in the data folder, used when no URL is given."""

BUSY_TIMEOUT_MS = 5000
"""Milliseconds that a connection waits for a lock that another process holds."""

READERS = 4
"""SQLite connections for reading; one more is for writing."""

SQLITE_MINIMUM = (3, 35)
"""Oldest SQLite version that works: the first with RETURNING (sqlite.org/releaselog/3_35_0.html)."""

MIGRATION_LOCK = 0x6561727368
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time ("earsh" in ASCII)."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def parse_url(url: str | None, data_dir: Path) -> URL:
    """The database URL with its asynchronous driver; without one, SQLite in the data folder.

    Raises:
        UsageError: BAD_SETTING, the URL is of neither a SQLite file nor PostgreSQL.
    """
    if not url:
        return URL.create(_DRIVERS["sqlite"], database=str(data_dir / DATABASE_FILE))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: the port is not a number
        raise _bad_url("no URL") from error
    scheme = parsed.drivername.partition("+")[0]
    if scheme not in _DRIVERS:
        raise _bad_url(scheme)
    if scheme == "sqlite" and (parsed.database or ":memory:").startswith((":memory:", "file:")):
        raise _bad_url("a SQLite database in memory")
    if scheme == "sqlite" or "+" not in parsed.drivername:
        parsed = parsed.set(drivername=_DRIVERS[scheme])
    return parsed


def _bad_url(given: str, wanted: str = "the URL of a SQLite file or of PostgreSQL") -> UsageError:
    # the URL itself is not repeated: it may contain a password
    return UsageError(UsageCode.BAD_SETTING, name="DATABASE_URL", given=given, wanted=wanted)


class Engines(NamedTuple):
    """The writing and the reading engine."""

    writer: AsyncEngine
    reader: AsyncEngine


def create_engines(url: URL) -> Engines:
    """The engines of a database.

    With SQLite the writing engine has one connection: writers of this process queue for it, not for the file lock.
    """
    try:
        if url.get_backend_name() == "sqlite":
            writer = create_async_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
            reader = create_async_engine(url, pool_size=READERS, max_overflow=0, hide_parameters=True)
            _configure_sqlite(writer, begin="BEGIN IMMEDIATE")
            _configure_sqlite(reader, begin="BEGIN", query_only="ON")
            return Engines(writer, reader)
        engine = create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    except NoSuchModuleError as error:
        raise _bad_url(url.drivername) from error
    except ModuleNotFoundError as error:
        raise _bad_url(url.drivername, f"a driver that is installed ({error.name} is not)") from error
    return Engines(engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))


def create_migration_engine(url: URL) -> AsyncEngine:
    """An engine for migrations.

    SQLite alters a table by copying it and dropping the old one, which would delete every row that refers to it
    (sqlite.org/lang_altertable.html, section 7). So foreign keys are not enforced here, but checked at the end.
    """
    engine = create_async_engine(url, hide_parameters=True)
    if url.get_backend_name() == "sqlite":
        _configure_sqlite(engine, begin="BEGIN IMMEDIATE", foreign_keys="OFF")
    return engine


def _configure_sqlite(engine: AsyncEngine, *, begin: str, **pragmas: str) -> None:
    settings = {
        "busy_timeout": str(BUSY_TIMEOUT_MS),
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "secure_delete": "ON",
        **pragmas,
    }

    @event.listens_for(engine.sync_engine, "connect")
    def connect(driver: Any, _record: object) -> None:
        driver.isolation_level = None  # otherwise sqlite3 begins transactions by itself, and late
        cursor = driver.cursor()
        for name, value in settings.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def prepare_file(url: URL) -> None:
    """Make the SQLite file and its folder, readable by this user only (WAL and journal inherit the mode).

    Raises:
        OSError: the folder or file cannot be made.
        UsageError: the SQLite library is too old.
    """
    if url.get_backend_name() != "sqlite" or url.database is None:
        return
    if sqlite3.sqlite_version_info < SQLITE_MINIMUM:
        raise _bad_url(f"SQLite {sqlite3.sqlite_version}", "SQLite 3.35 or newer, or PostgreSQL")
    path = Path(url.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def permanent_fault(error: BaseException | None) -> DatabaseFault | None:
    """The permanent fault that a driver's error means; None when a retry may succeed or the fault is unknown.

    Codes: sqlite.org/rescode.html. The low byte of an extended code is its primary code.
    """
    if not isinstance(error, sqlite3.Error):
        return None
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return DatabaseFault.NO_DATABASE
        case sqlite3.SQLITE_READONLY:
            return DatabaseFault.UNWRITABLE
        case _:
            return None


def lock_for_migration(connection: Connection) -> None:
    """Let one process migrate at a time; with SQLite, BEGIN IMMEDIATE already does that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def broken_references(connection: Connection) -> int:
    """Number of rows that refer to missing rows; 0 on PostgreSQL, which enforces foreign keys during a migration."""
    if connection.dialect.name != "sqlite":
        return 0
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())


async def erase_deleted(engine: AsyncEngine, busy_timeout_ms: int) -> bool:
    """Rewrite the database without deleted content, then empty the write-ahead log.

    ``secure_delete`` overwrites deleted rows where they are, but not the copies that stay in unused parts of pages
    after SQLite has moved rows to other pages; only VACUUM removes those. VACUUM needs free disk space of twice the
    size of the database and blocks all writers.

    Returns:
        False when a reader kept the log from being emptied for `busy_timeout_ms`; True on PostgreSQL, which vacuums and
        recycles its log by itself.

    Raises:
        DependencyError: DATABASE, another process holds the lock or the disk is full.
    """
    if engine.dialect.name != "sqlite":
        return True
    async with engine.connect() as connection:
        # with the driver itself: VACUUM cannot run in a transaction, and SQLAlchemy would begin one
        driver: Any = (await connection.get_raw_connection()).driver_connection
        try:
            async with driver.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}"):
                pass
            try:
                async with driver.execute("VACUUM"):
                    pass
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    (busy, _, _) = await cursor.fetchone()
            finally:
                async with driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"):
                    pass
        except sqlite3.Error as error:
            raise DependencyError(DependencyCode.DATABASE, cause=str(error), transient=True) from error
    return not busy


def insert_new(connection: AsyncConnection, table: Table, values: dict[str, Any], unique: Sequence[str]) -> Any:
    """An INSERT that does nothing when a row with the same values in the `unique` columns exists, even in a race."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
