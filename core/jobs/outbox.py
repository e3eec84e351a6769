"""Delivers outbox steps: in order within a job, jobs in parallel, at least once; a repeat first looks for the step."""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from datetime import timedelta

from core.jobs.ports import POLL_S, Deliverer, OnGivenUp, QueueDatabase, RetryLaterError, UndeliverableError
from core.values.clock import Clock, utc_now
from core.values.errors import DependencyError
from core.values.job import Step

TRY_S = 60.0
"""Time limit of one try. A step that was begun and not settled for this long belongs to a dead process and is taken
over."""

GIVE_UP_AFTER = timedelta(hours=72)
"""Time after its first try during which a step is tried again while Discord fails. Outages last hours, not three days.
Time before the first try does not count: nothing is tried without a connection."""

FAULTS_MAX = 3
"""Most tries of a step that fails because of a fault of our own."""

BACKOFF_FIRST_S = 2.0
BACKOFF_MAX_S = 60.0
"""First and longest wait between two tries while Discord fails: a review is delivered at most about a minute after
Discord works again."""

PARALLEL = 32
"""Jobs whose steps are delivered at the same time; Discord's rate limits restrict the rest."""

PARALLEL_OF_PARTY = 4
"""The same for one guild, or for one person outside of guilds. A rate limit of Discord applies to a channel or a guild,
and a step that meets it waits for up to `TRY_S`, which must not delay the steps of others."""

log = logging.getLogger(__name__)


class OutboxRunner:
    """Takes due steps from the outbox to the deliverer.

    Args:
        database: database with the outbox.
        deliverer: posts the steps.
        on_given_up: steps that replace one that cannot be delivered.
        clock: the present time.
    """

    def __init__(
        self,
        database: QueueDatabase,
        deliverer: Deliverer,
        on_given_up: OnGivenUp = lambda _step: (),
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._deliverer = deliverer
        self._on_given_up = on_given_up
        self._clock = clock
        self._due = asyncio.Event()
        self._jobs_in_flight: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether a delivery is under way."""
        return bool(self._jobs_in_flight)

    def wake(self) -> None:
        """Look for steps to deliver at once."""
        self._due.set()

    async def resume(self) -> None:
        """Make all steps that were put off due now, since there is a connection (again)."""
        try:
            async with self._database.begin() as unit:
                await unit.outbox.end_waits()
        except DependencyError as error:
            log.warning("what was put off waits for its time: %s", error)
        self.wake()

    async def run(self) -> None:
        """Deliver steps until cancelled."""
        while True:
            self._due.clear()
            if self._deliverer.connected:
                await self._begin_due()
            with contextlib.suppress(TimeoutError):
                # not wait_for: in Python 3.11 it swallows a cancellation that comes together with the event
                async with asyncio.timeout(POLL_S):
                    await self._due.wait()

    async def _begin_due(self) -> None:
        """Begin due deliveries until no slot is free, or no further step may begin."""
        begun = 1
        while begun and len(self._jobs_in_flight) < PARALLEL:
            steps = await self._due_steps(self._full_parties())
            begun = sum(self._begin(step) for step in steps)

    def _begin(self, step: Step) -> bool:
        """Begin a delivery if a slot is free for it; returns whether it was begun."""
        is_full = len(self._jobs_in_flight) >= PARALLEL or step.party_id in self._full_parties()
        if is_full or step.job_id in self._jobs_in_flight:
            return False
        self._jobs_in_flight[step.job_id] = step.party_id
        task = asyncio.create_task(self._deliver(step), name=f"step {step.key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def _full_parties(self) -> set[int]:
        """Guilds and persons with as many deliveries under way as one may have."""
        counts = Counter(self._jobs_in_flight.values())
        return {party for party, count in counts.items() if count >= PARALLEL_OF_PARTY}

    async def close(self) -> None:
        """Cancel deliveries under way; before one is repeated, its result is searched for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _due_steps(self, full: set[int]) -> tuple[Step, ...]:
        try:
            async with self._database.begin() as unit:
                steps: tuple[Step, ...] = await unit.outbox.due(self._clock(), PARALLEL * 4, full)
                return steps
        except DependencyError as error:
            log.warning("the outbox could not be read: %s", error)
            return ()

    async def _deliver(self, step: Step) -> None:
        try:
            async with self._database.begin() as unit:
                taken = await unit.outbox.start(step.step_id, self._clock(), TRY_S)
            if taken is not None:
                await self._try(taken)
        except DependencyError as error:
            log.warning("step %s: %s", step.key, error)
        finally:
            self._jobs_in_flight.pop(step.job_id, None)
            self._due.set()

    async def _try(self, step: Step) -> None:
        try:
            async with asyncio.timeout(TRY_S):
                made_id = await self._deliverer.deliver(step)
        except (RetryLaterError, TimeoutError, DependencyError) as error:
            await self._later(step, error)
        except UndeliverableError as error:
            log.warning("step %s (%s) cannot be delivered: %s", step.key, step.kind.value, error)
            await self._give_up(step, str(error))
        except Exception as error:  # a bug in one delivery must not stop the others
            log.exception("step %s (%s) failed", step.key, step.kind.value)
            if step.attempts < FAULTS_MAX:
                await self._later(step, error)
            else:
                await self._give_up(step, repr(error))
        else:
            async with self._database.begin() as unit:
                await unit.outbox.done(step.step_id, made_id)

    async def _later(self, step: Step, error: Exception) -> None:
        now = self._clock()
        if step.first_tried_at is not None and now - step.first_tried_at > GIVE_UP_AFTER:
            await self._give_up(step, f"given up after {step.attempts} tries: {error}")
            return
        wait_s = getattr(error, "after_s", None)
        if wait_s is None:
            wait_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0 ** min(step.attempts - 1, 10))
        wait_s += random.uniform(0, 0.25 * wait_s)  # noqa: S311 - jitter against thundering herds, not a secret
        log.info("step %s (%s) is tried again in %.0f s: %s", step.key, step.kind.value, wait_s, error)
        async with self._database.begin() as unit:
            await unit.outbox.retry(step.step_id, now + timedelta(seconds=wait_s))
        # at its time, not at the next of the regular looks
        asyncio.get_running_loop().call_later(wait_s, self.wake)

    async def _give_up(self, step: Step, error: str) -> None:
        async with self._database.begin() as unit:
            if await unit.outbox.fail(step.step_id, error):
                await unit.outbox.add(step.job_id, self._on_given_up(step))
