"""The content of a message, independent of how it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

import discord

SILENT = discord.AllowedMentions.none()
"""Allowed mentions of a message that pings nobody."""


TAKEN, DONE = "👀", "✅"
"""Reactions to a member's message: it is being worked on; the answer or review is there."""


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a message.

    Attributes:
        file: makes a new file object for each use.
        ping: id of the member whom the text mentions and Discord notifies; nobody else is notified.
    """

    text: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    file: Callable[[], discord.File] | None = None
    ping: int | None = None

    @property
    def allowed(self) -> discord.AllowedMentions:
        """The allowed mentions: `ping` alone, or nobody."""
        if self.ping is None:
            return SILENT
        return discord.AllowedMentions(
            everyone=False, roles=False, replied_user=False, users=[discord.Object(self.ping)]
        )
