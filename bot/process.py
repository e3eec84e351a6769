"""The bot process: services, background loops, and a connection to Discord that is made again until told to stop."""

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import timedelta

import aiohttp
import discord

from bot.client import EarshotBot
from bot.composition import Services, open_services
from bot.folder_lock import hold_folder
from bot.settings import Settings
from core.errors import DependencyCode, DependencyError, UsageCode, UsageError
from core.workers import harden_parent

RECONNECT_FIRST_S = 2.0
RECONNECT_MAX_S = 60.0

log = logging.getLogger(__name__)


async def run_bot(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        UsageError: there is no token.
        DependencyError: the token is refused, or the data folder, the database or workers cannot be had.
    """
    if settings.discord_token is None:
        raise UsageError(UsageCode.TOKEN_MISSING)
    harden_parent()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    with hold_folder(settings.data_dir):
        async with open_services(settings) as services:
            # Nobody else works on this folder, so what is marked as running was left by a process that died.
            await services.backend.adopt()
            await services.feedback.intake.resume_received(timedelta())
            await _until(stop, settings, services)


async def _until(stop: asyncio.Event, settings: Settings, services: Services) -> None:
    """Run all loops until `stop` is set or one of them ends with an error."""
    loops = [
        asyncio.create_task(stay_connected(settings, services), name="discord"),
        asyncio.create_task(services.backend.run(settings.limits.concurrency), name="jobs"),
        asyncio.create_task(services.outbox.run(), name="outbox"),
        asyncio.create_task(services.reconciler.run(), name="reconciler"),
    ]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        done, _ = await asyncio.wait({*loops, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()
    finally:
        log.info("stopping")
        for task in (*loops, stopping):
            task.cancel()
        await asyncio.gather(*loops, stopping, return_exceptions=True)


async def stay_connected(settings: Settings, services: Services) -> None:
    """Connect, with a new client after each failure (discord.py issue 10520: a first connect that fails kills it).

    Raises:
        DependencyError: the token is refused.
    """
    message_content = True
    wait_s = RECONNECT_FIRST_S
    while True:
        try:
            await _connect(settings, services, message_content=message_content)
        except discord.LoginFailure as error:
            raise DependencyError(DependencyCode.TOKEN_REFUSED) from error
        except discord.PrivilegedIntentsRequired:
            log.warning(
                "The message-content intent is not enabled for this bot, so it goes on without: questions reach it by "
                "mention, by reply to its messages and by the Ask button. To let members simply write in their "
                "thread, enable it under Bot → Privileged Gateway Intents in the developer portal."
            )
            message_content = False
            continue
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning(
                "Discord cannot be reached (%s). Check the network; trying again in %.0f s.",
                type(error).__name__,
                wait_s,
            )
        except AttributeError as error:
            if error.name != "sequence":
                raise
            log.warning("Discord's gateway cannot be reached. Trying again in %.0f s.", wait_s)
        await asyncio.sleep(wait_s)
        wait_s = min(RECONNECT_MAX_S, wait_s * 2)


async def _connect(settings: Settings, services: Services, *, message_content: bool) -> None:
    async def connected(bot: EarshotBot) -> None:
        services.delivery.attach(bot, bot.inbox.opened)
        services.progress.attach(bot)
        services.writing.attach(bot)
        await services.outbox.resume()

    bot = EarshotBot(services, data_dir=settings.data_dir, message_content=message_content, on_connected=connected)
    try:
        async with bot:
            await bot.start(settings.discord_token or "")
    finally:
        services.delivery.attach(None)
        services.progress.attach(None)
        services.writing.attach(None)
