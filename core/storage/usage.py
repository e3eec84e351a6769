"""Calls to the language model, counted before they are made."""

from datetime import date

from sqlalchemy import delete, func, select, update

from core.actor import Actor
from core.storage.access import NO_GUILD, Repository
from core.storage.tables import guilds, model_calls

NOBODY = 0
"""Stands in for a deleted user: the guild's budget stays spent, without a name on it."""


class Usage(Repository):
    """Counts per guild, user and day."""

    async def reserve_model_call(self, actor: Actor, day: date, limit: int) -> bool:
        """Count one call, unless the actor's guild (without a guild: the actor) has used up `limit` calls that day.

        A reserved call stays counted when it then fails: a budget that leaks is none.
        """
        await self._ensure_guild(actor.tenant_id)
        await self._lock(guilds, actor.tenant_id)
        whose = actor.user_id if actor.tenant_id == NO_GUILD else None
        if await self.used(actor.tenant_id, day, whose) >= limit:
            return False
        await self._count(actor.tenant_id, actor.user_id, day, 1)
        return True

    async def _count(self, tenant_id: int, user_id: int, day: date, calls: int) -> None:
        key = {"tenant_id": tenant_id, "user_id": user_id, "day": day}
        await self._add_new(model_calls, list(key), **key, count=0)
        statement = update(model_calls).filter_by(**key).values(count=model_calls.c.count + calls)
        await self._connection.execute(statement)

    async def used(self, tenant_id: int, day: date, user_id: int | None = None) -> int:
        """Calls counted on that day, of the guild or of one user in it."""
        statement = select(func.coalesce(func.sum(model_calls.c.count), 0)).filter_by(tenant_id=tenant_id, day=day)
        if user_id is not None:
            statement = statement.where(model_calls.c.user_id == user_id)
        return int((await self._connection.execute(statement)).scalar_one())

    async def forget(self, before: date) -> int:
        """Delete the counts of earlier days; returns how many rows."""
        return await self._changed(delete(model_calls).where(model_calls.c.day < before))

    async def anonymise(self, user_id: int) -> None:
        """Take a user's name off their counts, without giving the calls back to their guilds."""
        columns = (model_calls.c.tenant_id, model_calls.c.day, model_calls.c.count.label("calls"))
        mine = select(*columns).where(model_calls.c.user_id == user_id)
        for row in (await self._connection.execute(mine)).all():
            await self._count(row.tenant_id, NOBODY, row.day, row.calls)
        await self._connection.execute(delete(model_calls).where(model_calls.c.user_id == user_id))
