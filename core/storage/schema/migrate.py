"""Migration of a database to the newest schema, in the process that opens it."""

import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, inspect

from core.storage import dialects
from core.storage.schema.tables import metadata
from core.values.errors import DatabaseFault, DependencyCode, DependencyError

MIGRATIONS = Path(__file__).parent / "migrations"

_REVISION = re.compile(r"\d{4}")
"""Form of the revision ids of Earshot's migrations: an unknown id of this form comes from a newer Earshot."""


async def migrate(url: URL) -> None:
    """Run the missing migrations in one transaction: all of them or none.

    Raises:
        DependencyError: a newer Earshot has migrated this database, the database belongs to another program, or a
            foreign key would refer to a missing row.
        SQLAlchemyError: the database failed.
    """
    engine = dialects.create_migration_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate to `revision` within the connection's transaction."""
    dialects.lock_for_migration(connection)
    known = MigrationContext.configure(connection).get_current_revision()
    if known is None and (strange := _strange_tables(connection)):
        raise _for_good(DatabaseFault.FOREIGN, f"schema: {', '.join(sorted(strange))} without a revision")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        is_ours = _REVISION.fullmatch(known or "") is not None
        raise _for_good(DatabaseFault.NEWER if is_ours else DatabaseFault.FOREIGN, f"schema: {error}") from error
    if broken := dialects.broken_references(connection):
        cause = f"{broken} rows refer to rows that are missing"
        raise DependencyError(DependencyCode.DATABASE, cause=cause, transient=False)


def _strange_tables(connection: Connection) -> set[str]:
    """Tables that prevent a first migration: in a SQLite file, any; in PostgreSQL, those named like one of ours."""
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return tables if connection.dialect.name == "sqlite" else tables & set(metadata.tables)


def _for_good(fault: DatabaseFault, cause: str) -> DependencyError:
    return DependencyError(DependencyCode.DATABASE, cause=cause, transient=False, fault=fault.value)
