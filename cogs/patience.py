"""Retries while the database is busy, for events that Discord sends only once (a deletion, an edit)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.values.errors import DependencyError

PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before each further try: a backup may hold the database for a minute."""

T = TypeVar("T")

log = logging.getLogger(__name__)


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work`, which must not be lost, and repeat it while the database is busy.

    Raises:
        DependencyError: the database was busy for more than a minute, or failed for good.
    """
    for pause_s in PAUSES_S:
        try:
            return await work()
        except DependencyError as error:
            if not error.facts.get("transient"):
                raise
            log.warning("tried again in %g s: %s", pause_s, error)
        await asyncio.sleep(pause_s)
    return await work()
