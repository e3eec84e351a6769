"""The jobs table as a queue: claims, leases, fencing by attempt number."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, or_, select, update

from core.jobs.ports import Reaped
from core.storage.access import Repository, guild_id_of_tenant, json_number
from core.storage.queue import fairness
from core.storage.queue.outbox import UNSETTLED, WITHDRAWN, Outbox
from core.storage.schema.tables import jobs, outbox_steps, users
from core.values.actor import Actor
from core.values.job import MAX_ATTEMPTS, OPEN_STATES, Job, JobKind, JobState, NewStep

WORKER_LOST = "worker_lost"
"""Error of a job whose lease expired in the last of its `MAX_ATTEMPTS` attempts."""

_WAITING = (JobState.RECEIVED, JobState.QUEUED)
_OVER = (JobState.DONE, JobState.FAILED)

_UNFINISHED = or_(
    jobs.c.state.in_(OPEN_STATES),
    exists().where(outbox_steps.c.job_id == jobs.c.id, outbox_steps.c.state.in_(UNSETTLED)),
)
"""Condition: the job is not over, or a step of it is not delivered yet."""

_SETTLED = and_(
    jobs.c.state.in_(_OVER),
    ~exists().where(outbox_steps.c.job_id == jobs.c.id, outbox_steps.c.state.in_(UNSETTLED)),
)
"""Condition: the job is over and has no step left to deliver."""


def _job(row: Row[Any]) -> Job:
    return Job(
        job_id=row.id,
        kind=JobKind(row.kind),
        key=row.key,
        guild_id=guild_id_of_tenant(row.tenant_id),
        user_id=row.owner_id,
        state=JobState(row.state),
        payload=row.payload,
        created_at=row.created_at,
        attempts=row.attempts,
        lease_until=row.lease_until,
        error=row.error,
        lane=row.lane,
    )


def _held(job_id: str, attempt: int) -> ColumnElement[bool]:
    """The fencing condition: this attempt holds the job. Attempt 0 holds a job that never ran."""
    never_ran = and_(jobs.c.state == JobState.RECEIVED, jobs.c.attempts == 0)
    return and_(jobs.c.id == job_id, jobs.c.attempts == attempt, or_(jobs.c.state == JobState.RUNNING, never_ran))


class Jobs(Repository):
    """The queue of everybody's jobs; only `counts` is on behalf of an actor."""

    async def add(self, job: Job) -> bool:
        """Store a new job; False when one with this key (or id) exists."""
        actor = Actor(job.guild_id, job.user_id)
        await self._ensure_owner(actor)
        return await self._add_new(
            jobs,
            ["key"],
            id=job.job_id,
            kind=job.kind,
            key=job.key,
            tenant_id=actor.tenant_id,
            owner_id=job.user_id,
            state=job.state,
            payload=job.payload,
            created_at=job.created_at,
            attempts=job.attempts,
            lease_until=job.lease_until,
            error=job.error,
            lane=job.lane,
        )

    async def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        return await self._find(jobs.c.id == job_id)

    async def by_key(self, key: str) -> Job | None:
        """The job with this key, or None."""
        return await self._find(jobs.c.key == key)

    async def _find(self, condition: ColumnElement[bool]) -> Job | None:
        row = (await self._connection.execute(select(jobs).where(condition))).one_or_none()
        return None if row is None else _job(row)

    async def release_key(self, job_id: str) -> None:
        """Change the key of a job, so that another job may have the old one."""
        values = {"key": jobs.c.key + f" ended {job_id}"}
        await self._connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))

    async def update_payload(self, job_id: str, payload: str) -> bool:
        """Replace the payload of a job that is not over; False when it is over or gone."""
        condition = and_(jobs.c.id == job_id, jobs.c.state.in_(OPEN_STATES))
        return bool(await self._changed(update(jobs).where(condition).values(payload=payload)))

    async def put_payload(self, job_id: str, payload: str) -> None:
        """Replace the payload of a job, even if it is over."""
        await self._changed(update(jobs).where(jobs.c.id == job_id).values(payload=payload))

    async def withdraw(self, job_id: str) -> None:
        """Fail a job and its undelivered steps (error `WITHDRAWN`); a running attempt cannot write its result then."""
        condition = and_(jobs.c.id == job_id, jobs.c.state.in_(OPEN_STATES))
        over = {"state": JobState.FAILED, "error": WITHDRAWN, "lease_until": None, "finished_at": self._clock()}
        await self._changed(update(jobs).where(condition).values(**over))
        await Outbox(self._connection, self._clock).withdraw(job_id)

    async def unfinished(self, kind: JobKind, field: str, number: int) -> tuple[Job, ...]:
        """Everybody's jobs of a kind that are not over or not delivered and have this number in their payload.

        `field` is found at any depth of the payload: the caller must check what the number belongs to.
        """
        return await self._with_number(kind, field, number, _UNFINISHED)

    async def with_number(self, kind: JobKind, field: str, number: int) -> tuple[Job, ...]:
        """Like `unfinished`, but with jobs that are over and delivered."""
        return await self._with_number(kind, field, number)

    async def _with_number(self, kind: JobKind, field: str, number: int, *conditions: Any) -> tuple[Job, ...]:
        there = and_(jobs.c.kind == kind, json_number(jobs.c.payload, field, number), *conditions)
        rows = await self._connection.execute(select(jobs).where(there).order_by(jobs.c.created_at))
        return tuple(_job(row) for row in rows)

    async def mark_queued(self, job_id: str, payload: str) -> bool:
        """Queue a received job, whose files are stored now; False when it is not in state RECEIVED."""
        condition = and_(jobs.c.id == job_id, jobs.c.state == JobState.RECEIVED)
        return bool(await self._changed(update(jobs).where(condition).values(payload=payload, state=JobState.QUEUED)))

    async def claim(self, now: datetime, lease_s: float, user_active_max: int) -> Job | None:
        """Claim the next job (by the order of `core.storage.queue.fairness`) for `lease_s` seconds, or None.

        Concurrent claimers never claim the same job, nor together more than `user_active_max` jobs of one user.
        """
        until = now + timedelta(seconds=lease_s)
        running = jobs.alias("running")
        of_user = and_(running.c.owner_id == jobs.c.owner_id, running.c.state == JobState.RUNNING)
        active = select(func.count()).select_from(running).where(of_user).scalar_subquery()
        while True:
            candidate = (await self._connection.execute(fairness.next_job(user_active_max))).one_or_none()
            if candidate is None:
                return None
            # where writers overlap (PostgreSQL), another may have claimed since the query: check again under a lock of
            # the user's row, and release it (rollback) before the next user's, so that two claimers cannot deadlock
            attempt = await self._connection.begin_nested()
            await self._lock(users, candidate.owner_id)
            taken = (
                update(jobs)
                .where(jobs.c.id == candidate.id, jobs.c.state == JobState.QUEUED, active < user_active_max)
                .values(state=JobState.RUNNING, attempts=jobs.c.attempts + 1, lease_until=until)
                .returning(jobs)
            )
            row = (await self._connection.execute(taken)).one_or_none()
            if row is not None:
                await attempt.commit()
                return _job(row)
            await attempt.rollback()

    async def extend_lease(self, job_id: str, attempt: int, until: datetime) -> bool:
        """Extend the lease of a running job; False when this attempt no longer holds it."""
        condition = and_(_held(job_id, attempt), jobs.c.state == JobState.RUNNING)
        return bool(await self._changed(update(jobs).where(condition).values(lease_until=until)))

    async def finish(
        self, job_id: str, attempt: int, state: JobState, error: str | None = None, steps: Sequence[NewStep] = ()
    ) -> bool:
        """Write the result of a running job, or of a received one that never ran (attempt 0), and its outbox steps.

        Returns:
            False, and nothing is written, if the attempt does not hold the job.
        """
        values = {"state": state, "error": error, "lease_until": None, "finished_at": self._clock()}
        if not await self._changed(update(jobs).where(_held(job_id, attempt)).values(**values)):
            return False
        await Outbox(self._connection, self._clock).add(job_id, steps)
        return True

    async def reap(self, now: datetime) -> Reaped:
        """Requeue running jobs whose lease has expired; fail those that have used `MAX_ATTEMPTS` attempts."""
        expired = and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until < now)
        lost = and_(expired, jobs.c.attempts >= MAX_ATTEMPTS)
        over = {"state": JobState.FAILED, "error": WORKER_LOST, "lease_until": None, "finished_at": now}
        failed = await self._connection.execute(update(jobs).where(lost).values(**over).returning(jobs))
        failed_jobs = tuple(_job(row) for row in failed)
        again = {"state": JobState.QUEUED, "lease_until": None}
        requeued = await self._connection.execute(update(jobs).where(expired).values(**again).returning(jobs))
        return Reaped(tuple(_job(row) for row in requeued), failed_jobs)

    async def end_leases(self, now: datetime) -> None:
        """Expire the lease of every running job. Only for a process that is the only one with this database."""
        running = update(jobs).where(jobs.c.state == JobState.RUNNING)
        await self._changed(running.values(lease_until=now - timedelta(seconds=1)))

    async def stuck_received(self, before: datetime) -> tuple[Job, ...]:
        """Jobs received before then and still not queued, oldest first."""
        stuck = and_(jobs.c.state == JobState.RECEIVED, jobs.c.created_at < before)
        rows = await self._connection.execute(select(jobs).where(stuck).order_by(jobs.c.created_at))
        return tuple(_job(row) for row in rows)

    async def counts(self, actor: Actor) -> Mapping[JobKind, int]:
        """How many jobs of each kind this user has waiting or running, in all guilds together."""
        mine = and_(jobs.c.owner_id == actor.user_id, jobs.c.state.in_(OPEN_STATES))
        rows = await self._connection.execute(select(jobs.c.kind, func.count()).where(mine).group_by(jobs.c.kind))
        found = {JobKind(kind): int(count) for kind, count in rows}
        return {kind: found.get(kind, 0) for kind in JobKind}

    async def open_of(self, user_id: int) -> tuple[Job, ...]:
        """The user's jobs that are not over or whose result is not delivered yet, oldest first."""
        mine = and_(jobs.c.owner_id == user_id, _UNFINISHED)
        rows = await self._connection.execute(select(jobs).where(mine).order_by(jobs.c.created_at))
        return tuple(_job(row) for row in rows)

    async def showing(self, author_id: int) -> tuple[Job, ...]:
        """Other people's FEEDBACK jobs about files that this person posted, oldest first."""
        theirs = and_(json_number(jobs.c.payload, "author_id", author_id), jobs.c.owner_id != author_id)
        there = select(jobs).where(jobs.c.kind == JobKind.FEEDBACK, theirs)
        return tuple(_job(row) for row in await self._connection.execute(there.order_by(jobs.c.created_at)))

    async def in_lanes(self, lanes: Collection[str], *, but_not: int) -> tuple[Job, ...]:
        """Jobs in these lanes, except those of one user, oldest first."""
        there = select(jobs).where(jobs.c.lane.in_(lanes), jobs.c.owner_id != but_not)
        return tuple(_job(row) for row in await self._connection.execute(there.order_by(jobs.c.created_at)))

    async def open_of_kind(self, kind: JobKind) -> tuple[Job, ...]:
        """Everybody's jobs of a kind that are not over, oldest first."""
        there = and_(jobs.c.kind == kind, jobs.c.state.in_(OPEN_STATES))
        rows = await self._connection.execute(select(jobs).where(there).order_by(jobs.c.created_at))
        return tuple(_job(row) for row in rows)

    async def waiting_in(self, lane: str, kind: JobKind) -> bool:
        """Whether a job of this kind is waiting or running in a lane."""
        there = (
            select(jobs.c.id).where(jobs.c.lane == lane, jobs.c.kind == kind, jobs.c.state.in_(OPEN_STATES)).limit(1)
        )
        return (await self._connection.execute(there)).one_or_none() is not None

    async def queue_length(self) -> int:
        """Number of everybody's jobs that are received or queued."""
        statement = select(func.count()).select_from(jobs).where(jobs.c.state.in_(_WAITING))
        return int((await self._connection.execute(statement)).scalar_one())

    async def position(self, job_id: str) -> int:
        """Position of a queued job in the queue (1 = next); 0 when it is not queued."""
        columns = (jobs.c.id, jobs.c.kind, jobs.c.tenant_id, jobs.c.owner_id, jobs.c.created_at, jobs.c.lane)
        rows = await self._connection.execute(select(*columns).where(jobs.c.state == JobState.QUEUED))
        waiting = [fairness.Waiting(row.id, JobKind(row.kind), *row[2:]) for row in rows]
        guilds = await self._running("tenant_id")
        return fairness.claims_before(job_id, waiting, guilds, await self._running("owner_id"))

    async def _running(self, column: str) -> dict[int, int]:
        rows = await self._connection.execute(select(fairness.running_count(column)))
        return {row[0]: row[1] for row in rows}

    async def forget(self, before: datetime) -> int:
        """Delete jobs that ended before then and have no step left to deliver; returns how many."""
        return await self._changed(delete(jobs).where(_SETTLED, jobs.c.finished_at < before))

    async def forget_conversation(self, conversation_id: int, lane: str) -> int:
        """Delete the jobs in a deleted conversation's lane or with steps that show it; returns how many.

        Jobs that are not over, or have a step left to deliver, are kept.
        """
        showed = exists().where(
            outbox_steps.c.job_id == jobs.c.id, json_number(outbox_steps.c.payload, "conversation_id", conversation_id)
        )
        return await self._changed(delete(jobs).where(_SETTLED, or_(jobs.c.lane == lane, showed)))
