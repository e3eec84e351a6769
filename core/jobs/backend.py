"""The interface between queued jobs and the workers that run them: four methods, so that a cluster can implement it.

`EmbeddedBackend` is the default: the bot process itself claims jobs from its own database. A cluster backend sends only
job ids through a queue and calls the same `JobRunner`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from core.jobs.ports import POLL_S, QueueDatabase
from core.jobs.runner import JobRunner
from core.values.clock import Clock, utc_now
from core.values.errors import DependencyError, EarshotError
from core.values.job import Job, NewStep

USER_ACTIVE_MAX = 2
"""Most jobs of one user that run at the same time."""

log = logging.getLogger(__name__)


class JobBackend(Protocol):
    """Interface through which queued jobs reach workers."""

    async def wake(self, job_id: str) -> None:
        """Announce a queued job (called after commit; if the call is lost, the reconciler repairs that)."""

    async def run(self, concurrency: int) -> None:
        """Work until cancelled."""

    async def reap(self) -> int:
        """Requeue or fail jobs whose worker died; returns how many."""

    async def close(self) -> None:
        """Stop; running jobs are requeued when their leases expire."""


class EmbeddedBackend:
    """Claims and runs jobs inside this process."""

    def __init__(
        self,
        database: QueueDatabase,
        runner: JobRunner,
        error_steps: Callable[[Job, EarshotError | None], Sequence[NewStep]],
        *,
        user_active_max: int = USER_ACTIVE_MAX,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._runner = runner
        self._error_steps = error_steps
        self._user_active_max = user_active_max
        self._clock = clock
        self._due = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    async def wake(self, job_id: str) -> None:
        """Let the dispatcher look for jobs at once."""
        log.debug("job %s is due", job_id)
        self._due.set()

    async def run(self, concurrency: int) -> None:
        """Claim and run jobs, at most `concurrency` at a time, until cancelled."""
        slots = asyncio.Semaphore(concurrency)
        while True:
            await slots.acquire()
            job = await self._claim_next()
            task = asyncio.create_task(self._run_one(job, slots), name=f"job {job.job_id}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _claim_next(self) -> Job:
        while True:
            self._due.clear()
            job = await self._claim()
            if job is not None:
                return job
            with contextlib.suppress(TimeoutError):
                # not wait_for: in Python 3.11 it swallows a cancellation that comes together with the event
                async with asyncio.timeout(POLL_S):
                    await self._due.wait()

    async def _claim(self) -> Job | None:
        try:
            async with self._database.begin() as unit:
                claimed: Job | None = await unit.jobs.claim(self._clock(), self._runner.lease_s, self._user_active_max)
                return claimed
        except DependencyError as error:
            log.warning("no job could be claimed: %s", error)
            return None

    async def _run_one(self, job: Job, slots: asyncio.Semaphore) -> None:
        try:
            await self._runner.run(job)
        except DependencyError as error:
            log.warning("job %s: its result could not be written (%s); it is tried again", job.job_id, error)
        finally:
            slots.release()
            self._due.set()

    async def reap(self) -> int:
        """Requeue or fail jobs whose lease has expired; returns how many."""
        async with self._database.begin() as unit:
            reaped = await unit.jobs.reap(self._clock())
            for job in reaped.failed:
                await unit.outbox.add(job.job_id, self._error_steps(job, None))
        for job in (*reaped.requeued, *reaped.failed):
            log.warning("job %s: worker lost in attempt %d", job.job_id, job.attempts)
        if reaped.requeued:
            self._due.set()
        return len(reaped.requeued) + len(reaped.failed)

    async def adopt(self) -> None:
        """Take over at once the work that a dead process left. Only while no other process uses this database."""
        async with self._database.begin() as unit:
            await unit.jobs.end_leases(self._clock())
            await unit.outbox.end_tries()
        await self.reap()

    async def close(self) -> None:
        """Cancel running jobs; they are requeued when their leases expire."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
