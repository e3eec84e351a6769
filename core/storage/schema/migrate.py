"""Brings a database to the newest schema, in the process that opens it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection

from core.storage import dialects
from core.values.errors import DependencyCode, DependencyError

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(url: URL) -> None:
    """Run the missing migrations in one transaction: all of them or none.

    Raises:
        DependencyError: a newer Earshot has migrated this database, or rows would be left without what they refer to.
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
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise DependencyError(DependencyCode.DATABASE, cause=f"schema: {error}") from error
    if broken := dialects.broken_references(connection):
        raise DependencyError(DependencyCode.DATABASE, cause=f"{broken} rows refer to rows that are missing")
