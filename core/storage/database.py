"""The database: opened once, then one transaction at a time."""

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
"""How long closing waits for transactions that are under way: twice what one waits for a lock of somebody else."""

_FILE_FAULTS = {
    errno.EISDIR: DatabaseFault.FOLDER,
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG),
        DatabaseFault.UNWRITABLE,
    ),
}
"""What the system says of a file that no later try will open."""

log = logging.getLogger(__name__)


class Library(Tracks, Reviews, BlobRows):
    """What a producer has in Earshot. Every method that touches a person's things takes an `Actor`."""


class Unit:
    """One transaction, seen through the repositories."""

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
    """Open with `Database.open`, close with `close`.

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
            data_dir: where Earshot keeps its data; made when missing.
            clock: the time that rows are stamped with.

        Raises:
            UsageError: BAD_SETTING, the URL cannot be used.
            DependencyError: DATABASE, it cannot be opened or migrated.
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

        On SQLite one writes at a time and the others wait, so do nothing slow inside, and never begin a second one
        from within.
        """
        async with self._transaction(self._writer) as connection:
            yield Unit(connection, self._clock)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        """A reading transaction: it sees one moment of the database and cannot write."""
        async with self._transaction(self._reader) as connection:
            yield Unit(connection, self._clock)

    async def compact(self, *, wait: bool = True) -> bool:
        """Remove deleted content from the files on disk as well; call it after a deletion was committed.

        Rewrites a SQLite file, during which nobody writes: for what a person or a guild wants gone, not for routine.

        Args:
            wait: up to `dialects.BUSY_TIMEOUT_MS` for readers that are in the way; nobody writes meanwhile.

        Returns:
            False when a reader was in the way: call again later.
        """
        with self._used(), _driver_errors(), _system_errors():
            return await dialects.erase_deleted(self._writer, BUSY_TIMEOUT_MS if wait else 0)

    async def close(self) -> None:
        """Let transactions under way end, begin no others, close all connections.

        A program that ends cancels the tasks that are left over; a connection given back by one of them would be torn
        in the middle.
        """
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._idle.wait()
        except TimeoutError:
            log.warning("the database is closed over %d transactions that do not end", self._under_way)
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
    """A folder or server that cannot be reached. Never around a caller's code, whose OSErrors are its own."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or "unreachable"
        if (fault := _FILE_FAULTS.get(error.errno or 0)) is not None:
            raise _for_good(fault, cause) from error
        raise DependencyError(DependencyCode.DATABASE, cause=cause, transient=True) from error


@contextmanager
def _driver_errors() -> Iterator[None]:
    """The edge: errors of driver and disk become ours, without statements or values, which may be personal."""
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
