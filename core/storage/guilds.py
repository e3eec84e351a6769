"""Guilds: their settings, and the deletion of their data after they have removed the bot."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update

from core.storage.access import NO_GUILD, Repository, stored
from core.storage.schema import tables
from core.storage.schema.tables import NOTHING_SET, blobs, guilds, users
from core.values.serial import to_json

_HOLDERS = ("projects", "tracks", "analyses", "blobs", "reviews", "conversations", "jobs", "offers")
"""Tables whose rows belong to a user."""


class Guilds(Repository):
    """Guilds. Their `settings` are a JSON object whose keys the caller defines."""

    async def joined(self, guild_id: int) -> None:
        """Note that the bot is in this guild: a planned deletion of its data is cancelled."""
        await self._ensure_guild(guild_id)
        await self._connection.execute(update(guilds).where(guilds.c.id == guild_id).values(left_at=None))

    async def left(self, guild_id: int, now: datetime) -> None:
        """Note that the guild removed the bot (an outage is not a removal). An earlier note is kept."""
        condition = (guilds.c.id == guild_id) & guilds.c.left_at.is_(None) & (guilds.c.id != NO_GUILD)
        await self._connection.execute(update(guilds).where(condition).values(left_at=now))

    async def present(self) -> dict[int, dict[str, Any]]:
        """Settings by guild id, of every guild that has a row and is not known to have removed the bot."""
        statement = select(guilds.c.id, guilds.c.settings).where(guilds.c.left_at.is_(None), guilds.c.id != NO_GUILD)
        rows = await self._connection.execute(statement)
        return {row.id: stored(dict[str, Any], row.settings) for row in rows}

    async def expired(self, now: datetime, grace: timedelta) -> tuple[int, ...]:
        """Ids of guilds that removed the bot at least `grace` ago, the longest ago first."""
        statement = select(guilds.c.id).where(guilds.c.left_at <= now - grace).order_by(guilds.c.left_at)
        return tuple((await self._connection.execute(statement)).scalars())

    async def purge(self, guild_id: int) -> tuple[str, ...]:
        """Delete everything of a guild, and the users who then have neither rows in other guilds nor settings.

        Returns:
            The paths of blobs that must be deleted from disk after the commit; then `Database.compact`.
        """
        paths = tuple((await self._connection.execute(select(blobs.c.path).filter_by(tenant_id=guild_id))).scalars())
        await self._connection.execute(delete(guilds).where(guilds.c.id == guild_id))
        holders = (tables.metadata.tables[name] for name in _HOLDERS)
        nowhere = (~exists().where(holder.c.owner_id == users.c.id) for holder in holders)
        await self._connection.execute(delete(users).where(users.c.settings == NOTHING_SET, *nowhere))
        return paths

    async def settings(self, guild_id: int) -> dict[str, Any]:
        """The guild's settings; empty if none was changed."""
        text = (await self._connection.execute(select(guilds.c.settings).filter_by(id=guild_id))).scalar_one_or_none()
        return stored(dict[str, Any], text or "{}")

    async def put_settings(self, guild_id: int, settings: Mapping[str, Any]) -> None:
        """Replace the guild's settings."""
        await self._ensure_guild(guild_id)
        text = to_json(settings).decode()
        await self._connection.execute(update(guilds).where(guilds.c.id == guild_id).values(settings=text))
