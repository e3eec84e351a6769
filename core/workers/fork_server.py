"""The fork server (multiprocessing's): one warmed-up process from which all children are forked.

It is started with its own environment. The environment that a process starts with stays readable in /proc as long as
the process runs, so it must never contain the bot's secrets.
"""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, NamedTuple

from core.values.errors import DependencyCode, DependencyError
from core.workers.variables import (
    ALLOCATION,
    CACHE_VARIABLE,
    DRAWING_VARIABLE,
    MAIN_VARIABLE,
    WARM_UP_VARIABLE,
)

ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH")
"""Variables that the fork server and its children inherit; no others, so that secrets stay in this process."""

START_TRIES = 2
"""Attempts to start a child: a fork server that died (out of memory, killed by an operator) is started once more."""

DRAWING_FOLDER = "drawing"
"""Folder of matplotlib within the cache folder."""

log = logging.getLogger(__name__)

_starting = threading.Lock()
"""Lock for starting: the server and the environment belong to the process and are shared by all its `Workers`."""


def launch_server(environment: Mapping[str, str]) -> None:
    """Start the fork server unless it runs, without waiting until it is warm.

    Raises:
        DependencyError: it cannot be started.
    """
    try:
        with _starting:
            _ensure_server(environment)
    except OSError as error:
        raise _not_started(error) from error


def kill_server() -> None:
    """Kill the fork server; callers that wait for one of its children get an error at once."""
    with suppress(ProcessLookupError):
        if server_runs() and (pid := server_pid()) is not None:
            os.kill(pid, signal.SIGKILL)


class StartedChild(NamedTuple):
    """A running process, and the end of its pipe from which its reply is read."""

    connection: Connection
    process: ForkServerProcess


def start_child(
    target: Callable[..., None],
    args: tuple[Any, ...],
    environment: Mapping[str, str],
    is_wanted: Callable[[], bool] = lambda: True,
) -> StartedChild:
    """Start a process that runs ``target(pipe, *args)``; what it writes into the pipe can be read from the connection.

    A fork server that dies is started again only while the child `is_wanted`.

    Raises:
        DependencyError: no child can be started.
    """
    context = multiprocessing.get_context("forkserver")
    for attempt in range(1, START_TRIES + 1):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=target, args=(sender, *args), daemon=True)
        try:
            with _starting:
                server = _ensure_server(environment)
                process.start()
                _check_same(server, process)
        except (OSError, EOFError) as error:
            receiver.close()
            if attempt == START_TRIES or not is_wanted():
                raise _not_started(error) from error
            log.warning("the worker server is gone (%s); starting a new one", type(error).__name__)
            server_died()
        else:
            return StartedChild(receiver, process)
        finally:
            sender.close()
    raise AssertionError("unreachable")


def child_environment(warm_up: tuple[str, ...], cache_dir: Path | None) -> dict[str, str]:
    """The environment of the fork server."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**kept, **threads, **ALLOCATION, WARM_UP_VARIABLE: ",".join(warm_up)}
    if main := getattr(sys.modules["__main__"], "__file__", None):
        environment[MAIN_VARIABLE] = os.path.normpath(Path(main).absolute())
    if cache_dir is not None:
        cache = cache_dir.absolute()
        environment |= {CACHE_VARIABLE: str(cache), DRAWING_VARIABLE: str(cache / DRAWING_FOLDER)}
    return environment


def server_runs() -> bool:
    """Whether the fork server is alive; the call reaps no process."""
    pid = server_pid()
    try:
        return pid is not None and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def server_died(patience_s: float = 1.0) -> bool:
    """Whether the fork server has ended or ends within `patience_s`: its pipes close before it can be waited for."""
    deadline = time.monotonic() + patience_s
    while server_runs():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def server_pid() -> int | None:
    """The fork server's process id; None before it is started."""
    pid: int | None = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001 - the library offers no way to ask
    return pid


def _ensure_server(environment: Mapping[str, str]) -> int | None:
    if not server_runs():
        forkserver.set_forkserver_preload(["core.workers.preload"])
        if drawing := environment.get(DRAWING_VARIABLE):
            Path(drawing).mkdir(parents=True, exist_ok=True)
        with _environment(environment):
            forkserver.ensure_running()
    return server_pid()


def _not_started(error: OSError | EOFError) -> DependencyError:
    cause = getattr(error, "strerror", None) or type(error).__name__
    return DependencyError(DependencyCode.WORKER, cause=cause)


def _check_same(server: int | None, process: ForkServerProcess) -> None:
    """Refuse a server that is not ours: the library replaces one that died, and the new one has our environment."""
    if server_pid() != server:
        process.kill()
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - the library offers no way to end it
        raise ConnectionResetError("the worker server died")


@contextmanager
def _environment(environment: Mapping[str, str]) -> Iterator[None]:
    """Replace this process's environment while another process is started."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
