"""The outbox: order within a job, one taker of a step, keys that find what was made."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from core.storage import Database
from core.values.job import NewStep, Step, StepKind, StepState
from tests.integration.storage.samples import ANNA, BEN, START, job
from tests.support.clock import FakeClock

TRY_S = 60.0
THREAD = NewStep(StepKind.OPEN_THREAD, "{}")
POST = NewStep(StepKind.POST_REVIEW, "{}")


async def add(database: Database, *steps: NewStep) -> tuple[Step, ...]:
    made = job(ANNA)
    async with database.begin() as unit:
        await unit.jobs.add(made)
        return await unit.outbox.add(made.job_id, steps)


async def due(database: Database, clock: FakeClock) -> list[int]:
    async with database.read() as unit:
        return [step.step_id for step in await unit.outbox.due(clock(), 100)]


async def start(database: Database, clock: FakeClock, step: Step) -> Step | None:
    async with database.begin() as unit:
        return await unit.outbox.start(step.step_id, clock(), TRY_S)


async def test_steps_become_due_one_after_the_other(database: Database, clock: FakeClock) -> None:
    first, second, third = await add(database, THREAD, POST, POST)
    assert await due(database, clock) == [first.step_id]
    started = await start(database, clock, first)
    assert started is not None
    assert (started.state, started.attempts) == (StepState.SENDING, 1)
    assert await due(database, clock) == []
    async with database.begin() as unit:
        await unit.outbox.done(first.step_id, 123_456_789_012_345_678)
    assert await due(database, clock) == [second.step_id]
    async with database.begin() as unit:
        await unit.outbox.fail(second.step_id, "channel gone")
    assert await due(database, clock) == [third.step_id]
    async with database.read() as unit:
        steps = await unit.outbox.steps_of(first.job_id)
    assert [(step.state, step.made_id) for step in steps] == [
        (StepState.DONE, 123_456_789_012_345_678),
        (StepState.FAILED, None),
        (StepState.PENDING, None),
    ]


async def test_jobs_do_not_wait_for_each_other(database: Database, clock: FakeClock) -> None:
    (one,), (two,) = await add(database, THREAD), await add(database, THREAD)
    assert await due(database, clock) == [one.step_id, two.step_id]
    async with database.read() as unit:
        assert len(await unit.outbox.due(clock(), 1)) == 1


async def answer(database: Database, lane: str | None) -> Step:
    asked = replace(job(ANNA), lane=lane)
    async with database.begin() as unit:
        await unit.jobs.add(asked)
        (step,) = await unit.outbox.add(asked.job_id, [NewStep(StepKind.POST_ANSWER, "{}")])
    return step


async def test_answers_of_one_conversation_are_due_one_after_the_other(database: Database, clock: FakeClock) -> None:
    first, second = await answer(database, "conversation:1"), await answer(database, "conversation:1")
    elsewhere, anywhere = await answer(database, "conversation:2"), await answer(database, None)
    assert await due(database, clock) == [first.step_id, elsewhere.step_id, anywhere.step_id]
    await start(database, clock, first)
    assert await due(database, clock) == [elsewhere.step_id, anywhere.step_id]
    async with database.begin() as unit:
        await unit.outbox.done(first.step_id, None)
    assert await due(database, clock) == [second.step_id, elsewhere.step_id, anywhere.step_id]


async def test_an_answer_that_was_put_off_keeps_no_other_back(database: Database, clock: FakeClock) -> None:
    first, second = await answer(database, "conversation:1"), await answer(database, "conversation:1")
    await start(database, clock, first)
    async with database.begin() as unit:
        await unit.outbox.retry(first.step_id, clock() + timedelta(seconds=30))
    assert await due(database, clock) == [second.step_id]
    clock.advance(seconds=30)
    assert await due(database, clock) == [first.step_id]


async def test_one_of_many_takes_a_step(database: Database, clock: FakeClock) -> None:
    (step,) = await add(database, THREAD)
    taken = await asyncio.gather(*(start(database, clock, step) for _ in range(20)))
    assert sum(each is not None for each in taken) == 1


async def test_a_dead_senders_step_is_due_again_when_its_time_is_up(database: Database, clock: FakeClock) -> None:
    (step,) = await add(database, THREAD)
    assert await start(database, clock, step)
    clock.advance(seconds=TRY_S - 1)
    assert await due(database, clock) == []
    clock.advance(seconds=1)
    assert await due(database, clock) == [step.step_id]
    again = await start(database, clock, step)
    assert again is not None
    assert again.attempts == 2


async def test_a_step_put_off_is_due_at_its_time(database: Database, clock: FakeClock) -> None:
    (step,) = await add(database, THREAD)
    await start(database, clock, step)
    async with database.begin() as unit:
        await unit.outbox.retry(step.step_id, START + timedelta(seconds=30))
    clock.advance(seconds=29)
    assert await due(database, clock) == []
    assert await start(database, clock, step) is None
    clock.advance(seconds=1)
    assert await due(database, clock) == [step.step_id]


async def test_what_was_done_stays_done(database: Database, clock: FakeClock) -> None:
    (step,) = await add(database, THREAD)
    await start(database, clock, step)
    async with database.begin() as unit:
        await unit.outbox.done(step.step_id, 1)
        await unit.outbox.done(step.step_id, 2)
        await unit.outbox.retry(step.step_id, clock())
        await unit.outbox.fail(step.step_id, "late")
        (found,) = await unit.outbox.steps_of(step.job_id)
    assert (found.state, found.made_id) == (StepState.DONE, 1)
    assert await start(database, clock, step) is None


async def test_steps_added_later_come_last(database: Database) -> None:
    first = await add(database, THREAD, POST)
    async with database.begin() as unit:
        (added,) = await unit.outbox.add(first[0].job_id, (POST,))
        assert [step.position for step in await unit.outbox.steps_of(added.job_id)] == [0, 1, 2]
    assert added.position == 2


async def test_keys_are_short_unique_and_plain(database: Database) -> None:
    keys = [step.key for _ in range(50) for step in await add(database, THREAD, POST)]
    assert len(set(keys)) == len(keys) == 100
    assert all(len(key) <= 12 and key.isalnum() and key.islower() for key in keys)


async def test_a_job_that_is_gone_gets_no_steps(database: Database) -> None:
    made = job(BEN)
    async with database.begin() as unit:
        await unit.jobs.add(made)
        await unit.privacy.delete(BEN)
        assert await unit.outbox.add(made.job_id, (POST,)) == ()
