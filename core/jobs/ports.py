"""Interfaces that the job machinery needs: a database, handlers, and a deliverer that posts to Discord."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.values.job import Job, JobState, NewStep, Step

POLL_S = 5.0
"""Interval at which workers and the outbox look for work without a wake-up, so that a lost one does no harm."""


@dataclass(frozen=True, slots=True)
class Reaped:
    """Running jobs whose lease had expired: put back in the queue, or failed for good after too many attempts."""

    requeued: tuple[Job, ...]
    failed: tuple[Job, ...]


class JobQueue(Protocol):
    """The jobs table, inside a transaction (`core.storage` implements it)."""

    async def claim(self, now: datetime, lease_s: float, user_active_max: int) -> Job | None:
        """Take the job that should run next in fairness to all users, or None."""

    async def extend_lease(self, job_id: str, attempt: int, until: datetime) -> bool:
        """Extend the lease of a running job; False when this attempt no longer holds it."""

    async def finish(
        self, job_id: str, attempt: int, state: JobState, error: str | None, steps: Sequence[NewStep]
    ) -> bool:
        """Write the result and its outbox steps; False (and nothing written) for a stale attempt."""

    async def reap(self, now: datetime) -> Reaped:
        """Requeue or fail the jobs whose lease has expired."""

    async def end_leases(self, now: datetime) -> None:
        """Treat every running job as abandoned."""


class StepQueue(Protocol):
    """The outbox table, inside a transaction."""

    async def add(self, job_id: str, steps: Sequence[NewStep]) -> tuple[Step, ...]:
        """Append steps to a job."""

    async def due(self, now: datetime, limit: int, but_of: Collection[int]) -> tuple[Step, ...]:
        """Steps that may be delivered now, without those of the parties `but_of`: all before them are settled."""

    async def start(self, step_id: int, now: datetime, try_s: float) -> Step | None:
        """Take a step for `try_s` seconds; None when another process has it."""

    async def done(self, step_id: int, made_id: int | None) -> None:
        """Mark the step as delivered, with the id of the Discord object that it made, if any."""

    async def retry(self, step_id: int, at: datetime) -> None:
        """Put the step off until `at`."""

    async def end_tries(self) -> None:
        """Treat every begun delivery as abandoned."""

    async def end_waits(self) -> None:
        """Make every step that was put off due now."""

    async def fail(self, step_id: int, error: str) -> bool:
        """Give the step up; later steps of the job continue. False when it is already settled or withdrawn."""


class QueueTransaction(Protocol):
    """One transaction."""

    @property
    def jobs(self) -> Any:
        """A `JobQueue`."""

    @property
    def outbox(self) -> Any:
        """An `StepQueue`."""


class QueueDatabase(Protocol):
    """Opens transactions."""

    def begin(self) -> AbstractAsyncContextManager[Any]:
        """A writing transaction: committed on exit, rolled back on an error."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a handler that is to be written: `commit` runs inside the transaction that marks the job done.

    So a job that is repeated after a crash writes nothing twice.
    """

    commit: Callable[[Any], Awaitable[Sequence[NewStep]]]


Handler = Callable[[Job], Awaitable[Outcome]]
"""Does the work of a job. Raises an error of the `core.values.errors` tree when that is not possible."""


class RetryLaterError(Exception):
    """A step could not be delivered now (rate limit, outage). `after_s`: seconds until it may be tried again."""

    def __init__(self, cause: str, after_s: float | None = None) -> None:
        super().__init__(cause)
        self.after_s = after_s


class UndeliverableError(Exception):
    """A step can never be delivered (channel gone, permission missing everywhere)."""


OnGivenUp = Callable[[Step], Sequence[NewStep]]
"""Steps that tell a person that this one was given up, and how to get what it would have shown."""


class Deliverer(Protocol):
    """Posts a step. Before it repeats one, it must search for the step's key."""

    @property
    def connected(self) -> bool:
        """Whether anything can be delivered now; otherwise nothing is tried."""

    async def deliver(self, step: Step) -> int | None:
        """Deliver a step and return the id of the Discord object that it made.

        Raises:
            RetryLaterError: the step cannot be delivered now.
            UndeliverableError: the step can never be delivered.
        """
