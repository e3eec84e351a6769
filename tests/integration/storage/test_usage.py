"""The ledger of model calls: never over budget, however many ask at once, and exact to the token."""

import asyncio
from datetime import date, timedelta

import pytest

from core.storage import Database, DayBudget, Usage
from core.values.actor import Actor
from tests.integration.storage.samples import ANNA, ANNA_DIRECT, ANNA_ELSEWHERE, BEN, BEN_DIRECT, calls

DAY = date(2026, 3, 1)
MODEL = "gpt-4o-mini"

ASKED = 500
GUILD_CALLS = 137
GUILD_TOKENS = 50_000
TOKENS_EACH = 700


async def reserve(
    database: Database, actor: Actor, budget: DayBudget, day: date = DAY, *, model: str = MODEL, tokens: int = 0
) -> bool:
    async with database.begin() as unit:
        return await unit.usage.reserve_model_call(actor, day, budget, model=model, tokens=tokens)


async def settle(database: Database, actor: Actor, reserved: int, spent: Usage, *, model: str = MODEL) -> None:
    async with database.begin() as unit:
        await unit.usage.settle_model_call(actor, DAY, model=model, reserved_tokens=reserved, spent=spent)


MANY = pytest.mark.parametrize("asked", [200, pytest.param(ASKED, marks=pytest.mark.wide)])


@MANY
async def test_concurrent_calls_spend_the_budget_and_no_more(database: Database, asked: int) -> None:
    actors = (ANNA, BEN)
    tries = (reserve(database, actors[number % 2], calls(GUILD_CALLS)) for number in range(asked))
    assert (await asyncio.gather(*tries)).count(True) == GUILD_CALLS
    async with database.read() as unit:
        of_users = [(await unit.usage.used(ANNA.tenant_id, DAY, actor.user_id)).attempts for actor in actors]
        assert (await unit.usage.used(ANNA.tenant_id, DAY)).attempts == sum(of_users) == GUILD_CALLS
    assert all(of_users)


@MANY
async def test_concurrent_calls_reserve_no_more_tokens_than_there_are(database: Database, asked: int) -> None:
    budget = calls(asked, tokens=GUILD_TOKENS)

    async def one(actor: Actor) -> bool:
        allowed = await reserve(database, actor, budget, tokens=TOKENS_EACH)
        async with database.read() as unit:
            used = await unit.usage.used(ANNA.tenant_id, DAY)
        assert used.tokens + used.held_tokens <= GUILD_TOKENS
        return allowed

    allowed = await asyncio.gather(*(one((ANNA, BEN)[number % 2]) for number in range(asked)))

    assert allowed.count(True) == GUILD_TOKENS // TOKENS_EACH


async def test_one_member_cannot_spend_the_guilds_day(database: Database) -> None:
    budget = calls(10, of_user=3)
    assert [await reserve(database, ANNA, budget) for _ in range(5)] == [True, True, True, False, False]
    assert await reserve(database, BEN, budget)


async def test_what_was_reserved_gives_way_to_what_was_spent(database: Database) -> None:
    assert await reserve(database, ANNA, calls(9, tokens=1000), tokens=900)
    assert not await reserve(database, BEN, calls(9, tokens=1000), tokens=900)

    await settle(database, ANNA, 900, Usage(answers=1, prompt_tokens=70, completion_tokens=30, cost_nano_usd=28_500))

    assert await reserve(database, BEN, calls(9, tokens=1000), tokens=900)
    async with database.read() as unit:
        assert await unit.usage.used(ANNA.tenant_id, DAY, ANNA.user_id) == Usage(1, 1, 70, 30, 0, 28_500)
        assert await unit.usage.used(ANNA.tenant_id, DAY) == Usage(2, 1, 70, 30, 900, 28_500)


async def test_the_ledger_is_exact_under_concurrency(database: Database) -> None:
    spent = [Usage(number % 2, number, 2 * number, 0, 150 * number) for number in range(200)]

    async def one(number: int) -> None:
        actor = (ANNA, BEN)[number % 2]
        assert await reserve(database, actor, calls(ASKED), tokens=TOKENS_EACH)
        usage = spent[number]
        await settle(
            database,
            actor,
            TOKENS_EACH,
            Usage(
                answers=usage.attempts,
                prompt_tokens=usage.answers,
                completion_tokens=usage.prompt_tokens,
                cost_nano_usd=150 * number,
            ),
        )

    await asyncio.gather(*(one(number) for number in range(len(spent))))

    total = sum(range(len(spent)))
    async with database.read() as unit:
        used = await unit.usage.used(ANNA.tenant_id, DAY)
    assert used == Usage(len(spent), len(spent) // 2, total, 2 * total, 0, 150 * total)
    assert used.answers <= used.attempts


async def test_a_model_without_a_price_has_tokens_and_no_cost(database: Database) -> None:
    await reserve(database, ANNA, calls(9), model="own-model")
    await settle(database, ANNA, 0, Usage(answers=1, prompt_tokens=5, completion_tokens=6), model="own-model")
    async with database.read() as unit:
        assert await unit.usage.used(ANNA.tenant_id, DAY) == Usage(1, 1, 5, 6, 0, None)


async def test_guilds_and_days_have_their_own_budget(database: Database) -> None:
    assert await reserve(database, ANNA, calls(1))
    assert not await reserve(database, BEN, calls(1))
    assert await reserve(database, ANNA_ELSEWHERE, calls(1))
    assert await reserve(database, ANNA, calls(1), DAY + timedelta(days=1))


async def test_models_share_one_budget(database: Database) -> None:
    assert await reserve(database, ANNA, calls(1), model="one")
    assert not await reserve(database, ANNA, calls(1), model="other")


async def test_in_direct_messages_everybody_has_their_own_budget(database: Database) -> None:
    assert await reserve(database, ANNA_DIRECT, calls(1))
    assert not await reserve(database, ANNA_DIRECT, calls(1))
    assert await reserve(database, BEN_DIRECT, calls(1))


async def test_a_limit_of_zero_switches_the_model_off(database: Database) -> None:
    assert not await reserve(database, ANNA, calls(0))


async def test_deleting_oneself_gives_no_new_budget(database: Database) -> None:
    assert await reserve(database, ANNA, calls(2))
    assert await reserve(database, BEN, calls(2))
    for actor in (ANNA, BEN):
        async with database.begin() as unit:
            await unit.privacy.delete(actor)
            assert (await unit.usage.used(ANNA.tenant_id, DAY, actor.user_id)).attempts == 0
            assert (await unit.usage.used(ANNA.tenant_id, DAY)).attempts == 2
    assert not await reserve(database, ANNA, calls(2))


async def test_names_of_earlier_days_go_and_the_sums_stay(database: Database) -> None:
    for day in (DAY, DAY + timedelta(days=1)):
        await reserve(database, ANNA, calls(9), day, tokens=5)
        await reserve(database, BEN, calls(9), day, tokens=5)
    async with database.begin() as unit:
        await unit.usage.anonymise(before=DAY + timedelta(days=1))
        assert await unit.usage.used(ANNA.tenant_id, DAY, ANNA.user_id) == Usage()
        assert (await unit.usage.used(ANNA.tenant_id, DAY)).held_tokens == 10
        assert (await unit.usage.used(ANNA.tenant_id, DAY + timedelta(days=1), ANNA.user_id)).attempts == 1
        assert (await unit.usage.used_since(DAY)).attempts == 4
        assert (await unit.usage.used_since(DAY, ANNA_ELSEWHERE.tenant_id)).attempts == 0


async def test_old_days_are_forgotten(database: Database) -> None:
    await reserve(database, ANNA, calls(9))
    await reserve(database, ANNA, calls(9), DAY + timedelta(days=1))
    async with database.begin() as unit:
        assert await unit.usage.forget(DAY + timedelta(days=1)) == 1
        assert (await unit.usage.used(ANNA.tenant_id, DAY)).attempts == 0
        assert (await unit.usage.used(ANNA.tenant_id, DAY + timedelta(days=1))).attempts == 1
