"""How late an event loop runs what is due."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

TICK_S = 0.01
"""A timer that is due every 10 ms: how much later it runs is the lag."""


def measured(run: Callable[..., Awaitable[None]], file: Path) -> Callable[..., Awaitable[None]]:
    """Run something, and write the lags of its event loop to a file when it ends."""

    async def run_measured(*arguments: Any) -> None:
        lags_s: list[float] = []
        watching = asyncio.create_task(_watch(lags_s))
        try:
            await run(*arguments)
        finally:
            watching.cancel()
            await asyncio.to_thread(file.write_text, "\n".join(f"{lag_s:.6f}" for lag_s in lags_s))

    return run_measured


async def _watch(lags_s: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due_s = loop.time() + TICK_S
        await asyncio.sleep(TICK_S)
        lags_s.append(max(0.0, loop.time() - due_s))
