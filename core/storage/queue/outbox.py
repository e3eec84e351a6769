"""The outbox table: steps that show results in Discord, in order within a job; replies in order of their lane."""

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
"""60 bits: a collision is expected after a thousand million steps, and then refused by UNIQUE."""

UNSETTLED = (StepState.PENDING, StepState.SENDING)
"""States of a step that still has to be delivered."""

WITHDRAWN = "withdrawn"
"""Error of a job, and of a step, whose message was deleted before anything of it was posted."""

REPLIES = (StepKind.POST_ANSWER, StepKind.POST_SUMMARY, StepKind.REPORT_ERROR)
"""What a conversation is answered with: the later one is to stand below the earlier one."""


def step_key(job_id: str, position: int) -> str:
    """The short key of a step: the same for the same step, whoever computes it."""
    digest = hashlib.sha256(f"{job_id}:{position}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:KEY_CHARACTERS]


_PARTY = case((jobs.c.tenant_id == 0, jobs.c.owner_id), else_=jobs.c.tenant_id)
"""The guild of a job, or its person where it has none."""


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
    """Pending and not put off, or begun by somebody whose time is up."""
    waited = or_(outbox_steps.c.not_before.is_(None), outbox_steps.c.not_before <= now)
    return and_(outbox_steps.c.state.in_(UNSETTLED), waited)


def _follows_a_reply(now: datetime) -> ColumnElement[bool]:
    """A reply whose lane has an earlier one that is being delivered or could be."""
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
    """The outbox. Internal machinery: it acts for everybody."""

    async def add(self, job_id: str, steps: Sequence[NewStep]) -> tuple[Step, ...]:
        """Append steps to a job; nothing for a job that is gone."""
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

        A reply also waits for earlier replies of its lane, but for those that were put off: an answer that cannot be
        posted now must not keep back the next one. What belongs to one of the parties `but_of` is left out.
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
        """Take a due step for `try_s` seconds; None when somebody else has it or it is settled."""
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
        """The step was delivered and made a Discord object (or nothing). What was made first is kept."""
        await self._settle(step_id, state=StepState.DONE, made_id=made_id)

    async def end_tries(self) -> None:
        """Treat every begun delivery as abandoned. Only for a process that knows it is alone with this database."""
        begun = update(outbox_steps).where(outbox_steps.c.state == StepState.SENDING)
        await self._changed(begun.values(not_before=None))

    async def end_waits(self) -> None:
        """Let everything that was put off be tried now: what was in the way (an outage) is over."""
        waiting = and_(outbox_steps.c.state == StepState.PENDING, outbox_steps.c.not_before.is_not(None))
        await self._changed(update(outbox_steps).where(waiting).values(not_before=None))

    async def retry(self, step_id: int, at: datetime) -> None:
        """Deliver a begun step again, not before `at`."""
        condition = and_(outbox_steps.c.id == step_id, outbox_steps.c.state == StepState.SENDING)
        await self._changed(update(outbox_steps).where(condition).values(state=StepState.PENDING, not_before=at))

    async def put_payload(self, step_id: int, payload: str) -> None:
        """Replace the payload of a step: part of it is done."""
        await self._changed(update(outbox_steps).where(outbox_steps.c.id == step_id).values(payload=payload))

    async def fail(self, step_id: int, error: str) -> bool:
        """Give the step up; later steps of the job go on. False when it is settled or withdrawn already."""
        return await self._settle(step_id, state=StepState.FAILED, error=error)

    async def withdraw(self, job_id: str) -> None:
        """Nothing more of a job's result is to be shown; nobody is told that it was lost."""
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
        """The newest earlier step of a kind that belongs to the same message: its job has this key, or one made of it.

        A question that was edited after it was answered is another job; its key begins with that of the first.
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
