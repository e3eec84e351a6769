"""One process with warm `Workers` for all bots of a test run: each of their own would take two seconds of a core.

It is started by the process of pytest that the others come from, or by the first test that needs it, and ends with it:
at the end of its standard input. It answers one call per connection, in a child as ever; a caller that goes away has
its child killed.
"""

import asyncio
import contextlib
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.values.errors import DependencyCode, DependencyError, EarshotError
from core.workers import Workers, replies
from tests.support.once import run_folder
from tests.support.processes.kernel_cache import KERNEL_CACHE, ROOT

CONCURRENCY = 4
"""Children at a time, over all bots."""

CONNECT_PATIENCE_S = 60.0
"""Seconds that a call waits for the process to listen."""

LENGTH = struct.Struct("!Q")
"""Bytes of a call, before it."""

_asked: set[asyncio.StreamReader] = set()
"""Answers that are waited for. asyncio refers to a reader weakly, and discord.py to the task of a command not at all:
both would be collected together, and the command never answered."""

_started: list[subprocess.Popen[bytes]] = []


def start_shared_workers() -> None:
    """Start the process unless it has been started in this run."""
    folder = run_folder()
    if folder is None or _started or _socket(folder).exists():
        return
    KERNEL_CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.support.processes.shared_workers", str(_socket(folder))]
    _started.append(subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT))  # noqa: S603 - our own text


def stop_shared_workers() -> None:
    """End it, if this process started it."""
    while _started:
        process = _started.pop()
        process.communicate()


async def ask_shared_workers(
    folder: Path, function: Callable[..., bytes], args: tuple[Any, ...], wall_s: float | None
) -> bytes:
    """What `Workers.run` returns or raises, from the process of the run with this folder."""
    reader, writer = await _connect(_socket(folder))
    _asked.add(reader)
    try:
        call = pickle.dumps((function, args, wall_s))
        writer.write(LENGTH.pack(len(call)) + call)
        reply = await reader.read()
    finally:
        _asked.discard(reader)
        writer.close()
    if reply[:1] == replies.RESULT:
        return reply[1:]
    if reply[:1] == replies.ERROR:
        raise replies.decode_error(reply[1:])
    raise DependencyError(DependencyCode.WORKER, cause="server lost")


async def _connect(socket: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(CONNECT_PATIENCE_S):
        while True:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return await asyncio.open_unix_connection(socket)
            await asyncio.sleep(0.05)


def _socket(folder: Path) -> Path:
    return folder / "workers"


def _reply(working: "asyncio.Future[bytes]") -> bytes:
    try:
        return replies.RESULT + working.result()
    except EarshotError as error:
        return replies.ERROR + replies.encode_error(error)


async def _serve(socket: Path) -> None:
    """Answer until standard input ends."""
    from bot.shared_parts import WARM_UP, WARM_UP_REPORTS  # loads much that processes of pytest may do without

    workers = Workers(concurrency=CONCURRENCY, warm_up=(WARM_UP, WARM_UP_REPORTS), cache_dir=KERNEL_CACHE)
    await workers.launch()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            function, args, wall_s = pickle.loads(await reader.readexactly(length))  # noqa: S301 - written by this run
            working = asyncio.ensure_future(workers.run(function, *args, wall_s=wall_s))
            gone = asyncio.ensure_future(reader.read(1))
            await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if working.done():
                writer.write(_reply(working))
            else:
                working.cancel()
        finally:
            writer.close()

    async with await asyncio.start_unix_server(answer, socket):
        await asyncio.to_thread(os.read, sys.stdin.fileno(), 1)
    await workers.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
