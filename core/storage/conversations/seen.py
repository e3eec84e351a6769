"""The ledger of what was seen: per channel with a conversation, the newest message that was dealt with."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, exists, select, update

from core.storage.access import Repository
from core.storage.schema.tables import conversations, messages, seen_channels
from core.storage.stored_values import StoredQuestion


class Seen(Repository):
    """Every message that was answered, refused or passed over advances the ledger of its channel."""

    async def begin(self, channel_id: int, tenant_id: int, floor_id: int) -> None:
        """A conversation begins in this channel: the first one there has nothing to do with what is older.

        Where there is one already, its ledger goes on: between the two may be messages that nobody has seen yet.
        """
        values = {"channel_id": channel_id, "tenant_id": tenant_id, "message_id": floor_id}
        await self._add_new(seen_channels, ["channel_id"], **values)

    async def advance(self, channel_id: int, message_id: int) -> None:
        """A message was dealt with. Never goes back; nothing for a channel without a conversation."""
        older = and_(seen_channels.c.channel_id == channel_id, seen_channels.c.message_id < message_id)
        await self._connection.execute(update(seen_channels).where(older).values(message_id=message_id))

    async def last(self, channel_id: int) -> int | None:
        """The newest message of the channel that was dealt with; None where no conversation began."""
        found = select(seen_channels.c.message_id).where(seen_channels.c.channel_id == channel_id)
        last: int | None = (await self._connection.execute(found)).scalar_one_or_none()
        return last

    async def questions(self, channel_id: int) -> Sequence[StoredQuestion]:
        """The stored questions that were written in this channel, in the order of their ids."""
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
        """Delete the rows of channels in which there is no conversation any more; returns how many."""
        used = exists().where(conversations.c.channel_id == seen_channels.c.channel_id)
        return await self._changed(delete(seen_channels).where(~used))

    async def channels_of(self, guild_id: int) -> tuple[int, ...]:
        """The channels of one guild in the ledger."""
        found = select(seen_channels.c.channel_id).where(seen_channels.c.tenant_id == guild_id)
        return tuple((await self._connection.execute(found)).scalars())
