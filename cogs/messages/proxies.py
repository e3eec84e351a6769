"""Proxies (PluralKit and similar bots), which repost a member's message under another name and delete the original."""

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import discord

from cogs.attachments import files_shown
from cogs.context import author_of, origin_of_message
from core.service.conversation import ConversationService
from core.service.feedback import FeedbackService
from core.service.job_payloads import QuestionPayload, message_key
from core.service.shown.offers import OfferService
from core.values.actor import Actor

PROXY_DELAY = timedelta(seconds=15)
"""Longest time between an original and its repost: a proxy reposts within seconds."""

LEAST_SHARE = 0.5
"""Smallest share of the original's characters in a repost: a proxy leaves out only the tags that call it."""

REMEMBERED = 200
"""Number of questions, of reposts and of deletions that are remembered, for all channels together."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    message: discord.Message
    actor: Actor
    conversation_id: int


class Proxies:
    """Moves a question or track from a deleted original to the proxy's message that repeats it."""

    def __init__(self, conversations: ConversationService, feedback: FeedbackService, offers: OfferService) -> None:
        self._conversations = conversations
        self._feedback = feedback
        self._offers = offers
        self._asked: deque[_Asked] = deque(maxlen=REMEMBERED)
        self._repeated: deque[tuple[int, discord.Message]] = deque(maxlen=REMEMBERED)
        self._deleted: deque[int] = deque(maxlen=REMEMBERED)
        self._offering: deque[discord.Message] = deque(maxlen=REMEMBERED)
        self._copied: deque[tuple[int, discord.Message]] = deque(maxlen=REMEMBERED)

    def arrived(self, message: discord.Message, application_id: int | None) -> None:
        """Note an original or a repost as it arrives: a deletion does not wait until the message has its turn."""
        if message.webhook_id is None:
            if message.attachments or message.raw_mentions or message.raw_role_mentions:
                self._offering.append(message)
        elif message.application_id != application_id:
            copied = next((one for one in reversed(self._offering) if _copies(message, one)), None)
            if copied is not None:
                self._copied.append((copied.id, message))

    def note(self, message: discord.Message, conversation_id: int | None) -> None:
        """Note a handled message that is a question, with its conversation; None for any other message."""
        if conversation_id is not None:
            self._asked.append(_Asked(message, author_of(message), conversation_id))

    async def follow(self, message: discord.Message, application_id: int | None) -> None:
        """Note a webhook message that repeats a question; move the question to it if the original is deleted."""
        if message.webhook_id is None or message.application_id == application_id or not message.content:
            return
        asked = next((one for one in reversed(self._asked) if _repeats(message, one.message)), None)
        if asked is None:
            return
        if asked.message.id not in self._deleted:
            self._repeated.append((asked.message.id, message))
            return
        if await self._conversations.move_question(asked.message.id, message.id):
            return
        # the deletion has withdrawn the question: it is asked again from the proxy's message
        origin = origin_of_message(message, application_id or 0)
        payload = QuestionPayload(asked.conversation_id, message.content, origin, message_id=message.id)
        await self._conversations.ask(asked.actor, message_key(message.id), payload)
        log.info("question %s is asked again from the proxy's message %s", asked.message.id, message.id)

    async def deleted(self, message_id: int) -> bool:
        """Move the question or track of a deleted message to its repost; False where there is none.

        A proxy posts copies of the files before it deletes the original, whose links end with it.
        """
        self._deleted.append(message_id)
        follows = False
        if (proxy := _proxy_of(message_id, self._copied)) is not None:
            files = [track.file for track in files_shown(proxy, self._feedback.intake.limits.max_upload_bytes).tracks]
            follows = await self._offers.move(message_id, proxy.id, files) or bool(files)
            if files:
                await self._feedback.move(message_id, proxy.id, files)
        if (proxy := _proxy_of(message_id, self._repeated)) is not None:
            follows = await self._conversations.move_question(message_id, proxy.id) or follows
        return follows


def _proxy_of(message_id: int, known: Iterable[tuple[int, discord.Message]]) -> discord.Message | None:
    """The newest message that repeats this one."""
    return next((proxy for original_id, proxy in reversed(tuple(known)) if original_id == message_id), None)


def _copies(proxy: discord.Message, original: discord.Message) -> bool:
    """Whether a message shows what another showed a moment before: its files, or its words where it had none."""
    return _shows_the_same(proxy, original) if original.attachments else _repeats(proxy, original)


def _repeats(proxy: discord.Message, original: discord.Message) -> bool:
    """Whether a message says what another said a moment before, perhaps without the tags that called the proxy."""
    said, before = proxy.content.strip(), original.content.strip()
    return _follows(proxy, original) and said in before and len(said) >= LEAST_SHARE * len(before)


def _shows_the_same(proxy: discord.Message, original: discord.Message) -> bool:
    """Whether a message has the files that another had a moment before."""
    files, before = ([(file.filename, file.size) for file in one.attachments] for one in (proxy, original))
    return _follows(proxy, original) and files == before


def _follows(proxy: discord.Message, original: discord.Message) -> bool:
    soon = timedelta() <= proxy.created_at - original.created_at <= PROXY_DELAY
    return soon and proxy.channel.id == original.channel.id
