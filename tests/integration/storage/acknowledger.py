"""A process that writes until it is killed, and says on stdout what it was promised is stored.

Run as ``python -m tests.integration.storage.acknowledger FOLDER``.
"""

import asyncio
import itertools
import os
import sys
from datetime import date
from pathlib import Path

from core.storage import Database
from core.values.job import JobState, NewStep, StepKind
from tests.integration.storage.samples import ANNA, calls, job

DAY = date(2026, 3, 1)
STEPS = (NewStep(StepKind.OPEN_THREAD, "{}"), NewStep(StepKind.POST_REVIEW, "{}"))


async def write(folder: Path) -> None:
    """One transaction after the other, each with rows in several tables that belong together."""
    database = await Database.open(None, folder)
    for _ in itertools.count():
        made = job(ANNA, state=JobState.RECEIVED)
        async with database.begin() as unit:
            await unit.jobs.add(made)
            await unit.jobs.finish(made.job_id, 0, JobState.DONE, None, STEPS)
            await unit.usage.reserve_model_call(ANNA, DAY, calls(sys.maxsize))
        os.write(sys.stdout.fileno(), f"{made.job_id}\n".encode())


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
