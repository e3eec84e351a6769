"""A real database for every test: SQLite, and PostgreSQL too where EARSHOT_TEST_POSTGRES names one to be emptied."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from core.storage import Database, dialects
from core.storage.schema.tables import metadata
from tests.support.clock import FakeClock
from tests.support.processes.migrated import put_database

POSTGRES = os.environ.get("EARSHOT_TEST_POSTGRES")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        put_database(tmp_path / "data")
        return f"sqlite:///{tmp_path / 'data' / 'earshot.sqlite3'}"
    await _empty(str(POSTGRES))
    return str(POSTGRES)


async def _empty(postgres: str) -> None:
    engine, _ = dialects.create_engines(dialects.parse_url(str(make_url(postgres)), Path()))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    await engine.dispose()


@pytest.fixture
async def database(url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    database = await Database.open(url, tmp_path / "data", clock=clock)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    put_database(tmp_path / "data")
    database = await Database.open(None, tmp_path / "data", clock=clock)
    yield database
    await database.close()
