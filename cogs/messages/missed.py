"""Messages that were missed: what was written, edited or deleted in a channel while the bot was away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord.ext import commands

from cogs.context import is_readable, origin_of_message
from cogs.discord_errors import UNKNOWN_CHANNEL
from cogs.forgetting import Forgetting
from cogs.messages.addressing import Addressing
from cogs.messages.replying import NotNowError
from cogs.patience import patiently
from core.service.channels import ChannelService, LiveChannel
from core.service.conversation import ConversationService
from core.storage import StoredQuestion
from core.values.errors import DependencyError, LimitError

HUMAN_TYPES = (discord.MessageType.default, discord.MessageType.reply)
"""Types of messages that people write; the others announce what happened in a channel."""

LOOKED_INTO_AT_ONCE = 4
"""Channels whose history is read side by side after an absence."""

LOOK_AGAIN_S = 30.0
"""Pause before channels that could not be read are tried again."""

DORMANT_PAUSE_S = 1.0
"""Between two looks for channels that nobody used for long: there may be thousands, and nobody waits for them."""

log = logging.getLogger(__name__)


class MissedMessages:
    """Reads the history of channels that may have missed messages, each under its lock.

    `take` deals with one message that has not been dealt with, and raises `NotNowError` where that cannot be done now.
    """

    def __init__(
        self,
        bot: commands.Bot,
        channels: ChannelService,
        conversations: ConversationService,
        addressing: Addressing,
        take: Callable[[discord.Message], Awaitable[None]],
        forgetting: Forgetting,
    ) -> None:
        self._forgetting = forgetting
        self._bot = bot
        self._channels = channels
        self._conversations = conversations
        self._addressing = addressing
        self._take = take
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._missed: dict[int, LiveChannel] = {}
        self._reading: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._marked = asyncio.Event()
        self._marking = 0

    async def mark(self, concerns: Callable[[LiveChannel], bool]) -> None:
        """Note where messages may have been missed; until that is done, no live message counts (`marked`)."""
        self._marking += 1
        self._marked.clear()
        try:
            live = await patiently(self._channels.live)
            self._missed.update({channel.channel_id: channel for channel in live if concerns(channel)})
        finally:
            self._marking -= 1
            if not self._marking:
                self._marked.set()

    def mark_one(self, live: LiveChannel) -> None:
        """Note one channel, and read on."""
        self._missed.setdefault(live.channel_id, live)
        self.read_on()

    async def marked(self) -> None:
        """Wait until it is known which channels may have missed messages."""
        await self._marked.wait()

    def is_behind(self, channel_id: int) -> bool:
        """Whether messages of this channel wait: for the lock, or for what is marked."""
        lock = self._locks.get(channel_id)
        return not self._marked.is_set() or (lock is not None and lock.locked())

    def lock(self, channel_id: int) -> asyncio.Lock:
        """One message of a channel at a time."""
        lock = self._locks.get(channel_id)
        if lock is None:
            lock = self._locks[channel_id] = asyncio.Lock()
        return lock

    def read_on(self) -> None:
        """Read what was missed, in the background."""
        if self._bot.is_closed():
            return  # the next client catches up
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_all(), name="catching up")

    def look_for_gone(self) -> None:
        """Forget channels that are gone, in the background.

        Beside the reading: thousands may have to be looked for, and what is read meanwhile must not wait for them.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._forget_gone(), name="looking for channels")

    async def close(self) -> None:
        """Stop reading."""
        tasks = [task for task in (self._reading, self._looking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_all(self) -> None:
        """Look into all channels that may have missed messages; again later into those that cannot be read now."""
        slots = asyncio.Semaphore(LOOKED_INTO_AT_ONCE)

        async def look_into(channel_id: int) -> None:
            async with slots, self.lock(channel_id):
                await self.read(channel_id)

        while self._missed:
            await asyncio.gather(*(look_into(channel_id) for channel_id in tuple(self._missed)))
            if self._missed:
                await asyncio.sleep(LOOK_AGAIN_S)

    async def _forget_gone(self) -> None:
        """Channels that nobody used for long are only looked for: a deleted thread takes its conversation along."""
        try:
            for channel_id in await self._channels.dormant():
                await asyncio.sleep(DORMANT_PAUSE_S)
                await self.forget_if_gone(channel_id)
        except DependencyError as error:
            log.warning("channels that are gone are forgotten another time: %s", error)

    async def forget_if_gone(self, channel_id: int) -> None:
        """Ask Discord whether a channel is there; one that is not takes its conversations along."""
        try:
            await self._bot.http.get_channel(channel_id)
        except discord.NotFound:
            log.info("channel %s is gone", channel_id)
            await patiently(lambda: self._channels.forget_channel(channel_id))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("whether channel %s is there is not known: %s", channel_id, error)

    async def read(self, channel_id: int) -> bool:
        """Read what this channel may have missed (under its lock).

        Returns:
            False when it cannot be read now: it stays marked.
        """
        live = self._missed.get(channel_id)
        if live is None:
            return True
        try:
            await self._read(live)
        except discord.NotFound as error:
            log.info("channel %s is gone: %s", channel_id, error)
            if error.code == UNKNOWN_CHANNEL:
                await self._channels.forget_channel(channel_id)
        except discord.Forbidden as error:
            log.info("channel %s cannot be read: %s", channel_id, error)
        except (discord.HTTPException, aiohttp.ClientError, OSError, DependencyError, NotNowError) as error:
            log.warning("channel %s is looked into later: %s", channel_id, error)
            self.read_on()
            return False
        except Exception:  # one channel that cannot be read must not keep the others from being read
            if self._bot.is_closed():
                return False  # the next client reads it
            log.exception("channel %s was not caught up with", channel_id)
        self._missed.pop(channel_id, None)
        return True

    async def _read(self, live: LiveChannel) -> None:
        channel = self._bot.get_partial_messageable(live.channel_id, guild_id=live.guild_id)
        seen_id = (await self._channels.state(live.channel_id)).seen_id
        if seen_id is None:
            return
        known = await self._channels.questions(live.channel_id)
        # in a place of the owner's own, questions that are stored are read again: they may be edited or deleted
        read_again = [question.message_id - 1 for question in known] if live.is_own_place else []
        after_id = min([seen_id, *read_again])
        messages = [
            message async for message in channel.history(after=discord.Object(after_id), limit=None, oldest_first=True)
        ]
        await self._compare(channel, known, messages)
        answered = self._replied_to(messages)
        for message in messages:
            if message.id <= seen_id or message.author.bot or message.type not in HUMAN_TYPES:
                continue
            if message.id in answered:
                await self._channels.advance(live.channel_id, message.id)
            else:
                await self._take(message)

    def _replied_to(self, messages: Sequence[discord.Message]) -> frozenset[int]:
        """What was answered or refused just before the process ended, and is not in the ledger yet."""
        me = self._bot.user
        return frozenset(
            message.reference.message_id
            for message in messages
            if me is not None
            and message.author.id == me.id
            and message.reference is not None
            and message.reference.message_id is not None
        )

    async def _compare(
        self,
        channel: discord.PartialMessageable,
        known: Sequence[StoredQuestion],
        messages: Sequence[discord.Message],
    ) -> None:
        """Questions that were deleted meanwhile are forgotten, edited ones are answered as they stand."""
        there = {message.id: message for message in messages}
        for question in known:
            message = there.get(question.message_id) or await self._fetch(channel, question.message_id)
            if message is None:
                await self._forgetting.forget(self._bot, channel.id, question.message_id)
            elif (now := self._addressing.text_of(message)) != question.text:
                await self._edited(message, now)

    async def _edited(self, message: discord.Message, text: str) -> None:
        if not text:
            if is_readable(message, self._bot):
                await self._forgetting.forget_words(self._bot, message.channel.id, message.id)
            return
        origin = origin_of_message(message, self._bot.application_id or 0)
        try:
            await self._conversations.edit_message(message.id, text, origin)
        except LimitError as error:
            log.info("message %s was edited and is not answered anew: %s", message.id, error)
        await self._forgetting.reword(message.id, text)

    @staticmethod
    async def _fetch(channel: discord.PartialMessageable, message_id: int) -> discord.Message | None:
        """One message; None when it was deleted (a channel that hides its history is no sign of that)."""
        try:
            return await channel.fetch_message(message_id)
        except discord.NotFound:
            return None
