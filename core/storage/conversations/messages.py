"""Messages and summaries of conversations, each with its channel.

A track has one conversation, but its owner may ask about the track in any channel, and who reads one channel may not be
allowed to read another. So what is shown in a channel, or sent to the language model for it, uses only messages and
summaries of that channel (`load`, `said_in`).
"""

from typing import Any

from sqlalchemy import Row, Select, Table, delete, func, select, update

from core.storage.access import Repository, owned_by, readable_by
from core.storage.schema.tables import conversations, messages, summaries
from core.storage.stored_values import AnsweredQuestion, Transcript
from core.values.actor import Actor
from core.values.conversation import Conversation, Role, Summary, Turn
from core.values.errors import NotFoundError


def _turn(row: Row[Any]) -> Turn:
    return Turn(Role(row.role), row.text, row.author_id, row.at, row.writer)


def _summary(row: Row[Any]) -> Summary:
    return Summary(row.number, row.text, row.at)


class Messages(Repository):
    """Messages and summaries. Only methods with an actor check who may read a conversation."""

    async def add_message(
        self,
        conversation_id: int,
        role: Role,
        text: str,
        author_id: int | None,
        *,
        discord_message_id: int | None = None,
        writer: str | None = None,
        asker_id: int | None = None,
        channel_id: int | None = None,
    ) -> int | None:
        """Append a message.

        Args:
            conversation_id: the conversation.
            role: the speaker's role.
            text: the message's text.
            author_id: Discord's id of the user; None for Earshot.
            discord_message_id: Discord's id of the message; None if it is not known yet.
            writer: who wrote an answer ("model", "measured").
            asker_id: of an answer, the user who asked; the answer is deleted with this user's data.
            channel_id: the message's channel; None if it is not known.

        Returns:
            The row's id; None when this Discord message is stored already.

        Raises:
            NotFoundError: there is no such conversation.
        """
        now = self._clock()
        await self._touch(conversation_id)
        values = {
            "conversation_id": conversation_id,
            "role": role,
            "author_id": author_id,
            "asker_id": asker_id,
            "text": text,
            "writer": writer,
            "discord_message_id": discord_message_id,
            "at": now,
            "channel_id": channel_id,
        }
        if discord_message_id is None:
            return await self._add(messages, **values)
        if not await self._add_new(messages, ["discord_message_id"], **values):
            return None
        row = await self._one("message", select(messages.c.id).filter_by(discord_message_id=discord_message_id))
        return int(row.id)

    async def _touch(self, conversation_id: int) -> None:
        active = update(conversations).where(conversations.c.id == conversation_id).values(active_at=self._clock())
        if not await self._changed(active):
            raise NotFoundError("conversation")

    async def attach_discord_id(self, message_id: int, discord_message_id: int) -> None:
        """Set Discord's id of a stored answer after it was posted."""
        statement = update(messages).where(messages.c.id == message_id)
        await self._connection.execute(statement.values(discord_message_id=discord_message_id))

    async def update_message_text(self, discord_message_id: int, text: str) -> bool:
        """Replace the text of a person's message; False when it is not stored."""
        return bool(await self._changed(update(messages).where(*_persons(discord_message_id)).values(text=text)))

    async def answered(self, discord_message_id: int) -> AnsweredQuestion | None:
        """The stored question in this Discord message, with its answer's message; None when it is not stored."""
        asked = select(messages).where(*_persons(discord_message_id))
        question = (await self._connection.execute(asked)).one_or_none()
        if question is None:
            return None
        answer = (await self._connection.execute(_answer_to(question.id, question))).one_or_none()
        return AnsweredQuestion(
            row_id=question.id,
            conversation_id=question.conversation_id,
            author_id=question.author_id,
            text=question.text,
            answer_message_id=None if answer is None else answer.discord_message_id,
        )

    async def remove_answered(self, row_id: int) -> None:
        """Delete a question and its answer, which are about to be replaced."""
        question = (await self._connection.execute(select(messages).filter_by(id=row_id))).one_or_none()
        if question is None:
            return
        answer = (await self._connection.execute(_answer_to(row_id, question))).one_or_none()
        gone = [row_id] if answer is None else [row_id, answer.id]
        await self._connection.execute(delete(messages).where(messages.c.id.in_(gone)))

    async def remove_answer(self, row_id: int) -> None:
        """Delete an answer that was not posted."""
        await self._connection.execute(delete(messages).where(messages.c.id == row_id))

    async def move_message(self, old_message_id: int, new_message_id: int) -> bool:
        """Change the Discord message of a person's message; False when it is not stored."""
        statement = update(messages).where(*_persons(old_message_id))
        return bool(await self._changed(statement.values(discord_message_id=new_message_id)))

    async def remove_message(self, discord_message_id: int) -> bool:
        """Delete a person's message; False when it is not stored."""
        return bool(await self._changed(delete(messages).where(*_persons(discord_message_id))))

    async def load(
        self, conversation_id: int, channel_id: int | None = None, *, before_message_id: int | None = None
    ) -> Conversation:
        """The conversation as a writer gets it for a channel: the latest summary there, and the turns since.

        Args:
            conversation_id: the conversation.
            channel_id: the channel; None for messages and summaries without a stored channel.
            before_message_id: row id of the question being answered: later messages, and summaries that cover it, are
                left out.
        """
        said = _in_channel(messages, conversation_id, channel_id)
        summed = _in_channel(summaries, conversation_id, channel_id)
        if before_message_id is not None:
            said = said.where(messages.c.id < before_message_id)
            summed = summed.where(summaries.c.covers_message_id < before_message_id)
        latest = summed.order_by(summaries.c.number.desc()).limit(1)
        summary = (await self._connection.execute(latest)).one_or_none()
        if summary is not None:
            said = said.where(messages.c.id > summary.covers_message_id)
        turns = tuple(_turn(row) for row in await self._connection.execute(said.order_by(messages.c.id)))
        return Conversation(conversation_id, turns, None if summary is None else _summary(summary))

    async def last_message_id(self, conversation_id: int) -> int | None:
        """Row id of the newest message, up to which a new summary covers the conversation; None without messages."""
        statement = select(func.max(messages.c.id)).filter_by(conversation_id=conversation_id)
        last: int | None = (await self._connection.execute(statement)).scalar_one()
        return last

    async def add_summary(
        self, conversation_id: int, text: str, covers_message_id: int, channel_id: int | None = None
    ) -> Summary:
        """Store a summary of everything said in this channel, up to the message with this row id.

        Raises:
            NotFoundError: there is no such conversation.
        """
        await self._touch(conversation_id)
        last = select(func.max(summaries.c.number)).filter_by(conversation_id=conversation_id)
        number = ((await self._connection.execute(last)).scalar_one() or 0) + 1
        summary = Summary(number, text, self._clock())
        await self._add(
            summaries,
            conversation_id=conversation_id,
            number=number,
            text=text,
            covers_message_id=covers_message_id,
            at=summary.at,
            channel_id=channel_id,
        )
        return summary

    async def transcript(self, actor: Actor, conversation_id: int) -> Transcript:
        """Messages and summaries in all channels, for the owner only.

        Raises:
            NotFoundError: there is no such conversation of this actor.
        """
        await self._one("conversation", _ids(conversation_id).where(owned_by(conversations, actor)))
        said = select(messages).filter_by(conversation_id=conversation_id)
        return await self._transcript(said, select(summaries).filter_by(conversation_id=conversation_id))

    async def said_in(self, actor: Actor, conversation_id: int, channel_id: int) -> Transcript:
        """Messages and summaries in this channel, for everybody in the conversation's guild.

        Raises:
            NotFoundError: there is no such conversation for this actor.
        """
        await self._one("conversation", _ids(conversation_id).where(readable_by(conversations, actor)))
        said = _in_channel(messages, conversation_id, channel_id)
        return await self._transcript(said, _in_channel(summaries, conversation_id, channel_id))

    async def _transcript(self, said: Select[Any], summed: Select[Any]) -> Transcript:
        turns = await self._connection.execute(said.order_by(messages.c.id))
        sums = await self._connection.execute(summed.order_by(summaries.c.number))
        return Transcript(tuple(_turn(row) for row in turns), tuple(_summary(row) for row in sums))


def _ids(conversation_id: int) -> Select[Any]:
    return select(conversations.c.id).where(conversations.c.id == conversation_id)


def _in_channel(table: Table, conversation_id: int, channel_id: int | None) -> Select[Any]:
    """Rows of a conversation in this channel; with None, rows without a stored channel."""
    here = table.c.channel_id.is_not_distinct_from(channel_id)
    return select(table).where(table.c.conversation_id == conversation_id, here)


def _answer_to(row_id: int, question: Row[Any]) -> Any:
    """The first answer after a question to the person who asked it."""
    return (
        select(messages)
        .where(
            messages.c.conversation_id == question.conversation_id,
            messages.c.id > row_id,
            messages.c.role == Role.ASSISTANT,
            messages.c.asker_id == question.author_id,
        )
        .order_by(messages.c.id)
        .limit(1)
    )


def _persons(discord_message_id: int) -> tuple[Any, ...]:
    return (messages.c.discord_message_id == discord_message_id, messages.c.role == Role.USER)
