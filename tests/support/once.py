"""Values that one test run makes once, shared by its tests and by its worker processes.

`tests/conftest.py` makes a temporary folder per run and names it in EARSHOT_TEST_RUN, which worker processes inherit.
Without it (a script, an interpreter) every value is made where it is asked for.
"""

import contextlib
import fcntl
import hashlib
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

RUN_VARIABLE = "EARSHOT_TEST_RUN"
"""Environment variable with the folder of this run."""


def run_folder() -> Path | None:
    """The folder of this run; None outside of a run."""
    name = os.environ.get(RUN_VARIABLE)
    return Path(name) if name else None


def once(name: str, make: Callable[[], T]) -> T:
    """What `make` returns, made by the first that asks for `name`; the others wait for it and read it from disk."""
    return once_each([name], lambda _: make())[0]


def once_each(names: Sequence[str], make: Callable[[str], T], what: str = "") -> list[T]:
    """What `make` returns for each name, in order; `what` says what it is, so that names of files may be used twice.

    Two processes that ask for the same names divide them: each leaves out what the other is making and takes it later.
    """
    folder = run_folder()
    if folder is None:
        return [make(name) for name in names]
    found: dict[str, T] = {}
    for blocking in (False, True):
        for name in names:
            if name not in found:
                path = folder / f"{hashlib.sha256(f'{what}/{name}'.encode()).hexdigest()[:24]}.pickle"
                with locked(path.with_suffix(".lock"), blocking=blocking) as mine:
                    if mine:
                        found[name] = _stored(path, lambda name=name: make(name))
    return [found[name] for name in names]


@contextlib.contextmanager
def locked(path: Path, *, blocking: bool = True) -> Iterator[bool]:
    """Hold a lock that processes share; False where another holds it and `blocking` is False."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if blocking else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _stored(path: Path, make: Callable[[], T]) -> T:
    if not path.is_file():
        value = make()
        temporary = path.with_suffix(".part")
        temporary.write_bytes(pickle.dumps(value))
        temporary.replace(path)
        return value
    stored: T = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run
    return stored
