"""How the process ends its loops."""

import asyncio
from contextlib import suppress

from bot import process


async def test_a_task_that_passes_over_a_cancellation_is_ended_all_the_same() -> None:
    """As `asyncio.wait_for` of Python 3.11 makes of any task in an unlucky moment."""
    begun = asyncio.Event()

    async def passes_over_one() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def fails() -> None:
        raise RuntimeError("a fault while it ends")

    tasks = {asyncio.create_task(passes_over_one()), asyncio.create_task(fails())}
    await begun.wait()
    await process._end(tasks)

    assert all(task.done() for task in tasks)
