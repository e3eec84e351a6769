"""A real database, a clock that stands still, and the two tables as a worker and a deliverer see them."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.storage import Database
from core.values.job import Job, JobKind, JobState, NewStep, StepKind
from tests.support.clock import FakeClock
from tests.support.processes.migrated import put_database

GUILD, ANNA, BEN = 1_100, 901, 902


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def database(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Database]:
    put_database(tmp_path)
    database = await Database.open(None, tmp_path, clock=clock)
    yield database
    await database.close()


class Work:
    """Puts jobs and steps into the database and looks at what became of them."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self._numbers = itertools.count(1)

    async def queue(
        self,
        user_id: int = ANNA,
        kind: JobKind = JobKind.SUMMARY,
        lane: str | None = None,
        guild_id: int | None = GUILD,
    ) -> Job:
        """A job that may be claimed."""
        name = f"job-{next(self._numbers):02d}"
        self.clock.advance(seconds=1)
        job = Job(name, kind, f"key:{name}", guild_id, user_id, JobState.QUEUED, "{}", self.clock(), lane=lane)
        async with self.database.begin() as unit:
            assert await unit.jobs.add(job)
        return job

    async def get(self, job: Job) -> Job:
        """The job as it stands now."""
        async with self.database.read() as unit:
            found = await unit.jobs.get(job.job_id)
        assert found is not None
        return found

    async def finished_with(self, *payloads: str, user_id: int = ANNA, guild_id: int | None = GUILD) -> Job:
        """A job that is done and left these steps."""
        job = await self.queue(user_id, guild_id=guild_id)
        async with self.database.begin() as unit:
            claimed = await unit.jobs.claim(self.clock(), 60.0, 10)
            assert claimed is not None
            steps = [NewStep(StepKind.POST_ANSWER, payload) for payload in payloads]
            assert await unit.jobs.finish(claimed.job_id, claimed.attempts, JobState.DONE, None, steps)
        return job

    async def states(self, job: Job) -> list[str]:
        """How the job's steps stand, in order."""
        async with self.database.read() as unit:
            return [step.state.value for step in await unit.outbox.steps_of(job.job_id)]

    async def payloads(self, job: Job) -> list[str]:
        """What the job's steps carry, in order."""
        async with self.database.read() as unit:
            return [step.payload for step in await unit.outbox.steps_of(job.job_id)]


@pytest.fixture
def work(database: Database, clock: FakeClock) -> Work:
    return Work(database, clock)
