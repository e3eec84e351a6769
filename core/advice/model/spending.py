"""What one piece of writing may still take: requests, time, and somebody's budget. Repairs draw on the same."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.values.errors import ModelError


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request that may be sent: its budget is reserved. `tokens_max` is the most it can cost."""

    model: str
    day: date
    tokens_max: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request has cost, as far as that is known.

    Attributes:
        answered: the server sent a completion (which may still be of no use).
        prompt_tokens: as the server counted them; 0 where it did not.
        completion_tokens: as the server counted them; 0 where it did not.
        held_tokens: what may have been spent without being reported: an answer that never arrived whole, or a server
            that does not count. Weighs on the budget, not on the bill.
    """

    answered: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    held_tokens: int = 0


class Meter(Protocol):
    """Asked before every request to the model, told after it."""

    async def reserve(self, model: str, tokens_max: int) -> Ticket:
        """Reserve one request.

        Raises:
            ModelError: BUDGET or SWITCHED_OFF; nothing may be sent.
        """

    async def settle(self, ticket: Ticket, spent: Spent) -> None:
        """The request is over. One that is never settled (a crash) keeps what it reserved."""


class Allowance:
    """Counts down while a review, an answer or a summary is written. `ends_at` is a time of the event loop."""

    def __init__(self, tries: int, seconds: float, meter: Meter | None = None) -> None:
        self.tries_left = tries
        self.ends_at = asyncio.get_running_loop().time() + seconds
        self._meter = meter

    @property
    def seconds_left(self) -> float:
        """Until everything must be over."""
        return self.ends_at - asyncio.get_running_loop().time()

    async def begin(self, model: str, tokens_max: int) -> Ticket | None:
        """Take one request.

        Raises:
            ModelError: BUDGET or SWITCHED_OFF.
        """
        ticket = await self._reserved(self._meter, model, tokens_max) if self._meter is not None else None
        self.tries_left -= 1
        return ticket

    @staticmethod
    async def _reserved(meter: Meter, model: str, tokens_max: int) -> Ticket:
        """A reservation that a deadline does not tear: it is made whole, then given back, since nothing is sent."""
        reserving = asyncio.ensure_future(meter.reserve(model, tokens_max))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            with contextlib.suppress(ModelError):
                await meter.settle(await reserving, Spent())
            raise

    async def end(self, ticket: Ticket | None, spent: Spent) -> None:
        """Note what the request has cost."""
        if ticket is not None and self._meter is not None:
            await self._meter.settle(ticket, spent)
