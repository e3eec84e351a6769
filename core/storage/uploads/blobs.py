"""Uploads on disk. Their owners and expiry times are in rows (`core.storage.uploads.blob_rows`).

A file's name is random: it says nothing about its content or owner, and no two uploads share one. A file whose name
ends in `PART` is unfinished.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection
from io import BufferedWriter
from pathlib import Path
from typing import ParamSpec, TypeVar

from core.storage.stored_values import BlobFile
from core.values.errors import DependencyCode, DependencyError, InputCode, InputError, NotFoundError

P = ParamSpec("P")
T = TypeVar("T")

PART = ".part"

ORPHAN_AGE_S = 3600.0
"""Age in seconds at which a file without a row is deleted; the upload of a newer one may still be running."""

WRITE_BYTES = 1024 * 1024
"""Bytes that are collected from the network before they are written, so that few writes need a thread."""

_NAME = re.compile(r"[0-9a-f]{32}(\.part)?")


class BlobStore:
    """A folder of files. All I/O runs in threads.

    Raises:
        DependencyError: DATABASE, from every method, when the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, chunks: AsyncIterator[bytes], max_bytes: int) -> BlobFile:
        """Store a stream. On an error, and when cancelled, nothing of it is kept.

        Raises:
            InputError: TOO_LARGE as soon as more than `max_bytes` were received; EMPTY.
        """
        upload = _Upload(self._folder)
        try:
            await self._receive(upload, chunks, max_bytes)
            return await _off_loop(upload.finish)
        except BaseException:
            await _off_loop(upload.discard)
            raise

    async def _receive(self, upload: "_Upload", chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        size = 0
        gathered = bytearray()
        async for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise InputError(InputCode.TOO_LARGE, size_bytes=size, max_bytes=max_bytes)
            gathered += chunk
            if len(gathered) >= WRITE_BYTES:
                await _off_loop(upload.write, bytes(gathered))
                gathered.clear()
        if not size:
            raise InputError(InputCode.EMPTY)
        await _off_loop(upload.write, bytes(gathered))

    def path(self, relative: str) -> Path:
        """Path of the stored file with this name; the file need not exist.

        Raises:
            NotFoundError: the name does not have the form of a blob's name.
        """
        if not _NAME.fullmatch(relative):
            raise NotFoundError("blob")
        return self._folder / relative

    async def delete(self, relative: str) -> None:
        """Delete a file; nothing if it is gone already."""
        await _off_loop(self.path(relative).unlink, missing_ok=True)

    async def sweep(self, known: Collection[str], older_than_s: float = ORPHAN_AGE_S) -> int:
        """Delete files that are not among `known` (`BlobRows.blob_paths`) and older than `older_than_s` seconds.

        Returns:
            How many were deleted.
        """
        return await _off_loop(self._sweep, known, time.time() - older_than_s)

    def _sweep(self, known: Collection[str], before: float) -> int:
        if not self._folder.is_dir():
            return 0
        deleted = 0
        for path in self._folder.iterdir():
            if _NAME.fullmatch(path.name) and path.name not in known:
                with contextlib.suppress(FileNotFoundError):  # deleted by another process in between
                    if path.stat().st_mtime < before:
                        path.unlink()
                        deleted += 1
        return deleted


class _Upload:
    """A file being written by threads. After a cancellation the last write still runs; the lock waits for it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / secrets.token_hex(16)
        self._part = self._path.with_name(self._path.name + PART)
        self._file: BufferedWriter | None = None
        self._discarded = False
        self._hash = hashlib.sha256()
        self._size = 0
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Append bytes; the first call makes the file. Does nothing after `discard`."""
        with self._lock:
            if self._discarded:
                return
            if self._file is None:
                self._part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
            self._file.write(data)
            self._hash.update(data)
            self._size += len(data)

    def finish(self) -> BlobFile:
        """Make the file durable under its final name."""
        with self._lock:
            if self._file is not None and not self._discarded:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self._part.replace(self._path)
                _sync_folder(self._path.parent)
            return BlobFile(self._path.name, self._hash.hexdigest(), self._size)

    def discard(self) -> None:
        """Delete the file, finished or not."""
        with self._lock:
            self._discarded = True
            try:
                if self._file is not None:
                    self._file.close()
            finally:
                self._part.unlink(missing_ok=True)
                self._path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: fsync of a file does not sync its entry in the folder (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _off_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(function, *args, **kwargs)
    except OSError as error:
        raise DependencyError(DependencyCode.DATABASE, cause=error.strerror or "disk", transient=True) from error
