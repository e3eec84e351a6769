"""The bot and its commands, forked from a process that has imported them: no second for imports each time.

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
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType

PRELOADED = (
    *("bot.__main__", "bot.process", "bot.composition", "bot.client"),
    *("bot.cli.commands", "bot.cli.explain", "bot.cli.target", "bot.doctor"),
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


def run_forked(
    site: Path, folder: Path, environment: Mapping[str, str], arguments: Sequence[str], timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with these arguments in `folder`, as `subprocess.run` would.

    Raises:
        subprocess.TimeoutExpired: it took longer than `timeout_s`.
    """
    with tempfile.TemporaryDirectory() as name:
        streams = [Path(name) / stream for stream in ("stdout", "stderr")]
        given = (str(site), str(folder), dict(environment), list(arguments), [str(stream) for stream in streams])
        process = _context.Process(target=_run_command, args=given)
        _start(process)
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), timeout_s)
        out, error = (stream.read_text(encoding="utf-8") for stream in streams)
        return subprocess.CompletedProcess(list(arguments), process.exitcode, out, error)


def _run_command(site: str, folder: str, environment: dict[str, str], arguments: list[str], streams: list[str]) -> None:
    for number, stream in zip((1, 2), streams, strict=True):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT, 0o600), number)
    _run_module(site, folder, environment, arguments)


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
    _run_module(site, folder, environment, ["run"])


def _run_module(site: str, folder: str, environment: dict[str, str], arguments: list[str]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.orig_argv = ["bot", *arguments], [sys.executable, "-m", "bot", *arguments]
    sys.modules.pop("bot.__main__", None)  # it runs as the main module now
    runpy.run_path(str(Path(site) / "sitecustomize.py"), run_name="sitecustomize")
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
