"""The budget of model calls is never exceeded, however many ask at once."""

import asyncio
from datetime import date, timedelta

from core.actor import Actor
from core.storage import Database
from tests.integration.storage.samples import ANNA, ANNA_DIRECT, ANNA_ELSEWHERE, BEN, BEN_DIRECT

DAY = date(2026, 3, 1)


async def reserve(database: Database, actor: Actor, limit: int, day: date = DAY) -> bool:
    async with database.begin() as unit:
        return await unit.usage.reserve_model_call(actor, day, limit)


async def test_1000_concurrent_calls_spend_the_budget_and_no_more(database: Database) -> None:
    actors = (ANNA, BEN)
    tries = (reserve(database, actors[number % 2], 137) for number in range(1000))
    assert (await asyncio.gather(*tries)).count(True) == 137
    async with database.read() as unit:
        of_users = [await unit.usage.used(ANNA.tenant_id, DAY, actor.user_id) for actor in actors]
        assert await unit.usage.used(ANNA.tenant_id, DAY) == sum(of_users) == 137
    assert all(of_users)


async def test_guilds_and_days_have_their_own_budget(database: Database) -> None:
    assert await reserve(database, ANNA, 1)
    assert not await reserve(database, BEN, 1)
    assert await reserve(database, ANNA_ELSEWHERE, 1)
    assert await reserve(database, ANNA, 1, DAY + timedelta(days=1))


async def test_in_direct_messages_everybody_has_their_own_budget(database: Database) -> None:
    assert await reserve(database, ANNA_DIRECT, 1)
    assert not await reserve(database, ANNA_DIRECT, 1)
    assert await reserve(database, BEN_DIRECT, 1)


async def test_a_limit_of_zero_switches_the_model_off(database: Database) -> None:
    assert not await reserve(database, ANNA, 0)


async def test_deleting_oneself_gives_no_new_budget(database: Database) -> None:
    assert await reserve(database, ANNA, 2)
    assert await reserve(database, BEN, 2)
    for actor in (ANNA, BEN):
        async with database.begin() as unit:
            await unit.privacy.delete(actor)
            assert await unit.usage.used(ANNA.tenant_id, DAY, actor.user_id) == 0
            assert await unit.usage.used(ANNA.tenant_id, DAY) == 2
    assert not await reserve(database, ANNA, 2)


async def test_old_days_are_forgotten(database: Database) -> None:
    await reserve(database, ANNA, 9)
    await reserve(database, ANNA, 9, DAY + timedelta(days=1))
    async with database.begin() as unit:
        assert await unit.usage.forget(DAY + timedelta(days=1)) == 1
        assert await unit.usage.used(ANNA.tenant_id, DAY) == 0
        assert await unit.usage.used(ANNA.tenant_id, DAY + timedelta(days=1)) == 1
