"""Proxies (PluralKit and its kind): they repeat what a member wrote under another name and delete the original."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import timedelta

import discord

from cogs.context import author_of, origin_of_message
from core.service.conversation import ConversationService
from core.service.job_payloads import QuestionPayload, message_key
from core.values.actor import Actor

PROXY_DELAY = timedelta(seconds=15)
"""A proxy repeats a message within seconds; what comes later repeats something else."""

REMEMBERED = 200
"""Questions that are remembered, of all channels together."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    message: discord.Message
    actor: Actor
    conversation_id: int


class Proxies:
    """Lets a question follow to the message that stays."""

    def __init__(self, conversations: ConversationService) -> None:
        self._conversations = conversations
        self._asked: deque[_Asked] = deque(maxlen=REMEMBERED)

    def note(self, message: discord.Message, conversation_id: int | None) -> None:
        """A question was taken."""
        if conversation_id is not None:
            self._asked.append(_Asked(message, author_of(message), conversation_id))

    async def follow(self, message: discord.Message, application_id: int | None) -> None:
        """A webhook wrote: where it repeats a question, the answer belongs to its message."""
        if message.webhook_id is None or message.application_id == application_id or not message.content:
            return
        asked = next((one for one in reversed(self._asked) if _repeats(message, one.message)), None)
        if asked is None:
            return
        self._asked.remove(asked)
        if await self._conversations.move_question(asked.message.id, message.id):
            return
        # the original was deleted first, which took the question back: it stands in the proxy's message now
        origin = origin_of_message(message, application_id or 0)
        payload = QuestionPayload(asked.conversation_id, message.content, origin, message_id=message.id)
        await self._conversations.ask(asked.actor, message_key(message.id), payload)
        log.info("question %s follows to the proxy's message %s", asked.message.id, message.id)


def _repeats(proxy: discord.Message, original: discord.Message) -> bool:
    """Whether a message says what another said a moment before, perhaps without the tags that called the proxy."""
    same_place = proxy.channel.id == original.channel.id
    soon = timedelta() <= proxy.created_at - original.created_at <= PROXY_DELAY
    return same_place and soon and proxy.content.strip() in original.content
