"""Delivering steps on a real database: in order, again when it failed, never blindly twice."""

import asyncio
from collections.abc import Callable

import pytest

from core.errors import DependencyCode, DependencyError
from core.job import Step
from core.jobs.outbox import TRIES_MAX, OutboxRunner
from core.jobs.ports import RetryLaterError, UndeliverableError
from tests.integration.jobs.conftest import Work


class Deliverer:
    """Notes what it delivered; fails as it is told to."""

    def __init__(self) -> None:
        self.delivered: list[str] = []
        self.tries: list[tuple[str, int]] = []
        self.fail: Callable[[Step], None] = lambda step: None

    async def deliver(self, step: Step) -> int | None:
        self.tries.append((step.payload, step.attempts))
        self.fail(step)
        self.delivered.append(step.payload)
        return 4711


@pytest.fixture
def deliverer() -> Deliverer:
    return Deliverer()


class Rig:
    """An outbox runner that can be run until it has nothing to do."""

    def __init__(self, work: Work, deliverer: Deliverer) -> None:
        self._work = work
        self._runner = OutboxRunner(work.database, deliverer, clock=work.clock)

    async def drain(self) -> None:
        """Deliver everything that is due now."""
        loop = asyncio.create_task(self._runner.run())
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0.01)
                async with self._work.database.read() as unit:
                    due = await unit.outbox.due(self._work.clock(), 1)
                if not due and not self._runner.busy:
                    break
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


@pytest.fixture
def rig(work: Work, deliverer: Deliverer) -> Rig:
    return Rig(work, deliverer)


async def test_steps_of_a_job_are_delivered_in_order(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    jobs = [await work.finished_with("a1", "a2", "a3"), await work.finished_with("b1", "b2")]
    await rig.drain()

    assert [name for name in deliverer.delivered if name[0] == "a"] == ["a1", "a2", "a3"]
    assert [name for name in deliverer.delivered if name[0] == "b"] == ["b1", "b2"]
    assert [await work.states(job) for job in jobs] == [["done"] * 3, ["done"] * 2]


async def test_what_was_made_is_kept(work: Work, rig: Rig) -> None:
    job = await work.finished_with("a1")
    await rig.drain()

    async with work.database.read() as unit:
        assert [step.made_id for step in await unit.outbox.steps_of(job.job_id)] == [4711]


async def test_a_step_that_must_wait_holds_back_what_follows(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    def rate_limited(step: Step) -> None:
        if step.attempts == 1:
            raise RetryLaterError("rate limited", after_s=30.0)

    deliverer.fail = rate_limited
    await work.finished_with("a1", "a2")
    await rig.drain()
    assert deliverer.delivered == []

    work.clock.advance(seconds=29)
    await rig.drain()
    assert deliverer.delivered == []

    deliverer.fail = lambda step: None
    work.clock.advance(seconds=10)
    await rig.drain()
    assert deliverer.delivered == ["a1", "a2"]


@pytest.mark.parametrize("error", [UndeliverableError("the channel is gone"), KeyError("a bug")])
async def test_a_step_that_can_never_be_delivered_is_given_up(
    work: Work, deliverer: Deliverer, rig: Rig, error: Exception
) -> None:
    def gone(step: Step) -> None:
        if step.payload == "a1":
            raise error

    deliverer.fail = gone
    job = await work.finished_with("a1", "a2")
    await rig.drain()

    assert await work.states(job) == ["failed", "done"]


async def test_an_outage_is_waited_out_and_then_given_up(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    def down(step: Step) -> None:
        raise DependencyError(DependencyCode.DISCORD)

    deliverer.fail = down
    job = await work.finished_with("a1")
    for _ in range(TRIES_MAX + 2):
        await rig.drain()
        work.clock.advance(minutes=10)

    assert len(deliverer.tries) == TRIES_MAX
    assert await work.states(job) == ["failed"]


async def test_a_step_left_by_a_dead_process_is_known_as_a_repeat(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    await work.finished_with("a1")
    async with work.database.begin() as unit:
        (step,) = await unit.outbox.due(work.clock(), 1)
        assert await unit.outbox.start(step.step_id, work.clock(), 60.0)
    await rig.drain()
    assert deliverer.tries == []  # somebody may still be at it

    async with work.database.begin() as unit:
        await unit.outbox.end_tries()
    await rig.drain()

    assert deliverer.tries == [("a1", 2)]
