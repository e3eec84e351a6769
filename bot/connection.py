"""The connection to Discord: made again each time it ends, with a sentence in the log about why it ended."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord

from bot.client import EarshotBot
from bot.command_sync import CommandSync
from bot.composition import Services
from bot.settings import Settings
from cogs.interactions.repeats import Repeats
from core.values.errors import DependencyCode, DependencyError

RECONNECT_FIRST_S = 2.0
RECONNECT_MAX_S = 60.0
"""First and longest pause between two connections, in seconds."""

LASTED_S = 60.0
"""Seconds after READY from which a connection counts as good: the next failure is a new one, with a short pause."""

LOST_MAX_S = 60.0
"""Seconds that discord.py has to restore a lost connection before a new client replaces it."""

TOKEN_REFUSED = 4004
SHARDING_REQUIRED = 4011
INTENTS_REFUSED = 4014
PROGRAM_FAULTS = {
    4010: "invalid shard",
    4012: "invalid API version",
    4013: "invalid intents",
    INTENTS_REFUSED: "disallowed intents",
}
"""Close codes after which the same connection is refused again (Discord: Gateway Close Event Codes). 4014 is one only
when the bot has asked for no privileged intent."""

FINAL = frozenset({TOKEN_REFUSED, SHARDING_REQUIRED, *PROGRAM_FAULTS})
"""Close codes after which no new connection is tried."""

log = logging.getLogger(__name__)


class Backoff:
    """Pauses between connections: doubled each time, reset after a connection that was ready for `LASTED_S`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ready_at_s: float | None = None
        self._next_s = RECONNECT_FIRST_S

    def ready(self) -> None:
        """Note when the connection became ready; a second READY of the same connection changes nothing."""
        if self._ready_at_s is None:
            self._ready_at_s = self._clock()

    def ended(self) -> float:
        """Note that a connection ended or was not made; returns the seconds to wait before the next."""
        if self._ready_at_s is not None and self._clock() - self._ready_at_s >= LASTED_S:
            self._next_s = RECONNECT_FIRST_S
        self._ready_at_s = None
        wait_s = self._next_s
        self._next_s = min(RECONNECT_MAX_S, wait_s * 2)
        return wait_s


class Watch:
    """Sets `lost_for_long` when a connection stays lost, so that a new one can be made.

    discord.py reconnects by itself, but lets its pauses grow to a quarter of an hour while the network is down.
    """

    def __init__(self, lost_max_s: float = LOST_MAX_S) -> None:
        self.lost_for_long = asyncio.Event()
        self._lost_max_s = lost_max_s
        self._waiting: asyncio.Task[None] | None = None

    async def lost(self) -> None:
        """Start waiting, once: discord.py reports the loss again at each try that fails."""
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._wait(), name="waiting for the connection")

    async def back(self) -> None:
        """Stop waiting: the connection is there (again)."""
        self.stop()

    def stop(self) -> None:
        """Stop waiting."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    async def _wait(self) -> None:
        await asyncio.sleep(self._lost_max_s)
        log.warning("The connection to Discord has been lost for %.0f s; a new one is made.", self._lost_max_s)
        self.lost_for_long.set()


async def stay_connected(settings: Settings, services: Services) -> None:
    """Connect, with a new client after each failure (discord.py issue 10520: a failed first connect breaks a client).

    Raises:
        DependencyError: the token is refused, or Discord would refuse every further connection too.
    """
    message_content = True
    backoff = Backoff()
    command_sync, repeats = CommandSync(), Repeats()
    logging.getLogger("discord.client").addFilter(say_in_one_line)
    while True:
        try:
            await _connect(settings, services, backoff, command_sync, repeats, message_content=message_content)
        except discord.PrivilegedIntentsRequired as error:
            if not message_content:
                raise _refused(INTENTS_REFUSED) from error
            log.warning(
                "The message-content intent is not enabled for this bot, so it goes on without: questions reach it by "
                "mention, by reply to its messages and by the Ask button. To let members simply write in their "
                "thread, enable it under Bot → Privileged Gateway Intents in the developer portal."
            )
            message_content = False
            continue
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, AttributeError) as error:
            reason = _reason(error)
        else:
            reason = "The connection to Discord was closed."
        wait_s = backoff.ended()
        log.warning("%s Trying again in %.0f s.", reason, wait_s)
        await asyncio.sleep(wait_s)


def _reason(error: Exception) -> str:
    """A sentence about why a connection ended, if a new connection may succeed.

    Raises:
        DependencyError: every new connection would be refused.
        AttributeError: a fault of this program.
    """
    if isinstance(error, discord.LoginFailure):
        raise DependencyError(DependencyCode.TOKEN_REFUSED) from error
    if isinstance(error, discord.ConnectionClosed) and error.code in FINAL:
        raise _refused(error.code) from error
    if isinstance(error, AttributeError):
        # while discord.py handles the real error, it reads the gateway that it never had (issue 10520) or the event
        # loop that a closed client no longer has
        if error.name not in {"sequence", "create_task"}:
            raise error
        return say_fault(error.__context__)
    return say_fault(error)


def _refused(code: int) -> DependencyError:
    if code == TOKEN_REFUSED:
        return DependencyError(DependencyCode.TOKEN_REFUSED)
    if code == SHARDING_REQUIRED:
        return DependencyError(DependencyCode.SHARDING_REQUIRED)
    return DependencyError(DependencyCode.CONNECTION_REFUSED, cause=f"{code}, {PROGRAM_FAULTS[code]}")


def say_fault(error: BaseException | None) -> str:
    """A sentence about a failed connection; it names the network only where no server of Discord's answered."""
    match error:
        case discord.ConnectionClosed():
            return f"Discord closed the connection (code {error.code})."
        case discord.HTTPException(status=429):
            return "Discord limits the requests of this bot or this machine (429)."
        case discord.HTTPException():
            reason = error.text.partition("\n")[0] or error.response.reason
            return f"Discord answers {error.status} ({reason})."
        case aiohttp.ClientResponseError():
            return f"Discord's gateway answers {error.status}."
        case aiohttp.ClientSSLError():
            return "Discord's certificate is not accepted. Check this machine's clock and certificates."
        case aiohttp.ClientError() | OSError() | TimeoutError():
            return f"Discord cannot be reached ({type(error).__name__}). Check the network."
        case _:
            return f"The connection to Discord failed ({type(error).__name__})."


def say_in_one_line(record: logging.LogRecord) -> bool:
    """Logging filter that turns discord.py's traceback about a reconnect into a warning of one line; always True."""
    if record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
        record.msg = say_fault(record.exc_info[1]) + " Trying again in %.0f s."
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
    return True


async def _connect(
    settings: Settings,
    services: Services,
    backoff: Backoff,
    command_sync: CommandSync,
    repeats: Repeats,
    *,
    message_content: bool,
) -> None:
    async def connected(bot: EarshotBot) -> None:
        services.delivery.attach(bot, bot.inbox.opened)
        services.progress.attach(bot)
        services.writing.attach(bot)
        await services.outbox.resume()

    async def ready() -> None:
        backoff.ready()

    bot = EarshotBot(
        services,
        command_sync=command_sync,
        repeats=repeats,
        message_content=message_content,
        on_connected=connected,
    )
    watch = Watch()
    bot.add_listener(ready, "on_ready")
    bot.add_listener(watch.lost, "on_disconnect")
    bot.add_listener(watch.back, "on_connect")
    bot.add_listener(watch.back, "on_resumed")
    try:
        async with bot:
            await _until(bot.start(settings.discord_token or ""), watch.lost_for_long)
    finally:
        watch.stop()
        services.delivery.attach(None)
        services.progress.attach(None)
        services.writing.attach(None)


async def _until(work: Coroutine[Any, Any, None], given_up: asyncio.Event) -> None:
    """Run `work` to its end, raising its error, or cancel it once `given_up` is set: it may be in a long sleep."""
    working = asyncio.create_task(work, name="connection")
    giving_up = asyncio.create_task(given_up.wait(), name="watch of the connection")
    try:
        await asyncio.wait({working, giving_up}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        for task in (working, giving_up):
            task.cancel()
        await asyncio.gather(working, giving_up, return_exceptions=True)
