"""Interactions whose event comes more than once: Discord may repeat what a connection has missed, even a later one."""

from collections import deque

import discord

REMEMBERED_INTERACTIONS = 1000
"""Interactions whose ids are kept. A repetition follows the event within seconds."""


class Repeats:
    """Tells the first event of an interaction from those that repeat it. A process has one, whatever connects."""

    def __init__(self) -> None:
        self._seen: deque[int] = deque(maxlen=REMEMBERED_INTERACTIONS)

    def is_repeat(self, interaction: discord.Interaction) -> bool:
        """Whether this interaction was asked about before; from now on it was."""
        if interaction.id in self._seen:
            return True
        self._seen.append(interaction.id)
        return False
