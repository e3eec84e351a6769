"""The bot process: services, background loops and the connection to Discord, until told to stop."""

import asyncio
import logging
import signal
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.composition import Services, open_services
from bot.connection import stay_connected
from bot.folder_lock import hold_folder, make_folder
from bot.settings import Settings
from bot.shared_parts import BLOB_FOLDER
from core.storage import Database
from core.values.errors import DependencyError, UsageCode, UsageError
from core.workers import harden_parent

CANCEL_AGAIN_S = 0.5
"""A task that goes on after it was cancelled is cancelled again."""

DATABASE_WAIT_S = 60.0
"""How long a start waits for a database that cannot be used now: a backup holds it, or its server starts as well."""

DATABASE_TRY_AGAIN_S = 2.0
"""Between two looks at it; SQLite itself waits five seconds for a lock."""

log = logging.getLogger(__name__)


async def run_bot(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        UsageError: there is no token, or a setting cannot be used.
        DependencyError: Discord refuses the token or the connection for good, or the data folder, the database or
            workers cannot be had.
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
        # an upload would be the first to find out
        make_folder(settings.data_dir / BLOB_FOLDER)
        if not await wait_for_database(settings, stop):
            return
        async with open_services(settings) as services:
            # Nobody else works on this folder, so what is marked as running was left by a process that died.
            await services.backend.adopt()
            await _until(stop, settings, services)


async def wait_for_database(settings: Settings, stop: asyncio.Event) -> bool:
    """Wait until the database can be opened; it has the newest schema then.

    Returns:
        False when `stop` was set meanwhile.

    Raises:
        UsageError: DATABASE_URL cannot be used.
        DependencyError: DATABASE, for good or for more than `DATABASE_WAIT_S`.
    """
    began_s = time.monotonic()
    while not stop.is_set():
        try:
            database = await Database.open(settings.database_url, settings.data_dir)
        except DependencyError as error:
            if not error.facts.get("transient") or time.monotonic() - began_s >= DATABASE_WAIT_S:
                raise
            log.warning("The database cannot be used yet (%s). Waiting for it.", error.facts.get("cause"))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), DATABASE_TRY_AGAIN_S)
        else:
            await database.close()
            return True
    return False


async def _until(stop: asyncio.Event, settings: Settings, services: Services) -> None:
    """Run all loops until `stop` is set or one of them ends with an error.

    Downloads that were left are the first: they are told from new ones by their age at this moment.
    """
    loops = [
        asyncio.create_task(_reconcile(services), name="reconciler"),
        asyncio.create_task(stay_connected(settings, services), name="discord"),
        asyncio.create_task(_work(settings, services), name="jobs"),
        asyncio.create_task(services.outbox.run(), name="outbox"),
    ]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        done, _ = await asyncio.wait({*loops, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()
    finally:
        log.info("stopping")
        await _end({*loops, stopping})


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended.

    Once is not enough in Python 3.11: `asyncio.wait_for` passes over a cancellation that comes in the moment in which
    what it waits for happens (CPython issue 86296).
    """
    while tasks:
        for task in tasks:
            task.cancel()
        done, tasks = await asyncio.wait(tasks, timeout=CANCEL_AGAIN_S)
        # what else failed while the process ends has no reader
        await asyncio.gather(*done, return_exceptions=True)


async def _work(settings: Settings, services: Services) -> None:
    """Jobs stay queued until the workers are warm: one that was claimed before that would lose an attempt to a restart.

    Raises:
        DependencyError: there are no workers.
    """
    since_s = time.monotonic()
    await services.warm()
    log.info("workers are warm after %.1f s", time.monotonic() - since_s)
    await services.backend.run(settings.limits.concurrency)


async def _reconcile(services: Services) -> None:
    await services.feedback.intake.resume_received(timedelta())
    await services.reconciler.run()
