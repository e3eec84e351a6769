"""Messages in order: each is handled once, and those written while the bot was offline come before new ones."""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from datetime import timedelta

import discord
from discord.ext import commands

from cogs.context import guild_id_of_message, origin_of_message
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
"""Seconds between these tries."""

RECENT = 500
"""Number of message ids kept in memory: Discord may repeat an event, also in a channel without a seen ledger."""

EDITED_WITHIN = timedelta(minutes=10)
"""Age up to which an edit can make a message a question."""

SEEING = discord.Permissions(view_channel=True, administrator=True)
"""Permissions that let a member see a channel."""

log = logging.getLogger(__name__)


class Inbox(commands.Cog):
    """Handles messages in order: one of a channel at a time, missed ones first, each noted in the seen ledger."""

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
        """Mark all channels in a new gateway session; messages wait until it is known which channels missed some."""
        await self._missed.mark(lambda _channel: True)

    @commands.Cog.listener("on_guild_available")
    @commands.Cog.listener("on_guild_join")
    async def on_guild_back(self, guild: discord.Guild) -> None:
        """Read what was missed in a guild whose outage is over, or that added the bot (again)."""
        await self._read_guild(guild)

    @commands.Cog.listener("on_guild_channel_update")
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Read what was missed in a channel that the bot can see (again) and in its threads, also unknown ones."""
        guild = after.guild
        if before.permissions_for(guild.me).view_channel or not after.permissions_for(guild.me).view_channel:
            return

        def concerns(channel: FollowedChannel) -> bool:
            known = guild.get_channel_or_thread(channel.channel_id)
            return known is None or after.id in {known.id, getattr(known, "parent_id", None)}

        await self._missed.mark(concerns, guild.id)
        self._missed.read_on()

    @commands.Cog.listener("on_guild_role_update")
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Read a guild where a role of the bot may see more: Discord sends no event for the channels it opens."""
        gained = after.permissions.value & ~before.permissions.value
        if gained & SEEING.value and after in after.guild.me.roles:
            await self._read_guild(after.guild)

    @commands.Cog.listener("on_guild_role_delete")
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Read a guild where a role was deleted: it may have been one that channels were closed to."""
        await self._read_guild(role.guild)

    @commands.Cog.listener("on_member_update")
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Read a guild where the bot's roles changed; Discord sends this even without the members intent."""
        if after == after.guild.me and before.roles != after.roles:
            await self._read_guild(after.guild)

    @commands.Cog.listener("on_thread_join")
    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Read a thread that the bot sees (again): its channel opened, the bot was added, or it was unarchived."""
        await self._missed.mark(lambda _channel: True, thread.guild.id, thread.id)
        self._missed.read_on()

    async def _read_guild(self, guild: discord.Guild) -> None:
        """Mark the channels of a guild, and read what was missed there before anything new."""
        await self._missed.mark(lambda _channel: True, guild.id)
        self._missed.read_on()

    @commands.Cog.listener("on_message")
    async def on_message(self, message: discord.Message) -> None:
        """Handle a message after all older ones in its channel."""
        self._proxies.arrived(message, self._bot.application_id)
        if message.webhook_id is not None:
            # the message that it repeats may not be a stored question yet
            async with self._missed.lock(message.channel.id):
                await self._proxies.follow(message, self._bot.application_id)
        if message.author.bot:
            return
        if message.type not in HUMAN_TYPES:
            return
        await self._missed.marked()
        channel_id = message.channel.id
        async with self._missed.lock(channel_id):
            # older messages that cannot be read now are read later, together with this one, which must not come first
            if not await self._missed.read(channel_id) or message.id in self._recent:
                return
            try:
                await self._take(message)
            except NotNowError as error:
                self._take_later(message, error)

    async def _take(self, message: discord.Message) -> None:
        """Handle a message unless the ledger has it already; a refused or ignored message counts as handled.

        A channel without a conversation has no ledger: its messages come again once a conversation has begun there.

        Raises:
            NotNowError: Discord could not be reached; the message does not count as handled.
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
                with suppress(ValueError):  # newer messages may have displaced it
                    self._recent.remove(message.id)
                raise
            else:
                return

    # -- edits

    async def change(self, message: discord.Message) -> bool:
        """Answer the question in an edited message in its new wording; False where no question in it is known.

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
            log.info("message %s was edited and is not answered again: %s", message.id, error)
            return True

    async def take_edited(self, message: discord.Message) -> None:
        """Respond to an ignored message that an edit has just turned into a question or addressed to Earshot."""
        edited_at, said = message.edited_at, (message.id, hash(message.content))
        is_new = edited_at is not None and edited_at - message.created_at <= EDITED_WITHIN and said not in self._edited
        if not is_new or message.attachments or not self._addressing.asks(message):
            return
        self._edited.append(said)
        channel_id = message.channel.id
        async with self._missed.lock(channel_id):
            if not await self._missed.read(channel_id) or await self.change(message):
                return  # it is read later with its text of that time, or it has become a question meanwhile
            state = await self._channels.state(channel_id)
            if state.seen_id is not None and message.id > state.seen_id:
                return  # it is handled later
            try:
                self._proxies.note(message, await self._responder.respond(message, state))
            except (NotNowError, DependencyError) as error:
                log.warning("message %s was edited into a question and is not answered: %s", message.id, error)

    def _take_later(self, message: discord.Message, error: NotNowError) -> None:
        """Mark the channel of a message that needs Discord, which could not be reached: it is read again later."""
        log.warning("message %s is dealt with later: %s", message.id, error)
        self._missed.mark_one(FollowedChannel(message.channel.id, guild_id_of_message(message), is_own_place=False))

    def is_behind(self, channel_id: int) -> bool:
        """Whether messages of this channel are being handled, or wait for that."""
        return self._missed.is_behind(channel_id)

    async def forget_if_gone(self, channel_id: int) -> None:
        """Ask Discord whether a channel exists, and delete its conversations if not."""
        await self._missed.forget_if_gone(channel_id)

    async def up_to_date(self, channel_id: int) -> None:
        """Wait until the messages of this channel that came before now are handled."""
        await self._missed.marked()
        async with self._missed.lock(channel_id):
            return

    # -- after an absence

    async def catch_up(self) -> None:
        """Begin to read what was written, edited or deleted before this gateway session."""
        await self._missed.marked()
        self._missed.read_on()

    async def opened(self, channel_id: int, guild_id: int | None) -> None:
        """Read a channel where a review was posted, to answer what its owner asked there while waiting."""
        self._missed.mark_one(FollowedChannel(channel_id, guild_id, is_own_place=True))

    async def cog_unload(self) -> None:
        """Stop reading."""
        await self._missed.close()
