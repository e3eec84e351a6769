"""Which job is next. One definition, twice: as SQL that finds the next one, and as the order people are told.

Questions and summaries come before what measures uploads; then the guild with the fewest running jobs, then the user
with the fewest, then the oldest job. Jobs of one lane go one after the other, oldest first, whatever their kind: each
is to see what the one before it stored.
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
            # a job whose files are still on their way keeps its place
            _ahead.c.state.in_((JobState.RECEIVED, JobState.QUEUED)),
            or_(
                _ahead.c.created_at < jobs.c.created_at,
                and_(_ahead.c.created_at == jobs.c.created_at, _ahead.c.id < jobs.c.id),
            ),
        ),
    ),
)


def priority(kind: JobKind) -> int:
    """0 for work somebody waits for in a conversation, 1 for the rest."""
    return int(kind in UPLOADING)


def running_count(column: str) -> Subquery:
    """Running jobs per value of `column`."""
    key = _running.c[column]
    count = func.count().label("running")
    return select(key, count).where(_running.c.state == JobState.RUNNING).group_by(key).subquery(f"by_{column}")


def next_job(user_active_max: int) -> Select[Any]:
    """The id and owner of the queued job that is next, among users with fewer than `user_active_max` running."""
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
    """A queued job, as far as fairness looks at it."""

    job_id: str
    kind: JobKind
    tenant_id: int
    user_id: int
    created_at: datetime
    lane: str | None

    @property
    def age(self) -> tuple[datetime, str]:
        """Sorts the oldest first."""
        return self.created_at, self.job_id


class _Queues:
    """Jobs that may be claimed, in one queue for each kind of work of each user; the heads compete."""

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
        """Take the job that is next; the one behind it in its lane may come after it."""
        first = min(
            self._queues, key=lambda line: (line[0], guilds[line[1]], users[line[2]], self._queues[line][0].age)
        )
        job = self._queues[first].pop(0)
        if not self._queues[first]:
            del self._queues[first]
        if job.lane is not None and self._behind[job.lane]:
            self._enter(self._behind[job.lane].popleft())
        return job


def position(
    job_id: str, waiting: Sequence[Waiting], guild_running: Mapping[int, int], user_running: Mapping[int, int]
) -> int:
    """How many claims it takes until `job_id` is claimed, if none of the others ends (1 = next); 0 if not waiting.

    A job behind another in its lane counts as if that one had ended when its turn comes.
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
