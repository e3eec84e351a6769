"""Replies to interactions that failed.

The sentences come from `core.text.error_sentences`; an unknown error gets a reference to the log.
"""

import logging
from uuid import uuid4

import aiohttp
import discord
from discord import app_commands

from cogs.discord_errors import ACKNOWLEDGED
from cogs.interactions.acknowledging import AnsweredBeforeError
from cogs.interactions.repeats import Repeats
from core.text.error_sentences import INTERNAL_SENTENCE, say
from core.values.errors import EarshotError

log = logging.getLogger(__name__)

NOT_ALLOWED = "That command is not for you here."
SLOW_DOWN = "That was quick: try again in {seconds:.0f} seconds."


async def refuse(interaction: discord.Interaction, error: Exception) -> None:
    """Answer a failed interaction of any kind with a message that only the member sees."""
    if interaction.client.is_closed():
        log.info("interaction %s came while the connection was being closed", interaction.id)
        return
    if isinstance(_cause(error), AnsweredBeforeError):
        log.info("interaction %s was answered before, and its answer is gone", interaction.id)
        return
    text = sentence(error)
    silent = discord.AllowedMentions.none()
    try:
        if not interaction.response.is_done():
            try:
                await interaction.response.send_message(text, ephemeral=True, allowed_mentions=silent)
            except discord.HTTPException as failure:
                if failure.code != ACKNOWLEDGED:
                    raise
            else:
                return
        await interaction.followup.send(text, ephemeral=True, allowed_mentions=silent)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        log.warning("interaction %s could not be answered: %s", interaction.id, failure)


def sentence(error: Exception) -> str:
    """The sentence about an error: its cause where it is known, else a reference to the log. Logs the error."""
    cause = _cause(error)
    if isinstance(cause, EarshotError):
        log.info("refused: %s", cause)
        return discord.utils.escape_mentions(say(cause))
    if isinstance(cause, app_commands.CommandOnCooldown):
        return SLOW_DOWN.format(seconds=cause.retry_after)
    if isinstance(cause, app_commands.CheckFailure):
        return NOT_ALLOWED
    reference = uuid4().hex[:8]
    log.error("incident %s", reference, exc_info=cause)
    return f"{INTERNAL_SENTENCE}\n-# {reference}"


def _cause(error: Exception) -> Exception:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


class EarshotTree(app_commands.CommandTree[discord.Client]):
    """A command tree that answers errors with `refuse` and carries out each interaction once."""

    def __init__(self, client: discord.Client, repeats: Repeats) -> None:
        super().__init__(client)
        self._repeats = repeats

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Whether a command is to be carried out; False for a repeated event."""
        return not self._repeats.is_repeat(interaction)

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer a failed command."""
        await refuse(interaction, error)
