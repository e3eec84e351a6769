"""Running jobs on a real database: results are written once, by the attempt that holds the job, whatever dies."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import pytest

from core.jobs.backend import EmbeddedBackend
from core.jobs.ports import Outcome
from core.jobs.runner import JobRunner
from core.storage import Unit
from core.values.errors import DependencyCode, DependencyError, EarshotError, InputCode, InputError, NotFoundError
from core.values.job import MAX_ATTEMPTS, Job, JobKind, JobState, NewStep, StepKind
from tests.integration.jobs.conftest import ANNA, BEN, Work

LEASE_S = 30.0


def error_steps(job: Job, error: EarshotError | None) -> Sequence[NewStep]:
    return (NewStep(StepKind.REPORT_ERROR, error.code.value if error else "internal"),)


def leaves(*payloads: str) -> Outcome:
    """An outcome with these steps."""

    async def commit(unit: Unit) -> Sequence[NewStep]:
        return [NewStep(StepKind.POST_ANSWER, payload) for payload in payloads]

    return Outcome(commit)


class Rig:
    """A runner and a backend around one handler."""

    def __init__(self, work: Work, handler: Callable[[Job], Awaitable[Outcome]], lease_s: float = LEASE_S) -> None:
        self.work = work
        self.rung = 0
        self.runner = JobRunner(
            work.database, {JobKind.SUMMARY: handler}, error_steps, self._ring, lease_s=lease_s, clock=work.clock
        )
        self.backend = EmbeddedBackend(work.database, self.runner, error_steps, clock=work.clock)

    def _ring(self) -> None:
        self.rung += 1

    async def claim(self) -> Job:
        async with self.work.database.begin() as unit:
            job = await unit.jobs.claim(self.work.clock(), LEASE_S, 2)
        assert job is not None
        return job

    async def run_next(self) -> None:
        await self.runner.run(await self.claim())


async def test_a_result_and_its_steps_are_written_together(work: Work) -> None:
    async def handler(job: Job) -> Outcome:
        return leaves("first", "second")

    rig, job = Rig(work, handler), await work.queue()
    await rig.run_next()

    assert (await work.get(job)).state is JobState.DONE
    assert await work.payloads(job) == ["first", "second"]
    assert rig.rung == 1


async def test_a_commit_that_fails_leaves_nothing(work: Work) -> None:
    async def commit(unit: Unit) -> Sequence[NewStep]:
        await unit.outbox.add("job-01", [NewStep(StepKind.POST_ANSWER, "half")])
        raise DependencyError(DependencyCode.DATABASE, cause="disk full")

    async def handler(job: Job) -> Outcome:
        return Outcome(commit)

    rig, job = Rig(work, handler), await work.queue()
    with pytest.raises(DependencyError):
        await rig.run_next()

    assert (await work.get(job)).state is JobState.RUNNING
    assert await work.payloads(job) == []


async def test_a_result_whose_conversation_is_gone_ends_the_job(work: Work) -> None:
    async def commit(unit: Unit) -> Sequence[NewStep]:
        await unit.outbox.add("job-01", [NewStep(StepKind.POST_ANSWER, "half")])
        raise NotFoundError(what="conversation")

    async def handler(job: Job) -> Outcome:
        return Outcome(commit)

    rig, job = Rig(work, handler), await work.queue()
    await rig.run_next()

    assert (await work.get(job)).state is JobState.FAILED
    assert await work.payloads(job) == ["not_found"]


async def test_an_error_of_ours_becomes_its_sentence(work: Work) -> None:
    async def handler(job: Job) -> Outcome:
        raise InputError(InputCode.SILENT)

    rig, job = Rig(work, handler), await work.queue()
    await rig.run_next()

    assert (await work.get(job)).error == "silent"
    assert await work.payloads(job) == ["silent"]


async def test_a_bug_is_logged_and_told_as_our_fault(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    async def handler(job: Job) -> Outcome:
        raise ZeroDivisionError("a bug")

    rig, job = Rig(work, handler), await work.queue()
    with caplog.at_level(logging.ERROR):
        await rig.run_next()

    assert (await work.get(job)).state is JobState.FAILED
    assert await work.payloads(job) == ["internal"]
    assert "ZeroDivisionError" in caplog.text


async def test_a_slow_worker_that_lost_its_job_writes_nothing(work: Work) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def handler(job: Job) -> Outcome:
        if job.attempts == 1:
            reached.set()
            await go_on.wait()
        return leaves(f"attempt {job.attempts}")

    rig, job = Rig(work, handler), await work.queue()
    slow = asyncio.create_task(rig.run_next())
    await reached.wait()
    work.clock.advance(seconds=LEASE_S + 1)
    await rig.backend.reap()
    await rig.run_next()
    go_on.set()
    await slow

    assert await work.payloads(job) == ["attempt 2"]


async def test_a_worker_that_died_is_replaced_and_the_result_written_once(work: Work) -> None:
    reached = asyncio.Event()

    async def handler(job: Job) -> Outcome:
        if job.attempts == 1:
            reached.set()
            await asyncio.Event().wait()
        return leaves(f"attempt {job.attempts}")

    rig, job = Rig(work, handler), await work.queue()
    dying = asyncio.create_task(rig.run_next())
    await reached.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await rig.backend.reap() == 0  # its lease still runs

    work.clock.advance(seconds=LEASE_S + 1)
    assert await rig.backend.reap() == 1
    await rig.run_next()

    assert await work.payloads(job) == ["attempt 2"]


async def test_a_process_alone_with_its_database_takes_over_at_once(work: Work) -> None:
    async def handler(job: Job) -> Outcome:
        return leaves("taken over")

    rig, job = Rig(work, handler), await work.queue()
    await rig.claim()  # and then that process died
    await rig.backend.adopt()
    await rig.run_next()

    assert await work.payloads(job) == ["taken over"]


async def test_a_job_that_kills_its_workers_is_given_up(work: Work) -> None:
    async def handler(job: Job) -> Outcome:
        raise AssertionError("not reached")

    rig, job = Rig(work, handler), await work.queue()
    for _ in range(MAX_ATTEMPTS):
        await rig.claim()
        work.clock.advance(seconds=LEASE_S + 1)
        await rig.backend.reap()

    assert (await work.get(job)).state is JobState.FAILED
    assert await work.payloads(job) == ["internal"]


async def test_a_running_job_keeps_its_lease(work: Work) -> None:
    short_s = 0.3

    async def handler(job: Job) -> Outcome:
        before = (await work.get(job)).lease_until
        work.clock.advance(seconds=1)
        async with asyncio.timeout(60):
            while (await work.get(job)).lease_until == before:
                await asyncio.sleep(0.02)
        return leaves("done")

    rig, job = Rig(work, handler, lease_s=short_s), await work.queue()
    await rig.run_next()

    assert await work.payloads(job) == ["done"]


async def test_nobody_runs_more_than_two_jobs_at_a_time_and_nobody_waits_for_a_flood(work: Work) -> None:
    running: dict[int, int] = {ANNA: 0, BEN: 0}
    most: dict[int, int] = {ANNA: 0, BEN: 0}
    order: list[int] = []

    async def handler(job: Job) -> Outcome:
        running[job.user_id] += 1
        most[job.user_id] = max(most[job.user_id], running[job.user_id])
        order.append(job.user_id)
        await asyncio.sleep(0)
        running[job.user_id] -= 1
        return leaves()

    rig = Rig(work, handler)
    flood = [await work.queue(ANNA) for _ in range(8)]
    single = await work.queue(BEN)
    loop = asyncio.create_task(rig.backend.run(concurrency=3))
    async with asyncio.timeout(60):
        while any([(await work.get(job)).state is not JobState.DONE for job in (*flood, single)]):
            await asyncio.sleep(0.01)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    await rig.backend.close()

    assert most[ANNA] <= 2
    assert order.index(BEN) <= 3
