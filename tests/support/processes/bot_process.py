"""The real bot as a child process: `python -m bot run` with nothing replaced but where Discord is."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.loopback import LoopbackDiscord
from tests.support.once import RUN_VARIABLE
from tests.support.processes.forked import ForkedProcess, fork_bot
from tests.support.processes.kernel_cache import KERNEL_CACHE, ROOT
from tests.support.processes.migrated import put_database
from tests.support.processes.shared_workers import start_shared_workers

SITE = Path(__file__).resolve().parents[1] / "site"
REMEMBERING_SITE = Path(__file__).resolve().parents[1] / "remembering_site"
"""What one process of a test run has measured is not measured again."""
STUBBED_SITE = Path(__file__).resolve().parents[1] / "stubbed_site"
"""Nothing is measured: for tests of what carries requests and results."""

FORKED = (REMEMBERING_SITE, STUBBED_SITE)
"""With these the bot is forked from a process that has imported it: their tests start it a hundred times."""

STOP_TIMEOUT_S = 20.0
END_TIMEOUT_S = 90.0
"""For a process that ends by itself: its whole start counts, on a machine that is busy with other tests."""

STATE_TIMEOUT_S = 30.0
POLL_S = 0.01


class BotProcess:
    """Starts, stops and kills the bot; keeps what it logged."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str], *, site: Path = SITE) -> None:
        self._data_dir = data_dir
        self._site = site
        self._environment = environment
        self._process: asyncio.subprocess.Process | ForkedProcess | None = None
        self._reader: asyncio.Task[None] | None = None
        self.log: list[str] = []
        self.started_at_s = 0.0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def wait_for_job(self, state: str) -> None:
        """Wait until the bot's own database has a job in this state."""
        database = f"file:{self._data_dir / 'earshot.sqlite3'}?mode=ro"
        async with asyncio.timeout(STATE_TIMEOUT_S):
            while True:
                with contextlib.closing(sqlite3.connect(database, uri=True)) as connection:
                    if connection.execute("SELECT 1 FROM jobs WHERE state = ?", (state,)).fetchone():
                        return
                await asyncio.sleep(POLL_S)

    async def start(self) -> None:
        """Start the process; it connects by itself. Compiled kernels are shared by all runs from this checkout."""
        cache = self._data_dir / "cache"
        if not cache.exists():
            KERNEL_CACHE.mkdir(parents=True, exist_ok=True)
            cache.symlink_to(KERNEL_CACHE)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._data_dir),
            "PYTHONPATH": os.pathsep.join([str(self._site), str(ROOT)]),
            "EARSHOT_DATA_DIR": str(self._data_dir),
            "DISCORD_TOKEN": "loopback-token",
            **({RUN_VARIABLE: os.environ[RUN_VARIABLE]} if RUN_VARIABLE in os.environ else {}),
            **self._environment,
        }
        self.started_at_s = time.monotonic()
        if self._site == REMEMBERING_SITE:
            start_shared_workers()
        if self._site in FORKED:
            await asyncio.to_thread(put_database, self._data_dir)
            self._process = await fork_bot(self._site, self._data_dir, environment)
        else:
            self._process = await self._executed(environment)
        self._reader = asyncio.create_task(self._read(self._process))

    async def _executed(self, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self._data_dir,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    async def _read(self, process: asyncio.subprocess.Process | ForkedProcess) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())

    async def stop(self) -> int | None:
        """SIGTERM, as an operator would; the exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int | None:
        """SIGKILL, as a crash would."""
        return await self._end(signal.SIGKILL)

    async def kill_in_hook(self, _: object = None) -> None:
        """SIGKILL from a request's hook (`faults.on_request(…, bot.kill_in_hook)`): the process is gone on return."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def restart_after_kill(self, discord: LoopbackDiscord) -> None:
        """Start again after a kill, once Discord has noticed that the old connection is gone."""
        await self.kill()
        await discord.wait_until(lambda: not discord.gateway.connected)
        await self.start()
        await self.ready(discord)

    async def wait_for_log(self, text: str) -> str:
        """The first line of the log that holds a text."""
        async with asyncio.timeout(STATE_TIMEOUT_S):
            while True:
                found = next((line for line in self.log if text in line), None)
                if found is not None:
                    return found
                await asyncio.sleep(POLL_S)

    async def ready(self, discord: LoopbackDiscord) -> None:
        """Wait until it is connected; a bot that ends before that says why."""
        assert self._process is not None
        ended = asyncio.ensure_future(self._process.wait())
        connected = asyncio.ensure_future(discord.wait_ready())
        await asyncio.wait({ended, connected}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not connected.done() or connected.exception() is not None:
            connected.cancel()
            raise AssertionError("the bot did not get ready:\n" + "\n".join(self.log[-40:]))

    async def wait(self) -> int:
        """The exit code, when it ends by itself."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), END_TIMEOUT_S)

    async def _end(self, number: signal.Signals) -> int | None:
        if self._process is None:
            return None
        if self._process.returncode is None:
            self._process.send_signal(number)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
                raise AssertionError("the bot did not stop in time:\n" + "\n".join(self.log[-40:])) from None
        if self._reader is not None:
            await self._reader
        code = self._process.returncode
        self._process = None
        return code
