"""What was acknowledged is there after kill -9, whole transactions only."""

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.storage import Database
from core.values.job import StepKind
from tests.integration.storage.acknowledger import DAY
from tests.integration.storage.samples import ANNA

ROOT = Path(__file__).parents[3]


def write_until_killed(folder: Path, acknowledgements: int) -> list[str]:
    """Start the writer, kill it while it writes, and return every id it had acknowledged."""
    command = [sys.executable, "-m", "tests.integration.storage.acknowledger", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(acknowledgements)]
        process.kill()
        acknowledged += [line.strip() for line in process.stdout]
    assert all(acknowledged), "the writer died by itself"
    return acknowledged


@pytest.mark.parametrize("kills", [4, pytest.param(12, marks=pytest.mark.wide)])
async def test_nothing_acknowledged_is_lost_and_nothing_is_half_written(tmp_path: Path, kills: int) -> None:
    chance = random.Random(7)
    acknowledged: list[str] = []
    for _ in range(kills):
        acknowledged += write_until_killed(tmp_path, chance.randrange(1, 30))
        with sqlite3.connect(tmp_path / "earshot.sqlite3") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    database = await Database.open(None, tmp_path)
    async with database.read() as unit:
        document = await unit.privacy.export(ANNA)
    await database.close()
    stored = {row["id"] for row in document["jobs"]}
    assert stored >= set(acknowledged)
    assert len(stored) <= len(acknowledged) + kills  # at most the one that was being acknowledged at each kill
    steps = [(row["job_id"], row["kind"]) for row in document["outbox_steps"]]
    assert sorted(steps) == sorted(
        (job_id, kind.value) for job_id in stored for kind in (StepKind.OPEN_THREAD, StepKind.POST_REVIEW)
    )
    assert [(row["day"], row["attempts"]) for row in document["model_calls"]] == [(DAY.isoformat(), len(stored))]
