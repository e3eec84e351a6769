"""Workers whose children are cheap to start: the fork server is cold, for these jobs compute next to nothing."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from core.workers import JobLimits, Workers

MIB = 1024 * 1024
PATIENCE_S = 60.0


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(concurrency=2, limits=JobLimits(memory_bytes=512 * MIB, cpu_s=20, wall_s=300.0))
    yield pool
    await pool.close()


@pytest.fixture
async def small_workers() -> AsyncIterator[Workers]:
    """Limits that a test can reach."""
    limits = JobLimits(memory_bytes=256 * MIB, cpu_s=1, wall_s=300.0, result_bytes=MIB)
    pool = Workers(concurrency=2, limits=limits)
    yield pool
    await pool.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.005)


def exists(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
