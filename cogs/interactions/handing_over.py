"""Sending of a file to the member who asked for it, so that nobody else sees it."""

from io import BytesIO

import discord

from cogs.discord_errors import FILE_TOO_LARGE
from core.text.language import worded
from core.values.errors import LimitCode, LimitError


async def hand_over(
    interaction: discord.Interaction, name: str, content: bytes, *, embed: discord.Embed | None = None
) -> None:
    """Send a file in an ephemeral follow-up; its description is in the present language.

    Raises:
        LimitError: PDF_TOO_LARGE, the file is larger than Discord accepts here.
    """
    if len(content) > interaction.filesize_limit:
        raise LimitError(LimitCode.PDF_TOO_LARGE)
    try:
        await interaction.followup.send(
            file=discord.File(BytesIO(content), filename=name, description=worded("report.file")),
            embed=embed or discord.utils.MISSING,
            ephemeral=True,
            allowed_mentions=discord.AllowedMentions.none(),
        )
    except discord.HTTPException as error:
        if error.code != FILE_TOO_LARGE:
            raise
        raise LimitError(LimitCode.PDF_TOO_LARGE) from error
