"""ServerService: the settings of a server, which its managers may change, and its usage."""

from dataclasses import dataclass

from core.service.budget import MODEL_SETTING, Budget, GuildUsage, allows_model
from core.storage import Database
from core.values.actor import Actor
from core.values.errors import UsageCode, UsageError

PING_SETTING = "ping"
"""Key in a guild's and in a member's settings: false if nobody (in the member's: this member) is to be mentioned when
a review is posted."""

OTHERS_SETTING = "others"
"""Key in a guild's settings: false if members may ask for reviews of their own tracks only."""

IDEAS_SETTING = "ideas"
"""Key in a guild's settings: false if no ideas of a language model are to be shown."""


LANGUAGE_SETTING = "language"
"""Key in a guild's settings: code of the language of all reviews there; absent where each member's own is used."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """The settings and the usage of a server.

    Attributes:
        allows_model: the server allows the language model.
        process_uses_model: the operator has set up a language model.
        model: name of the language model.
        usage: today's and this month's usage of the language model.
        pings: members are mentioned when their review is posted.
        allows_others: members may ask for feedback on a track that somebody else posted.
        ideas: ideas of the language model are shown.
        process_uses_ideas: the operator allows ideas.
        language: code of the language of all reviews; None where each is in that of its member.
    """

    allows_model: bool
    process_uses_model: bool
    model: str
    usage: GuildUsage
    pings: bool = True
    allows_others: bool = True
    ideas: bool = True
    process_uses_ideas: bool = True
    language: str | None = None


class ServerService:
    """Settings of servers. Every member may see them; only managers may change them."""

    def __init__(
        self, database: Database, budget: Budget, *, uses_model: bool, model: str, uses_ideas: bool = True
    ) -> None:
        self._database = database
        self._budget = budget
        self._uses_model = uses_model
        self._model = model
        self._uses_ideas = uses_ideas

    @property
    def model(self) -> str | None:
        """Name of the language model that this bot uses, or None."""
        return self._model if self._uses_model else None

    async def uses_model(self, actor: Actor) -> bool:
        """Whether the language model may write for this actor."""
        async with self._database.read() as unit:
            return self._uses_model and await allows_model(unit, actor)

    async def state(self, actor: Actor) -> ServerState:
        """The settings and the usage of the actor's server."""
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
            ideas=bool(settings.get(IDEAS_SETTING, True)),
            process_uses_ideas=self._uses_ideas,
            language=settings.get(LANGUAGE_SETTING),
        )

    async def allow_model(self, actor: Actor, *, allowed: bool) -> None:
        """Switch the language model on or off for the actor's server, from the next request on.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, MODEL_SETTING, value=allowed)

    async def allow_pings(self, actor: Actor, *, allowed: bool) -> None:
        """Set whether members of the actor's server are mentioned when their review is posted.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, PING_SETTING, value=allowed)

    async def allow_others(self, actor: Actor, *, allowed: bool) -> None:
        """Set whether members may ask for feedback on a track that somebody else posted.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, OTHERS_SETTING, value=allowed)

    async def allow_ideas(self, actor: Actor, *, allowed: bool) -> None:
        """Set whether reviews and answers in the actor's server show ideas of the model, from the next one on.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, IDEAS_SETTING, value=allowed)

    async def speak(self, actor: Actor, language: str | None) -> None:
        """Set the language of reviews in the actor's server, from the next one on; None: that of each member.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER.
        """
        await self._set(actor, LANGUAGE_SETTING, value=language)

    async def check_owner(self, actor: Actor, author_id: int | None) -> None:
        """Check that the actor may ask for a review of a track by this author (None: the author is unknown).

        Raises:
            UsageError: NOT_YOURS, the server allows members to ask for reviews of their own tracks only.
        """
        if author_id == actor.user_id or actor.guild_id is None:
            return
        async with self._database.read() as unit:
            settings = await unit.guilds.settings(actor.guild_id)
        if not settings.get(OTHERS_SETTING, True):
            raise UsageError(UsageCode.NOT_YOURS)

    async def ping_me(self, actor: Actor, *, wanted: bool) -> None:
        """Set whether the actor is mentioned when a review of theirs is posted, in every server.

        The setting is stored only if it differs from the default, because the row of a person with settings is kept
        even without any other data (`Guilds.purge`).
        """
        async with self._database.begin() as unit:
            settings = await unit.privacy.settings(actor)
            settings.pop(PING_SETTING, None)
            await unit.privacy.put_settings(actor, settings if wanted else {**settings, PING_SETTING: False})

    async def _set(self, actor: Actor, name: str, *, value: bool | str | None) -> None:
        if actor.guild_id is None:
            raise UsageError(UsageCode.NOT_IN_A_SERVER)
        if not actor.manages_guild:
            raise UsageError(UsageCode.NOT_A_MANAGER)
        async with self._database.begin() as unit:
            settings = await unit.guilds.settings(actor.guild_id)
            await unit.guilds.put_settings(actor.guild_id, {**settings, name: value})


async def language_in(database: Database, actor: Actor, own: str) -> str:
    """The language of a review for the actor.

    Args:
        database: where the server's settings are.
        actor: who asked, and where.
        own: code of the actor's own language, which counts where the server has set none.
    """
    if actor.guild_id is None:
        return own
    async with database.read() as unit:
        return (await unit.guilds.settings(actor.guild_id)).get(LANGUAGE_SETTING) or own


async def wants_ideas(database: Database, actor: Actor) -> bool:
    """Whether the actor's server wants ideas of the language model; in direct messages they are wanted."""
    if actor.guild_id is None:
        return True
    async with database.read() as unit:
        return bool((await unit.guilds.settings(actor.guild_id)).get(IDEAS_SETTING, True))
