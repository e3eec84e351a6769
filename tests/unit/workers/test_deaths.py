"""A child that crashes, hangs or eats everything ends alone, soon, and with its reason."""

import asyncio
import fcntl
import os
import signal
import struct
from pathlib import Path

import pytest

from core.values.errors import DependencyError
from core.workers import JobLimits, WorkerDiedError, Workers
from core.workers.fork_server import server_pid, server_runs
from core.workers.pool import LOST_EXIT_CODE
from tests.support.processes import jobs_for_children as jobs
from tests.unit.workers.conftest import MIB, exists, until


@pytest.mark.parametrize(
    ("job", "args", "cause"),
    [
        (jobs.abort, (), "crash"),
        (jobs.segfault, (), "crash"),
        (jobs.exit_politely, (), "crash"),
        (jobs.exit_with, (0,), "crash"),
        (jobs.exit_with, (LOST_EXIT_CODE,), "crash"),
        (jobs.kill_itself, (), "memory"),  # SIGKILL from nowhere is how the kernel frees memory
        (jobs.fill_memory, (600,), "memory"),
        (jobs.spin, (), "time"),
        (jobs.say_and_leave, (b"",), "crash"),
        (jobs.say_and_leave, (b"\1\0\0",), "crash"),
        (jobs.say_and_leave, (struct.pack("<Q", 9) + b"Rtoo", ), "crash"),
        (jobs.say_and_leave, (struct.pack("<Q", 0),), "crash"),
        (jobs.say_and_leave, (struct.pack("<Q", 3) + b"Zxx",), "crash"),
        (jobs.say_and_leave, (struct.pack("<Q", 3) + b"E{}",), "crash"),
        (jobs.say_and_hang, (struct.pack("<Q", 2**63),), "result"),
    ],
    ids=[
        "abort", "segfault", "sys.exit", "exit 0", "exit 255", "killed", "memory", "cpu", "silence", "half a length",
        "half an answer", "empty answer", "unknown kind", "no error", "promises exabytes",
    ],
)  # fmt: skip
async def test_a_child_that_dies_is_reported_with_its_cause(small_workers: Workers, job, args, cause: str) -> None:
    with pytest.raises(WorkerDiedError) as caught:
        await small_workers.run(job, *args)

    assert caught.value.facts["cause"] == cause


async def test_what_fits_into_the_memory_limit_runs(small_workers: Workers) -> None:
    assert await small_workers.run(jobs.fill_memory, 100) == b"\1"


@pytest.mark.parametrize(
    ("job", "args"),
    [
        (jobs.hang, ()),
        (jobs.say_and_hang, (b"\1",)),
        (jobs.say_and_hang, (struct.pack("<Q", 100) + b"R only a part",)),
        (jobs.drip, (10_000,)),
    ],
    ids=["says nothing", "stops within the length", "stops within the answer", "never stops"],
)
async def test_a_child_that_does_not_end_is_killed_when_its_time_is_up(workers: Workers, job, args) -> None:
    """Without the kill none of these ever returns."""
    with pytest.raises(WorkerDiedError) as caught:
        await workers.run(job, *args, wall_s=0.3)

    assert caught.value.facts["cause"] == "time"


async def test_a_neighbour_is_not_hurt_by_a_crash(workers: Workers) -> None:
    neighbour = asyncio.create_task(workers.run(jobs.busy_for, 0.3))
    with pytest.raises(WorkerDiedError):
        await workers.run(jobs.segfault)

    assert len(await neighbour) == 16


async def test_crashes_leave_no_process_and_no_descriptor_behind(workers: Workers) -> None:
    await workers.run(jobs.process_id)
    before = jobs.descriptors()
    for _ in range(5):
        with pytest.raises(WorkerDiedError):
            await workers.run(jobs.abort)

    assert len(jobs.descriptors()) <= len(before)
    assert children_of_the_server() == []


async def test_cancelling_kills_the_child(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "held"
    path.touch()
    task = asyncio.create_task(workers.run(jobs.hold, str(path)))
    await until(lambda: is_locked(path))
    (pid,) = children_of_the_server()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await until(lambda: not exists(pid))
    assert not is_locked(path)


async def test_cancelling_while_the_child_is_being_started_leaves_none(workers: Workers) -> None:
    await workers.run(jobs.process_id)
    task = asyncio.create_task(workers.run(jobs.hang))
    await asyncio.sleep(0)  # it has asked for its child, no more
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await workers.close()  # waits for its threads

    assert children_of_the_server() == []


async def test_a_cancelled_job_gives_its_place_to_the_next(workers: Workers) -> None:
    tasks = [asyncio.create_task(workers.run(jobs.hang)) for _ in range(2)]
    await until(lambda: len(children_of_the_server()) == 2)
    for task in tasks:
        task.cancel()

    assert await workers.run(jobs.echo, b"next") == b"next"
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_closing_kills_what_runs(workers: Workers) -> None:
    task = asyncio.create_task(workers.run(jobs.hang))
    await until(lambda: len(children_of_the_server()) == 1)
    await workers.close()

    with pytest.raises(WorkerDiedError):
        await task
    assert children_of_the_server() == []


async def test_a_killed_fork_server_is_replaced(workers: Workers) -> None:
    await workers.run(jobs.process_id)
    old = kill_the_server()

    assert await workers.run(jobs.echo, b"again") == b"again"
    assert server_pid() != old
    assert server_runs()


async def test_a_job_whose_server_died_is_not_blamed_on_the_file(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "held"
    path.touch()
    task = asyncio.create_task(workers.run(jobs.hold, str(path)))
    await until(lambda: is_locked(path))
    (pid,) = children_of_the_server()
    kill_the_server()

    with pytest.raises(DependencyError) as caught:
        await task
    assert not isinstance(caught.value, WorkerDiedError)
    await until(lambda: not exists(pid))


async def test_a_server_that_cannot_start_says_so_without_a_path(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await workers.run(jobs.process_id)
    kill_the_server()
    monkeypatch.setattr("multiprocessing.spawn._python_exe", os.fsencode(tmp_path / "no such python"))

    with pytest.raises(DependencyError) as caught:
        await workers.run(jobs.process_id)
    assert "/" not in str(caught.value.facts["cause"])


async def test_limits_of_the_machine_are_not_raised(tmp_path: Path) -> None:
    """A hard limit that is lower already stays: raising it would fail for everybody but root."""
    pool = Workers(concurrency=1, limits=JobLimits(memory_bytes=64 * MIB, open_files=10**9))
    try:
        found = await pool.run(jobs.look_around)
    finally:
        await pool.close()

    assert b'"limits"' in found


def kill_the_server() -> int:
    pid = server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def children_of_the_server() -> list[int]:
    """Straight from the kernel."""
    pid = server_pid()
    if pid is None or not exists(pid):
        return []
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
