"""The budget of the language model: reserved in the database before each request, settled after it."""

import asyncio
from dataclasses import dataclass

from core.advice import Meter, Spent, Ticket
from core.knowledge.prices import cost_nano_usd
from core.service.limits import Limits
from core.storage import Database, DayBudget, Unit, Usage
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.errors import ModelError, ModelFault

MODEL_SETTING = "model"
"""Key in a guild's settings: false if the guild does not allow the language model."""


@dataclass(frozen=True, slots=True)
class GuildUsage:
    """Usage of a guild: today, and since the first of the month (UTC)."""

    today: Usage
    month: Usage


class Budget:
    """The daily requests and tokens per guild (in direct messages: per user), and each guild's switch for the model.

    Args:
        database: the database with the ledger.
        limits: the limits per day.
        clock: the source of the day (UTC).
        server: base URL of the model's server, for its prices; None for OpenAI's.
    """

    def __init__(
        self, database: Database, limits: Limits, clock: Clock = utc_now, *, server: str | None = None
    ) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock
        self._server = server

    def gate(self, actor: Actor) -> Meter:
        """The meter that reserves and settles each request on behalf of this actor."""
        return _ActorMeter(self._database, self._limits, self._clock, actor, self._server)

    async def used(self, actor: Actor) -> GuildUsage:
        """Usage of the actor's guild; without a guild, of all direct messages together."""
        today = self._clock().date()
        async with self._database.read() as unit:
            return GuildUsage(
                await unit.usage.used(actor.tenant_id, today),
                await unit.usage.used_since(today.replace(day=1), actor.tenant_id),
            )


class _ActorMeter:
    """The `Meter` of one actor."""

    def __init__(self, database: Database, limits: Limits, clock: Clock, actor: Actor, server: str | None) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._server = server
        self._budget = DayBudget(
            guild_calls=limits.model_calls_per_guild_day,
            user_calls=limits.model_calls_per_user_day,
            guild_tokens=limits.model_tokens_per_guild_day,
        )

    async def reserve(self, model: str, tokens_max: int) -> Ticket:
        """Reserve one request to `model` of at most `tokens_max` tokens.

        Raises:
            ModelError: BUDGET, the budget of the day is used up; SWITCHED_OFF, the guild does not allow the model.
        """
        day = self._clock().date()
        async with self._database.begin() as unit:
            if not await allows_model(unit, self._actor):
                raise ModelError(ModelFault.SWITCHED_OFF)
            allowed = await unit.usage.reserve_model_call(
                self._actor, day, self._budget, model=model, tokens=tokens_max
            )
        if not allowed:
            raise ModelError(ModelFault.BUDGET)
        return Ticket(model, day, tokens_max)

    async def settle(self, ticket: Ticket, spent: Spent) -> None:
        """Replace what was reserved for the request by what it has cost."""
        # in a thread, because the first call loads the table of prices
        cost = await asyncio.to_thread(
            cost_nano_usd, ticket.model, spent.prompt_tokens, spent.completion_tokens, self._server
        )
        async with self._database.begin() as unit:
            await unit.usage.settle_model_call(
                self._actor,
                ticket.day,
                model=ticket.model,
                reserved_tokens=ticket.tokens_max,
                spent=Usage(
                    answers=int(spent.answered),
                    prompt_tokens=spent.prompt_tokens,
                    completion_tokens=spent.completion_tokens,
                    held_tokens=spent.held_tokens,
                    cost_nano_usd=cost,
                ),
            )


async def allows_model(unit: Unit, actor: Actor) -> bool:
    """Whether the actor's guild allows the language model; always true without a guild."""
    if actor.guild_id is None:
        return True
    return bool((await unit.guilds.settings(actor.guild_id)).get(MODEL_SETTING, True))
