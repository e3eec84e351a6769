"""Workers that are still warming up: jobs wait for them at no cost to their own time, and closing does not wait.

Each test has an interpreter of its own, for a process has one fork server. Its warm-up lasts until a file is there.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

GATE = """
import time
from pathlib import Path

def wait():
    while not Path({gate!r}).exists():
        time.sleep(0.005)

def fail():
    raise RuntimeError("a fault of the warm-up's")
"""

PRELUDE = """
import asyncio, os, sys, time
from contextlib import suppress
from pathlib import Path
from core.values.errors import DependencyError
from core.workers import JobLimits, Workers
from core.workers.fork_server import server_pid
from tests.support.processes import jobs_for_children as jobs

GATE = Path(sys.argv[1])

def exists(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
"""


def run(tmp_path: Path, script: str) -> list[str]:
    """What a script prints in a fresh interpreter."""
    gate = tmp_path / "open"
    (tmp_path / "held.py").write_text(GATE.format(gate=str(gate)))
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    finished = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", PRELUDE + script + "\nasyncio.run(main())", str(gate)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr
    return finished.stdout.splitlines()


def test_a_jobs_time_does_not_run_while_workers_warm_up(tmp_path: Path) -> None:
    """It waits for three times its limit on the clock, and is answered."""
    script = """
async def main():
    workers = Workers(concurrency=1, warm_up=("held:wait",))
    await workers.launch()
    job = asyncio.create_task(workers.run(jobs.echo, b"done", wall_s=0.5))
    done, _ = await asyncio.wait({job}, timeout=1.5)
    print(len(done))
    GATE.touch()
    print((await job).decode())
    await workers.warm()
    await workers.close()
"""
    assert run(tmp_path, script) == ["0", "done"]


def test_launching_does_not_wait_for_the_warm_up_and_closing_kills_it(tmp_path: Path) -> None:
    """The gate is never opened: whoever waited for it would wait for ever."""
    script = """
async def main():
    workers = Workers(concurrency=2, warm_up=("held:wait",))
    await workers.launch()
    server = server_pid()
    job = asyncio.create_task(workers.run(jobs.echo, b""))
    print(exists(server))
    await workers.close()
    try:
        await job
    except DependencyError as error:
        print(error.code.value)
    try:
        await workers.warm()
    except DependencyError as error:
        print(error.code.value)
    while Path(f"/proc/{server}").exists() and ") Z " not in Path(f"/proc/{server}/stat").read_text():
        await asyncio.sleep(0.005)
    print("gone", server_pid() == server)
"""
    assert run(tmp_path, script) == ["True", "worker", "worker", "gone True"]


def test_who_gives_up_waiting_does_not_end_the_warm_up_of_others(tmp_path: Path) -> None:
    script = """
async def main():
    workers = Workers(concurrency=1, warm_up=("held:wait",))
    await workers.launch()
    impatient = asyncio.create_task(workers.run(jobs.echo, b"never"))
    patient = asyncio.create_task(workers.run(jobs.echo, b"others"))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    GATE.touch()
    print((await patient).decode())
    await workers.close()
"""
    assert run(tmp_path, script) == ["others"]


@pytest.mark.parametrize("waits", ["workers.warm()", 'workers.run(jobs.echo, b"")'])
def test_a_warm_up_that_fails_is_heard_of_by_whoever_waits(tmp_path: Path, waits: str) -> None:
    script = f"""
import logging
logging.disable()

async def main():
    workers = Workers(concurrency=1, warm_up=("held:fail",))
    await workers.launch()
    try:
        await {waits}
    except DependencyError as error:
        print(error.code.value)
    await workers.close()
"""
    finished = run_with_its_traceback(tmp_path, script)
    assert finished == ["worker"]


def run_with_its_traceback(tmp_path: Path, script: str) -> list[str]:
    """The fork server's own traceback goes to the same stderr."""
    return run(tmp_path, "os.dup2(os.open(os.devnull, os.O_WRONLY), 2)\n" + script)
