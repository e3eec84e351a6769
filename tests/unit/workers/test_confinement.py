"""What a taken-over decoder finds when it looks for a way out of its process.

Every attempt is made twice: here, where it succeeds and so would do harm, and in a child, where the kernel refuses it.
"""

import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.workers import JobLimits, Workers, landlock, seccomp
from core.workers.fork_server import server_pid
from tests.support.processes import jobs_for_children as jobs
from tests.unit.workers.conftest import MIB

ROOT = Path(__file__).resolve().parents[3]

PROTECTED_BY = {"landlock": lambda: landlock.landlock_version() > 0, "seccomp": seccomp.available}

REFUSED = (b"refused: Operation not permitted", b"refused: Permission denied")


def needs(protection: str) -> None:
    if not PROTECTED_BY[protection]():
        pytest.skip(f"this kernel has no {protection}")


async def attempt(workers: Workers, name: str, *args) -> bytes:
    return await workers.run(jobs.attempt, name, *args)


@pytest.fixture
def track(tmp_path: Path) -> Path:
    path = tmp_path / "track.wav"
    path.write_bytes(b"RIFF")
    return path


@pytest.fixture
def neighbour(tmp_path: Path) -> Path:
    """Another member's upload."""
    folder = tmp_path / "neighbour"
    folder.mkdir()
    (folder / "unreleased.wav").write_bytes(b"RIFF")
    return folder / "unreleased.wav"


def state(path: Path) -> tuple[bytes, int, float, list[Path]]:
    found = path.stat()
    return path.read_bytes(), found.st_mode, found.st_mtime, list(path.parent.iterdir())


@pytest.mark.parametrize(
    "name", ["write", "append", "truncate", "empty", "permit", "date", "link", "rename", "remove", "make_folder"]
)
async def test_a_job_changes_nothing_on_disk(workers: Workers, track: Path, name: str) -> None:
    needs("seccomp")
    before = state(track)

    assert await attempt(workers, name, str(track)) in REFUSED
    assert state(track) == before
    assert jobs.attempt(name, str(track)) == b"done"


async def test_not_a_byte_can_be_written_even_where_the_kernel_has_no_filters(workers: Workers) -> None:
    assert (await look_around(workers))["limits"]["FSIZE"] == [0, 0]


@pytest.mark.parametrize("place", ["neighbour", "folder", "/etc/passwd", "the bot's environment"])
async def test_a_job_reads_its_own_file_and_no_other(
    workers: Workers, track: Path, neighbour: Path, place: str
) -> None:
    needs("landlock")
    name, path = {
        "neighbour": ("read", neighbour),
        "folder": ("list", neighbour.parent),
        "the bot's environment": ("read", Path(f"/proc/{os.getpid()}/environ")),
    }.get(place, ("read", Path(place)))

    assert await attempt(workers, "read", str(track)) == b"done"
    assert await attempt(workers, name, os.fsencode(path)) in REFUSED
    assert jobs.attempt(name, str(path)) == b"done"


async def test_a_job_reads_neither_the_database_nor_the_settings_of_a_checkout(workers: Workers) -> None:
    """The default data folder lies in the checkout, beside the code that a job may read."""
    needs("landlock")
    assert await attempt(workers, "read", os.fsencode(ROOT / "core" / "values" / "errors.py")) == b"done"
    assert await attempt(workers, "read", os.fsencode(ROOT / "pyproject.toml")) in REFUSED


async def test_a_job_reaches_no_network(workers: Workers) -> None:
    needs("seccomp")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert await attempt(workers, "connect", port) in REFUSED
        assert jobs.attempt("connect", port) == b"done"
    assert await attempt(workers, "listen") in REFUSED
    assert jobs.attempt("listen") == b"done"


async def test_a_job_cannot_ask_the_fork_server_for_an_unconfined_child(workers: Workers) -> None:
    """The server forks for whoever connects to its socket, and runs what it is sent."""
    needs("seccomp")
    await workers.run(jobs.process_id)
    from multiprocessing import forkserver

    address = forkserver._forkserver._forkserver_address

    assert await attempt(workers, "connect_unix", address) in REFUSED


@pytest.mark.parametrize("name", ["run_program", "become_program", "fork", "new_namespace"])
async def test_a_job_starts_nothing(workers: Workers, name: str) -> None:
    needs("seccomp")
    assert await attempt(workers, name) in REFUSED
    if name in {"run_program", "fork"}:
        assert jobs.attempt(name) == b"done"


@pytest.mark.parametrize("whom", ["parent", "server"])
async def test_a_job_signals_nobody(workers: Workers, whom: str) -> None:
    needs("seccomp")
    await workers.run(jobs.process_id)
    pid = os.getpid() if whom == "parent" else server_pid()
    received = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: received.append(number))
    try:
        assert await attempt(workers, "signal", pid) in REFUSED
        assert received == []
        assert jobs.attempt("signal", os.getpid()) == b"done"
        assert received == [signal.SIGUSR1]
    finally:
        signal.signal(signal.SIGUSR1, before)


async def test_a_job_changes_no_limits(workers: Workers) -> None:
    needs("seccomp")
    assert await attempt(workers, "raise_limit") in REFUSED
    assert await attempt(workers, "limit_other", os.getpid()) in REFUSED
    assert resource.getrlimit(resource.RLIMIT_NOFILE) != (64, 64)


async def test_a_job_cannot_read_the_memory_of_the_bot(workers: Workers) -> None:
    needs("seccomp")
    secret = ctypes.create_string_buffer(b"s3cret")

    assert await attempt(workers, "read_memory", os.getpid(), ctypes.addressof(secret)) in REFUSED
    assert jobs.attempt("read_memory", os.getpid(), ctypes.addressof(secret)) == b"done"


async def test_a_job_cannot_be_read_by_another(workers: Workers) -> None:
    """Both belong to the same user, and may be two members' music."""
    assert (await look_around(workers))["dumpable"] == 0


async def look_around(workers: Workers) -> dict:
    return json.loads(await workers.run(jobs.look_around))


async def test_limits_are_as_asked(workers: Workers) -> None:
    found = (await look_around(workers))["limits"]

    assert found["CPU"] == [20, 21]
    assert found["NOFILE"] == [64, 64]
    assert found["CORE"] == [0, 0]
    soft, hard = found["AS"]
    assert soft == hard > 512 * MIB


async def test_limits_of_the_machine_are_not_raised() -> None:
    """Where a hard limit is lower already, raising it would fail for everybody but root."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    pool = Workers(concurrency=1, limits=JobLimits(open_files=hard + 1))
    try:
        found = await look_around(pool)
    finally:
        await pool.close()

    assert found["limits"]["NOFILE"] == [hard, hard]


async def test_a_job_has_no_powers_even_if_the_bot_is_root(workers: Workers) -> None:
    status = dict(line.split(":\t", 1) for line in (await look_around(workers))["status"].splitlines())

    for capabilities in ("CapPrm", "CapEff", "CapInh"):
        assert int(status[capabilities], 16) == 0
    assert status["NoNewPrivs"] == "1"
    if seccomp.available():
        assert status["Seccomp"] == "2"


async def test_a_job_inherits_no_file_no_socket_and_no_input(workers: Workers, tmp_path: Path) -> None:
    private = tmp_path / "database"
    with private.open("wb") as file, socket.socket() as connection:
        for open_one in (file, connection):
            os.set_inheritable(open_one.fileno(), True)
        found = await look_around(workers)

    beside_output = {name for number, name in found["descriptors"].items() if int(number) not in {1, 2}}
    assert {name.partition(":")[0] for name in beside_output} == {"/dev/null", "pipe"}
    assert found["stdin"] == ""


async def test_a_job_is_in_a_session_of_its_own_under_the_server(workers: Workers) -> None:
    found = await look_around(workers)

    assert found["session"]
    assert found["parent"] == server_pid()


def test_no_process_under_the_bot_is_given_its_secrets() -> None:
    """In a fresh interpreter: environment of the fork server, its helper and a child, before and after a restart."""
    script = f"""
import asyncio, os, signal
from multiprocessing import resource_tracker
from pathlib import Path
from core.workers import Workers
from core.workers.fork_server import server_pid
from tests.support.processes import jobs_for_children as jobs

async def main():
    workers = Workers(concurrency=1, warm_up=("tests.support.processes.jobs_for_children:process_id",))
    for restart in (False, True):
        if restart:
            os.kill(server_pid(), signal.SIGKILL)
        seen = (await workers.run(jobs.look_around)).decode()
        for pid in (server_pid(), resource_tracker._resource_tracker._pid):
            seen += Path(f"/proc/{{pid}}/environ").read_text()
        assert "CANARY" not in seen, seen
        assert "EARSHOT_WARM_UP" in seen
        assert os.environ["{jobs.CANARY_VARIABLE}"] == "CANARY"
    print("clean")
    await workers.close()

asyncio.run(main())
"""
    assert run_script(script, **{jobs.CANARY_VARIABLE: "CANARY"}) == "clean\n"


def test_the_bot_is_unreadable_for_its_children() -> None:
    """`harden_parent` in a fresh interpreter: the kernel's own flag, and what a child then gets of it."""
    script = """
import asyncio, ctypes, os
from core.workers import Workers, harden_parent
from tests.support.processes import jobs_for_children as jobs

async def main():
    get = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
    print(get())
    harden_parent()
    print(get())
    workers = Workers(concurrency=1)
    for name in ("environ", "mem", "maps"):
        print((await workers.run(jobs.attempt, "read", b"/proc/%d/%s" % (os.getpid(), name.encode()))).decode())
    await workers.close()

asyncio.run(main())
"""
    dumpable, hardened, *attempts = run_script(script).splitlines()
    assert (dumpable, hardened) == ("1", "0")
    assert [line.encode() in REFUSED for line in attempts] == [True, True, True]


@pytest.mark.parametrize("name", ["no_such_module:start", "tests.support.processes.jobs_for_children:raise_bug"])
def test_a_warm_up_that_fails_is_heard_of(name: str) -> None:
    """The standard library's server passes over what it cannot import, and would serve cold children for ever."""
    script = f"""
import asyncio
from core.values.errors import DependencyError
from core.workers import Workers

async def main():
    try:
        await Workers(concurrency=1, warm_up=({name!r},)).start()
    except DependencyError as error:
        print(error.code.value)

asyncio.run(main())
"""
    assert run_script(script) == "worker\n"


def test_the_parents_script_is_not_run_again_in_every_child(tmp_path: Path) -> None:
    """The installed command is a script that imports the whole program; a job has no use for it."""
    script = tmp_path / "earshot"
    script.write_text("""
import asyncio
import this_is_only_for_the_parent
from core.workers import Workers
from tests.support.processes import jobs_for_children as jobs

if __name__ == "__main__":
    async def main():
        workers = Workers(concurrency=1)
        modules = (await workers.run(jobs.loaded_modules)).decode().split()
        print("this_is_only_for_the_parent" in modules)
        await workers.close()
    asyncio.run(main())
""")
    (tmp_path / "this_is_only_for_the_parent.py").touch()
    finished = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (finished.stdout, finished.stderr) == ("False\n", "")


def run_script(script: str, **environment: str) -> str:
    finished = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
