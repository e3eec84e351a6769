"""Runs one claimed job: extends its lease, calls its handler, writes the result while the lease is held."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from core.jobs.ports import Handler, Outcome, QueueDatabase
from core.values.clock import Clock, utc_now
from core.values.errors import DependencyError, EarshotError, ModelError, NotFoundError
from core.values.job import Job, JobKind, JobState, NewStep

LEASE_S = 30.0
"""Seconds after which another process may take a running job whose lease was not extended. Recovery must take at most
60 s after a kill, and the reconciler looks every 30 s."""

ErrorSteps = Callable[[Job, EarshotError | None], Sequence[NewStep]]
"""Outbox steps that tell a person why a job failed; None as error: a fault of our own."""

log = logging.getLogger(__name__)


class StaleAttemptError(Exception):
    """Another attempt holds the job now: the result of this one is dropped."""


class JobRunner:
    """The part of a worker that is the same in every deployment.

    Args:
        database: database with the jobs.
        handlers: one per job kind.
        error_steps: steps to post when a job fails.
        on_written: called after each written result, so that the outbox wakes up.
        lease_s: length of a lease.
        clock: the present time.
    """

    def __init__(
        self,
        database: QueueDatabase,
        handlers: Mapping[JobKind, Handler],
        error_steps: ErrorSteps,
        on_written: Callable[[], None],
        *,
        lease_s: float = LEASE_S,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._error_steps = error_steps
        self._on_written = on_written
        self._lease_s = lease_s
        self._clock = clock

    @property
    def lease_s(self) -> float:
        """Length of a lease in seconds."""
        return self._lease_s

    async def run(self, job: Job) -> None:
        """Run a job that this process has claimed. Returns when its result is written, or another process has it."""
        work = asyncio.ensure_future(self._handlers[job.kind](job))
        lease = asyncio.ensure_future(self._keep_lease(job))
        try:
            await asyncio.wait({work, lease}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                log.warning("job %s: lease lost, attempt %d dropped", job.job_id, job.attempts)
                return
            await self._settle(job, work)
        finally:
            for task in (work, lease):
                task.cancel()
            await asyncio.gather(work, lease, return_exceptions=True)
        self._on_written()

    async def _settle(self, job: Job, work: "asyncio.Future[Outcome]") -> None:
        try:
            outcome = work.result()
        except DependencyError as error:
            if not isinstance(error, ModelError) and error.facts.get("transient"):
                log.warning("job %s: %s; its lease will expire and it is tried again", job.job_id, error)
                return
            log.warning("job %s failed: %s", job.job_id, error)
            await self._fail(job, error)
        except EarshotError as error:
            log.info("job %s refused: %s", job.job_id, error)
            await self._fail(job, error)
        except Exception:  # whatever the bug, the producer must get a message
            log.exception("job %s failed", job.job_id)
            await self._fail(job, None)
        else:
            await self._finish(job, outcome)

    async def _finish(self, job: Job, outcome: Outcome) -> None:
        """Write a result; if the thing that it belongs to was deleted meanwhile, the job ends as refused."""
        try:
            await self._write(job, JobState.DONE, None, outcome.commit)
        except NotFoundError as error:
            log.info("job %s: its result has no place any more: %s", job.job_id, error)
            await self._fail(job, error)

    async def _fail(self, job: Job, error: EarshotError | None) -> None:
        steps = self._error_steps(job, error)

        async def commit(_unit: object) -> Sequence[NewStep]:
            return steps

        await self._write(job, JobState.FAILED, error.code.value if error else "internal", commit)

    async def _write(
        self,
        job: Job,
        state: JobState,
        error: str | None,
        commit: Callable[[object], Awaitable[Sequence[NewStep]]],
    ) -> None:
        with contextlib.suppress(StaleAttemptError):
            async with self._database.begin() as unit:
                if not await unit.jobs.extend_lease(job.job_id, job.attempts, self._lease_end()):
                    raise StaleAttemptError
                steps = await commit(unit)
                if not await unit.jobs.finish(job.job_id, job.attempts, state, error, steps):
                    raise StaleAttemptError
            return
        log.warning("job %s: attempt %d is stale, its result is dropped", job.job_id, job.attempts)

    def _lease_end(self) -> datetime:
        return self._clock() + timedelta(seconds=self._lease_s)

    async def _keep_lease(self, job: Job) -> None:
        """Extend the lease until cancelled; return when it is lost."""
        while True:
            await asyncio.sleep(self._lease_s / 3)
            async with self._database.begin() as unit:
                if not await unit.jobs.extend_lease(job.job_id, job.attempts, self._lease_end()):
                    return
