"""Files named on the command line: whether they can be read, before a worker process takes them."""

import stat
from pathlib import Path

from bot.cli.names import shown_name
from core.values.errors import InputCode, InputError


def check_readable(path: Path) -> None:
    """Check that a path leads to a file that this user may read.

    Raises:
        InputError: UNREADABLE; its fact "file" names the file, "cause" says why.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb"):
                return
    except OSError as error:
        raise _unreadable(path, _cause(error)) from error
    # a pipe or a device is not opened: reading it may wait for ever
    raise _unreadable(path, "it is a folder" if stat.S_ISDIR(mode) else "it is a device or a pipe")


def _unreadable(path: Path, cause: str) -> InputError:
    return InputError(InputCode.UNREADABLE, file=shown_name(path), cause=cause)


def _cause(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "this user may not read it"
    return (error.strerror or "error").lower()
