"""Compiling kernels: where machine code is kept, and who compiles it."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from core.analysis.kernels.jit import COMPILING_LOCK_FILE

PROGRAM = """
import numpy as np
from core.analysis.kernels.jit import compiled, compiled_beside
from core.analysis.kernels.hop_powers import hop_powers

def run():
    compiled(hop_powers)(np.ones((1, 8), np.float32), 4, power, np.zeros(1))
    print("ran", flush=True)

power = np.zeros((1, 2))
for _ in range(2):
    with compiled_beside(run):
        print("body", power.sum(), flush=True)
compiled(hop_powers)(np.ones((1, 8), np.float32), 4, power, np.zeros(1))
print("then", power.sum(), flush=True)
"""


def output(folder: Path | None) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    environment = kept | ({} if folder is None else {"NUMBA_CACHE_DIR": str(folder)})
    run = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, env=environment
    )
    return run.stdout.split("\n")[:-1]


def test_it_is_compiled_beside_while_there_is_nothing_on_disk(tmp_path: Path) -> None:
    lines = output(tmp_path)

    assert sorted(lines[:2]) == ["body 0.0", "ran"]
    assert lines[2:] == ["body 0.0", "then 2.0"]
    assert len(list(tmp_path.rglob("hop_powers.hop_powers-*.nbi"))) == 1


def test_without_a_folder_nothing_is_compiled_beside() -> None:
    assert output(None) == ["body 0.0", "body 0.0", "then 2.0"]


WARM_UP = "from core.service.worker_tasks.measuring import warm_up; print('begun', flush=True); warm_up()"


def _waits_for_a_lock(pid: int) -> bool:
    """Linux lists who waits for a lock with an arrow: ``1: -> FLOCK  ADVISORY  WRITE 4711 …``."""
    lines = Path("/proc/locks").read_text(encoding="utf-8").splitlines()
    return any(line.split()[1:3] == ["->", "FLOCK"] and str(pid) in line.split() for line in lines)


def test_a_warm_up_waits_while_another_process_compiles_into_the_same_folder(tmp_path: Path) -> None:
    """Two at once leave files that crash whoever loads them (numba issue 10128)."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    holding = os.open(tmp_path / COMPILING_LOCK_FILE, os.O_RDWR | os.O_CREAT)
    fcntl.flock(holding, fcntl.LOCK_EX)
    with subprocess.Popen(  # noqa: S603 - our own text
        [sys.executable, "-c", WARM_UP], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        while not _waits_for_a_lock(process.pid):
            assert process.poll() is None, "it has ended without waiting"
            time.sleep(0.05)
        process.kill()
    os.close(holding)
    assert list(tmp_path.rglob("*.nb?")) == []


TAKING = """
import sys
from pathlib import Path
from core.analysis.kernels import ahead
ahead.AHEAD_FOLDER = Path(sys.argv[1])
if sys.argv[2:]:
    ahead.compiled_ahead().mkdir(parents=True)
from core.analysis.kernels.jit import take_machine_code
take_machine_code()
import numpy as np
from core.analysis.kernels.jit import compiled
from core.analysis.kernels.hop_powers import hop_powers
run = compiled(hop_powers)
run(np.ones((1, 8), np.float32), 4, np.zeros((1, 2)), np.zeros(1))
print(ahead.compiled_ahead(), sum(run._run.stats.cache_hits.values()))
"""


def test_a_first_start_loads_what_was_compiled_at_the_installation(tmp_path: Path) -> None:
    def start(folder: Path, *more: str) -> list[str]:
        run = subprocess.run(  # noqa: S603 - our own text
            [sys.executable, "-c", TAKING, str(tmp_path / "installed"), *more],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
        )
        return run.stdout.split()

    ahead_folder, compiled_before = start(tmp_path / "compiling", "first")
    assert compiled_before == "0"
    shutil.copytree(tmp_path / "compiling", ahead_folder, dirs_exist_ok=True)

    assert start(tmp_path / "first start") == [ahead_folder, "1"]
