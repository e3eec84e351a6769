"""Replies to messages, posted once even if a try is repeated, and reactions where those are enough."""

import logging
from zlib import crc32

import aiohttp
import discord

from cogs.context import may_react
from cogs.discord_errors import CANNOT_REPLY, is_final
from core.service.channels import ChannelService
from core.values.errors import NotFoundError

NONCE_MASK = 0xFFFFF
"""Bits of a text's checksum in a nonce: of its 25 characters (Discord: Create Message) an id takes 19."""

log = logging.getLogger(__name__)


class NotNowError(Exception):
    """A reply could not be posted because Discord or the network is down."""


class Replies:
    """Posts replies to members' messages, and stores those about a conversation as its posts."""

    def __init__(self, bot: discord.Client, channels: ChannelService) -> None:
        self._bot = bot
        self._channels = channels

    async def say(
        self,
        message: discord.Message,
        text: str,
        view: discord.ui.View | None = None,
        *,
        conversation_id: int | None = None,
    ) -> int | None:
        """Reply to a message, without a message reference where the bot cannot read the history.

        Returns:
            The id of the reply; None where Discord refused it, or where its conversation was deleted meanwhile.

        Raises:
            NotNowError: Discord cannot be reached now.
        """
        # Discord drops a message with a nonce that was used before: a repeated try posts nothing twice
        nonce = f"{message.id}.{crc32(text.encode()) & NONCE_MASK:x}"
        arguments: dict[str, object] = {"allowed_mentions": discord.AllowedMentions.none(), "nonce": nonce}
        if view is not None:
            arguments["view"] = view
        reference = message.to_reference(fail_if_not_exists=False)
        try:
            sent = await _send(message, text, reference, arguments)
        except (aiohttp.ClientError, OSError) as error:
            raise NotNowError(f"{type(error).__name__}: {error}") from error
        except discord.HTTPException as error:
            if not is_final(error):
                raise NotNowError(f"{error.status}: {error}") from error
            log.warning("message %s: the reply was not posted: %s", message.id, error)
        except RuntimeError as error:
            # aiohttp raises this from a session that was closed meanwhile; otherwise it is a bug
            if not self._bot.is_closed():
                raise
            raise NotNowError("the connection was closed meanwhile") from error
        else:
            return await self._noted(message.channel.id, int(sent.id), conversation_id)
        return None

    async def _noted(self, channel_id: int, reply_id: int, conversation_id: int | None) -> int | None:
        """Store a post about a conversation; delete the post where the conversation was deleted meanwhile."""
        if conversation_id is not None:
            try:
                await self._channels.posted(conversation_id, reply_id, channel_id)
            except NotFoundError:
                await self.take_back(channel_id, reply_id)
                return None
        return reply_id

    async def take_back(self, channel_id: int, reply_id: int) -> None:
        """Delete a reply of ours. Best effort."""
        try:
            await self._bot.get_partial_messageable(channel_id).get_partial_message(reply_id).delete()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("reply %s stays: %s", reply_id, error)

    async def react(self, message: discord.Message, emoji: str) -> None:
        """Show a reaction where the bot may. Best effort."""
        if not may_react(message):
            return
        try:
            await message.add_reaction(emoji)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("message %s: no reaction: %s", message.id, error)


async def _send(
    message: discord.Message, text: str, reference: discord.MessageReference, arguments: dict[str, object]
) -> discord.Message:
    try:
        return await message.channel.send(text, reference=reference, **arguments)  # type: ignore[call-overload,no-any-return]
    except discord.HTTPException as error:
        if error.code not in CANNOT_REPLY:
            raise
    return await message.channel.send(text, **arguments)  # type: ignore[call-overload,no-any-return]
