"""Who may use which row, for every query: own rows by guild and user, shared rows by guild."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Row, Table, and_, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage import dialects
from core.storage.schema import tables
from core.values.actor import Actor
from core.values.clock import Clock
from core.values.errors import DependencyCode, DependencyError, NotFoundError
from core.values.serial import from_json

T = TypeVar("T")

NO_GUILD = 0
"""`Actor.tenant_id` of everybody without a guild (direct messages, command line)."""


def owned_by(table: Table, actor: Actor) -> ColumnElement[bool]:
    """Rows of `table` that this actor owns in this guild."""
    return and_(table.c.tenant_id == actor.tenant_id, table.c.owner_id == actor.user_id)


def readable_by(table: Table, actor: Actor) -> ColumnElement[bool]:
    """Rows of `table` that this actor may read: those of the guild; without a guild, only their own."""
    return and_(
        table.c.tenant_id == actor.tenant_id,
        or_(table.c.tenant_id != NO_GUILD, table.c.owner_id == actor.user_id),
    )


def json_number(column: ColumnElement[str], name: str, number: int) -> ColumnElement[bool]:
    """Rows whose JSON (`core.values.serial`: without spaces) has this number under this name, at any depth.

    A string inside the JSON cannot match: its quotation marks are escaped.
    """
    found = (column.contains(f'"{name}":{number}{end}', autoescape=True) for end in ",}")
    return or_(*found)


def guild_id_of_tenant(tenant_id: int) -> int | None:
    """The inverse of `Actor.tenant_id`."""
    return None if tenant_id == NO_GUILD else tenant_id


def stored(kind: type[T], text: str) -> T:
    """Decode a stored JSON value.

    Raises:
        DependencyError: DATABASE, the text is not JSON of a `kind` (any more).
    """
    try:
        return from_json(kind, text)
    except msgspec.DecodeError as error:
        cause = f"stored {kind.__name__}: {error}"
        raise DependencyError(DependencyCode.DATABASE, cause=cause, transient=False) from error


class Repository:
    """Base of the repositories: queries in one transaction."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def _add(self, table: Table, /, **values: Any) -> int:
        """Insert a row and return its id."""
        statement = insert(table).values(**values).returning(table.c.id)
        return int((await self._connection.execute(statement)).scalar_one())

    async def _add_new(self, table: Table, unique: Sequence[str], /, **values: Any) -> bool:
        """Insert a row unless one with the same values in the `unique` columns exists; False when it does."""
        statement = dialects.insert_new(self._connection, table, values, unique)
        return bool((await self._connection.execute(statement)).rowcount)

    async def _one(self, what: str, statement: Any) -> Row[Any]:
        """The row that `statement` finds.

        Raises:
            NotFoundError: there is no such row.
        """
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise NotFoundError(what)
        return row

    async def _changed(self, statement: Any) -> int:
        """Execute a statement and return how many rows it changed."""
        return (await self._connection.execute(statement)).rowcount

    async def _ensure_guild(self, tenant_id: int) -> None:
        await self._add_new(tables.guilds, ["id"], id=tenant_id, settings="{}", joined_at=self._clock())

    async def _ensure_owner(self, actor: Actor) -> None:
        """Add the actor's guild and user if they are missing, and lock the user's row for this transaction.

        The lock makes numbering and counting safe. On SQLite it does nothing: writers never overlap there.
        """
        await self._ensure_guild(actor.tenant_id)
        await self._add_new(tables.users, ["id"], id=actor.user_id, created_at=self._clock())
        await self._lock(tables.users, actor.user_id)

    async def _lock(self, table: Table, row_id: int) -> None:
        statement = select(table.c.id).where(table.c.id == row_id).with_for_update(key_share=True)
        await self._connection.execute(statement)
