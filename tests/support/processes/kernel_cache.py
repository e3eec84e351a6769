"""Compiled kernels of the tests: compiled once, before tests are divided, and copied for each process of pytest.

The bots and command lines that tests start share `KERNEL_CACHE`: their warm-up holds its lock. Tests compile what they
call without one, and two processes that compile one function into one folder spoil it (numba issue 10128).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.analysis.kernels.ahead import kernels_digest

ROOT = Path(__file__).resolve().parents[3]
CACHE_VARIABLE = "NUMBA_CACHE_DIR"
WARM_UP = "from core.service.worker_tasks.measuring import warm_up; warm_up()"


KERNEL_CACHE = ROOT / "build" / "test-kernels" / kernels_digest()


def compile_once() -> None:
    """Fill `KERNEL_CACHE` unless it is filled."""
    KERNEL_CACHE.mkdir(parents=True, exist_ok=True)
    if not any(KERNEL_CACHE.rglob("*.nbc")):
        environment = {**os.environ, CACHE_VARIABLE: str(KERNEL_CACHE), "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", WARM_UP], check=True, env=environment)  # noqa: S603 - our own text


def own_copy(process: str) -> Path:
    """The folder of one process of pytest, with what `KERNEL_CACHE` has when it is made."""
    folder = KERNEL_CACHE.with_name(f"{KERNEL_CACHE.name}-{process}")
    if not folder.exists():
        shutil.copytree(KERNEL_CACHE, folder)
    return folder
