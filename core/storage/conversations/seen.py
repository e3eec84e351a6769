"""The seen ledger: for each channel with a conversation, the newest message that was handled."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, exists, select, update

from core.storage.access import Repository
from core.storage.schema.tables import conversations, messages, seen_channels
from core.storage.stored_values import StoredQuestion


class Seen(Repository):
    """The newest handled message of each channel. A message is handled when it is answered, refused or ignored."""

    async def begin(self, channel_id: int, tenant_id: int, floor_id: int) -> None:
        """Add a channel in which a conversation begins: messages up to `floor_id` count as handled.

        Nothing changes for a channel that has a row: messages since the newest handled one may still be unhandled.
        """
        values = {"channel_id": channel_id, "tenant_id": tenant_id, "message_id": floor_id}
        await self._add_new(seen_channels, ["channel_id"], **values)

    async def advance(self, channel_id: int, message_id: int) -> None:
        """Note a handled message. Nothing if a newer one is noted, or the channel has no row."""
        older = and_(seen_channels.c.channel_id == channel_id, seen_channels.c.message_id < message_id)
        await self._connection.execute(update(seen_channels).where(older).values(message_id=message_id))

    async def last(self, channel_id: int) -> int | None:
        """Discord's id of the newest handled message of the channel; None if the channel has no row."""
        found = select(seen_channels.c.message_id).where(seen_channels.c.channel_id == channel_id)
        last: int | None = (await self._connection.execute(found)).scalar_one_or_none()
        return last

    async def questions(self, channel_id: int) -> Sequence[StoredQuestion]:
        """The stored questions of this channel, the oldest first."""
        statement = (
            select(messages.c.discord_message_id, messages.c.text)
            .where(
                messages.c.channel_id == channel_id,
                messages.c.author_id.is_not(None),
                messages.c.discord_message_id.is_not(None),
            )
            .order_by(messages.c.discord_message_id)
        )
        rows = await self._connection.execute(statement)
        return [StoredQuestion(int(row.discord_message_id), str(row.text)) for row in rows]

    async def forget_unused(self) -> int:
        """Delete the rows of channels that have no conversation any more; returns how many."""
        used = exists().where(conversations.c.channel_id == seen_channels.c.channel_id)
        return await self._changed(delete(seen_channels).where(~used))

    async def channels_of(self, guild_id: int) -> tuple[int, ...]:
        """Ids of the channels of one guild that have a row."""
        found = select(seen_channels.c.channel_id).where(seen_channels.c.tenant_id == guild_id)
        return tuple((await self._connection.execute(found)).scalars())
