"""Answers of worker processes that one test run asks for once, whichever bot process needs them."""

import asyncio
import contextlib
import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.workers.pool import Workers


def remember(folder: Path) -> None:
    """Let `Workers` look for an answer in `folder` before a child is asked for it, and start with the first child.

    Errors are not remembered: who meets one again gets it from a child again.
    """
    run, launch, warm = Workers.run, Workers.launch, Workers.warm
    launching: dict[Workers, asyncio.Task[None]] = {}

    async def launched(workers: Workers) -> None:
        if workers not in launching:
            launching[workers] = asyncio.ensure_future(launch(workers))
        await asyncio.shield(launching[workers])

    async def run_or_remember(
        workers: Workers, function: Callable[..., bytes], *args: Any, wall_s: float | None = None
    ) -> bytes:
        path = folder / f"answer-{await asyncio.to_thread(_key, function, args)}"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        await launched(workers)
        answer = await run(workers, function, *args, wall_s=wall_s)
        temporary = path.with_suffix(f".{uuid.uuid4().hex}")
        temporary.write_bytes(answer)
        temporary.replace(path)
        return answer

    async def launch_later(_workers: Workers) -> None:
        return

    async def warm_if_launched(workers: Workers) -> None:
        if workers in launching:
            await warm(workers)

    Workers.run, Workers.launch, Workers.warm = run_or_remember, launch_later, warm_if_launched  # type: ignore[method-assign]


def _key(function: Callable[..., bytes], args: tuple[Any, ...]) -> str:
    """Of what is asked for; a file counts by its content."""
    digest = hashlib.sha256(f"{function.__module__}.{function.__qualname__}".encode())
    for arg in args:
        is_file = isinstance(arg, str) and os.path.isfile(arg)  # noqa: PTH113 - takes any text for an answer
        digest.update(Path(arg).read_bytes() if is_file else arg if isinstance(arg, bytes) else repr(arg).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:32]
