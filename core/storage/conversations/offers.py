"""Offers: tracks that a member showed to Earshot, kept until the member says what is to be done with them."""

from datetime import datetime

from sqlalchemy import and_, delete, select

from core.storage.access import Repository, owned_by
from core.storage.schema.tables import offers
from core.values.actor import Actor


class Offers(Repository):
    """Each offer belongs to one member in one place; nobody else ever finds it."""

    async def put(self, actor: Actor, source_id: int, offer: str) -> None:
        """Keep an offer (JSON), in place of an earlier one from the same message or interaction.

        Args:
            actor: whose it is.
            source_id: Discord's id of the message or interaction that showed the tracks.
            offer: the JSON form of the service's value.
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
            NotFoundError: there is none for this actor.
        """
        mine = and_(owned_by(offers, actor), offers.c.source_id == source_id)
        return str((await self._one("upload", select(offers.c.offer).where(mine))).offer)

    async def forget(self, before: datetime) -> int:
        """Delete offers made before then; returns how many."""
        return await self._changed(delete(offers).where(offers.c.created_at < before))
