"""The bot forked from a process that has imported it: `python -m bot run` without the second that imports take.

Each process of pytest has one such process: a fork server of `multiprocessing`, apart from the one that `Workers` use
there. What is forked sets its own environment, folder and standard error before anything of the bot runs, and runs the
same sitecustomize and the same module.
"""

import asyncio
import contextlib
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType

PRELOADED = (
    *("bot.__main__", "bot.process", "bot.composition", "bot.client"),
    *("tests.support.processes.quick_pauses", "tests.support.remembered", "tests.support.discord_machine.running"),
)

_context = multiprocessing.get_context("forkserver")
_server = forkserver.ForkServer()
_server.set_forkserver_preload(["tests.support.processes.forked", *PRELOADED])


class ForkedProcess:
    """As much of `asyncio.subprocess.Process` as `BotProcess` uses."""

    def __init__(self, process: ForkServerProcess, stderr: asyncio.StreamReader) -> None:
        self._process = process
        self.stderr = stderr
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process.sentinel, self._note_end)

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, −N after signal N; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        await self._ended.wait()
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def _note_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._ended.set()


async def fork_bot(site: Path, folder: Path, environment: Mapping[str, str]) -> ForkedProcess:
    """Start `python -m bot run` in `folder`, with this environment and the sitecustomize of `site`."""
    reading, writing = _context.Pipe(duplex=False)
    process = _context.Process(target=_run, args=(str(site), str(folder), dict(environment), writing))
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, _start, process)
    writing.close()
    stderr = asyncio.StreamReader()
    pipe = os.fdopen(os.dup(reading.fileno()), "rb")
    reading.close()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stderr), pipe)
    return ForkedProcess(process, stderr)


def _start(process: ForkServerProcess) -> None:
    """Start it by our own server, and without the main module of this process, which would be imported there."""
    main, connect = sys.modules["__main__"], forkserver.connect_to_new_process
    sys.modules["__main__"], forkserver.connect_to_new_process = ModuleType("__main__"), _server.connect_to_new_process
    try:
        process.start()
    finally:
        sys.modules["__main__"], forkserver.connect_to_new_process = main, connect


def _run(site: str, folder: str, environment: dict[str, str], stderr: Connection) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
    os.dup2(stderr.fileno(), sys.__stderr__.fileno())  # type: ignore[union-attr]
    stderr.close()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.orig_argv = ["bot", "run"], [sys.executable, "-m", "bot", "run"]
    runpy.run_path(str(Path(site) / "sitecustomize.py"), run_name="sitecustomize")
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
