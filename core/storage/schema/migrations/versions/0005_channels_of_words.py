"""The channels of messages and summaries, and the channel in which a review is shown.

Revision ID: 0005
Revises: 0004
"""

from contextlib import AbstractContextManager
from typing import Literal

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the channel of earlier messages is unknown and assumed to be that of their conversation.

    A conversation that has given up its channel to a newer one is assumed to be in the channel of its first post.
    """
    with _altered("conversations") as conversations:
        conversations.add_column(sa.Column("review_channel_id", sa.BigInteger))
    op.execute(
        "UPDATE conversations SET review_channel_id = coalesce(channel_id, (SELECT posts.channel_id FROM posts "
        "WHERE posts.conversation_id = conversations.id ORDER BY posts.discord_message_id LIMIT 1))"
    )
    with _altered("messages") as messages:
        messages.add_column(sa.Column("channel_id", sa.BigInteger))
        messages.create_index("ix_messages_channel_id", ["channel_id"])
    with _altered("summaries") as summaries:
        summaries.add_column(sa.Column("channel_id", sa.BigInteger))
    for table in ("messages", "summaries"):
        op.execute(
            f"UPDATE {table} SET channel_id = (SELECT conversations.review_channel_id FROM conversations "  # noqa: S608
            f"WHERE conversations.id = {table}.conversation_id)"
        )


def downgrade() -> None:
    """Drop the columns; the channels of messages and summaries are lost."""
    with _altered("summaries") as summaries:
        summaries.drop_column("channel_id")
    with _altered("messages") as messages:
        messages.drop_index("ix_messages_channel_id")
        messages.drop_column("channel_id")
    with _altered("conversations") as conversations:
        conversations.drop_column("review_channel_id")


def _altered(table: str) -> AbstractContextManager[BatchOperations]:
    """The table as a batch; SQLite copies it, so that its stored CREATE statement is that of a new table."""
    recreate: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    return op.batch_alter_table(table, recreate=recreate, table_kwargs={"sqlite_autoincrement": True})
