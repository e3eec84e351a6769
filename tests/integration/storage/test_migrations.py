"""The migrated schema is the schema of the tables, from an empty file and again."""

import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, create_mock_engine

from core.storage import Database, Usage, dialects
from core.storage.schema.migrate import MIGRATIONS, upgrade
from core.storage.schema.tables import metadata
from core.values.errors import DependencyCode, DependencyError


def schema(path: Path) -> set[tuple[str, frozenset[str]]]:
    """Every table and index by its SQL, line by line.

    The order of constraints means nothing, nor do the quotes that SQLite puts around the name of a renamed table.
    """
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {
        (name, frozenset(re.sub(r"\s+", " ", line.replace('"', "")).strip(" ,") for line in sql.split("\n")))
        for name, sql in rows
        if name not in {"alembic_version", "sqlite_sequence"}
    }


async def test_an_empty_file_becomes_the_schema_of_the_tables(tmp_path: Path) -> None:
    await (await Database.open(None, tmp_path / "migrated")).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'created.db'}")
    metadata.create_all(engine)
    engine.dispose()
    created = schema(tmp_path / "created.db")
    assert len(created) > len(metadata.tables)  # tables and indexes
    assert schema(tmp_path / "migrated" / "earshot.sqlite3") == created


async def test_no_drift_between_tables_and_migrations(url: str, database: Database, tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    _, reader = dialects.create_engines(dialects.parse_url(url, tmp_path))
    async with reader.begin() as connection:
        found = await connection.run_sync(differences)
    await reader.dispose()
    assert found == []


async def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    database = await Database.open(None, tmp_path)
    async with database.begin() as unit:
        await unit.guilds.put_settings(7, {"language": "de"})
    await database.close()
    before = schema(tmp_path / "earshot.sqlite3")
    database = await Database.open(None, tmp_path)
    async with database.read() as unit:
        assert await unit.guilds.settings(7) == {"language": "de"}
    await database.close()
    assert schema(tmp_path / "earshot.sqlite3") == before


async def test_calls_counted_before_the_ledger_are_attempts_in_it(tmp_path: Path) -> None:
    path = tmp_path / "earshot.sqlite3"
    engine = dialects.create_migration_engine(dialects.parse_url(None, tmp_path))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0001")
        await connection.exec_driver_sql("INSERT INTO guilds VALUES (7, '{}', '2026-03-01 00:00:00', NULL)")
        await connection.exec_driver_sql("INSERT INTO model_calls VALUES (7, '2026-03-01', 5, 12)")
    await engine.dispose()

    database = await Database.open(None, tmp_path)
    async with database.read() as unit:
        assert await unit.usage.used(7, date(2026, 3, 1), 5) == Usage(attempts=12)
    await database.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM model_calls").fetchone() == (1,)
    connection.close()


BEFORE_CHANNELS_OF_WORDS = """
INSERT INTO guilds VALUES (7, '{}', '2026-03-01 00:00:00', NULL);
INSERT INTO users (id, created_at) VALUES (5, '2026-03-01 00:00:00');
INSERT INTO projects VALUES (1, 7, 5, 1, '', '2026-03-01 00:00:00');
INSERT INTO tracks VALUES (1, 7, 5, 1, 1, '', '2026-03-01 00:00:00');
INSERT INTO analyses VALUES (1, 7, 5, 'h', '1', '{}', '', '2026-03-01 00:00:00');
INSERT INTO versions VALUES (1, 1, 1, 1, 'h', '2026-03-01 00:00:00');
INSERT INTO reviews VALUES (1, 7, 5, 1, NULL, '{}', '{}', '{}', '2026-03-01 00:00:00', NULL);
INSERT INTO conversations (id, tenant_id, owner_id, channel_id, review_id, hinted, created_at, active_at) VALUES
  (1, 7, 5, 70, 1, 0, '2026-03-01 00:00:00', '2026-03-01 00:00:00'),
  (2, 7, 5, NULL, 1, 0, '2026-03-01 00:00:00', '2026-03-01 00:00:00'),
  (3, 7, 5, NULL, 1, 0, '2026-03-01 00:00:00', '2026-03-01 00:00:00');
INSERT INTO posts VALUES (901, 2, 72), (902, 2, 99);
INSERT INTO messages (id, conversation_id, role, text, at) VALUES
  (1, 1, 'user', 'why?', '2026-03-01 00:00:00'),
  (2, 2, 'user', 'why?', '2026-03-01 00:00:00'),
  (3, 3, 'user', 'why?', '2026-03-01 00:00:00');
INSERT INTO summaries VALUES (1, 1, 1, 'so far', 1, '2026-03-01 00:00:00');
"""
"""Three conversations: in a channel; without one any more, its review posted in 72 and an answer in 99; without any."""


async def test_words_said_before_their_channel_was_kept_count_as_said_where_the_review_is(tmp_path: Path) -> None:
    path = tmp_path / "earshot.sqlite3"
    engine = dialects.create_migration_engine(dialects.parse_url(None, tmp_path))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0004")
        for statement in BEFORE_CHANNELS_OF_WORDS.split(";\n"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
    await engine.dispose()

    await (await Database.open(None, tmp_path)).close()
    with sqlite3.connect(path) as connection:
        shown = connection.execute("SELECT id, review_channel_id FROM conversations ORDER BY id").fetchall()
        said = connection.execute("SELECT id, channel_id FROM messages ORDER BY id").fetchall()
        summed = connection.execute("SELECT channel_id FROM summaries").fetchall()
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    assert shown == said == [(1, 70), (2, 72), (3, None)]
    assert summed == [(70,)]


WITH_A_DELETED_THREAD = """
INSERT INTO guilds VALUES (7, '{}', '2026-03-01 00:00:00', NULL);
INSERT INTO users (id, created_at) VALUES (5, '2026-03-01 00:00:00');
INSERT INTO projects VALUES (1, 7, 5, 1, '', '2026-03-01 00:00:00');
INSERT INTO tracks VALUES (1, 7, 5, 1, 1, '', '2026-03-01 00:00:00'), (2, 7, 5, 1, 2, '', '2026-03-01 00:00:00');
INSERT INTO analyses VALUES (1, 7, 5, 'h', '1', '{}', '', '2026-03-01 00:00:00'),
  (2, 7, 5, 'i', '1', '{}', '', '2026-03-01 00:00:00'), (3, 7, 5, 'r', '1', '{}', '', '2026-03-01 00:00:00'),
  (4, 7, 5, 'q', '1', '{}', '', '2026-03-01 00:00:00');
INSERT INTO versions VALUES (1, 1, 1, 1, 'h', '2026-03-01 00:00:00'), (2, 1, 2, 2, 'i', '2026-03-01 00:00:00'),
  (3, 2, 2, 1, 'i', '2026-03-01 00:00:00');
INSERT INTO reviews VALUES (1, 7, 5, 1, NULL, '{}', '{}', '{}', '2026-03-01 00:00:00', NULL),
  (2, 7, 5, 2, 3, '{}', '{}', '{}', '2026-03-01 00:00:00', NULL),
  (3, 7, 5, 3, 4, '{}', '{}', '{}', '2026-03-01 00:00:00', NULL);
INSERT INTO conversations (id, tenant_id, owner_id, channel_id, review_id, hinted, created_at, active_at) VALUES
  (1, 7, 5, 70, 2, 0, '2026-03-01 00:00:00', '2026-03-01 00:00:00');
"""
"""A track with two versions in a thread; another one whose thread was deleted, with a reference of its own."""


async def test_reviews_whose_thread_was_deleted_before_they_went_with_it_go(tmp_path: Path) -> None:
    engine = dialects.create_migration_engine(dialects.parse_url(None, tmp_path))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0005")
        for statement in WITH_A_DELETED_THREAD.split(";\n"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
    await engine.dispose()

    await (await Database.open(None, tmp_path)).close()
    with sqlite3.connect(tmp_path / "earshot.sqlite3") as connection:
        for table, kept in {"tracks": [1], "versions": [1, 2], "reviews": [1, 2], "analyses": [1, 2, 3]}.items():
            ids = connection.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()  # noqa: S608
            assert ids == [(each,) for each in kept], table
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    await (await Database.open(None, tmp_path)).close()
    with sqlite3.connect(tmp_path / "earshot.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DependencyError) as caught:
        await Database.open(None, tmp_path)
    assert caught.value.code is DependencyCode.DATABASE
    assert "9999" in str(caught.value.facts["cause"])


def test_revisions_are_numbered_in_one_line() -> None:
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_the_schema_can_be_written_for_postgresql() -> None:
    statements: list[str] = []
    engine = create_mock_engine("postgresql+psycopg://", lambda ddl, *_: statements.append(str(ddl)))
    metadata.create_all(engine, checkfirst=False)
    assert sum("CREATE TABLE" in statement for statement in statements) == len(metadata.tables)
