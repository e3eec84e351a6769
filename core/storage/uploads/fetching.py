"""Fetching: a file from the network into the store, tried again while that may help."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable

from core.storage.stored_values import BlobFile
from core.storage.uploads.blobs import BlobStore
from core.values.errors import InputCode, InputError

Fetch = Callable[[str, int], AsyncIterator[bytes]]
"""Streams a URL, at most so many bytes; raises InputError(DOWNLOAD_FAILED | EXPIRED | TOO_LARGE), with the fact
`transient` where the same may work later."""

FETCH_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 29.0)
"""Seconds before each further try of a download, a minute in all: a content network that fails once has the file a
second later, a disturbance is mostly over within a minute, and the link is good for hours. Who waits sees so."""

FETCH_WITHIN_S = 180.0
"""No try begins later than this after the first: one that stalls may take two minutes, and the interaction by which its
member is told lives 15."""

log = logging.getLogger(__name__)


class Fetching:
    """Stores what a URL has."""

    def __init__(self, blobs: BlobStore, fetch: Fetch) -> None:
        self._blobs = blobs
        self._fetch = fetch

    async def store(self, url: str, size_bytes: int, max_bytes: int) -> BlobFile:
        """Download a file into the store; what another try may mend (the fact `transient`) is tried again.

        Args:
            url: where it is.
            size_bytes: how large it is said to be.
            max_bytes: how large it may be.

        Raises:
            InputError: TOO_LARGE, EXPIRED, DOWNLOAD_FAILED, EMPTY.
        """
        if size_bytes > max_bytes:
            raise InputError(InputCode.TOO_LARGE, size_bytes=size_bytes, max_bytes=max_bytes)
        began_s = time.monotonic()
        for pause_s in (*FETCH_PAUSES_S, None):
            try:
                return await self._blobs.put(self._fetch(url, max_bytes), max_bytes)
            except InputError as error:
                is_late = time.monotonic() - began_s > FETCH_WITHIN_S
                if pause_s is None or is_late or not error.facts.get("transient"):
                    raise
                log.info("a download failed (%s) and is tried again in %g s", error, pause_s)
                await asyncio.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    async def discard(self, paths: Iterable[str]) -> None:
        """Delete files again."""
        for path in paths:
            await self._blobs.delete(path)
