"""Delivering steps on a real database: in order, again when it failed, never blindly twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from core.jobs.outbox import FAULTS_MAX, PARALLEL_OF_PARTY, OutboxRunner
from core.jobs.ports import RetryLaterError, UndeliverableError
from core.values.errors import DependencyCode, DependencyError
from core.values.job import NewStep, Step, StepKind
from tests.integration.jobs.conftest import BEN, GUILD, Work


class Deliverer:
    """Notes what it delivered; fails as it is told to."""

    def __init__(self) -> None:
        self.delivered: list[str] = []
        self.tries: list[tuple[str, int]] = []
        self.fail: Callable[[Step], None] = lambda step: None
        self.connected = True
        self.limited: asyncio.Event | None = None

    async def deliver(self, step: Step) -> int | None:
        self.tries.append((step.payload, step.attempts))
        self.fail(step)
        if self.limited is not None and step.payload.startswith("limited"):
            await self.limited.wait()
        self.delivered.append(step.payload)
        return 4711


def _lost(step: Step) -> tuple[NewStep, ...]:
    """What is told of a step that was given up."""
    return () if step.payload.startswith("lost") else (NewStep(StepKind.TELL_LOST, f"lost {step.payload}"),)


@pytest.fixture
def deliverer() -> Deliverer:
    return Deliverer()


class Rig:
    """An outbox runner that can be run until it has nothing to do."""

    def __init__(self, work: Work, deliverer: Deliverer) -> None:
        self._work = work
        self._deliverer = deliverer
        self._runner = OutboxRunner(work.database, deliverer, _lost, clock=work.clock)

    async def drain(self) -> None:
        """Deliver everything that is due now."""
        loop = asyncio.create_task(self._runner.run())
        async with asyncio.timeout(60):
            while await self._something_happens():
                await asyncio.sleep(0.01)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    async def _something_happens(self) -> bool:
        """Whether a step is due or under way, or was while this looked."""
        tries = len(self._deliverer.tries)
        busy = self._runner.busy
        async with self._work.database.read() as unit:
            due = await unit.outbox.due(self._work.clock(), 1)
        return bool(due) or busy or self._runner.busy or len(self._deliverer.tries) != tries

    async def look(self) -> None:
        """Let the runner look once at what is due."""
        loop = asyncio.create_task(self._runner.run())
        await asyncio.sleep(0.01)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._runner.run()

    async def resume(self) -> None:
        """There is a connection again."""
        await self._runner.resume()


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


async def test_a_step_that_can_never_be_delivered_is_given_up_and_told(
    work: Work, deliverer: Deliverer, rig: Rig
) -> None:
    def gone(step: Step) -> None:
        if step.payload == "a1":
            raise UndeliverableError("the channel is gone")

    deliverer.fail = gone
    job = await work.finished_with("a1", "a2")
    await rig.drain()

    assert await work.states(job) == ["failed", "done", "done"]
    assert deliverer.delivered == ["a2", "lost a1"]


async def test_a_fault_of_our_own_is_tried_again_and_then_given_up(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    def broken(step: Step) -> None:
        if step.payload == "a1":
            raise KeyError("a bug")

    deliverer.fail = broken
    job = await work.finished_with("a1", "a2")
    for _ in range(FAULTS_MAX + 1):
        await rig.drain()
        work.clock.advance(minutes=2)

    assert [payload for payload, _ in deliverer.tries].count("a1") == FAULTS_MAX
    assert await work.states(job) == ["failed", "done", "done"]


OUTAGES_S = [30, 100, 7 * 60, 24 * 60, 6 * 3600]
"""How long Discord was away in the trials that lost reviews, and longer."""


@pytest.mark.parametrize("away_s", OUTAGES_S)
@pytest.mark.parametrize("begun", [0, 1, 2])
async def test_whatever_was_promised_comes_after_an_outage(
    work: Work, deliverer: Deliverer, rig: Rig, away_s: int, begun: int
) -> None:
    """The outage begins before the first, second or third step; every request in it ends in a server error."""
    ends_at = work.clock() + timedelta(seconds=away_s)

    def down(step: Step) -> None:
        if step.position >= begun and work.clock() < ends_at:
            raise RetryLaterError("503")

    deliverer.fail = down
    job = await work.finished_with("thread", "review", "report")
    while await work.states(job) != ["done"] * 3:
        await rig.drain()
        left_s = (ends_at - work.clock()).total_seconds()
        work.clock.advance(seconds=20 if left_s < 100 else left_s / 2)
        assert work.clock() < ends_at + timedelta(minutes=2), "what is due is tried at least once a minute"

    assert deliverer.delivered == ["thread", "review", "report"]


@pytest.mark.parametrize("away_s", OUTAGES_S)
async def test_not_being_connected_is_no_try(work: Work, deliverer: Deliverer, rig: Rig, away_s: int) -> None:
    deliverer.connected = False
    job = await work.finished_with("a1", "a2")
    for _ in range(3):
        await rig.look()
        work.clock.advance(seconds=away_s / 3)
    assert deliverer.tries == []

    deliverer.connected = True
    await rig.drain()

    assert deliverer.tries == [("a1", 1), ("a2", 1)]
    assert await work.states(job) == ["done", "done"]


async def test_a_connection_lets_everything_be_tried_at_once(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    def down(step: Step) -> None:
        raise RetryLaterError("503", after_s=3600.0)

    deliverer.fail = down
    job = await work.finished_with("a1")
    await rig.drain()
    deliverer.fail = lambda step: None
    await rig.drain()
    assert deliverer.delivered == []

    await rig.resume()
    await rig.drain()

    assert await work.states(job) == ["done"]


async def test_what_fails_for_days_is_given_up_and_told(work: Work, deliverer: Deliverer, rig: Rig) -> None:
    def down(step: Step) -> None:
        if step.payload == "a1":
            raise DependencyError(DependencyCode.DISCORD)

    deliverer.fail = down
    job = await work.finished_with("a1")
    for _ in range(8):
        await rig.drain()
        work.clock.advance(hours=10)
    await rig.drain()

    assert await work.states(job) == ["failed", "done"]
    assert deliverer.delivered == ["lost a1"]


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


@pytest.mark.parametrize(("guild_id", "of"), [(GUILD + 1, "another server"), (None, "a direct message")])
async def test_a_long_rate_limit_of_one_server_keeps_nobody_else_waiting(
    work: Work, deliverer: Deliverer, rig: Rig, guild_id: int | None, of: str
) -> None:
    """discord.py waits inside the delivery for as long as Discord says: each holds its place for that long."""
    deliverer.limited = asyncio.Event()
    jobs = [await work.finished_with(f"limited {number}") for number in range(40)]
    other = await work.finished_with(of, user_id=BEN, guild_id=guild_id)
    loop = asyncio.create_task(rig.run())
    async with asyncio.timeout(10):
        while await work.states(other) != ["done"]:
            await asyncio.sleep(0.01)

    assert deliverer.delivered == [of]
    assert len(deliverer.tries) == PARALLEL_OF_PARTY + 1
    deliverer.limited.set()
    async with asyncio.timeout(30):
        while [await work.states(job) for job in jobs] != [["done"]] * len(jobs):
            await asyncio.sleep(0.01)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_a_step_is_tried_again_at_its_time(
    work: Work, deliverer: Deliverer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at the next of the regular looks, which do not come here."""
    monkeypatch.setattr("core.jobs.outbox.POLL_S", 3_600.0)
    monkeypatch.setattr("core.jobs.outbox.BACKOFF_FIRST_S", 0.01)
    await work.finished_with("review")
    delivered = asyncio.Event()

    def fail_once(step: Step) -> None:
        if step.attempts == 1:
            raise RetryLaterError("Discord is away")
        delivered.set()

    deliverer.fail = fail_once
    running = asyncio.create_task(OutboxRunner(work.database, deliverer).run())
    async with asyncio.timeout(60):
        await delivered.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
