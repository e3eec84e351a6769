"""Messages that were missed: what was written, edited or deleted in a channel while the bot was offline."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord.ext import commands

from cogs.context import is_readable, origin_of_message
from cogs.discord_errors import UNKNOWN_CHANNEL, is_final
from cogs.forgetting import Forgetting
from cogs.messages.addressing import Addressing
from cogs.messages.replying import NotNowError
from cogs.patience import patiently
from core.service.channels import ChannelService, FollowedChannel
from core.service.conversation import ConversationService
from core.storage import StoredQuestion
from core.values.errors import DependencyError, LimitError

HUMAN_TYPES = (discord.MessageType.default, discord.MessageType.reply)
"""Types of messages that people write; the others announce what happened in a channel."""

LOOKED_INTO_AT_ONCE = 4
"""Number of channels whose history is read at the same time after an absence."""

LOOK_AGAIN_S = 30.0
"""Seconds before channels that could not be read are tried again."""

DORMANT_PAUSE_S = 1.0
"""Seconds before each dormant channel: there may be thousands, and Discord limits the rate of requests."""

log = logging.getLogger(__name__)


class MissedMessages:
    """Reads the history of channels that may have missed messages, each under its lock.

    `take` handles one message unless that was done before, and raises `NotNowError` where it is impossible now.
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
        self._missed: dict[int, FollowedChannel] = {}
        self._reading: asyncio.Task[None] | None = None
        self._reading_dormant: asyncio.Task[None] | None = None
        self._marked = asyncio.Event()
        self._marking = 0

    async def mark(
        self,
        concerns: Callable[[FollowedChannel], bool],
        guild_id: int | None = None,
        channel_id: int | None = None,
    ) -> None:
        """Note channels that may have missed messages; live messages wait until that is done (`marked`)."""
        self._marking += 1
        self._marked.clear()
        try:
            followed = await patiently(lambda: self._channels.followed(guild_id, channel_id))
            self._missed.update({channel.channel_id: channel for channel in followed if concerns(channel)})
        finally:
            self._marking -= 1
            if not self._marking:
                self._marked.set()

    def mark_one(self, channel: FollowedChannel) -> None:
        """Note one channel that may have missed messages, and begin to read."""
        known = self._missed.get(channel.channel_id)
        if known is None or not known.is_live:
            self._missed[channel.channel_id] = channel
        self.read_on()

    async def marked(self) -> None:
        """Wait until it is known which channels may have missed messages."""
        await self._marked.wait()

    def is_behind(self, channel_id: int) -> bool:
        """Whether messages of this channel wait, for its lock or for `mark`."""
        lock = self._locks.get(channel_id)
        return not self._marked.is_set() or (lock is not None and lock.locked())

    def lock(self, channel_id: int) -> asyncio.Lock:
        """The lock of a channel, under which one message is handled at a time."""
        lock = self._locks.get(channel_id)
        if lock is None:
            lock = self._locks[channel_id] = asyncio.Lock()
        return lock

    def read_on(self) -> None:
        """Read the marked channels in the background.

        Dormant channels, which nobody used for long, have a task of their own: the others must not wait for thousands.
        """
        if self._bot.is_closed():
            return  # the next client catches up
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_live(), name="catching up")
        if self._reading_dormant is None or self._reading_dormant.done():
            self._reading_dormant = asyncio.create_task(self._read_dormant(), name="catching up slowly")

    async def close(self) -> None:
        """Stop reading."""
        tasks = [task for task in (self._reading, self._reading_dormant) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_live(self) -> None:
        """Read the marked channels in recent use, and try those again later that cannot be read now."""
        slots = asyncio.Semaphore(LOOKED_INTO_AT_ONCE)

        async def look_into(channel_id: int) -> None:
            async with slots, self.lock(channel_id):
                await self.read(channel_id)

        while waiting := self._waiting(is_live=True):
            await asyncio.gather(*(look_into(channel_id) for channel_id in waiting))
            if self._waiting(is_live=True):
                await asyncio.sleep(LOOK_AGAIN_S)

    async def _read_dormant(self) -> None:
        """Read the marked channels that are dormant, one after the other."""
        while waiting := self._waiting(is_live=False):
            for channel_id in waiting:
                await asyncio.sleep(DORMANT_PAUSE_S)
                async with self.lock(channel_id):
                    await self.read(channel_id)
            if self._waiting(is_live=False):
                await asyncio.sleep(LOOK_AGAIN_S)

    def _waiting(self, *, is_live: bool) -> tuple[int, ...]:
        return tuple(one.channel_id for one in self._missed.values() if one.is_live is is_live)

    async def forget_if_gone(self, channel_id: int) -> None:
        """Ask Discord whether a channel exists, and delete its conversations if not."""
        try:
            await self._bot.http.get_channel(channel_id)
        except discord.NotFound as error:
            log.info("channel %s is gone: %s", channel_id, error)
            if is_final(error):
                await patiently(lambda: self._channels.forget_channel(channel_id))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("it is not known whether channel %s exists: %s", channel_id, error)

    async def read(self, channel_id: int) -> bool:
        """Read now what this channel may have missed, if it is marked. The caller holds its lock.

        Returns:
            False when the channel cannot be read now: it stays marked.
        """
        marked = self._missed.get(channel_id)
        if marked is None:
            return True
        try:
            await self._read(marked)
        except (discord.HTTPException, aiohttp.ClientError, OSError, DependencyError, NotNowError) as error:
            if not (isinstance(error, discord.NotFound | discord.Forbidden) and is_final(error)):
                log.warning("channel %s is read later: %s", channel_id, error)
                self.read_on()
                return False
            log.info("channel %s cannot be read: %s", channel_id, error)
            if error.code == UNKNOWN_CHANNEL:
                await self._channels.forget_channel(channel_id)
        except Exception:  # one channel that cannot be read must not keep the others from being read
            if self._bot.is_closed():
                return False  # the next client reads it
            log.exception("channel %s: missed messages were not read", channel_id)
        self._missed.pop(channel_id, None)
        return True

    async def _read(self, marked: FollowedChannel) -> None:
        channel = self._bot.get_partial_messageable(marked.channel_id, guild_id=marked.guild_id)
        seen_id = (await self._channels.state(marked.channel_id)).seen_id
        if seen_id is None:
            return
        # in the owner's own thread or DM, stored questions are read again: they may have been edited or deleted;
        # not in dormant channels, where that would be thousands of pages
        known = await self._channels.questions(marked.channel_id) if marked.is_live else ()
        read_again = [question.message_id - 1 for question in known] if marked.is_own_place else []
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
                await self._channels.advance(marked.channel_id, message.id)
            else:
                await self._take(message)

    def _replied_to(self, messages: Sequence[discord.Message]) -> frozenset[int]:
        """Ids of messages that have a reply of ours: the process may have ended before the ledger had them."""
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
        """Forget known questions that were deleted meanwhile, and answer edited ones in their new wording."""
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
            await self._conversations.edit_message(message.id, text, origin, asks=self._addressing.asks(message))
        except LimitError as error:
            log.info("message %s was edited and is not answered again: %s", message.id, error)
        await self._forgetting.reword(message.id, text)

    @staticmethod
    async def _fetch(channel: discord.PartialMessageable, message_id: int) -> discord.Message | None:
        """Fetch one message; None when it was deleted. A hidden history (Forbidden) says nothing and is raised."""
        try:
            return await channel.fetch_message(message_id)
        except discord.NotFound as error:
            if not is_final(error):
                raise
            return None
