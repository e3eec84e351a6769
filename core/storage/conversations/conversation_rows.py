"""Conversations: which thread is about which review. Their messages are in `core.storage.conversations.messages`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, or_, select, update

from core.storage.access import guild_id_of_tenant, owned_by, readable_by
from core.storage.conversations.messages import Messages
from core.storage.conversations.seen import Seen
from core.storage.schema.tables import conversations, messages, posts, reviews
from core.storage.stored_values import ConversationRow, Post
from core.values.actor import Actor
from core.values.conversation import Role
from core.values.errors import NotFoundError


def _row(row: Row[Any]) -> ConversationRow:
    return ConversationRow(
        conversation_id=row.id,
        guild_id=guild_id_of_tenant(row.tenant_id),
        owner_id=row.owner_id,
        channel_id=row.channel_id,
        review_id=row.review_id,
        hinted=row.hinted,
        follows_owner=row.follows_owner,
        floor_id=row.floor_id,
        review_channel_id=row.review_channel_id,
    )


def _stands_in(channel_id: int | None) -> ColumnElement[bool]:
    column = conversations.c.channel_id
    return column.is_not(None) if channel_id is None else column == channel_id


class Conversations(Messages):
    """Conversations about reviews. Members of its guild may read one, its owner may delete it."""

    async def open(
        self,
        actor: Actor,
        review_id: int,
        channel_id: int | None = None,
        *,
        floor_id: int = 0,
        follows_owner: bool = False,
        review_channel_id: int | None = None,
    ) -> int:
        """Add a conversation about a review; returns its id.

        A channel has one conversation of each owner: an older one there loses its channel but keeps its messages.

        Args:
            actor: the owner.
            review_id: the review.
            channel_id: the conversation's channel; None if its thread is still to be made, or if messages of the
                channel do not reach Earshot.
            floor_id: Discord's id of the message or interaction it began with; older messages do not belong to it.
            follows_owner: every message of the owner there is meant for Earshot (a thread of their own, a DM).
            review_channel_id: the channel in which the review is shown, if messages of that channel do not reach
                Earshot; None stands for `channel_id`.

        Raises:
            NotFoundError: the review is not this actor's.
        """
        review = select(reviews.c.id).where(owned_by(reviews, actor), reviews.c.id == review_id)
        await self._one("review", review)
        if channel_id is not None:
            await self._begin_in(channel_id, actor.user_id, actor.tenant_id, floor_id)
        now = self._clock()
        return await self._add(
            conversations,
            tenant_id=actor.tenant_id,
            owner_id=actor.user_id,
            channel_id=channel_id,
            review_channel_id=channel_id if review_channel_id is None else review_channel_id,
            follows_owner=follows_owner,
            floor_id=floor_id,
            review_id=review_id,
            hinted=False,
            created_at=now,
            active_at=now,
        )

    async def _begin_in(self, channel_id: int, owner_id: int, tenant_id: int, floor_id: int) -> None:
        await self._release(channel_id, owner_id)
        await Seen(self._connection, self._clock).begin(channel_id, tenant_id, floor_id)

    async def _release(self, channel_id: int, owner_id: int) -> None:
        statement = update(conversations).filter_by(channel_id=channel_id, owner_id=owner_id)
        await self._connection.execute(statement.values(channel_id=None))

    async def bind_channel(self, conversation_id: int, channel_id: int, *, follows_owner: bool) -> None:
        """Set a conversation's channel after its thread was made; as in `open`, an older one there loses it.

        Raises:
            NotFoundError: there is no such conversation.
        """
        row = await self._one("conversation", select(conversations).filter_by(id=conversation_id))
        if row.channel_id != channel_id:
            # messages in a new thread have larger ids than the thread
            floor_id = max(row.floor_id, channel_id)
            await self._begin_in(channel_id, row.owner_id, row.tenant_id, floor_id)
            values = {
                "channel_id": channel_id,
                "review_channel_id": channel_id,
                "follows_owner": follows_owner,
                "floor_id": floor_id,
            }
            await self._set(conversation_id, **values, active_at=self._clock())

    async def set_review(self, conversation_id: int, review_id: int) -> None:
        """Make a review the current one of a conversation: its owner posted the next version.

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

    async def note_post(self, conversation_id: int, discord_message_id: int, channel_id: int | None = None) -> None:
        """Note that Earshot posted this message (review, summary, answer): replies to it belong to the conversation.

        Raises:
            NotFoundError: there is no such conversation.
        """
        await self._touch(conversation_id)
        values = {
            "discord_message_id": discord_message_id,
            "conversation_id": conversation_id,
            "channel_id": channel_id,
        }
        await self._add_new(posts, ["discord_message_id"], **values)

    async def set_hinted(self, conversation_id: int) -> None:
        """Note that the owner was told how to ask, so that they are told only once."""
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

    async def by_id(self, conversation_id: int) -> ConversationRow:
        """A conversation of any owner, for calls that are not on behalf of an actor.

        Raises:
            NotFoundError: there is no such conversation.
        """
        return _row(await self._one("conversation", select(conversations).filter_by(id=conversation_id)))

    async def about(self, review_id: int) -> int:
        """Id of the newest conversation about a review.

        Raises:
            NotFoundError: no conversation is about this review.
        """
        newest = select(conversations.c.id).filter_by(review_id=review_id).order_by(conversations.c.id.desc())
        return int((await self._one("conversation", newest.limit(1))).id)

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

    async def of_owner(self, actor: Actor, limit: int, shown_in: int | None = None) -> list[ConversationRow]:
        """The actor's own conversations in this guild, the most recently active first.

        With `shown_in`, only those whose review is shown in this channel.
        """
        mine = owned_by(conversations, actor)
        if shown_in is not None:
            mine = and_(mine, conversations.c.review_channel_id == shown_in)
        return await self._rows(mine, limit)

    async def active(self, since: datetime, channel_id: int | None = None) -> list[ConversationRow]:
        """Conversations that have a channel (any, or this one) and were active since then; most recent first."""
        return await self._rows(and_(conversations.c.active_at >= since, _stands_in(channel_id)))

    async def dormant(self, since: datetime, channel_id: int | None = None) -> list[ConversationRow]:
        """Conversations that have a channel (any, or this one) but were not active since then; most recent first."""
        return await self._rows(and_(conversations.c.active_at < since, _stands_in(channel_id)))

    async def threads_of(self, actor: Actor) -> tuple[int, ...]:
        """Ids of the threads and direct messages of this person's conversations, in every guild."""
        theirs = and_(conversations.c.owner_id == actor.user_id, conversations.c.follows_owner)
        found = select(conversations.c.channel_id).where(theirs, conversations.c.channel_id.is_not(None))
        return tuple((await self._connection.execute(found)).scalars())

    async def posts_of(self, actor: Actor) -> tuple[Post, ...]:
        """Messages that Earshot posted about this person's tracks or in answer to this person."""
        where = func.coalesce(posts.c.channel_id, conversations.c.channel_id)
        answers = select(messages.c.discord_message_id).where(
            messages.c.asker_id == actor.user_id, messages.c.discord_message_id.is_not(None)
        )
        theirs = or_(conversations.c.owner_id == actor.user_id, posts.c.discord_message_id.in_(answers))
        statement = (
            select(where, posts.c.discord_message_id)
            .join(conversations, conversations.c.id == posts.c.conversation_id)
            .where(theirs, where.is_not(None))
            .order_by(posts.c.discord_message_id)
        )
        return tuple(Post(int(row[0]), int(row[1])) for row in await self._connection.execute(statement))

    async def _rows(self, condition: ColumnElement[bool], limit: int | None = None) -> list[ConversationRow]:
        newest_first = (conversations.c.active_at.desc(), conversations.c.id.desc())
        statement = select(conversations).where(condition).order_by(*newest_first).limit(limit)
        return [_row(row) for row in await self._connection.execute(statement)]

    async def delete(self, actor: Actor, conversation_id: int) -> None:
        """Delete a conversation of the actor's with its messages; the review stays.

        Raises:
            NotFoundError: there is no such conversation of this actor.
        """
        mine = and_(owned_by(conversations, actor), conversations.c.id == conversation_id)
        if not await self._changed(delete(conversations).where(mine)):
            raise NotFoundError("conversation")
