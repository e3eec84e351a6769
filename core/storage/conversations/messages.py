"""The words of a conversation: messages and summaries, each with the channel it was said in.

A conversation is one per track, but its owner may ask about the track in any channel, and not everybody who reads one
channel may read the other. So whatever is shown in a channel, or told to the language model for it, takes only what was
said there (`load`, `said_in`).
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
    """Job handlers and the gateway address a conversation by its id; people read it as an `Actor` (`transcript`)."""

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
            conversation_id: where it was said.
            role: who speaks.
            text: what was said.
            author_id: the Discord user, None for Earshot.
            discord_message_id: the message in Discord, as soon as it is known.
            writer: who wrote an answer ("model", "measured").
            asker_id: whom an answer answers, so that it goes when they delete what is theirs.
            channel_id: the channel in which it was said; None where that is not known.

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
        """An answer was posted: this is its message in Discord."""
        statement = update(messages).where(messages.c.id == message_id)
        await self._connection.execute(statement.values(discord_message_id=discord_message_id))

    async def update_message_text(self, discord_message_id: int, text: str) -> bool:
        """A person edited their message; False when it is not stored."""
        return bool(await self._changed(update(messages).where(*_persons(discord_message_id)).values(text=text)))

    async def answered(self, discord_message_id: int) -> AnsweredQuestion | None:
        """The stored question that stands in this Discord message, with its answer's message; None when not stored."""
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
        """A question and its answer are about to be replaced: nothing of them stays."""
        question = (await self._connection.execute(select(messages).filter_by(id=row_id))).one_or_none()
        if question is None:
            return
        answer = (await self._connection.execute(_answer_to(row_id, question))).one_or_none()
        gone = [row_id] if answer is None else [row_id, answer.id]
        await self._connection.execute(delete(messages).where(messages.c.id.in_(gone)))

    async def remove_answer(self, row_id: int) -> None:
        """An answer that nobody saw is not to be shown."""
        await self._connection.execute(delete(messages).where(messages.c.id == row_id))

    async def move_message(self, old_message_id: int, new_message_id: int) -> bool:
        """A person's message stands in another Discord message now; False when it is not stored."""
        statement = update(messages).where(*_persons(old_message_id))
        return bool(await self._changed(statement.values(discord_message_id=new_message_id)))

    async def remove_message(self, discord_message_id: int) -> bool:
        """A person deleted their message; False when it is not stored."""
        return bool(await self._changed(delete(messages).where(*_persons(discord_message_id))))

    async def load(
        self, conversation_id: int, channel_id: int | None = None, *, before_message_id: int | None = None
    ) -> Conversation:
        """What a writer is given for a channel: the latest summary of what was said there, and the turns since.

        Without a channel that is what was said nobody knows where. With `before_message_id` (a row id: the question
        being answered) everything said or summed up from there on is left out.
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
        """Row id of the newest message: what a summary made now covers."""
        statement = select(func.max(messages.c.id)).filter_by(conversation_id=conversation_id)
        last: int | None = (await self._connection.execute(statement)).scalar_one()
        return last

    async def add_summary(
        self, conversation_id: int, text: str, covers_message_id: int, channel_id: int | None = None
    ) -> Summary:
        """Keep a summary of everything that was said in this channel, up to the message with this row id.

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
        """Everything that was said wherever it was, and every summary: for its owner alone.

        Raises:
            NotFoundError: there is no such conversation of this actor.
        """
        await self._one("conversation", _ids(conversation_id).where(owned_by(conversations, actor)))
        said = select(messages).filter_by(conversation_id=conversation_id)
        return await self._transcript(said, select(summaries).filter_by(conversation_id=conversation_id))

    async def said_in(self, actor: Actor, conversation_id: int, channel_id: int) -> Transcript:
        """What was said in this channel, and the summaries of that, for anybody in the conversation's guild.

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
    """Rows of a conversation that belong to this channel (None: to none that is known)."""
    here = table.c.channel_id.is_not_distinct_from(channel_id)
    return select(table).where(table.c.conversation_id == conversation_id, here)


def _answer_to(row_id: int, question: Row[Any]) -> Any:
    """What was answered right after a question, to whoever asked it."""
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
