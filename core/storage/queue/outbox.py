"""The outbox table: steps that show results in Discord, delivered in order within a job; replies within a lane."""

import base64
import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, false, func, or_, select, update

from core.storage.access import Repository
from core.storage.schema.tables import jobs, outbox_steps
from core.values.job import NewStep, Step, StepKind, StepState

KEY_CHARACTERS = 12
"""Characters of a step's key, 5 bits each: a collision is expected after 2^30 steps, and UNIQUE then refuses it."""

UNSETTLED = (StepState.PENDING, StepState.SENDING)
"""States of a step that is still to be delivered."""

WITHDRAWN = "withdrawn"
"""Error of a withdrawn job or step: the message it came from, or data that it is about, was deleted."""

REPLIES = (StepKind.POST_ANSWER, StepKind.POST_SUMMARY, StepKind.REPORT_ERROR)
"""Kinds of steps that reply in a conversation: a later reply must be posted below an earlier one."""


def step_key(job_id: str, position: int) -> str:
    """The key of a step, computed from its job and position, so that it is always the same for one step."""
    digest = hashlib.sha256(f"{job_id}:{position}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:KEY_CHARACTERS]


_PARTY = case((jobs.c.tenant_id == 0, jobs.c.owner_id), else_=jobs.c.tenant_id)
"""Id of a job's guild, or of its user without a guild."""


def _step(row: Row[Any], party_id: int = 0) -> Step:
    return Step(
        step_id=row.id,
        job_id=row.job_id,
        position=row.position,
        kind=StepKind(row.kind),
        key=row.key,
        payload=row.payload,
        state=StepState(row.state),
        attempts=row.attempts,
        made_id=row.made_id,
        first_tried_at=row.first_tried_at,
        party_id=party_id,
    )


def _due(now: datetime) -> ColumnElement[bool]:
    """Condition: the step is pending and not put off, or was begun and its time limit has passed."""
    waited = or_(outbox_steps.c.not_before.is_(None), outbox_steps.c.not_before <= now)
    return and_(outbox_steps.c.state.in_(UNSETTLED), waited)


def _follows_a_reply(now: datetime) -> ColumnElement[bool]:
    """Condition: the step is a reply, and another job of its lane has an earlier one that is begun or due."""
    before, its_job, my_job = outbox_steps.alias("reply_before"), jobs.alias("its_job"), jobs.alias("my_job")
    put_off = and_(before.c.state == StepState.PENDING, func.coalesce(before.c.not_before > now, false()))
    earlier_reply = exists().where(
        before.c.id < outbox_steps.c.id,
        before.c.kind.in_(REPLIES),
        before.c.state.in_(UNSETTLED),
        ~put_off,
        its_job.c.id == before.c.job_id,
        my_job.c.id == outbox_steps.c.job_id,
        its_job.c.lane == my_job.c.lane,
        its_job.c.id != my_job.c.id,
    )
    return and_(outbox_steps.c.kind.in_(REPLIES), earlier_reply)


class Outbox(Repository):
    """The outbox of everybody's jobs."""

    async def add(self, job_id: str, steps: Sequence[NewStep]) -> tuple[Step, ...]:
        """Append steps to a job; nothing if the job is gone."""
        if (await self._connection.execute(select(jobs.c.id).where(jobs.c.id == job_id))).one_or_none() is None:
            return ()
        last = select(func.max(outbox_steps.c.position)).where(outbox_steps.c.job_id == job_id)
        taken = (await self._connection.execute(last)).scalar_one()
        added = []
        for position, step in enumerate(steps, 0 if taken is None else taken + 1):
            key = step_key(job_id, position)
            state = StepState.PENDING
            values = {"job_id": job_id, "position": position, "kind": step.kind, "key": key, "payload": step.payload}
            step_id = await self._add(outbox_steps, **values, state=state, attempts=0)
            added.append(Step(step_id, job_id, position, step.kind, key, step.payload, state, attempts=0))
        return tuple(added)

    async def due(self, now: datetime, limit: int, but_of: Collection[int] = ()) -> tuple[Step, ...]:
        """Steps that may be delivered now: every earlier step of their job is done or given up.

        A reply also waits for earlier replies of its lane, except for those that were put off: an answer that cannot be
        posted now must not delay the next one. Steps of the parties `but_of` (guild or user ids) are left out.
        """
        earlier = outbox_steps.alias("earlier")
        blocked = exists().where(
            earlier.c.job_id == outbox_steps.c.job_id,
            earlier.c.position < outbox_steps.c.position,
            earlier.c.state.in_(UNSETTLED),
        )
        statement = (
            select(outbox_steps, _PARTY.label("party_id"))
            .join(jobs, jobs.c.id == outbox_steps.c.job_id)
            .where(_due(now), _PARTY.not_in(but_of), ~blocked, ~_follows_a_reply(now))
            .order_by(outbox_steps.c.id)
            .limit(limit)
        )
        return tuple(_step(row, row.party_id) for row in await self._connection.execute(statement))

    async def start(self, step_id: int, now: datetime, try_s: float) -> Step | None:
        """Claim a due step for `try_s` seconds; None when another try has it or it is settled."""
        until = now + timedelta(seconds=try_s)
        statement = (
            update(outbox_steps)
            .where(outbox_steps.c.id == step_id, _due(now))
            .values(
                state=StepState.SENDING,
                attempts=outbox_steps.c.attempts + 1,
                not_before=until,
                first_tried_at=func.coalesce(outbox_steps.c.first_tried_at, now),
            )
            .returning(outbox_steps)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else _step(row)

    async def done(self, step_id: int, made_id: int | None) -> None:
        """Mark a step as delivered, with the id of the Discord object it made, if any; nothing for a settled step."""
        await self._settle(step_id, state=StepState.DONE, made_id=made_id)

    async def end_tries(self) -> None:
        """Make every begun step due again. Only for a process that is the only one with this database."""
        begun = update(outbox_steps).where(outbox_steps.c.state == StepState.SENDING)
        await self._changed(begun.values(not_before=None))

    async def end_waits(self) -> None:
        """Make every step that was put off due now, because its cause (an outage) has ended."""
        waiting = and_(outbox_steps.c.state == StepState.PENDING, outbox_steps.c.not_before.is_not(None))
        await self._changed(update(outbox_steps).where(waiting).values(not_before=None))

    async def retry(self, step_id: int, at: datetime) -> None:
        """Deliver a begun step again, not before `at`."""
        condition = and_(outbox_steps.c.id == step_id, outbox_steps.c.state == StepState.SENDING)
        await self._changed(update(outbox_steps).where(condition).values(state=StepState.PENDING, not_before=at))

    async def put_payload(self, step_id: int, payload: str) -> None:
        """Replace the payload of a step, for example when part of it is done."""
        await self._changed(update(outbox_steps).where(outbox_steps.c.id == step_id).values(payload=payload))

    async def fail(self, step_id: int, error: str) -> bool:
        """Give the step up; later steps of the job continue. False when it is already settled or withdrawn."""
        return await self._settle(step_id, state=StepState.FAILED, error=error)

    async def withdraw(self, job_id: str) -> None:
        """Fail a job's undelivered steps (error `WITHDRAWN`) without telling anybody."""
        condition = and_(outbox_steps.c.job_id == job_id, outbox_steps.c.state.in_(UNSETTLED))
        over = {"state": StepState.FAILED, "error": WITHDRAWN, "not_before": None}
        await self._changed(update(outbox_steps).where(condition).values(**over))

    async def is_given_up(self, step_id: int) -> bool:
        """Whether a step was given up or withdrawn."""
        condition = and_(outbox_steps.c.id == step_id, outbox_steps.c.state == StepState.FAILED)
        return (await self._connection.execute(select(outbox_steps.c.id).where(condition))).one_or_none() is not None

    async def _settle(self, step_id: int, **values: Any) -> bool:
        condition = and_(outbox_steps.c.id == step_id, outbox_steps.c.state.in_(UNSETTLED))
        return bool(await self._changed(update(outbox_steps).where(condition).values(**values, not_before=None)))

    async def earlier(self, step_id: int, kind: StepKind, job_key: str) -> Step | None:
        """The newest earlier step of a kind for the same message: its job has this key, or a key that begins with it.

        A question that was edited after it was answered is another job, whose key is the first key, a colon and a
        random part.
        """
        same = or_(jobs.c.key == job_key, jobs.c.key.startswith(f"{job_key}:", autoescape=True))
        older = and_(outbox_steps.c.id < step_id, outbox_steps.c.kind == kind)
        statement = select(outbox_steps).join(jobs, jobs.c.id == outbox_steps.c.job_id).where(same, older)
        row = (await self._connection.execute(statement.order_by(outbox_steps.c.id.desc()).limit(1))).one_or_none()
        return None if row is None else _step(row)

    async def steps_of(self, job_id: str) -> tuple[Step, ...]:
        """All steps of a job, in order."""
        statement = select(outbox_steps).where(outbox_steps.c.job_id == job_id).order_by(outbox_steps.c.position)
        return tuple(_step(row) for row in await self._connection.execute(statement))
