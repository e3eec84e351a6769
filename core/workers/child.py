"""The child's side of a job: confine, run, answer in bytes."""

import os
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from core.values.errors import EarshotError
from core.workers import replies
from core.workers.job_limits import JobLimits
from core.workers.sandbox import confine

LENGTH = struct.Struct("<Q")
"""Length prefix (8 bytes): a reply shorter than announced counts as lost."""


def run_job(
    pipe: Connection, limits: JobLimits, files: Sequence[Path], function: Callable[..., bytes], args: tuple[Any, ...]
) -> None:
    """Entry point of a child process: run one job and write its reply into the pipe."""
    kind, answer = _reply(limits, files, function, args)
    _write(pipe.fileno(), LENGTH.pack(len(kind) + len(answer)) + kind)
    _write(pipe.fileno(), answer)
    pipe.close()
    sys.stdout.flush()


class _Reply(NamedTuple):
    """One of the kinds of `replies`, and the content of the reply."""

    kind: bytes
    answer: bytes


def _reply(limits: JobLimits, files: Sequence[Path], function: Callable[..., bytes], args: tuple[Any, ...]) -> _Reply:
    """The reply in two parts: joining them would copy the result."""
    try:
        confine(limits, files)
        try:
            # join of a single bytes object does not copy, and refuses anything but bytes
            return _Reply(replies.RESULT, b"".join((function(*args),)))
        except EarshotError as error:
            return _Reply(replies.ERROR, replies.encode_error(error))
    except MemoryError:
        return _Reply(replies.MEMORY, b"")
    except Exception:  # noqa: BLE001 - the edge of the process: whatever it was, the parent must hear of it
        last = traceback.format_exc()[-replies.TRACEBACK_MAX_CHARACTERS :]
        return _Reply(replies.CRASH, last.encode(errors="replace"))


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
