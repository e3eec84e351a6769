"""Messages in order: each is dealt with once, and what was written while the bot was away comes before what is new."""

import asyncio
import logging
from collections import deque
from datetime import timedelta

import discord
from discord.ext import commands

from cogs.context import guild_id_of, origin_of_message
from cogs.forgetting import Forgetting
from cogs.interactions.error_replies import sentence
from cogs.messages.addressing import Addressing
from cogs.messages.missed import HUMAN_TYPES, MissedMessages
from cogs.messages.proxies import Proxies
from cogs.messages.replying import NotNowError, Replies
from cogs.messages.responding import Responder
from core.service.channels import ChannelService, FollowedChannel
from core.service.conversation import ConversationService
from core.values.errors import DependencyError, EarshotError

DATABASE_TRIES = 3
"""Tries of a message while the database is busy, before its author is told."""

DATABASE_PAUSE_S = 1.0

RECENT = 500
"""Messages that are known by heart: Discord may repeat an event, also where there is no ledger."""

EDITED_WITHIN = timedelta(minutes=10)
"""So long after a message was written it may become a question by an edit."""

log = logging.getLogger(__name__)


class Inbox(commands.Cog):
    """Keeps the order: one message of a channel at a time, missed ones first, each counted in the seen ledger."""

    def __init__(
        self,
        bot: commands.Bot,
        channels: ChannelService,
        conversations: ConversationService,
        responder: Responder,
        replies: Replies,
        addressing: Addressing,
        proxies: Proxies,
        forgetting: Forgetting,
    ) -> None:
        self._bot = bot
        self._channels = channels
        self._conversations = conversations
        self._addressing = addressing
        self._responder = responder
        self._replies = replies
        self._proxies = proxies
        self._recent: deque[int] = deque(maxlen=RECENT)
        self._edited: deque[tuple[int, int]] = deque(maxlen=RECENT)
        self._missed = MissedMessages(bot, channels, conversations, addressing, self._take, forgetting)

    @commands.Cog.listener("on_connect")
    async def on_connect(self) -> None:
        """A fresh session begins: no message counts before it is known which channels may have missed some."""
        await self._missed.mark(lambda _channel: True)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_back(self, guild: discord.Guild) -> None:
        """A guild's outage is over, or it invited the bot again: what was written there meanwhile comes first."""
        await self._missed.mark(lambda _channel: True, guild.id)
        self._missed.read_on()

    @commands.Cog.listener("on_guild_channel_update")
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel that the bot may see (again), with its threads."""
        me = after.guild.me
        if before.permissions_for(me).view_channel or not after.permissions_for(me).view_channel:
            return
        await self._missed.mark(
            lambda channel: after.id in {channel.channel_id, self._parent_of(channel.channel_id)}, after.guild.id
        )
        self._missed.read_on()

    def _parent_of(self, channel_id: int) -> int | None:
        return getattr(self._bot.get_channel(channel_id), "parent_id", None)

    @commands.Cog.listener("on_message")
    async def on_message(self, message: discord.Message) -> None:
        """Deal with a message after everything older in its channel."""
        if message.webhook_id is not None:
            # what it repeats may still be on its way to being a question
            async with self._missed.lock(message.channel.id):
                await self._proxies.follow(message, self._bot.application_id)
        if message.author.bot:
            return
        if message.type not in HUMAN_TYPES:
            return
        await self._missed.marked()
        channel_id = message.channel.id
        async with self._missed.lock(channel_id):
            # what cannot be read now is read later, and this message with it: it must not bury what is older
            if not await self._missed.read(channel_id) or message.id in self._recent:
                return
            try:
                await self._take(message)
            except NotNowError as error:
                self._take_later(message, error)

    async def _take(self, message: discord.Message) -> None:
        """Deal with a message unless the ledger says that it was dealt with; refused or passed over counts as well.

        What was passed over where there was no conversation yet comes again when one has begun there.

        Raises:
            NotNowError: Discord could not be reached; the message does not count as dealt with.
        """
        if message.id not in self._recent:
            self._recent.append(message.id)
        for attempt in range(1, DATABASE_TRIES + 1):
            try:
                state = await self._channels.state(message.channel.id)
                if state.seen_id is not None and message.id <= state.seen_id:
                    return
                conversation_id = await self._responder.respond(message, state)
                if state.seen_id is not None:
                    await self._channels.advance(message.channel.id, message.id)
                self._proxies.note(message, conversation_id)
            except DependencyError as error:
                if attempt == DATABASE_TRIES:
                    log.warning("message %s could not be dealt with: %s", message.id, error)
                    await self._replies.say(message, sentence(error))
                    return
                await asyncio.sleep(DATABASE_PAUSE_S)
            except NotNowError:
                self._recent.remove(message.id)
                raise
            else:
                return

    # -- what is edited

    async def change(self, message: discord.Message) -> bool:
        """A message was edited: a question in it is answered as it stands now. False where none is known.

        Raises:
            DependencyError: the database cannot be used now.
        """
        origin = origin_of_message(message, self._bot.application_id or 0)
        text, asks = self._addressing.text_of(message), self._addressing.asks(message)
        try:
            return await self._conversations.edit_message(message.id, text, origin, asks=asks)
        except DependencyError:
            raise
        except EarshotError as error:
            log.info("message %s was edited and is not answered anew: %s", message.id, error)
            return True

    async def take_edited(self, message: discord.Message) -> None:
        """A message that was passed over is answered where it has just become a question, or come to name Earshot."""
        edited_at, said = message.edited_at, (message.id, hash(message.content))
        is_new = edited_at is not None and edited_at - message.created_at <= EDITED_WITHIN and said not in self._edited
        if not is_new or message.attachments or not self._addressing.asks(message):
            return
        self._edited.append(said)
        channel_id = message.channel.id
        async with self._missed.lock(channel_id):
            if not await self._missed.read(channel_id) or await self.change(message):
                return  # it is read later as it stands then, or it has become a question meanwhile
            state = await self._channels.state(channel_id)
            if state.seen_id is not None and message.id > state.seen_id:
                return  # it is dealt with later
            try:
                self._proxies.note(message, await self._responder.respond(message, state))
            except (NotNowError, DependencyError) as error:
                log.warning("message %s was edited into a question and is not answered: %s", message.id, error)

    def _take_later(self, message: discord.Message, error: NotNowError) -> None:
        """Discord could not be reached: the message is found again when its channel is looked into."""
        log.warning("message %s is dealt with later: %s", message.id, error)
        self._missed.mark_one(FollowedChannel(message.channel.id, guild_id_of(message), is_own_place=False))

    def is_behind(self, channel_id: int) -> bool:
        """Whether messages of this channel are being dealt with, or wait for that."""
        return self._missed.is_behind(channel_id)

    async def forget_if_gone(self, channel_id: int) -> None:
        """Ask Discord whether a channel is there; one that is not takes its conversations along."""
        await self._missed.forget_if_gone(channel_id)

    async def up_to_date(self, channel_id: int) -> None:
        """Wait until the messages of this channel that came before now are dealt with."""
        await self._missed.marked()
        async with self._missed.lock(channel_id):
            return

    # -- after an absence

    async def catch_up(self) -> None:
        """A fresh session is ready: whatever was written, edited or deleted in the meantime is dealt with."""
        await self._missed.marked()
        self._missed.read_on()

    async def opened(self, channel_id: int, guild_id: int | None) -> None:
        """A review was posted where its owner was already writing: what they asked while they waited is answered."""
        self._missed.mark_one(FollowedChannel(channel_id, guild_id, is_own_place=True))

    async def cog_unload(self) -> None:
        """Stop reading."""
        await self._missed.close()
