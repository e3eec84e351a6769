"""The tables.

A row that a person owns has ``tenant_id`` (the guild; 0 = none) and ``owner_id``; deleting the row in ``guilds`` or
``users`` deletes it too. A target belongs to its guild; ``created_by`` only says who made it. Ids that come from
Discord are 64-bit snowflakes. Values (analysis, review, payload …) are JSON text made by `core.values.serial`.

A change here needs a migration (`core.storage.schema.migrations`); a test compares both.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.schema import SchemaItem

from core.storage.schema.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    }
)


def _table(name: str, *items: SchemaItem) -> Table:
    """A table whose row ids are never reused.

    Buttons in Discord ("review 7") and summaries ("covers messages up to 12") outlive rows, and without AUTOINCREMENT
    SQLite gives the id of a deleted last row to the next row (sqlite.org/autoinc.html).
    """
    return Table(name, metadata, Column("id", Integer, primary_key=True), *items, sqlite_autoincrement=True)


def _owned() -> tuple[Column[int], Column[int]]:
    return (
        Column("tenant_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("owner_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    )


def _part_of(column: str, table: Table) -> Column[int]:
    return Column(column, Integer, ForeignKey(table.c.id, ondelete="CASCADE"), nullable=False, index=True)


guilds = Table(
    "guilds",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("settings", Text, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
)

targets = _table(
    "targets",
    Column("tenant_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("genre_id", String(64)),
    Column("target", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("tracks", Integer, nullable=False),
    Column("created_by", BigInteger, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant_id", "name_key"),
)

NOTHING_SET = "{}"
"""Settings of a person who has changed none (JSON)."""

users = Table(
    "users",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settings", Text, nullable=False, server_default=NOTHING_SET),
)

projects = _table(
    "projects",
    *_owned(),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant_id", "owner_id", "number"),
)

tracks = _table(
    "tracks",
    *_owned(),
    _part_of("project_id", projects),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant_id", "owner_id", "number"),
)

analyses = _table(
    "analyses",
    *_owned(),
    Column("content_hash", String(64), nullable=False),
    Column("analyser_version", String(32), nullable=False),
    Column("analysis", Text, nullable=False),
    Column("frames", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant_id", "owner_id", "content_hash", "analyser_version"),
)

versions = _table(
    "versions",
    _part_of("track_id", tracks),
    _part_of("analysis_id", analyses),
    Column("number", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("track_id", "number"),
)

blobs = _table(
    "blobs",
    *_owned(),
    Column("content_hash", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("path", String(64), nullable=False, unique=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

reviews = _table(
    "reviews",
    *_owned(),
    _part_of("version_id", versions),
    Column("reference_analysis_id", Integer, ForeignKey("analyses.id", ondelete="SET NULL"), index=True),
    Column("request", Text, nullable=False),
    Column("diagnosis", Text, nullable=False),
    Column("review", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("target", Text),
)

conversations = _table(
    "conversations",
    *_owned(),
    Column("channel_id", BigInteger),
    Column("review_channel_id", BigInteger, index=True),
    Column("follows_owner", Boolean, nullable=False, server_default=false()),
    Column("floor_id", BigInteger, nullable=False, server_default="0"),
    _part_of("review_id", reviews),
    Column("hinted", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("active_at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("channel_id", "owner_id"),
)

messages = _table(
    "messages",
    _part_of("conversation_id", conversations),
    Column("role", String(16), nullable=False),
    Column("author_id", BigInteger, index=True),
    Column("asker_id", BigInteger, index=True),
    Column("text", Text, nullable=False),
    Column("writer", String(32)),
    Column("discord_message_id", BigInteger, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel_id", BigInteger, index=True),
)

posts = Table(
    "posts",
    metadata,
    Column("discord_message_id", BigInteger, primary_key=True, autoincrement=False),
    _part_of("conversation_id", conversations),
    Column("channel_id", BigInteger),
)

seen_channels = Table(
    "seen_channels",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tenant_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("message_id", BigInteger, nullable=False),
)

offers = _table(
    "offers",
    *_owned(),
    Column("source_id", BigInteger, nullable=False),
    Column("offer", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("tenant_id", "owner_id", "source_id"),
)

summaries = _table(
    "summaries",
    _part_of("conversation_id", conversations),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("covers_message_id", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("channel_id", BigInteger, index=True),
    UniqueConstraint("conversation_id", "number"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(128), nullable=False, unique=True),
    *_owned(),
    Column("state", String(16), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("error", Text),
    Column("lane", String(64), index=True),
    Index(None, "state", "owner_id"),
    Index(None, "state", "created_at"),
)

outbox_steps = _table(
    "outbox_steps",
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("key", String(16), nullable=False, unique=True),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("first_tried_at", UtcDateTime),
    Column("made_id", BigInteger),
    Column("error", Text),
    UniqueConstraint("job_id", "position"),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("tenant_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, index=True),
    Column("model", String(128), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("held_tokens", BigInteger, nullable=False),
    Column("cost_nano_usd", BigInteger),
)
