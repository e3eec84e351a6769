"""The parent's side of a job: one child per job, awaited in a thread, killed when its time is up."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from core.values.errors import DependencyCode, DependencyError
from core.workers import child, replies
from core.workers.fork_server import child_environment, kill_server, launch_server, server_died, start_child
from core.workers.job_limits import JobLimits
from core.workers.sandbox import missing_protections

READ_BYTES = 1 << 20
"""Bytes read from a child at a time."""

CLOSE_PATIENCE_S = 1.0
"""Seconds that closing waits for killed children. A child that is not forked yet has no process to kill: it waits for
its fork server, which may compile for most of a minute."""

LOST_EXIT_CODE = 255
"""Exit code that multiprocessing reports for a child whose fork server died."""

log = logging.getLogger(__name__)


class WorkerDiedError(DependencyError):
    """A child ended without an answer; the fact ``cause`` is "time", "memory", "result" (too large) or "crash"."""

    def __init__(self, cause: str) -> None:
        super().__init__(DependencyCode.WORKER, cause=cause)


class Workers:
    """Runs functions in children, at most `concurrency` at a time.

    Args:
        concurrency: number of children that run side by side.
        warm_up: ``module:function`` names that the fork server runs once. A process has one server: the first `Workers`
            that starts it decides.
        cache_dir: folder of compiled kernels (numba), shared by all runs.
        limits: limits of each job; a job may have its own wall time.
    """

    def __init__(
        self,
        *,
        concurrency: int = 2,
        warm_up: Sequence[str] = (),
        cache_dir: Path | None = None,
        limits: JobLimits | None = None,
    ) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="worker")
        self._environment = child_environment(tuple(warm_up), cache_dir)
        self._limits = limits or JobLimits()
        self._jobs: set[_Job] = set()
        self._warming: asyncio.Task[bytes] | None = None
        self._closed = False

    async def launch(self) -> None:
        """Start the fork server and let it warm up; jobs wait for that, and their time limit starts afterwards.

        While the server is started, this process has a different environment: nothing else should run yet.

        Raises:
            DependencyError: the fork server cannot be started.
        """
        for feature in missing_protections():
            log.info("this kernel does not offer %s", feature)
        await asyncio.to_thread(launch_server, self._environment)
        first = self._run(_nothing, limits=replace(self._limits, wall_s=max(60.0, self._limits.wall_s)))
        self._warming = asyncio.create_task(first, name="warm-up")
        self._warming.add_done_callback(_retrieve)

    async def warm(self) -> None:
        """Wait until the launched fork server is warm.

        Raises:
            DependencyError: no child can be started.
        """
        if self._warming is not None:
            # a caller that waits may be cancelled; the warm-up goes on for the others
            await asyncio.shield(self._warming)

    async def start(self) -> None:
        """Start the fork server and wait until it is warm.

        Raises:
            DependencyError: no child can be started.
        """
        await self.launch()
        await self.warm()

    async def close(self) -> None:
        """Kill running jobs and accept no more; a fork server that is not warm yet is killed as well."""
        self._closed = True
        for job in tuple(self._jobs):
            job.cancel()
        ended = asyncio.create_task(asyncio.to_thread(self._threads.shutdown))
        is_warming = self._warming is not None and not self._warming.done()
        patience_s = 0.0 if is_warming else CLOSE_PATIENCE_S
        while not ended.done():
            await asyncio.wait({ended}, timeout=patience_s)
            if not ended.done():
                kill_server()
                patience_s = CLOSE_PATIENCE_S
        if self._warming is not None:
            await asyncio.wait({self._warming})

    async def run(self, function: Callable[..., bytes], *args: Any, wall_s: float | None = None) -> bytes:
        """Run a module-level function in a child and return its bytes. Cancelling kills the child.

        The child may read the files that `args` name by their absolute path, and no other data of this program.

        Raises:
            EarshotError: the error that the function raised, if it was one of ours.
            WorkerDiedError: the child ran out of time or memory, its answer was too large, or it crashed.
            DependencyError: no child could be started, or the function has a bug (its traceback is logged).
        """
        await self.warm()
        limits = self._limits if wall_s is None else replace(self._limits, wall_s=wall_s)
        return await self._run(function, *args, limits=limits)

    async def _run(self, function: Callable[..., bytes], *args: Any, limits: JobLimits) -> bytes:
        async with self._slots:
            if self._closed:
                raise DependencyError(DependencyCode.WORKER, cause="closed")
            job = _Job(function, args, limits, self._environment)
            self._jobs.add(job)
            work = asyncio.get_running_loop().run_in_executor(self._threads, job.run)
            work.add_done_callback(lambda _: self._jobs.discard(job))
            try:
                reply = await asyncio.shield(work)
            except asyncio.CancelledError:
                job.cancel()
                work.add_done_callback(lambda future: future.exception())
                raise
        return _unpack(reply)


class _Job:
    """One child, from its start to its end, in a thread; `cancel` may be called from another one at any time."""

    def __init__(
        self,
        function: Callable[..., bytes],
        args: tuple[Any, ...],
        limits: JobLimits,
        environment: dict[str, str],
    ) -> None:
        self._function = function
        self._args = args
        self._limits = limits
        self._environment = environment
        self._lock = threading.Lock()
        self._pid: int | None = None
        self._cancelled = False

    def run(self) -> bytes:
        """Run the child and return its answer.

        Raises:
            WorkerDiedError: the child gave no answer.
            DependencyError: no child could be started.
        """
        call = (self._limits, _files(self._args), self._function, self._args)
        receiver, process = start_child(child.run_job, call, self._environment, lambda: not self._cancelled)
        self._started(process.pid)
        try:
            return _receive(receiver, process, self._limits)
        finally:
            if process.exitcode is None:
                self._kill()
            process.join()
            with self._lock:
                self._pid = None
            process.close()
            receiver.close()

    def cancel(self) -> None:
        """Kill the child, or have it killed as soon as it is started."""
        with self._lock:
            self._cancelled = True
        self._kill()

    def _started(self, pid: int | None) -> None:
        with self._lock:
            self._pid = pid
        if self._cancelled:
            self._kill()

    def _kill(self) -> None:
        with self._lock, suppress(ProcessLookupError):
            if self._pid is not None:
                os.kill(self._pid, signal.SIGKILL)


def _nothing() -> bytes:
    return b""


def _retrieve(task: asyncio.Task[bytes]) -> None:
    """Retrieve the error of a task, so that the event loop does not report one that nobody awaited."""
    if not task.cancelled():
        task.exception()


def _files(args: tuple[Any, ...]) -> list[Path]:
    """Files that arguments name. `os.path.isfile` accepts any text; `Path.is_file` raises if a name is too long."""
    paths = [Path(arg) for arg in args if isinstance(arg, str | Path)]
    return [path for path in paths if path.is_absolute() and os.path.isfile(path)]  # noqa: PTH113


def _receive(receiver: Connection, process: ForkServerProcess, limits: JobLimits) -> bytes:
    """The whole answer, read piece by piece until the time is up.

    Raises:
        WorkerDiedError: the answer is too large, or did not come in time or completely.
        DependencyError: the fork server died, and the child with it.
    """
    deadline = time.monotonic() + limits.wall_s
    data = bytearray()
    head = child.LENGTH.size
    while True:
        ready = wait([receiver, process.sentinel], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise WorkerDiedError("time")
        piece = os.read(receiver.fileno(), READ_BYTES) if receiver in ready else b""
        if not piece:
            process.join(1.0)
            raise _ended(process.exitcode)
        data += piece
        if len(data) < head:
            continue
        (length,) = child.LENGTH.unpack_from(data)
        if length > limits.result_bytes:
            raise WorkerDiedError("result")
        if len(data) >= head + length:
            return bytes(data[head : head + length])


def _ended(exitcode: int | None) -> DependencyError:
    if exitcode == LOST_EXIT_CODE and server_died():
        return DependencyError(DependencyCode.WORKER, cause="server lost")
    if exitcode == -signal.SIGXCPU:
        return WorkerDiedError("time")
    return WorkerDiedError("memory" if exitcode == -signal.SIGKILL else "crash")


def _unpack(reply: bytes) -> bytes:
    kind, body = reply[:1], reply[1:]
    if kind == replies.RESULT:
        return body
    if kind == replies.MEMORY:
        raise WorkerDiedError("memory")
    if kind == replies.CRASH:
        log.error("a job failed in its child:\n%s", replies.decode_traceback(body))
        raise DependencyError(DependencyCode.WORKER, cause="bug")
    try:
        raise replies.decode_error(body if kind == replies.ERROR else b"")
    except ValueError as error:
        raise WorkerDiedError("crash") from error
