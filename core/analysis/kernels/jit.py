"""Compiling kernels at their first call.

numba is imported only when a kernel is first needed, so that importing the analysis stays cheap. Machine code is kept
on disk only where ``NUMBA_CACHE_DIR`` names a folder: numba's own default is beside the source, which a read-only
installation does not allow. If the folder cannot be read or written, kernels are compiled again, which only costs time:
children of the program may write no files, and a folder may come from another machine.
"""

import fcntl
import os
import pickle
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar, cast

from core.analysis.kernels.ahead import INDEX_PATTERN, compiled_ahead, copy_machine_code

P = ParamSpec("P")
R = TypeVar("R")

FAST_MATH = {"reassoc", "contract", "nsz"}
"""numba's flags for the changes to floating-point sums that are allowed; see `compiled`."""

COMPILING_LOCK_FILE = "compiling.lock"
"""Lock file in the folder of machine code, held by the process that compiles."""

CACHE_FAILURES = (
    *(OSError, EOFError, pickle.UnpicklingError, ImportError),
    *(AttributeError, IndexError, KeyError, TypeError, ValueError),
)
"""Exceptions that numba raises where machine code cannot be written, or where stored code cannot be read."""


@cache
def compiled(kernel: Callable[P, R]) -> Callable[P, R]:
    """Machine code for `kernel`, compiled for the argument types of each call.

    Floating-point sums may be reassociated (the loops would not vectorise otherwise), but infinities and NaN keep
    their meaning.

    Args:
        kernel: a function of numpy arrays and numbers that raises nothing.

    Returns:
        A function with the same arguments and results.
    """
    return _Compiled(kernel)


class _Compiled(Generic[P, R]):
    """A kernel that is compiled without a cache where the folder of machine code cannot be used."""

    def __init__(self, kernel: Callable[P, R]) -> None:
        self._kernel = kernel
        self._cached = _cache_is_usable()
        self._run = _compile(kernel, cached=self._cached)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if not self._cached:
            return self._run(*args, **kwargs)
        try:
            return self._run(*args, **kwargs)
        except CACHE_FAILURES:
            # raised before the kernel ran, since kernels raise nothing; if only storing failed, the code exists by now
            return self._without_cache(*args, **kwargs)

    def _without_cache(self, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return self._run(*args, **kwargs)
        except CACHE_FAILURES:
            self._cached, self._run = False, _compile(self._kernel, cached=False)
            return self._run(*args, **kwargs)


def _compile(kernel: Callable[P, R], *, cached: bool) -> Callable[P, R]:
    import numba  # noqa: PLC0415 - 0.3 s that only a process that analyses should pay

    return cast("Callable[P, R]", numba.njit(nogil=True, fastmath=FAST_MATH, cache=cached)(kernel))


@contextmanager
def compiled_beside(run: Callable[[], object]) -> Iterator[None]:
    """Compile what `run` calls in a separate process while the body compiles the rest; both store it on disk.

    numba compiles one function at a time per process. No process is started if there is no folder for machine code, if
    the folder already contains some, or if other threads run: a fork would not copy them.
    """
    if not _cache_is_usable() or any(_cache_folder().rglob(INDEX_PATTERN)) or threading.active_count() > 1:
        yield
        return
    process = os.fork()
    if process == 0:
        try:
            run()
        finally:
            # an error in this process occurs again in the parent, which reports it
            os._exit(0)
    try:
        yield
    finally:
        os.waitpid(process, 0)


@contextmanager
def machine_code_held() -> Iterator[None]:
    """Hold the lock of the machine code while the body compiles or loads it, as a warm-up does for all functions.

    Two processes that compile the same function of librosa's (`numba.guvectorize`) at once can leave two files that do
    not fit together; every process that loads them crashes from then on (numba issue 10128, librosa issue 1998).
    """
    try:
        descriptor = (
            os.open(_cache_folder() / COMPILING_LOCK_FILE, os.O_RDONLY | os.O_CREAT, 0o644)
            if _cache_is_usable()
            else -1
        )
    except OSError:
        descriptor = -1  # a folder of another user: machine code cannot be stored there either
    try:
        if descriptor >= 0:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def take_machine_code() -> None:
    """Copy the machine code that was compiled at the installation, if the folder on disk holds none."""
    if _cache_is_usable():
        copy_machine_code(compiled_ahead(), _cache_folder())


def forget_machine_code() -> None:
    """Remove the index files of the machine code on disk, so that everything is compiled again."""
    if _cache_is_usable():
        for index in _cache_folder().rglob(INDEX_PATTERN):
            with suppress(OSError):
                index.unlink()


@cache
def _cache_is_usable() -> bool:
    """Whether a folder is named and files can be created in it."""
    from numba.core import config  # noqa: PLC0415 - likewise

    if not vars(config)["CACHE_DIR"]:
        return False
    folder = _cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _cache_folder() -> Path:
    from numba.core import config  # noqa: PLC0415 - likewise

    return Path(vars(config)["CACHE_DIR"])
