"""The ledger of requests to the language model: reserved before they are sent, settled when they have ended."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from core.storage.access import NO_GUILD, Repository
from core.storage.schema.tables import guilds, model_calls
from core.storage.stored_values import DayBudget, Usage
from core.values.actor import Actor

NOBODY = 0
"""User id of anonymised rows: what a deleted user has spent stays counted."""

_SUMS = ("attempts", "answers", "prompt_tokens", "completion_tokens", "held_tokens")
_KEY = ("tenant_id", "day", "user_id", "model")


class Ledger(Repository):
    """Counts of requests and tokens: one row per guild, day, user and model. Nothing is counted anywhere else."""

    async def reserve_model_call(
        self, actor: Actor, day: date, budget: DayBudget, *, model: str = "", tokens: int = 0
    ) -> bool:
        """Count one request that may cost `tokens`; False, and nothing is counted, if it would exceed the day's budget.

        The budget is the guild's; without a guild, the actor's own. A reserved request stays counted when it fails, so
        that failing requests cannot exceed the budget.
        """
        await self._ensure_guild(actor.tenant_id)
        await self._lock(guilds, actor.tenant_id)
        whose = actor.user_id if actor.tenant_id == NO_GUILD else None
        used = await self.used(actor.tenant_id, day, whose)
        by_user = used if whose is not None else await self.used(actor.tenant_id, day, actor.user_id)
        if used.attempts >= budget.guild_calls or by_user.attempts >= budget.user_calls:
            return False
        if used.tokens + used.held_tokens + tokens > budget.guild_tokens:
            return False
        await self._count(actor.tenant_id, actor.user_id, day, model, Usage(attempts=1, held_tokens=tokens))
        return True

    async def settle_model_call(
        self, actor: Actor, day: date, *, model: str, reserved_tokens: int, spent: Usage
    ) -> None:
        """Replace what was reserved for a request by what it has cost."""
        settled = Usage(
            answers=spent.answers,
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            held_tokens=spent.held_tokens - reserved_tokens,
            cost_nano_usd=spent.cost_nano_usd,
        )
        await self._count(actor.tenant_id, actor.user_id, day, model, settled)

    async def _count(self, tenant_id: int, user_id: int, day: date, model: str, more: Usage) -> None:
        key = {"tenant_id": tenant_id, "user_id": user_id, "day": day, "model": model}
        await self._add_new(model_calls, list(_KEY), **key, **dict.fromkeys(_SUMS, 0))
        values: dict[str, Any] = {name: model_calls.c[name] + getattr(more, name) for name in _SUMS}
        if more.cost_nano_usd is not None:
            values["cost_nano_usd"] = func.coalesce(model_calls.c.cost_nano_usd, 0) + more.cost_nano_usd
        await self._connection.execute(update(model_calls).filter_by(**key).values(**values))

    async def used(self, tenant_id: int, day: date, user_id: int | None = None) -> Usage:
        """Usage of a guild, or of one user in it, on a day."""
        whose = [model_calls.c.tenant_id == tenant_id, model_calls.c.day == day]
        return await self._sum(*whose, *([] if user_id is None else [model_calls.c.user_id == user_id]))

    async def used_since(self, first: date, tenant_id: int | None = None) -> Usage:
        """Usage of a guild, or of everybody, since a day (included)."""
        whose = [] if tenant_id is None else [model_calls.c.tenant_id == tenant_id]
        return await self._sum(model_calls.c.day >= first, *whose)

    async def _sum(self, *conditions: ColumnElement[bool]) -> Usage:
        sums = [func.coalesce(func.sum(model_calls.c[name]), 0).label(name) for name in _SUMS]
        cost = func.sum(model_calls.c.cost_nano_usd).label("cost_nano_usd")
        row = (await self._connection.execute(select(*sums, cost).where(*conditions))).mappings().one()
        values = {name: int(value) for name, value in row.items() if value is not None}
        return Usage(**values)

    async def forget(self, before: date) -> int:
        """Delete the rows of earlier days; returns how many."""
        return await self._changed(delete(model_calls).where(model_calls.c.day < before))

    async def anonymise(self, user_id: int | None = None, *, before: date | None = None) -> None:
        """Move counts (of one user; of days before `before`) to `NOBODY`; the sums of the guilds stay the same."""
        conditions: list[ColumnElement[bool]] = [model_calls.c.user_id != NOBODY]
        if user_id is not None:
            conditions.append(model_calls.c.user_id == user_id)
        if before is not None:
            conditions.append(model_calls.c.day < before)
        for row in (await self._connection.execute(select(model_calls).where(*conditions))).all():
            more = Usage(**{name: getattr(row, name) for name in _SUMS}, cost_nano_usd=row.cost_nano_usd)
            await self._count(row.tenant_id, NOBODY, row.day, row.model, more)
        await self._connection.execute(delete(model_calls).where(*conditions))
