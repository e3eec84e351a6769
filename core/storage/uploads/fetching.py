"""Downloads from a URL into the blob store, with retries."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable

from core.storage.stored_values import BlobFile
from core.storage.uploads.blobs import BlobStore
from core.values.errors import InputCode, InputError

Fetch = Callable[[str, int], AsyncIterator[bytes]]
"""Streams the content of a URL, at most the given number of bytes; raises InputError(DOWNLOAD_FAILED | EXPIRED |
TOO_LARGE), with the fact `transient` where a retry may succeed."""

FETCH_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 29.0)
"""Pauses in seconds before each retry of a download, a minute in all: after a single failure of the content network the
next try mostly succeeds, a disturbance rarely lasts longer than a minute, and the link is valid for hours."""

FETCH_WITHIN_S = 180.0
"""Seconds after the first try in which another may begin: a try that stalls may take two minutes, and the interaction
token for telling the member is valid for 15 (discord.com/developers/docs/interactions/receiving-and-responding)."""

log = logging.getLogger(__name__)


class Fetching:
    """Downloads files into the blob store, with retries."""

    def __init__(self, blobs: BlobStore, fetch: Fetch) -> None:
        self._blobs = blobs
        self._fetch = fetch

    async def store(self, url: str, size_bytes: int, max_bytes: int) -> BlobFile:
        """Download a file into the store; a failure with the fact `transient` is retried (`FETCH_PAUSES_S`).

        Args:
            url: the URL of the file.
            size_bytes: the file's size in bytes, as Discord gives it.
            max_bytes: the largest accepted size in bytes.

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
                log.info("a download failed (%s) and is retried in %g s", error, pause_s)
                await asyncio.sleep(pause_s)
        raise AssertionError("the last try neither returned nor raised")

    async def discard(self, paths: Iterable[str]) -> None:
        """Delete stored files, by their names in the store."""
        for path in paths:
            await self._blobs.delete(path)
