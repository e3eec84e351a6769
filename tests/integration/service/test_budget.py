"""Budget: a day's calls are never exceeded, however many ask at once."""

import asyncio

from core.actor import Actor
from core.service.budget import Budget
from tests.integration.service.conftest import ANNA, BEN, House

ASKED = 100


async def test_a_servers_day_is_never_exceeded(house: House) -> None:
    budget = Budget(house.database, house.limits, house.clock)
    gates = [budget.gate(actor) for actor in (ANNA, BEN) for _ in range(ASKED // 2)]

    allowed = await asyncio.gather(*(gate() for gate in gates))

    assert sum(allowed) == house.limits.model_calls_per_guild_day


async def test_servers_do_not_share_and_a_new_day_begins_anew(house: House) -> None:
    budget = Budget(house.database, house.limits, house.clock)
    elsewhere = Actor(guild_id=2_200, user_id=ANNA.user_id)
    for _ in range(house.limits.model_calls_per_guild_day):
        assert await budget.gate(ANNA)()

    assert not await budget.gate(BEN)()
    assert await budget.gate(elsewhere)()
    house.clock.advance(days=1)
    assert await budget.gate(BEN)()


async def test_direct_messages_count_by_person(house: House) -> None:
    budget = Budget(house.database, house.limits, house.clock)
    for _ in range(house.limits.model_calls_per_guild_day):
        assert await budget.gate(Actor(None, ANNA.user_id))()

    assert not await budget.gate(Actor(None, ANNA.user_id))()
    assert await budget.gate(Actor(None, BEN.user_id))()
