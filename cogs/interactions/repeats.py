"""Repeated interaction events: Discord may send an event again that a connection missed, also on a later connection."""

from collections import deque

import discord

REMEMBERED_INTERACTIONS = 1000
"""Number of interaction ids that are kept: a repeat follows the event within seconds."""


class Repeats:
    """Tells the first event of an interaction from its repeats. One instance serves all connections of a process."""

    def __init__(self) -> None:
        self._seen: deque[int] = deque(maxlen=REMEMBERED_INTERACTIONS)

    def is_repeat(self, interaction: discord.Interaction) -> bool:
        """Whether an event of this interaction came before; its id is kept from now on."""
        if interaction.id in self._seen:
            return True
        self._seen.append(interaction.id)
        return False
