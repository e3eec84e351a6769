"""Counts what one text may still use: requests, time and a budget, repairs included."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.values.errors import ModelError


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request whose budget is reserved. `tokens_max` is the most it can cost, in tokens."""

    model: str
    day: date
    tokens_max: int


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of a request, as far as it is known.

    Attributes:
        answered: whether the server sent a completion (which may still be unusable).
        prompt_tokens: tokens sent, as the server counted them; 0 where it did not.
        completion_tokens: tokens received, as the server counted them; 0 where it did not.
        held_tokens: tokens that may have been spent without being reported (an incomplete answer, a server that does
            not count). They count against the budget, not towards the cost.
    """

    answered: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    held_tokens: int = 0


class Meter(Protocol):
    """A budget: called before and after every request to the model."""

    async def reserve(self, model: str, tokens_max: int) -> Ticket:
        """Reserve one request.

        Raises:
            ModelError: BUDGET or SWITCHED_OFF; nothing may be sent.
        """

    async def settle(self, ticket: Ticket, spent: Spent) -> None:
        """Replace the reservation by the real cost. A request that is never settled (a crash) keeps its reservation."""


class Allowance:
    """The requests and the time that are left for one review, answer or summary.

    `ends_at` is a time of the event loop, in seconds.
    """

    def __init__(self, tries: int, seconds: float, meter: Meter | None = None) -> None:
        self.tries_left = tries
        self.ends_at = asyncio.get_running_loop().time() + seconds
        self._meter = meter

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.ends_at - asyncio.get_running_loop().time()

    async def begin(self, model: str, tokens_max: int) -> Ticket | None:
        """Reserve one request.

        Raises:
            ModelError: BUDGET or SWITCHED_OFF.
        """
        ticket = await self._reserved(self._meter, model, tokens_max) if self._meter is not None else None
        self.tries_left -= 1
        return ticket

    @staticmethod
    async def _reserved(meter: Meter, model: str, tokens_max: int) -> Ticket:
        """A reservation that is completed even when the deadline cancels it; it is then given back unused."""
        reserving = asyncio.ensure_future(meter.reserve(model, tokens_max))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            with contextlib.suppress(ModelError):
                await meter.settle(await reserving, Spent())
            raise

    async def end(self, ticket: Ticket | None, spent: Spent) -> None:
        """Record what the request has cost."""
        if ticket is not None and self._meter is not None:
            await self._meter.settle(ticket, spent)
