"""The `earshot` command as a person runs it: a process of its own, with an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.once import RUN_VARIABLE
from tests.support.processes.bot_process import REMEMBERING_SITE
from tests.support.processes.forked import run_forked
from tests.support.processes.kernel_cache import KERNEL_CACHE, ROOT
from tests.support.processes.shared_workers import start_shared_workers

TIMEOUT_S = 240.0

AT_START = ("PYTHON", "LANG", "LC_", "LD_", "MALLOC")
"""Beginnings of the names of what the interpreter and the C library read once, at their start."""


def prepare_data_dir(folder: Path) -> Path:
    """A data folder whose compiled kernels are shared by all tests of this checkout."""
    (folder / "cache").symlink_to(KERNEL_CACHE)
    return folder


def earshot(
    data_dir: Path, *arguments: str | Path, environment: Mapping[str, str] | None = None, own_workers: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run `earshot` with these arguments and nothing in its environment but what is given.

    `own_workers`: it starts its own, as in use, and not those that a test run shares.
    """
    path = [str(ROOT)]
    if not own_workers and RUN_VARIABLE in os.environ:
        start_shared_workers()
        path.insert(0, str(REMEMBERING_SITE))
    given = {"PATH": os.environ["PATH"], "HOME": str(data_dir), "EARSHOT_DATA_DIR": str(data_dir)}
    if RUN_VARIABLE in os.environ:
        given[RUN_VARIABLE] = os.environ[RUN_VARIABLE]
    everything = {**given, "PYTHONPATH": os.pathsep.join(path), "COLUMNS": "120", **(environment or {})}
    # what the interpreter reads at its start cannot be changed in a fork
    is_forked = len(path) > 1 and not any(name.startswith(AT_START) for name in environment or {})
    if is_forked:
        return run_forked(REMEMBERING_SITE, data_dir, everything, [str(part) for part in arguments], TIMEOUT_S)
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *map(str, arguments)],
        cwd=data_dir,
        env=everything,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
