"""Jobs that tests send into child processes: some honest, some broken, some as a taken-over decoder would behave.

Functions at module level, plain values in, bytes out. `attempt_*` do in a child what it must not be able to do; run
outside of one they succeed, which is how the tests know that they would do harm.
"""

import ctypes
import errno
import fcntl
import hashlib
import inspect
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from core.values import errors
from core.values.errors import InputCode, InputError
from core.workers import WorkerDiedError

CANARY_VARIABLE = "EARSHOT_CANARY"


def echo(data: bytes) -> bytes:
    return data


def repeat(text: str) -> bytes:
    return text.encode()


def total(first: int, second: int, *, third: int = 0) -> bytes:
    return str(first + second + third).encode()


def raise_ours(kind: str, codes: str, code: str, facts: dict[str, Any]) -> bytes:
    raise getattr(errors, kind)(getattr(errors, codes)(code), **facts)


def raise_with_numpy_facts() -> bytes:
    raise InputError(InputCode.TOO_SHORT, duration_s=np.float32(1.5), min_s=np.int64(3))


def raise_not_found() -> bytes:
    raise errors.NotFoundError("track")


def raise_what_only_the_parent_knows() -> bytes:
    raise WorkerDiedError("memory")


def raise_bug() -> bytes:
    raise ZeroDivisionError("a bug \x1b[31min red\x1b[0m\r\nand a forged line")


def return_text() -> bytes:
    return "not bytes"  # type: ignore[return-value]


def exit_politely() -> bytes:
    sys.exit(0)


def exit_with(code: int) -> bytes:
    os._exit(code)


def abort() -> bytes:
    os.abort()


def segfault() -> bytes:
    return ctypes.string_at(0)


def kill_itself() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def hang() -> bytes:
    while True:
        signal.pause()


def spin() -> bytes:
    while True:
        pass


def fill_memory(mebibytes: int) -> bytes:
    return bytes([np.ones(mebibytes << 20, dtype=np.uint8)[-1]])


def answer_of(size: int) -> bytes:
    return bytes(size)


def nest_deeply() -> bytes:
    return nest_deeply()


def busy_for(seconds: float) -> bytes:
    """When it began and ended on the clock that all processes share."""
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        pass
    return struct.pack("dd", start, time.monotonic())


def hold(path: str) -> NoReturn:
    """Take the lock on a file, which tells the parent that the job is running, and never let go."""
    with Path(path).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        hang()
    raise AssertionError("unreachable")


def answer_pipe() -> int:
    """The descriptor a taken-over job would write its lies into."""
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code.co_name == "run_job":
            return int(frame.f_locals["pipe"].fileno())
        frame = frame.f_back
    raise AssertionError("not in a child")


def say_and_hang(data: bytes) -> bytes:
    os.write(answer_pipe(), data)
    return hang()


def say_and_leave(data: bytes) -> bytes:
    os.write(answer_pipe(), data)
    os._exit(0)


def drip(length: int) -> bytes:
    """Promise an answer and send it so slowly that it never ends."""
    pipe = answer_pipe()
    os.write(pipe, struct.pack("<Q", length))
    while True:
        os.write(pipe, b"R")
        time.sleep(0.02)


def process_id() -> bytes:
    return str(os.getpid()).encode()


def loaded_modules() -> bytes:
    return "\n".join(sorted(sys.modules)).encode()


def newly_loaded(path: str, limits: Any) -> bytes:
    """Which modules measuring a file loads that were not there before."""
    from core.service.worker_tasks import measuring

    before = set(sys.modules)
    measuring.measure(path, limits)
    return "\n".join(sorted(set(sys.modules) - before)).encode()


def measured_too_loud(path: str, limits: Any, gain: float) -> bytes:
    """Measure a file with a K-weighting that is too loud by a factor, as a damaged kernel might be."""
    from core.analysis.scanning import time_tables
    from core.service.worker_tasks import measuring

    right = time_tables.k_weighting

    def wrong(rate_hz: float) -> Any:
        sections = right(rate_hz).copy()
        sections[0, :3] *= gain
        return sections

    time_tables.k_weighting = wrong
    return measuring.measure(path, limits)


def digest_of(path: str, limits: Any) -> bytes:
    """What a file decodes to, as a digest: decoders and their libraries, under all protections."""
    from core.audio.decode import open_audio

    digest = hashlib.sha256()
    with Path(path).open("rb") as file, open_audio(file, limits) as stream:
        for block in stream.blocks():
            digest.update(block.T.tobytes())
    return digest.digest()


def memory_for(path: str, limits: Any) -> bytes:
    """The most memory that decoding a file took, in KiB; 0 where it ran out of what it may have."""
    try:
        digest_of(path, limits)
    except (MemoryError, InputError):
        return b"0"
    return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss).encode()


def sum_in_threads() -> bytes:
    """Four threads and a matrix product, as the numeric libraries use them."""
    parts: list[float] = []
    square = np.full((200, 200), 0.5)
    threads = [threading.Thread(target=lambda: parts.append(float((square @ square).sum()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return str(sum(parts)).encode()


def look_around() -> bytes:
    """What a job finds: environment, descriptors, limits."""
    names = ("AS", "CPU", "FSIZE", "NOFILE", "CORE")
    return json.dumps(
        {
            "environment": dict(os.environ),
            "at_start": _read("/proc/self/environ"),
            "descriptors": descriptors(),
            "limits": {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names},
            "session": os.getsid(0) == os.getpid(),
            "parent": os.getppid(),
            "stdin": sys.stdin.read(),
            "status": _read("/proc/self/status"),
            "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
        }
    ).encode()


def descriptors() -> dict[str, str]:
    found = {}
    for link in Path("/proc/self/fd").iterdir():
        try:
            found[link.name] = str(link.readlink())
        except OSError:  # the one that listed them
            continue
    return found


def _read(path: str) -> str:
    try:
        return Path(path).read_bytes().decode(errors="replace")
    except OSError as error:
        return f"refused: {error.strerror}"


def attempt(name: str, *args: Any) -> bytes:
    """Run one of the attempts below: "done", or why not. A path in bytes is one that a job is not given to read."""
    try:
        globals()[f"attempt_{name}"](*(os.fsdecode(arg) if isinstance(arg, bytes) else arg for arg in args))
    except OSError as error:
        return f"refused: {error.strerror}".encode()
    return b"done"


def attempt_read(path: str) -> None:
    Path(path).read_bytes()


def attempt_list(path: str) -> None:
    list(Path(path).iterdir())


def attempt_write(path: str) -> None:
    Path(path).write_bytes(b"x")


def attempt_append(path: str) -> None:
    with Path(path).open("ab") as file:
        file.write(b"x")


def attempt_truncate(path: str) -> None:
    os.truncate(path, 0)


def attempt_empty(path: str) -> None:
    """O_TRUNC without writing a byte: RLIMIT_FSIZE does not stop it."""
    os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))


def attempt_remove(path: str) -> None:
    Path(path).unlink()


def attempt_rename(path: str) -> None:
    Path(path).rename(f"{path}.taken")


def attempt_link(path: str) -> None:
    Path(f"{path}.link").hardlink_to(path)


def attempt_make_folder(path: str) -> None:
    Path(f"{path}.folder").mkdir()


def attempt_permit(path: str) -> None:
    Path(path).chmod(0o777)


def attempt_date(path: str) -> None:
    os.utime(path, (1, 1))


def attempt_connect(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def attempt_connect_unix(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)


def attempt_listen() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))


def attempt_run_program() -> None:
    subprocess.run(["/bin/true"], check=True)


def attempt_become_program() -> None:
    """In a process of its own, for where it succeeds nothing returns."""
    os.execv("/bin/true", ["/bin/true"])  # noqa: S606 - no shell is wanted


def attempt_fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def attempt_signal(pid: int) -> None:
    os.kill(pid, signal.SIGUSR1)


def attempt_read_memory(pid: int, address: int) -> None:
    """process_vm_readv(2) of one byte."""
    library = ctypes.CDLL(None, use_errno=True)
    here = ctypes.create_string_buffer(1)

    class Span(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    local, remote = Span(ctypes.addressof(here), 1), Span(address, 1)
    count = library.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    if count != 1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def attempt_raise_limit() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    except ValueError as error:  # what Python makes of EPERM here
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM)) from error


def attempt_limit_other(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64))


def attempt_new_namespace() -> None:
    """unshare(2) of the user namespace, where a kernel lets anybody be root."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(0x1000_0000) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
