"""The targets of a guild: named percentiles of several tracks. They belong to the guild, not to a person."""

from sqlalchemy import ColumnElement, and_, delete, select, update

from core.storage.access import NO_GUILD, Repository, stored
from core.storage.schema.tables import targets
from core.storage.stored_values import TargetEntry
from core.targets.named import NamedTarget, name_key
from core.targets.percentiles import ServerTarget
from core.values.actor import Actor
from core.values.errors import NotFoundError
from core.values.serial import to_json


def _of_guild(actor: Actor) -> ColumnElement[bool]:
    """The rows of the actor's guild; none without a guild."""
    return and_(targets.c.tenant_id == actor.tenant_id, targets.c.tenant_id != NO_GUILD)


def _called(actor: Actor, name: str) -> ColumnElement[bool]:
    return and_(_of_guild(actor), targets.c.name_key == name_key(name))


class Targets(Repository):
    """Targets of guilds. Everybody in a guild may read them; the service decides who may change them."""

    async def add(self, actor: Actor, named: NamedTarget) -> bool:
        """Store a target of the actor's guild; False when it has one of this name.

        Raises:
            NotFoundError: the actor is in no guild.
        """
        if actor.guild_id is None:
            raise NotFoundError("server")
        await self._ensure_guild(actor.tenant_id)
        return await self._add_new(
            targets,
            ["tenant_id", "name_key"],
            tenant_id=actor.tenant_id,
            name=named.name,
            name_key=name_key(named.name),
            genre_id=named.genre_id,
            target=to_json(named.target).decode(),
            schema_version=named.target.schema_version,
            tracks=named.target.tracks,
            created_by=actor.user_id,
            created_at=self._clock(),
        )

    async def get(self, actor: Actor, name: str) -> NamedTarget:
        """The guild's target of this name, in upper or lower case.

        Raises:
            NotFoundError: the guild has no such target.
        """
        row = await self._one("target", select(targets).where(_called(actor, name)))
        return NamedTarget(row.name, stored(ServerTarget, row.target), row.genre_id)

    async def listed(self, actor: Actor) -> tuple[TargetEntry, ...]:
        """The guild's targets, sorted by name."""
        columns = (targets.c.name, targets.c.tracks, targets.c.genre_id, targets.c.created_at)
        rows = await self._connection.execute(select(*columns).where(_of_guild(actor)).order_by(targets.c.name_key))
        return tuple(TargetEntry(row.name, row.tracks, row.genre_id, row.created_at) for row in rows)

    async def remove(self, actor: Actor, name: str) -> None:
        """Delete the guild's target of this name. Reviews that were compared with it keep the comparison.

        Raises:
            NotFoundError: the guild has no such target.
        """
        if not await self._changed(delete(targets).where(_called(actor, name))):
            raise NotFoundError("target")

    async def forget_maker(self, user_id: int) -> None:
        """Remove a person's id from the targets they made; the targets stay."""
        await self._changed(update(targets).where(targets.c.created_by == user_id).values(created_by=None))
