"""Compiling kernels: where machine code is kept, and who compiles it."""

import os
import subprocess
import sys
from pathlib import Path

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
