"""The bot in this process: the loops of `bot.process` around services that measure at once, and when it is settled."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

import bot.composition
import cogs.attachments
from bot import process
from bot.client import EarshotBot
from bot.composition import Services, open_services
from bot.settings import Settings
from bot.shared_parts import WarmingPipeline
from cogs.interactions.acknowledging import ANSWER_WITHIN_S
from core.storage.dialects import DATABASE_FILE
from tests.support.discord_machine.clock import PassingLoop
from tests.support.discord_machine.pipeline import MarkingPipeline
from tests.support.loopback import LoopbackDiscord

SETTLED_WITHIN_S = 60.0
"""Real seconds; what takes longer is stuck."""

LOOK_EVERY_S = 0.005
QUIET_LOOKS = 12
"""So many looks without a change before time is passed."""

QUIET_LOOKS_AT_HANDLERS = int(1.1 * ANSWER_WITHIN_S / LOOK_EVERY_S)
"""The same while an event is answered: what must be known in time is waited for in real time, or a slow machine would
make the database look busy."""

PASSED_S = 1.0
STUCK_AFTER_PASSING = 40
"""After so many passed seconds what a process would do after half a minute is done."""

AT_HANDLERS = "handlers"

HANDLERS = ("discord.py: ", "CommandTree-invoker", "discord-ui-", "download ", "step ", "job ")
"""How tasks begin that answer events or do work."""


@contextlib.contextmanager
def pointed_at(discord_: LoopbackDiscord) -> Iterator[None]:
    """Let discord.py and the downloader find the loopback Discord, and the composition an instant pipeline."""
    kept = (
        (Route, "BASE", discord_.environment()["EARSHOT_LOOPBACK_REST"]),
        (DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(discord_.gateway.url)),
        (cogs.attachments, "ATTACHMENT_HOSTS", frozenset({discord_.host})),
        (cogs.attachments, "ATTACHMENT_SCHEMES", frozenset({"http"})),
        (discord.state.ConnectionState, "__init__", _quick_start(discord.state.ConnectionState.__init__)),
        (bot.composition, "launch_pipeline", instant_pipeline),
    )
    before = [(where, name, getattr(where, name)) for where, name, _ in kept]
    for where, name, value in kept:
        setattr(where, name, value)
    try:
        yield
    finally:
        for where, name, value in before:
            setattr(where, name, value)


def _quick_start(start: Any) -> Any:
    def quick_start(self: Any, *args: Any, **kwargs: Any) -> None:
        kwargs["guild_ready_timeout"] = 0.02
        start(self, *args, **kwargs)

    return quick_start


async def _at_once() -> None:
    """Nothing to warm up."""


@asynccontextmanager
async def instant_pipeline(settings: Settings, _warm_up: Sequence[str]) -> AsyncIterator[WarmingPipeline]:
    """Takes the place of `bot.shared_parts.launch_pipeline`: no workers, nothing to warm up."""
    yield WarmingPipeline(MarkingPipeline(settings.limits), _at_once)


class RunningBot:
    """Starts and stops the bot, and tells when nothing more will happen by itself."""

    def __init__(self, discord_: LoopbackDiscord, data_dir: Path) -> None:
        self._discord = discord_
        self._settings = Settings.read(
            {"EARSHOT_DATA_DIR": str(data_dir), "DISCORD_TOKEN": "loopback-token", "EARSHOT_QUEUE": "500"}
        )
        self.database_file = data_dir / DATABASE_FILE
        self._stop = asyncio.Event()
        self._loops: asyncio.Task[None] | None = None
        self._open: Any = None
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        assert self._services is not None
        return self._services

    @property
    def client(self) -> EarshotBot | None:
        """The client that is ready, if there is one."""
        client: Any = self.services.delivery._client
        return client

    async def start(self) -> None:
        """As `bot.process.run_bot`, with what concerns signals and the folder's lock left out."""
        self._stop = asyncio.Event()
        self._open = open_services(self._settings)
        self._services = await self._open.__aenter__()
        await self.services.backend.adopt()
        self._loops = asyncio.create_task(process._until(self._stop, self._settings, self.services), name="bot")

    async def stop(self) -> None:
        """As SIGTERM does it."""
        self._stop.set()
        if self._loops is not None:
            await self._loops
        await self._open.__aexit__(None, None, None)
        # events that are still answered end with the process
        for task in asyncio.all_tasks():
            if task.get_name().startswith(HANDLERS):
                task.cancel()
        # a connection that is cancelled while it is being made leaves its heartbeats, which a process ends with itself
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler):
                thread.stop()

    async def reconnect(self) -> None:
        """The client ends and another is made; the services go on."""
        client = self.client
        if client is not None:
            await client.close()

    # -- whether anything is still going on

    def unsettled(self) -> str | None:
        """What is still going on; None when nothing is."""
        client = self.client
        if client is None or client.ws is None or not self._discord.gateway.connected:
            return "not connected"
        session = self._discord.gateway.session
        if session is None or client.ws.sequence != len(session.sent):
            return "events on their way"
        missed = client.inbox._missed
        if missed._missed or (missed._reading is not None and not missed._reading.done()):
            return "reading what was missed"
        names = [task.get_name() for task in asyncio.all_tasks()]
        busy = [name for name in names if name.startswith(HANDLERS)]
        if busy:
            return f"{AT_HANDLERS}: {busy[:4]}"
        if self.services.outbox.busy or client._feedback._uploads._tasks:
            return "deliveries or uploads"
        if any(logged.status is None for logged in self._discord.rest.log[-40:]):
            return "requests under way"
        return self._open_rows()

    def _open_rows(self) -> str | None:
        with contextlib.closing(sqlite3.connect(f"file:{self.database_file}?mode=ro", uri=True)) as database:
            jobs = database.execute(
                "SELECT kind, state, created_at, attempts FROM jobs WHERE state NOT IN ('done', 'failed')"
            ).fetchall()
            steps = database.execute(
                "SELECT kind, state, attempts, error FROM outbox_steps WHERE state IN ('pending', 'sending')"
            ).fetchall()
        return f"jobs {jobs[:4]}, steps {steps[:4]}" if jobs or steps else None

    async def settle(self, people_are_done: Callable[[], bool] = lambda: True) -> None:
        """Wait until nothing is going on and people have what they wait for; pauses pass at once."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, PassingLoop)
        changes, quiet, passed, why = -1, 0, 0, None
        for _ in range(int(SETTLED_WITHIN_S / LOOK_EVERY_S)):
            why = self.unsettled() or (None if people_are_done() else "people wait")
            if why is None:
                return
            now = len(self._discord.rest.log)
            quiet, changes = (quiet + 1 if now == changes else 0), now
            if quiet >= (QUIET_LOOKS_AT_HANDLERS if why.startswith(AT_HANDLERS) else QUIET_LOOKS):
                quiet, passed = 0, passed + 1
                await self._let_time_pass(loop, passed)
            await asyncio.sleep(LOOK_EVERY_S)
        raise AssertionError(f"it does not settle, {passed} times passed: {why}\n" + "\n".join(_where_tasks_wait()))

    async def _let_time_pass(self, loop: PassingLoop, passed: int) -> None:
        """Nothing happened for a while: pauses end, and now and then comes what a process does every half a minute."""
        loop.pass_time(PASSED_S)
        await self.services.outbox.resume()
        if passed % STUCK_AFTER_PASSING == 0:
            await self.services.feedback.intake.resume_received(timedelta())
            await self.services.backend.reap()


def _where_tasks_wait() -> Iterator[str]:
    """For each task that answers an event or does work, the calls it is in."""
    for task in asyncio.all_tasks():
        if task.get_name().startswith(HANDLERS):
            calls, awaited = [], task.get_coro()
            while (frame := getattr(awaited, "cr_frame", None)) is not None:
                calls.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {frame.f_code.co_name}")
                awaited = getattr(awaited, "cr_await", None)
            yield f"{task.get_name()}: {' → '.join(calls)} → {awaited!r:.200}"
