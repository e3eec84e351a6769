"""Answers of worker processes that one test run asks for once, whichever bot process needs them."""

import asyncio
import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.workers.pool import Workers
from tests.support.processes.shared_workers import ask_shared_workers


def remember(folder: Path) -> None:
    """Let `Workers` look for an answer in `folder` before they are asked for it; none of this process are started.

    Errors are not remembered: who meets one again gets it from a child again.
    """

    async def run_or_remember(
        _workers: Workers, function: Callable[..., bytes], *args: Any, wall_s: float | None = None
    ) -> bytes:
        path = folder / f"answer-{await asyncio.to_thread(_key, function, args)}"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        answer = await ask_shared_workers(folder, function, args, wall_s)
        temporary = path.with_suffix(f".{uuid.uuid4().hex}")
        temporary.write_bytes(answer)
        temporary.replace(path)
        return answer

    async def need_not_start(_workers: Workers) -> None:
        return

    Workers.run, Workers.launch, Workers.warm = run_or_remember, need_not_start, need_not_start  # type: ignore[method-assign]


_TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-9.]+(Z|[+-]\d\d:\d\d)")
"""Times in a document (RFC 3339)."""


def _key(function: Callable[..., bytes], args: tuple[Any, ...]) -> str:
    """Of what is asked for; a file counts by its content, and the time at which a report is asked for does not."""
    digest = hashlib.sha256(f"{function.__module__}.{function.__qualname__}".encode())
    for arg in args:
        digest.update(_content(arg) + b"\0")
    return digest.hexdigest()[:32]


def _content(arg: Any) -> bytes:
    if isinstance(arg, bytes):
        return _TIMES.sub(b"", arg)
    if isinstance(arg, str) and os.path.isfile(arg):  # noqa: PTH113 - takes any text for an answer
        return Path(arg).read_bytes()
    return repr(arg).encode()
