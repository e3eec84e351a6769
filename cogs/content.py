"""What a message shows, before anybody decides how it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

import discord

SILENT = discord.AllowedMentions.none()
"""Nobody is pinged."""


TAKEN, DONE = "👀", "✅"
"""Reactions to what a member wrote: it is being worked on; the answer or review is there."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows.

    Attributes:
        ping: the member who is mentioned in the text and hears of it; nobody else ever is.
    """

    text: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    file: Callable[[], discord.File] | None = None
    ping: int | None = None

    @property
    def allowed(self) -> discord.AllowedMentions:
        """Who may be pinged by it."""
        if self.ping is None:
            return SILENT
        return discord.AllowedMentions(
            everyone=False, roles=False, replied_user=False, users=[discord.Object(self.ping)]
        )
