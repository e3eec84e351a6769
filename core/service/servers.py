"""ServerService: what those who manage a server decide for it."""

from dataclasses import dataclass

from core.service.budget import MODEL_SETTING, Budget, GuildUsage, allows_model
from core.storage import Database
from core.values.actor import Actor
from core.values.errors import UsageCode, UsageError

PING_SETTING = "ping"
"""Key in a guild's and in a member's settings: false where nobody (the member) is to be mentioned when a review is
there."""

OTHERS_SETTING = "others"
"""Key in a guild's settings: false where members may put only their own tracks under review."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """A server's settings and what it has used.

    Attributes:
        process_uses_model: the operator has set a language model up at all.
        pings: members are mentioned when their review is there.
        allows_others: members may ask for feedback on a track that somebody else posted.
    """

    allows_model: bool
    process_uses_model: bool
    model: str
    usage: GuildUsage
    pings: bool = True
    allows_others: bool = True


class ServerService:
    """Settings of a server. Everybody in it may know them; who manages it may change them."""

    def __init__(self, database: Database, budget: Budget, *, uses_model: bool, model: str) -> None:
        self._database = database
        self._budget = budget
        self._uses_model = uses_model
        self._model = model

    @property
    def model(self) -> str | None:
        """The language model that this bot uses, or None."""
        return self._model if self._uses_model else None

    async def uses_model(self, actor: Actor) -> bool:
        """Whether words for this actor may be written by a model."""
        async with self._database.read() as unit:
            return self._uses_model and await allows_model(unit, actor)

    async def state(self, actor: Actor) -> ServerState:
        """What is set here, and what was used."""
        async with self._database.read() as unit:
            allowed = await allows_model(unit, actor)
            settings = await unit.guilds.settings(actor.tenant_id)
        return ServerState(
            allowed,
            self._uses_model,
            self._model,
            await self._budget.used(actor),
            pings=bool(settings.get(PING_SETTING, True)),
            allows_others=bool(settings.get(OTHERS_SETTING, True)),
        )

    async def allow_model(self, actor: Actor, *, allowed: bool) -> None:
        """Switch the language model on or off for the actor's server; it holds from the next request on.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, MODEL_SETTING, value=allowed)

    async def allow_pings(self, actor: Actor, *, allowed: bool) -> None:
        """Whether members of the actor's server are mentioned when their review is there.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, PING_SETTING, value=allowed)

    async def allow_others(self, actor: Actor, *, allowed: bool) -> None:
        """Whether members may ask for feedback on a track that somebody else posted.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, OTHERS_SETTING, value=allowed)

    async def check_owner(self, actor: Actor, author_id: int | None) -> None:
        """Whether the actor may put a track of this author (None: nobody knows whose it is) under review.

        Raises:
            UsageError: NOT_YOURS, the server wants members to ask for their own tracks only.
        """
        if author_id == actor.user_id or actor.guild_id is None:
            return
        async with self._database.read() as unit:
            settings = await unit.guilds.settings(actor.guild_id)
        if not settings.get(OTHERS_SETTING, True):
            raise UsageError(UsageCode.NOT_YOURS)

    async def ping_me(self, actor: Actor, *, wanted: bool) -> None:
        """Whether the actor is mentioned when a review of theirs is there, in every server.

        Only what differs from the default is kept: a person with settings outlives everything else they had here.
        """
        async with self._database.begin() as unit:
            settings = await unit.privacy.settings(actor)
            settings.pop(PING_SETTING, None)
            await unit.privacy.put_settings(actor, settings if wanted else {**settings, PING_SETTING: False})

    async def _set(self, actor: Actor, name: str, *, value: bool) -> None:
        if actor.guild_id is None:
            raise UsageError(UsageCode.NOT_IN_A_SERVER)
        if not actor.manages_guild:
            raise UsageError(UsageCode.NOT_A_MANAGER)
        async with self._database.begin() as unit:
            settings = await unit.guilds.settings(actor.guild_id)
            await unit.guilds.put_settings(actor.guild_id, {**settings, name: value})
