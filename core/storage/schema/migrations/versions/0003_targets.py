"""Targets of a guild, and the comparison of a review with one.

Revision ID: 0003
Revises: 0002
"""

from contextlib import AbstractContextManager
from typing import Literal

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; earlier reviews were compared with no target."""
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "tenant_id", sa.BigInteger, sa.ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("genre_id", sa.String(64)),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sa.Column("tracks", sa.Integer, nullable=False),
        sa.Column("created_by", sa.BigInteger, index=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "name_key"),
        sqlite_autoincrement=True,
    )
    with _reviews() as reviews:
        reviews.add_column(sa.Column("target", sa.Text))


def downgrade() -> None:
    """Drop the table; targets and comparisons with them are lost."""
    with _reviews() as reviews:
        reviews.drop_column("target")
    op.drop_table("targets")


def _reviews() -> AbstractContextManager[BatchOperations]:
    """The table as a batch; SQLite copies it, so that its stored CREATE statement is that of a new table."""
    recreate: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    return op.batch_alter_table("reviews", recreate=recreate, table_kwargs={"sqlite_autoincrement": True})
