"""A second look at the message that a button, menu or form is about: its author may have deleted it since."""

import asyncio
import logging

import aiohttp
import discord
from yarl import URL

from cogs.attachments import files_shown
from cogs.discord_errors import UNKNOWN_MESSAGE
from core.service.job_payloads import Attachment
from core.service.shown.offers import Offer
from core.values.errors import UsageCode, UsageError

LOOK_WITHIN_S = 1.0
"""Seconds that a fetch may take before the check is left out; Discord waits 3 s for an acknowledgement."""

log = logging.getLogger(__name__)


async def look_again(interaction: discord.Interaction, message_id: int) -> discord.Message | None:
    """The message as it stands now; None where it cannot be read (no permission, an outage).

    Raises:
        UsageError: MESSAGE_DELETED.
    """
    channel_id = interaction.channel_id or 0
    channel = interaction.client.get_partial_messageable(channel_id, guild_id=interaction.guild_id)
    try:
        async with asyncio.timeout(LOOK_WITHIN_S):
            return await channel.fetch_message(message_id)
    except discord.NotFound as error:
        if error.code == UNKNOWN_MESSAGE:
            raise UsageError(UsageCode.MESSAGE_DELETED) from error
        log.info("message %s cannot be looked at: %s", message_id, error)
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.info("message %s cannot be looked at: %s", message_id, error)
    return None


async def check_shown(
    interaction: discord.Interaction, offer: Offer, attachment_id: int | None, max_bytes: int
) -> None:
    """Check that the message still shows the chosen track (the first where none was chosen).

    A track sent with a command is not checked, nor one in a message that cannot be read.

    Raises:
        UsageError: MESSAGE_DELETED, FILE_REMOVED.
    """
    if offer.shown_in is None:
        return
    message = await look_again(interaction, offer.shown_in)
    if message is None or not interaction.client.intents.message_content:
        return
    # by URL path, not by id: a menu keeps the ids that the tracks had before a proxy repeated the message
    there = {_address(track.file) for track in files_shown(message, max_bytes).tracks}
    if _address(offer.track(attachment_id).file) not in there:
        raise UsageError(UsageCode.FILE_REMOVED)


def _address(file: Attachment) -> str:
    """The path of a file's URL: the query has the signature, which changes each time."""
    return URL(file.url).path
