"""The first schema.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    _create_people()
    _create_library()
    _create_conversations()
    _create_work()


def downgrade() -> None:
    """Drop all tables."""
    for name in reversed(_TABLES):
        op.drop_table(name)


_TABLES = (
    "guilds",
    "users",
    "projects",
    "tracks",
    "analyses",
    "versions",
    "blobs",
    "reviews",
    "conversations",
    "messages",
    "posts",
    "summaries",
    "jobs",
    "outbox_steps",
    "model_calls",
)


def _create_table(name: str, *items: SchemaItem) -> None:
    op.create_table(name, sa.Column("id", sa.Integer, primary_key=True), *items, sqlite_autoincrement=True)


def _owned() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column(
            "tenant_id", sa.BigInteger, sa.ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    )


def _part_of(column: str, table: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Integer, key, nullable=False, index=True)


def _create_people() -> None:
    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _create_library() -> None:
    _create_table(
        "projects",
        *_owned(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "owner_id", "number"),
    )
    _create_table(
        "tracks",
        *_owned(),
        _part_of("project_id", "projects"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "owner_id", "number"),
    )
    _create_table(
        "analyses",
        *_owned(),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("analyser_version", sa.String(32), nullable=False),
        sa.Column("analysis", sa.Text, nullable=False),
        sa.Column("frames", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "owner_id", "content_hash", "analyser_version"),
    )
    _create_table(
        "versions",
        _part_of("track_id", "tracks"),
        _part_of("analysis_id", "analyses"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("track_id", "number"),
    )
    _create_table(
        "blobs",
        *_owned(),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("path", sa.String(64), nullable=False, unique=True),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    _create_table(
        "reviews",
        *_owned(),
        _part_of("version_id", "versions"),
        sa.Column("reference_analysis_id", sa.Integer, sa.ForeignKey("analyses.id", ondelete="SET NULL"), index=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("diagnosis", sa.Text, nullable=False),
        sa.Column("review", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _create_conversations() -> None:
    _create_table(
        "conversations",
        *_owned(),
        sa.Column("channel_id", sa.BigInteger),
        _part_of("review_id", "reviews"),
        sa.Column("last_seen_message_id", sa.BigInteger),
        sa.Column("hinted", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.UniqueConstraint("channel_id", "owner_id"),
    )
    _create_table(
        "messages",
        _part_of("conversation_id", "conversations"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("author_id", sa.BigInteger, index=True),
        sa.Column("asker_id", sa.BigInteger, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("writer", sa.String(32)),
        sa.Column("discord_message_id", sa.BigInteger, unique=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "posts",
        sa.Column("discord_message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        _part_of("conversation_id", "conversations"),
    )
    _create_table(
        "summaries",
        _part_of("conversation_id", "conversations"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("covers_message_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("conversation_id", "number"),
    )


def _create_work() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(128), nullable=False, unique=True),
        *_owned(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
        sa.Column("lane", sa.String(64), index=True),
    )
    op.create_index(None, "jobs", ["state", "owner_id"])
    op.create_index(None, "jobs", ["state", "created_at"])
    _create_table(
        "outbox_steps",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(16), nullable=False, unique=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("made_id", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("job_id", "position"),
    )
    op.create_table(
        "model_calls",
        sa.Column("tenant_id", sa.BigInteger, sa.ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, index=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
