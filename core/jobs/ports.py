"""What the job machinery needs from the outside: a database, handlers, and somebody who can post to Discord."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.values.job import Job, JobState, NewStep, Step

POLL_S = 5.0
"""A lost wake-up of workers or of the outbox is made good after this long."""


@dataclass(frozen=True, slots=True)
class Reaped:
    """Running jobs whose lease had expired: put back in the queue, or failed for good after too many attempts."""

    requeued: tuple[Job, ...]
    failed: tuple[Job, ...]


class Jobs(Protocol):
    """The jobs table, inside a transaction (`core.storage` implements it)."""

    async def claim(self, now: datetime, lease_s: float, user_active_max: int) -> Job | None:
        """Take the job that is fairest to run next, or None."""

    async def extend_lease(self, job_id: str, attempt: int, until: datetime) -> bool:
        """Keep a running job; False when this attempt no longer holds it."""

    async def finish(
        self, job_id: str, attempt: int, state: JobState, error: str | None, steps: Sequence[NewStep]
    ) -> bool:
        """Write the result and its outbox steps; False (and nothing written) for a stale attempt."""

    async def reap(self, now: datetime) -> Reaped:
        """Deal with expired leases."""

    async def end_leases(self, now: datetime) -> None:
        """Treat every running job as abandoned."""


class Outbox(Protocol):
    """The outbox table, inside a transaction."""

    async def add(self, job_id: str, steps: Sequence[NewStep]) -> tuple[Step, ...]:
        """Append steps to a job."""

    async def due(self, now: datetime, limit: int, but_of: Collection[int]) -> tuple[Step, ...]:
        """Steps that may be delivered now, but those of some parties: everything before them in their job is done."""

    async def start(self, step_id: int, now: datetime, try_s: float) -> Step | None:
        """Take a step for `try_s` seconds; None when somebody else has it."""

    async def done(self, step_id: int, made_id: int | None) -> None:
        """The step was delivered and made a Discord object (or nothing)."""

    async def retry(self, step_id: int, at: datetime) -> None:
        """Try again later."""

    async def end_tries(self) -> None:
        """Treat every begun delivery as abandoned."""

    async def end_waits(self) -> None:
        """Let everything that was put off be tried now."""

    async def fail(self, step_id: int, error: str) -> bool:
        """Give the step up; later steps of the job go on. False when it is settled or withdrawn already."""


class Unit(Protocol):
    """One transaction."""

    @property
    def jobs(self) -> Any:
        """A `Jobs`."""

    @property
    def outbox(self) -> Any:
        """An `Outbox`."""


class Database(Protocol):
    """Opens transactions."""

    def begin(self) -> AbstractAsyncContextManager[Any]:
        """A writing transaction: committed on exit, rolled back on an error."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler leaves to be written: `commit` runs inside the transaction that marks the job done.

    So a job that is repeated after a crash leaves nothing twice.
    """

    commit: Callable[[Any], Awaitable[Sequence[NewStep]]]


Handler = Callable[[Job], Awaitable[Outcome]]
"""Does a job's work. Raises from the `core.values.errors` tree when it cannot be done."""


class RetryLaterError(Exception):
    """A step could not be delivered now (rate limit, outage). `after_s` is when to try again."""

    def __init__(self, cause: str, after_s: float | None = None) -> None:
        super().__init__(cause)
        self.after_s = after_s


class UndeliverableError(Exception):
    """A step can never be delivered (channel gone, permission missing everywhere)."""


OnGivenUp = Callable[[Step], Sequence[NewStep]]
"""The steps that tell a person that this one was given up, and how to get what it would have shown."""


class Deliverer(Protocol):
    """Turns a step into something people see. Must look for the step's key before it repeats one."""

    @property
    def connected(self) -> bool:
        """Whether anything can be delivered now. Where not, nothing is tried."""

    async def deliver(self, step: Step) -> int | None:
        """Deliver and return the id of what was made.

        Raises:
            RetryLaterError: not now.
            UndeliverableError: never.
        """
