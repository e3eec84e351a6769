"""Offers: tracks that a member showed to Earshot, stored until the member chooses what to do with them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update

from core.storage.access import Repository, json_number, owned_by
from core.storage.schema.tables import offers
from core.values.actor import Actor


class Offers(Repository):
    """Offers. Each belongs to one member in one guild; methods with an actor find only that member's."""

    async def put(self, actor: Actor, source_id: int, offer: str) -> None:
        """Store an offer (JSON); it replaces the member's earlier one from the same message or interaction.

        Args:
            actor: the member.
            source_id: Discord's id of the message or interaction that showed the tracks.
            offer: JSON of a `core.service.shown.offers.Offer`.
        """
        await self._ensure_owner(actor)
        mine = and_(owned_by(offers, actor), offers.c.source_id == source_id)
        await self._connection.execute(delete(offers).where(mine))
        await self._add(
            offers,
            tenant_id=actor.tenant_id,
            owner_id=actor.user_id,
            source_id=source_id,
            offer=offer,
            created_at=self._clock(),
        )

    async def get(self, actor: Actor, source_id: int) -> str:
        """An offer of this actor.

        Raises:
            NotFoundError: there is no such offer of this actor.
        """
        mine = and_(owned_by(offers, actor), offers.c.source_id == source_id)
        return str((await self._one("upload", select(offers.c.offer).where(mine))).offer)

    async def of_message(self, message_id: int) -> dict[int, str]:
        """Everybody's offers that came from this message or show its tracks: JSON by row id."""
        theirs = or_(offers.c.source_id == message_id, json_number(offers.c.offer, "shown_in", message_id))
        rows = await self._connection.execute(select(offers.c.id, offers.c.offer).where(theirs))
        return {row.id: row.offer for row in rows}

    async def replace(self, row_id: int, offer: str) -> None:
        """Replace the JSON of an offer."""
        await self._connection.execute(update(offers).where(offers.c.id == row_id).values(offer=offer))

    async def remove(self, row_ids: Collection[int]) -> None:
        """Delete these offers."""
        await self._connection.execute(delete(offers).where(offers.c.id.in_(row_ids)))

    async def remove_shown_by(self, user_id: int) -> None:
        """Delete everybody's offers that show tracks from this person's messages."""
        await self._connection.execute(delete(offers).where(json_number(offers.c.offer, "author_id", user_id)))

    async def forget(self, before: datetime) -> int:
        """Delete offers made before then; returns how many."""
        return await self._changed(delete(offers).where(offers.c.created_at < before))
