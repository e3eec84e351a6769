"""The person who asks: every service call has this value, and every storage query is filtered by it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a place.

    Attributes:
        guild_id: the Discord guild, or None in a direct message or on the command line.
        user_id: the Discord user.
        role_ids: roles held in that guild.
        manages_guild: whether the person may change the guild's settings.
    """

    guild_id: int | None
    user_id: int
    role_ids: frozenset[int] = frozenset()
    manages_guild: bool = False

    @property
    def tenant_id(self) -> int:
        """The guild as a database key; 0 for no guild, because unique constraints treat all NULLs as different."""
        return self.guild_id or 0

    @property
    def alone(self) -> "Actor":
        """The same person in the same place without roles and rights; tracks and reviews are owned by this value."""
        return Actor(self.guild_id, self.user_id)
