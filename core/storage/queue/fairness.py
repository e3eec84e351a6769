"""The order in which jobs are claimed, as SQL that finds the next job and as the position that people are told.

Questions and summaries come before jobs that measure uploads; then the guild with the fewest running jobs, then the
user with the fewest, then the oldest job. Jobs of one lane, of every kind, run one after the other, oldest first, so
that each sees what the one before it stored.
"""

from bisect import insort
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select

from core.storage.schema.tables import jobs
from core.values.job import UPLOADING, JobKind, JobState

_running = jobs.alias("running")
_ahead = jobs.alias("ahead")

_LANE_IS_BUSY = exists().where(
    _ahead.c.lane == jobs.c.lane,
    or_(
        _ahead.c.state == JobState.RUNNING,
        and_(
            # a job whose files are still being downloaded keeps its place
            _ahead.c.state.in_((JobState.RECEIVED, JobState.QUEUED)),
            or_(
                _ahead.c.created_at < jobs.c.created_at,
                and_(_ahead.c.created_at == jobs.c.created_at, _ahead.c.id < jobs.c.id),
            ),
        ),
    ),
)


def priority(kind: JobKind) -> int:
    """Priority of a kind of job: 0 (first) for kinds without uploads, 1 for kinds that measure uploads."""
    return int(kind in UPLOADING)


def running_count(column: str) -> Subquery:
    """Number of running jobs for each value of `column`."""
    key = _running.c[column]
    count = func.count().label("running")
    return select(key, count).where(_running.c.state == JobState.RUNNING).group_by(key).subquery(f"by_{column}")


def next_job(user_active_max: int) -> Select[Any]:
    """Id and owner of the next queued job, among users with fewer than `user_active_max` running jobs."""
    by_guild, by_user = running_count("tenant_id"), running_count("owner_id")
    guild_running: ColumnElement[int] = func.coalesce(by_guild.c.running, 0)
    user_running: ColumnElement[int] = func.coalesce(by_user.c.running, 0)
    return (
        select(jobs.c.id, jobs.c.owner_id)
        .outerjoin(by_guild, by_guild.c.tenant_id == jobs.c.tenant_id)
        .outerjoin(by_user, by_user.c.owner_id == jobs.c.owner_id)
        .where(jobs.c.state == JobState.QUEUED, user_running < user_active_max, ~_LANE_IS_BUSY)
        .order_by(
            case((jobs.c.kind.in_(UPLOADING), 1), else_=0),
            guild_running,
            user_running,
            jobs.c.created_at,
            jobs.c.id,
        )
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """The values of a queued job that its place in the order depends on."""

    job_id: str
    kind: JobKind
    tenant_id: int
    user_id: int
    created_at: datetime
    lane: str | None

    @property
    def age(self) -> tuple[datetime, str]:
        """Sort key, oldest first."""
        return self.created_at, self.job_id


class _Queues:
    """Waiting jobs in one queue per priority, guild and user; the next job is the first of one of these queues."""

    def __init__(self, waiting: Sequence[Waiting]) -> None:
        self._queues: dict[tuple[int, int, int], list[Waiting]] = {}
        self._behind: dict[str, deque[Waiting]] = {}
        for job in sorted(waiting, key=lambda job: job.age):
            if job.lane is not None and job.lane in self._behind:
                self._behind[job.lane].append(job)
                continue
            if job.lane is not None:
                self._behind[job.lane] = deque()
            self._enter(job)

    def _enter(self, job: Waiting) -> None:
        queue = self._queues.setdefault((priority(job.kind), job.tenant_id, job.user_id), [])
        insort(queue, job, key=lambda job: job.age)

    def claim(self, guilds: Mapping[int, int], users: Mapping[int, int]) -> Waiting:
        """Remove and return the next job; the job behind it in its lane becomes claimable."""
        first = min(
            self._queues, key=lambda line: (line[0], guilds[line[1]], users[line[2]], self._queues[line][0].age)
        )
        job = self._queues[first].pop(0)
        if not self._queues[first]:
            del self._queues[first]
        if job.lane is not None and self._behind[job.lane]:
            self._enter(self._behind[job.lane].popleft())
        return job


def claims_before(
    job_id: str, waiting: Sequence[Waiting], guild_running: Mapping[int, int], user_running: Mapping[int, int]
) -> int:
    """Number of claims until `job_id` is claimed (1 = next), if no running job ends; 0 if it is not waiting.

    Within a lane, a job is assumed to have ended when the turn of the one behind it comes.
    """
    guilds, users = Counter(guild_running), Counter(user_running)
    queues = _Queues(waiting)
    for place in range(1, len(waiting) + 1):
        claimed = queues.claim(guilds, users)
        if claimed.job_id == job_id:
            return place
        guilds[claimed.tenant_id] += 1
        users[claimed.user_id] += 1
    return 0
