"""The newest message handled in each channel, the offers of members, and the channels of posts.

Revision ID: 0004
Revises: 0003
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DISCORD_EPOCH_MS = 1_420_070_400_000
"""Unix time in ms at which Discord's snowflakes begin (discord.com/developers/docs/reference#snowflakes)."""


def upgrade() -> None:
    """Move the newest message seen from conversations to channels; a conversation's floor is when it was stored."""
    op.create_table(
        "seen_channels",
        sa.Column("channel_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "tenant_id", sa.BigInteger, sa.ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("message_id", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "tenant_id", sa.BigInteger, sa.ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("owner_id", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("source_id", sa.BigInteger, nullable=False),
        sa.Column("offer", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.UniqueConstraint("tenant_id", "owner_id", "source_id"),
        sqlite_autoincrement=True,
    )
    _carry_over()
    created = sa.text("SELECT id, created_at FROM conversations").columns(created_at=sa.DateTime(timezone=True))
    began = [(row.id, row.created_at) for row in op.get_bind().execute(created)]
    with _altered("conversations") as conversations:
        conversations.add_column(sa.Column("follows_owner", sa.Boolean, nullable=False, server_default=sa.false()))
        conversations.add_column(sa.Column("floor_id", sa.BigInteger, nullable=False, server_default="0"))
        conversations.drop_column("last_seen_message_id")
    op.execute("UPDATE conversations SET follows_owner = TRUE WHERE channel_id IS NOT NULL")
    floors = [{"row": row, "floor": _snowflake(at)} for row, at in began]
    if floors:
        op.get_bind().execute(sa.text("UPDATE conversations SET floor_id = :floor WHERE id = :row"), floors)
    with _altered("users") as users:
        users.add_column(sa.Column("settings", sa.Text, nullable=False, server_default="{}"))
    with _altered("posts") as posts:
        posts.add_column(sa.Column("channel_id", sa.BigInteger))
    with _altered("outbox_steps") as steps:
        steps.add_column(sa.Column("first_tried_at", sa.DateTime(timezone=True)))


def _carry_over() -> None:
    selected = sa.text(
        "SELECT channel_id, tenant_id, last_seen_message_id, created_at FROM conversations WHERE channel_id IS NOT NULL"
    ).columns(created_at=sa.DateTime(timezone=True))
    seen: dict[int, tuple[int, int]] = {}
    for row in op.get_bind().execute(selected):
        began = _snowflake(row.created_at)
        message_id = max(row.last_seen_message_id or 0, began, seen.get(row.channel_id, (0, 0))[1])
        seen[row.channel_id] = (row.tenant_id, message_id)
    if seen:
        table = sa.table("seen_channels", sa.column("channel_id"), sa.column("tenant_id"), sa.column("message_id"))
        rows = [{"channel_id": key, "tenant_id": tenant, "message_id": last} for key, (tenant, last) in seen.items()]
        op.bulk_insert(table, rows)


def _snowflake(at: datetime) -> int:
    """The smallest id of a message written at this time. SQLite returns times without a zone: they are UTC."""
    seconds = (at.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001
    return (int(seconds * 1000) - DISCORD_EPOCH_MS) << 22


def downgrade() -> None:
    """Give each conversation the newest message seen in its channel; offers and settings of members are lost."""
    with _altered("outbox_steps") as steps:
        steps.drop_column("first_tried_at")
    with _altered("posts") as posts:
        posts.drop_column("channel_id")
    with _altered("users") as users:
        users.drop_column("settings")
    with _altered("conversations") as conversations:
        conversations.add_column(sa.Column("last_seen_message_id", sa.BigInteger))
        conversations.drop_column("follows_owner")
        conversations.drop_column("floor_id")
    op.execute(
        "UPDATE conversations SET last_seen_message_id = "
        "(SELECT message_id FROM seen_channels WHERE seen_channels.channel_id = conversations.channel_id)"
    )
    op.drop_table("offers")
    op.drop_table("seen_channels")


def _altered(table: str) -> AbstractContextManager[BatchOperations]:
    """The table as a batch; SQLite copies it, so that its stored CREATE statement is that of a new table."""
    recreate: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    keeps_ids = {"sqlite_autoincrement": True} if table in {"conversations", "outbox_steps"} else {}
    return op.batch_alter_table(table, recreate=recreate, table_kwargs=keeps_ids)
