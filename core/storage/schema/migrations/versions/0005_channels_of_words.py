"""The channel in which each message was said and each summary was made, and in which a review is shown.

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
    """Where words were said so far is not known: they count as said in the channel of their conversation.

    A conversation that has given up its channel to a newer one was there where its first post stands.
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
    """All words of a conversation count as said in one place again."""
    with _altered("summaries") as summaries:
        summaries.drop_column("channel_id")
    with _altered("messages") as messages:
        messages.drop_index("ix_messages_channel_id")
        messages.drop_column("channel_id")
    with _altered("conversations") as conversations:
        conversations.drop_column("review_channel_id")


def _altered(table: str) -> AbstractContextManager[BatchOperations]:
    """The table to be changed. SQLite copies it, so that its stored text reads as if it had always been so."""
    recreate: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    return op.batch_alter_table(table, recreate=recreate, table_kwargs={"sqlite_autoincrement": True})
