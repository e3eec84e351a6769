"""Conversations: which thread is about which review. Their words are in `core.storage.messages`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, or_, select, update

from core.actor import Actor
from core.conversation import Role
from core.errors import NotFoundError
from core.storage.access import guild_id_of, owned_by, readable_by
from core.storage.messages import Messages
from core.storage.tables import conversations, messages, posts, reviews
from core.storage.values import ConversationRow


def _row(row: Row[Any]) -> ConversationRow:
    return ConversationRow(
        conversation_id=row.id,
        guild_id=guild_id_of(row.tenant_id),
        owner_id=row.owner_id,
        channel_id=row.channel_id,
        review_id=row.review_id,
        last_seen_message_id=row.last_seen_message_id,
        hinted=row.hinted,
    )


class Conversations(Messages):
    """Follow-up groups. A guild's members may read one; it is its owner's to delete."""

    async def open(self, actor: Actor, review_id: int, channel_id: int | None = None) -> int:
        """Begin a conversation about a review; returns its id.

        A channel holds one conversation of each owner: a new one takes the place of an older one there, which keeps
        its words but no channel.

        Raises:
            NotFoundError: the review is not this actor's.
        """
        review = select(reviews.c.id).where(owned_by(reviews, actor), reviews.c.id == review_id)
        await self._one("review", review)
        if channel_id is not None:
            await self._release(channel_id, actor.user_id)
        now = self._clock()
        return await self._add(
            conversations,
            tenant_id=actor.tenant_id,
            owner_id=actor.user_id,
            channel_id=channel_id,
            review_id=review_id,
            hinted=False,
            created_at=now,
            active_at=now,
        )

    async def _release(self, channel_id: int, owner_id: int) -> None:
        statement = update(conversations).filter_by(channel_id=channel_id, owner_id=owner_id)
        await self._connection.execute(statement.values(channel_id=None))

    async def bind_channel(self, conversation_id: int, channel_id: int) -> None:
        """Its thread was made. As with `open`, the newest conversation of an owner has the channel.

        Raises:
            NotFoundError: there is no such conversation.
        """
        row = await self._one("conversation", select(conversations).filter_by(id=conversation_id))
        if row.channel_id != channel_id:
            await self._release(channel_id, row.owner_id)
            await self._set(conversation_id, channel_id=channel_id, active_at=self._clock())

    async def set_review(self, conversation_id: int, review_id: int) -> None:
        """The conversation is about this review now: its owner posted the next version.

        Raises:
            NotFoundError: no such conversation, or the review is not its owner's.
        """
        same_owner = exists().where(
            reviews.c.id == review_id,
            reviews.c.tenant_id == conversations.c.tenant_id,
            reviews.c.owner_id == conversations.c.owner_id,
        )
        statement = update(conversations).where(conversations.c.id == conversation_id, same_owner)
        if not await self._changed(statement.values(review_id=review_id, active_at=self._clock())):
            raise NotFoundError("review")

    async def seen(self, conversation_id: int, discord_message_id: int) -> None:
        """Everything up to this Discord message was dealt with. Never goes back."""
        last = conversations.c.last_seen_message_id
        newer = and_(conversations.c.id == conversation_id, or_(last.is_(None), last < discord_message_id))
        await self._connection.execute(
            update(conversations).where(newer).values(last_seen_message_id=discord_message_id)
        )

    async def note_post(self, conversation_id: int, discord_message_id: int) -> None:
        """Earshot posted this message (a review, a summary, an answer): replies to it belong to the conversation.

        Raises:
            NotFoundError: there is no such conversation.
        """
        await self._touch(conversation_id)
        values = {"discord_message_id": discord_message_id, "conversation_id": conversation_id}
        await self._add_new(posts, ["discord_message_id"], **values)

    async def set_hinted(self, conversation_id: int) -> None:
        """The owner was told how to ask; once is enough."""
        await self._set(conversation_id, hinted=True)

    async def _set(self, conversation_id: int, **values: Any) -> None:
        await self._connection.execute(update(conversations).filter_by(id=conversation_id).values(**values))

    async def get(self, actor: Actor, conversation_id: int) -> ConversationRow:
        """A conversation of the actor's guild.

        Raises:
            NotFoundError: there is no such conversation for this actor.
        """
        statement = select(conversations).where(readable_by(conversations, actor))
        return _row(await self._one("conversation", statement.where(conversations.c.id == conversation_id)))

    async def by_channel(self, channel_id: int) -> list[ConversationRow]:
        """The conversations in a channel or thread, the most recently active first."""
        return await self._rows(conversations.c.channel_id == channel_id)

    async def by_discord_message(self, message_id: int) -> ConversationRow | None:
        """The conversation in which Earshot posted this message, or None."""
        posted = select(posts.c.conversation_id).where(posts.c.discord_message_id == message_id)
        answered = select(messages.c.conversation_id).where(
            messages.c.discord_message_id == message_id, messages.c.role == Role.ASSISTANT
        )
        found = await self._rows(conversations.c.id.in_(posted.union(answered)))
        return found[0] if found else None

    async def active(self, since: datetime, limit: int) -> list[ConversationRow]:
        """Conversations with a channel in which something happened since then, the most recent first."""
        recent = and_(conversations.c.active_at >= since, conversations.c.channel_id.is_not(None))
        return await self._rows(recent, limit)

    async def _rows(self, condition: ColumnElement[bool], limit: int | None = None) -> list[ConversationRow]:
        newest_first = (conversations.c.active_at.desc(), conversations.c.id.desc())
        statement = select(conversations).where(condition).order_by(*newest_first).limit(limit)
        return [_row(row) for row in await self._connection.execute(statement)]

    async def delete(self, actor: Actor, conversation_id: int) -> None:
        """Delete a conversation of one's own with everything said in it; the review stays.

        Raises:
            NotFoundError: there is no such conversation of this actor.
        """
        mine = and_(owned_by(conversations, actor), conversations.c.id == conversation_id)
        if not await self._changed(delete(conversations).where(mine)):
            raise NotFoundError("conversation")

    async def delete_by_channel(self, channel_id: int) -> int:
        """The thread was deleted in Discord: so are its conversations. Returns how many."""
        return await self._changed(delete(conversations).where(conversations.c.channel_id == channel_id))
