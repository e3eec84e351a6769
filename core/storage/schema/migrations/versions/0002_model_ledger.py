"""The count of model calls becomes a ledger: per model, with attempts, answers, tokens and cost.

Revision ID: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLE = "model_calls"


def upgrade() -> None:
    """Turn the calls counted so far into attempts of a model whose name is unknown."""
    rows = _take("SELECT tenant_id, day, user_id, count FROM model_calls")
    _create(
        sa.Column("model", sa.String(128), primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
        sa.Column("completion_tokens", sa.BigInteger, nullable=False),
        sa.Column("held_tokens", sa.BigInteger, nullable=False),
        sa.Column("cost_nano_usd", sa.BigInteger),
    )
    for row in rows:
        row |= {"model": "", "attempts": row.pop("count"), "answers": 0}
        row |= {"prompt_tokens": 0, "completion_tokens": 0, "held_tokens": 0}
    _put(rows)


def downgrade() -> None:
    """Add up the attempts of all models to one count; tokens and costs are lost."""
    rows = _take(
        "SELECT tenant_id, day, user_id, SUM(attempts) AS count FROM model_calls GROUP BY tenant_id, day, user_id"
    )
    _create(sa.Column("count", sa.Integer, nullable=False))
    _put(rows)


def _take(query: str) -> list[dict[str, Any]]:
    """Read the rows of the table and drop it: SQLite cannot change a primary key."""
    selected = sa.text(query).columns(day=sa.Date)
    rows = [dict(row) for row in op.get_bind().execute(selected).mappings()]
    op.drop_table(_TABLE)
    return rows


def _create(*columns: sa.Column[Any]) -> None:
    op.create_table(
        _TABLE,
        sa.Column("tenant_id", sa.BigInteger, sa.ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, index=True),
        *columns,
    )


def _put(rows: list[dict[str, Any]]) -> None:
    if rows:
        types = {"day": sa.Date}
        op.bulk_insert(sa.table(_TABLE, *(sa.column(name, types.get(name)) for name in rows[0])), rows)
