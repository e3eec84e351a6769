"""One process per data folder: what a process alone with its folder may conclude, two must not."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DependencyCode, DependencyError

LOCK_FILE = "earshot.lock"


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold a folder while the block runs; the kernel lets go of it however the process ends.

    Raises:
        DependencyError: FOLDER_IN_USE, another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DependencyError(DependencyCode.FOLDER_IN_USE, folder=str(folder)) from error
        yield
    finally:
        os.close(descriptor)
