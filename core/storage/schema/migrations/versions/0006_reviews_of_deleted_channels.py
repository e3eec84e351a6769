"""Deletion of tracks without a conversation, whose channel was deleted; indexes for finding the next ones.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WITHOUT_CONVERSATION = (
    "SELECT id FROM tracks WHERE id NOT IN (SELECT versions.track_id FROM conversations "
    "JOIN reviews ON reviews.id = conversations.review_id JOIN versions ON versions.id = reviews.version_id)"
)
"""Ids of tracks of which no version has a conversation: nothing in the program shows them."""


def upgrade() -> None:
    """Delete referring rows before the rows they refer to: foreign keys are not enforced during a migration."""
    gone_versions = f"SELECT id FROM versions WHERE track_id IN ({WITHOUT_CONVERSATION})"  # noqa: S608 - a constant
    op.execute(f"DELETE FROM reviews WHERE version_id IN ({gone_versions})")  # noqa: S608
    op.execute(f"DELETE FROM versions WHERE track_id IN ({WITHOUT_CONVERSATION})")  # noqa: S608
    op.execute(f"DELETE FROM tracks WHERE id IN ({WITHOUT_CONVERSATION})")  # noqa: S608
    op.execute(
        "DELETE FROM analyses WHERE id NOT IN (SELECT analysis_id FROM versions) AND id NOT IN "
        "(SELECT reference_analysis_id FROM reviews WHERE reference_analysis_id IS NOT NULL)"
    )
    op.create_index("ix_conversations_review_channel_id", "conversations", ["review_channel_id"])
    op.create_index("ix_summaries_channel_id", "summaries", ["channel_id"])


def downgrade() -> None:
    """Drop the indexes; deleted rows are not restored."""
    op.drop_index("ix_summaries_channel_id", "summaries")
    op.drop_index("ix_conversations_review_channel_id", "conversations")
