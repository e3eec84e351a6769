"""ServerService: what those who manage a server decide for it."""

from dataclasses import dataclass

from core.actor import Actor
from core.errors import UsageCode, UsageError
from core.service.budget import MODEL_SETTING, Budget, GuildUsage, allows_model
from core.storage import Database


@dataclass(frozen=True, slots=True)
class ServerState:
    """A server's settings and what it has used. `process_uses_model`: the operator has set one up at all."""

    allows_model: bool
    process_uses_model: bool
    model: str
    usage: GuildUsage


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
        return ServerState(allowed, self._uses_model, self._model, await self._budget.used(actor))

    async def allow_model(self, actor: Actor, *, allowed: bool) -> None:
        """Switch the language model on or off for the actor's server; it holds from the next request on.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        if actor.guild_id is None:
            raise UsageError(UsageCode.NOT_IN_A_SERVER)
        if not actor.manages_guild:
            raise UsageError(UsageCode.NOT_A_MANAGER)
        async with self._database.begin() as unit:
            settings = await unit.guilds.settings(actor.guild_id)
            await unit.guilds.put_settings(actor.guild_id, {**settings, MODEL_SETTING: allowed})
