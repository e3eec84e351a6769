"""A lock on the data folder: only one process may use it, since a start takes over what a dead process left."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.values.errors import DependencyCode, DependencyError, UsageCode, UsageError

LOCK_FILE = "earshot.lock"


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, unless they exist.

    Raises:
        UsageError: DATA_FOLDER_UNWRITABLE, it cannot be made or written; FILE_IN_PLACE_OF_FOLDER.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except FileExistsError as error:
        raise UsageError(UsageCode.FILE_IN_PLACE_OF_FOLDER, folder=str(folder)) from error
    except OSError as error:
        raise _unwritable(folder, error) from error


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder while the block runs; the kernel releases it however the process ends.

    Raises:
        UsageError: as `make_folder`.
        DependencyError: FOLDER_IN_USE, another process holds it.
    """
    make_folder(folder)
    try:
        descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DependencyError(DependencyCode.FOLDER_IN_USE, folder=str(folder)) from error
        yield
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError) -> UsageError:
    cause = (error.strerror or type(error).__name__).lower()
    return UsageError(UsageCode.DATA_FOLDER_UNWRITABLE, folder=str(folder), cause=cause)
