"""The child's side of a job: confine, run, answer in bytes."""

import os
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from core.values.errors import EarshotError
from core.workers import replies
from core.workers.limits import JobLimits
from core.workers.sandbox import confine

LENGTH = struct.Struct("<Q")
"""Length of the answer, which stands before it: an answer that stops short is none."""


def run_job(
    pipe: Connection, limits: JobLimits, files: Sequence[Path], function: Callable[..., bytes], args: tuple[Any, ...]
) -> None:
    """Entry point of a child process."""
    kind, answer = _reply(limits, files, function, args)
    _write(pipe.fileno(), LENGTH.pack(len(kind) + len(answer)) + kind)
    _write(pipe.fileno(), answer)
    pipe.close()
    sys.stdout.flush()


def _reply(
    limits: JobLimits, files: Sequence[Path], function: Callable[..., bytes], args: tuple[Any, ...]
) -> tuple[bytes, bytes]:
    """The kind of an answer and what there is to say: of a large result a copy would be as large."""
    try:
        confine(limits, files)
        try:
            # a join of one copies nothing, and takes nothing but bytes
            return replies.RESULT, b"".join((function(*args),))
        except EarshotError as error:
            return replies.ERROR, replies.encode_error(error)
    except MemoryError:
        return replies.MEMORY, b""
    except Exception:  # noqa: BLE001 - the edge of the process: whatever it was, the parent must hear of it
        return replies.CRASH, traceback.format_exc()[-replies.TRACEBACK_MAX_CHARACTERS :].encode(errors="replace")


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
