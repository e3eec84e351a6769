"""Addressing: whether a message is meant for Earshot, and which conversation it is about."""

from dataclasses import dataclass

import discord
from discord.ext import commands

from cogs.context import author_of, guild_id_of_message
from core.advice import asking
from core.service.channels import ChannelService, ChannelState
from core.storage import ConversationRow
from core.text.untrusted import MENTION
from core.values.errors import UsageCode, UsageError


@dataclass(frozen=True, slots=True)
class Address:
    """How a message reaches Earshot.

    Attributes:
        row: the conversation it is about, if that is clear.
        is_named: it names Earshot (a mention), replies to it, or is a direct message.
        is_mention: its text mentions Earshot.
    """

    row: ConversationRow | None
    is_named: bool
    is_mention: bool

    def is_own_thread(self, message: discord.Message) -> bool:
        """Whether the message is in its author's own thread of this conversation, where audio is a new version."""
        row = self.row
        return (
            row is not None
            and row.owner_id == message.author.id
            and row.follows_owner
            and row.channel_id == message.channel.id
            and guild_id_of_message(message) is not None
        )


class Addressing:
    """Decides whether a message is meant for Earshot, and which conversation it is about."""

    def __init__(self, bot: commands.Bot, channels: ChannelService) -> None:
        self._bot = bot
        self._channels = channels

    async def of(self, message: discord.Message, state: ChannelState) -> Address | None:
        """Whether a message is meant for Earshot, and which conversation it is about; None for everything else.

        Raises:
            UsageError: SOMEBODY_ELSES_TRACK, a reply with a mention is about a review its author may not ask about.
        """
        replied = await self._replied(message)
        is_mention = self.is_named_in(message)
        if replied is not None:
            may_ask = replied.may_ask(message.author.id, message.channel.id)
            if not may_ask and not is_mention:
                return None  # members also talk to each other in replies to a bot's message
            if replied.owner_id != message.author.id and asking.asks_about_own(self.text_of(message)):
                return Address(await self._meant(message, state), is_named=True, is_mention=is_mention)
            if not may_ask:
                raise UsageError(UsageCode.SOMEBODY_ELSES_TRACK)
            return Address(replied, is_named=True, is_mention=is_mention)
        own = state.own(message.author.id, message.id)
        if guild_id_of_message(message) is None:
            return Address(own, is_named=True, is_mention=is_mention)
        if is_mention or self._is_ours(message):
            return Address(await self._meant(message, state), is_named=True, is_mention=is_mention)
        others = any(user.id not in {self._me.id, message.author.id} for user in message.mentions)
        if own is None or not own.follows_owner or others or self._replies_to_other(message):
            return None
        return Address(own, is_named=False, is_mention=False)

    def _is_ours(self, message: discord.Message) -> bool:
        """Whether a message is a reply that pings the bot: one to a post of ours without a conversation."""
        return message.reference is not None and self._me in message.mentions

    async def _replied(self, message: discord.Message) -> ConversationRow | None:
        """The conversation of the post of ours that a message replies to."""
        reference = message.reference
        if (
            reference is None
            or reference.message_id is None
            or reference.type is not discord.MessageReferenceType.reply
        ):
            return None
        found = await self._channels.of_message(reference.message_id)
        return found if found is not None and found.guild_id == author_of(message).guild_id else None

    async def _meant(self, message: discord.Message, state: ChannelState) -> ConversationRow | None:
        """The conversation in this channel that a mention is about: the author's own, the thread's, or the only one."""
        own = state.own(message.author.id, message.id)
        if own is not None:
            return own
        of_place = state.only(message.id)
        return None if of_place is None or asking.asks_about_own(self.text_of(message)) else of_place

    def asks(self, message: discord.Message) -> bool:
        """Whether a message asks Earshot something. Where it mentions Earshot, mentions of others are ignored."""
        text = self.text_of(message)
        return asking.is_question(MENTION.sub(" ", text) if self.is_named_in(message) else text)

    def text_of(self, message: discord.Message) -> str:
        """The text of a message without mentions of the bot."""
        text = message.content.replace(f"<@{self._me.id}>", "").replace(f"<@!{self._me.id}>", "")
        role = _own_role(message)
        return (text if role is None else text.replace(f"<@&{role.id}>", "")).strip()

    def is_named_in(self, message: discord.Message) -> bool:
        """Whether the text mentions the bot, or the role that Discord made for it: members are offered both."""
        role = _own_role(message)
        is_role = role is not None and (role.id in message.raw_role_mentions or role in message.role_mentions)
        return is_role or self._me.id in message.raw_mentions

    def _replies_to_other(self, message: discord.Message) -> bool:
        """Whether a message is a reply to somebody other than its own author and the bot.

        The author of a deleted message is unknown: a reply to it counts as any other message.
        """
        reference = message.reference
        if reference is None or reference.type is not discord.MessageReferenceType.reply:
            return False
        before = reference.resolved
        if isinstance(before, discord.Message):
            return before.author.id not in {message.author.id, self._me.id}
        return not isinstance(before, discord.DeletedReferencedMessage)

    @property
    def _me(self) -> discord.ClientUser:
        if self._bot.user is None:
            raise RuntimeError("a message arrived before the client knew itself")
        return self._bot.user


def _own_role(message: discord.Message) -> discord.Role | None:
    """The role that Discord made for the bot in this guild."""
    return message.guild.self_role if message.guild is not None else None
