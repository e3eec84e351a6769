"""The database: opened once, then used in transactions."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.storage import dialects
from core.storage.conversations.conversation_rows import Conversations
from core.storage.conversations.offers import Offers
from core.storage.conversations.seen import Seen
from core.storage.deleted_channels import DeletedChannels
from core.storage.dialects import BUSY_TIMEOUT_MS
from core.storage.guilds import Guilds
from core.storage.privacy import Privacy
from core.storage.queue.jobs import Jobs
from core.storage.queue.outbox import Outbox
from core.storage.reviews import Reviews
from core.storage.schema.migrate import migrate
from core.storage.targets import Targets
from core.storage.tracks import Tracks
from core.storage.uploads.blob_rows import BlobRows
from core.storage.usage import Ledger
from core.values.clock import Clock, utc_now
from core.values.errors import DatabaseFault, DependencyCode, DependencyError

CLOSE_WITHIN_S = 10.0
"""Seconds that `close` waits for running transactions: twice `BUSY_TIMEOUT_MS`, the longest wait for a lock."""

_FILE_FAULTS = {
    errno.EISDIR: DatabaseFault.FOLDER,
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG),
        DatabaseFault.UNWRITABLE,
    ),
}
"""System errors after which opening the file again cannot succeed, with their faults."""

log = logging.getLogger(__name__)


class Library(Tracks, Reviews, BlobRows):
    """The tracks, reviews and files of producers."""


class Unit:
    """The repositories in one transaction."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self.jobs = Jobs(connection, clock)
        self.outbox = Outbox(connection, clock)
        self.library = Library(connection, clock)
        self.conversations = Conversations(connection, clock)
        self.usage = Ledger(connection, clock)
        self.guilds = Guilds(connection, clock)
        self.targets = Targets(connection, clock)
        self.privacy = Privacy(connection, clock)
        self.seen = Seen(connection, clock)
        self.offers = Offers(connection, clock)
        self.deleted_channels = DeletedChannels(connection, clock)


class Database:
    """A database. Open it with `Database.open`, close it with `close`.

    Every method, and everything done inside a transaction, raises `DependencyError` (DATABASE) when the database
    fails. Its fact ``transient`` is true where the same may work later (locked, disk full, connection lost); where it
    is false, the fact ``fault`` is a `DatabaseFault` if there is one for it.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    @classmethod
    async def open(cls, url: str | None, data_dir: Path, *, clock: Clock = utc_now) -> Self:
        """Open a database and bring it to the newest schema.

        Args:
            url: SQLAlchemy URL of a SQLite file or of PostgreSQL; None for `dialects.DATABASE_FILE` in `data_dir`.
            data_dir: the data folder; made when missing.
            clock: the source of the times stored in rows.

        Raises:
            UsageError: BAD_SETTING, the URL cannot be used.
            DependencyError: DATABASE, the database cannot be opened or migrated.
        """
        parsed = dialects.parse_url(url, data_dir)
        with _driver_errors(), _system_errors():
            await asyncio.to_thread(dialects.prepare_file, parsed)
            writer, reader = dialects.create_engines(parsed)
            await migrate(parsed)
        return cls(writer, reader, clock)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Unit]:
        """A writing transaction: committed on exit, rolled back on an error.

        On SQLite only one writing transaction runs at a time and the others wait: do nothing slow in it, and never
        begin a second one inside it.
        """
        async with self._transaction(self._writer) as connection:
            yield Unit(connection, self._clock)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        """A read-only transaction on a snapshot of the database."""
        async with self._transaction(self._reader) as connection:
            yield Unit(connection, self._clock)

    async def compact(self, *, wait: bool = True) -> bool:
        """Remove deleted content from the files on disk as well; call it after a deletion is committed.

        This rewrites a SQLite file and blocks all writers meanwhile: for deletions that a person or a guild asked for,
        not for routine ones.

        Args:
            wait: wait up to `dialects.BUSY_TIMEOUT_MS` for readers that block it, which also blocks all writers.

        Returns:
            False when a reader blocked it: call again later.
        """
        with self._used(), _driver_errors(), _system_errors():
            return await dialects.erase_deleted(self._writer, BUSY_TIMEOUT_MS if wait else 0)

    async def close(self) -> None:
        """Refuse new transactions, wait for running ones (`CLOSE_WITHIN_S`), then close all connections.

        A program cancels its remaining tasks at exit; a connection that such a task returns would not be closed fully.
        """
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._idle.wait()
        except TimeoutError:
            log.warning("the database is closed although %d transactions do not end", self._under_way)
        with _driver_errors():
            await self._reader.dispose()
            await self._writer.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with self._used(), _driver_errors():
            async with AsyncExitStack() as stack:
                with _system_errors():
                    connection = await stack.enter_async_context(engine.begin())
                yield connection

    @contextmanager
    def _used(self) -> Iterator[None]:
        if self._closed:
            raise DependencyError(DependencyCode.DATABASE, cause="closed", transient=True)
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()


@contextmanager
def _system_errors() -> Iterator[None]:
    """Raise `DependencyError` for an OSError (folder or server unreachable); never wrapped around a caller's code."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or "unreachable"
        if (fault := _FILE_FAULTS.get(error.errno or 0)) is not None:
            raise _for_good(fault, cause) from error
        raise DependencyError(DependencyCode.DATABASE, cause=cause, transient=True) from error


@contextmanager
def _driver_errors() -> Iterator[None]:
    """Raise `DependencyError` for errors of driver and disk, without statements or values, which may be personal."""
    try:
        yield
    except DBAPIError as error:
        cause = str(error.orig).partition("\n")[0]
        if (fault := dialects.permanent_fault(error.orig)) is not None:
            raise _for_good(fault, cause) from error
        transient = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
        raise DependencyError(DependencyCode.DATABASE, cause=cause, transient=transient) from error
    except SQLAlchemyError as error:
        transient = isinstance(error, PoolTimeoutError)
        raise DependencyError(DependencyCode.DATABASE, cause=type(error).__name__, transient=transient) from error


def _for_good(fault: DatabaseFault, cause: str) -> DependencyError:
    return DependencyError(DependencyCode.DATABASE, cause=cause, transient=False, fault=fault.value)
