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
"""Seconds after which a task that still runs is cancelled again."""

DATABASE_WAIT_S = 60.0
"""Seconds that a start waits for a database: a backup may hold it, or its server may still be starting."""

DATABASE_TRY_AGAIN_S = 2.0
"""Seconds between two tries to open it; SQLite itself waits five seconds for a lock."""

log = logging.getLogger(__name__)


async def run_bot(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        UsageError: there is no token, or a setting cannot be used.
        DependencyError: Discord refuses the token or the connection for good, or the data folder, the database or
            the workers cannot be used.
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
        # checked at the start: otherwise the first upload would fail
        make_folder(settings.data_dir / BLOB_FOLDER)
        if not await wait_for_database(settings, stop):
            return
        async with open_services(settings) as services:
            # No other process uses this folder, so jobs and steps marked as running were left by one that died.
            await services.backend.adopt()
            await _until(stop, settings, services)


async def wait_for_database(settings: Settings, stop: asyncio.Event) -> bool:
    """Wait until the database can be opened, and bring it to the newest schema.

    Returns:
        False when `stop` was set meanwhile.

    Raises:
        UsageError: DATABASE_URL cannot be used.
        DependencyError: DATABASE, it cannot be opened at all, or not within `DATABASE_WAIT_S`.
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

    The reconciler is first: it takes every download that is pending when it starts for one left by an earlier process.
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

    One cancellation is not enough in Python 3.11: `asyncio.wait_for` loses one that arrives just as the awaited task
    ends (CPython issue 86296).
    """
    while tasks:
        for task in tasks:
            task.cancel()
        done, tasks = await asyncio.wait(tasks, timeout=CANCEL_AGAIN_S)
        # further errors are dropped: the process is ending
        await asyncio.gather(*done, return_exceptions=True)


async def _work(settings: Settings, services: Services) -> None:
    """Run jobs once the workers are warm: a job claimed earlier would lose an attempt to a restart.

    Raises:
        DependencyError: the workers cannot be started.
    """
    since_s = time.monotonic()
    await services.warm()
    log.info("workers are warm after %.1f s", time.monotonic() - since_s)
    await services.backend.run(settings.limits.concurrency)


async def _reconcile(services: Services) -> None:
    await services.feedback.intake.resume_received(timedelta())
    await services.reconciler.run()
