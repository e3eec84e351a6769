"""The connection to Discord: made again until told to stop, and what is said about why it ended."""

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

LASTED_S = 60.0
"""A connection that was ready for as long was a good one: what ends it is a new trouble, not the old one again."""

LOST_MAX_S = 60.0
"""How long discord.py is left to mend a connection by itself before a new one is made."""

TOKEN_REFUSED = 4004
SHARDING_REQUIRED = 4011
INTENTS_REFUSED = 4014
PROGRAM_FAULTS = {
    4010: "invalid shard",
    4012: "invalid API version",
    4013: "invalid intents",
    INTENTS_REFUSED: "disallowed intents",
}
"""Close codes after which the same connection is refused again (Discord: Gateway Close Event Codes). 4014 comes here
only when the bot has asked for no privileged intent."""

FINAL = frozenset({TOKEN_REFUSED, SHARDING_REQUIRED, *PROGRAM_FAULTS})

log = logging.getLogger(__name__)


class Backoff:
    """Pauses between connections: doubled each time, short again after a connection that lasted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ready_at_s: float | None = None
        self._next_s = RECONNECT_FIRST_S

    def ready(self) -> None:
        """A connection is ready, or ready again."""
        if self._ready_at_s is None:
            self._ready_at_s = self._clock()

    def ended(self) -> float:
        """A connection ended, or there was none; the seconds to wait before the next."""
        if self._ready_at_s is not None and self._clock() - self._ready_at_s >= LASTED_S:
            self._next_s = RECONNECT_FIRST_S
        self._ready_at_s = None
        wait_s = self._next_s
        self._next_s = min(RECONNECT_MAX_S, wait_s * 2)
        return wait_s


class Watch:
    """Tells when a connection stays lost, so that a new one can be made.

    discord.py makes its own again, but lets its pauses grow to a quarter of an hour while the network is away.
    """

    def __init__(self, lost_max_s: float = LOST_MAX_S) -> None:
        self.lost_for_long = asyncio.Event()
        self._lost_max_s = lost_max_s
        self._waiting: asyncio.Task[None] | None = None

    async def lost(self) -> None:
        """The connection is lost; discord.py says so again at each try that fails."""
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._wait(), name="waiting for the connection")

    async def back(self) -> None:
        """It is there (again)."""
        self.stop()

    def stop(self) -> None:
        """Nobody waits any more."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    async def _wait(self) -> None:
        await asyncio.sleep(self._lost_max_s)
        log.warning("The connection to Discord is lost for %.0f s; a new one is made.", self._lost_max_s)
        self.lost_for_long.set()


async def stay_connected(settings: Settings, services: Services) -> None:
    """Connect, with a new client after each failure (discord.py issue 10520: a first connect that fails kills it).

    Raises:
        DependencyError: the token is refused, or the same connection would be refused for ever.
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
    """Why a connection ended, where another one can help.

    Raises:
        DependencyError: no other connection can.
        AttributeError: a fault of the program's.
    """
    if isinstance(error, discord.LoginFailure):
        raise DependencyError(DependencyCode.TOKEN_REFUSED) from error
    if isinstance(error, discord.ConnectionClosed) and error.code in FINAL:
        raise _refused(error.code) from error
    if isinstance(error, AttributeError):
        # discord.py fails over the connection it never had (issue 10520), or over the loop that a closed client has
        # given up, while it handles what went wrong
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
    """One sentence about a failed connection; the network is suspected only where nothing of Discord's answered."""
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
    """A filter for discord.py's log: a connection that it makes again by itself is no reason for a traceback."""
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
    """Run until it ends by itself (with what it raises) or is given up. It may be asleep for long: it is cancelled."""
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
