"""One piece of writing has one allowance, and a deadline never tears a reservation."""

import asyncio
from datetime import date

import pytest

from core.advice import Spent, Ticket
from core.advice.model.spending import Allowance

TICKET = Ticket("m", date(2026, 3, 1), 99)


class SlowMeter:
    """A database that takes its time."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.events: list[object] = []

    async def reserve(self, model: str, tokens_max: int) -> Ticket:
        self.events.append("reserving")
        await self.go_on.wait()
        self.events.append("reserved")
        return TICKET

    async def settle(self, ticket: Ticket, spent: Spent) -> None:
        self.events.append((ticket, spent))


async def test_a_reservation_that_is_interrupted_is_made_whole_and_given_back() -> None:
    meter = SlowMeter()
    allowance = Allowance(3, 60.0, meter)
    beginning = asyncio.create_task(allowance.begin("m", 99))
    while not meter.events:
        await asyncio.sleep(0)

    beginning.cancel()
    await asyncio.sleep(0)
    meter.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await beginning

    assert meter.events == ["reserving", "reserved", (TICKET, Spent())]
    assert allowance.tries_left == 3


async def test_each_request_takes_one_try_and_is_settled_with_its_own_ticket() -> None:
    meter = SlowMeter()
    meter.go_on.set()
    allowance = Allowance(3, 60.0, meter)
    spent = Spent(answered=True, prompt_tokens=5, completion_tokens=2)

    await allowance.end(await allowance.begin("m", 99), spent)

    assert allowance.tries_left == 2
    assert meter.events[-1] == (TICKET, spent)
