"""What may be spent on the language model: reserved in the database before each call."""

from core.actor import Actor
from core.advice import MayCallModel
from core.jobs.ports import Clock, utc_now
from core.service.limits import Limits
from core.storage import Database


class Budget:
    """Daily model calls per guild (and per user in direct messages)."""

    def __init__(self, database: Database, limits: Limits, clock: Clock = utc_now) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock

    def gate(self, actor: Actor) -> MayCallModel:
        """A question to ask before each call: it reserves the call it allows."""

        async def may_call_model() -> bool:
            async with self._database.begin() as unit:
                return await unit.usage.reserve_model_call(
                    actor, self._clock().date(), self._limits.model_calls_per_guild_day
                )

        return may_call_model
