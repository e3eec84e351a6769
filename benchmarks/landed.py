"""Measures the last landed commit in the same run, in a git worktree under build/ and a process of its own.

Times of another run are no basis for comparison: machines differ, and the load of one machine changes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "landed"

MAIN = ("origin/main", "main")
"""Branches that changes land on; the first that exists is used."""


def landed_commit() -> str | None:
    """The commit at which this branch left the main branch.

    Returns:
        Its hash; that of the commit before HEAD where all changes are landed; None outside of a clone.
    """
    for branch in MAIN:
        base = _git("merge-base", "HEAD", branch)
        if base is not None:
            changed = base != _git("rev-parse", "HEAD") or bool(_git("status", "--porcelain", "--untracked-files=no"))
            return base if changed else _git("rev-parse", "HEAD^")
    return None


def _git(*arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip() if done.returncode == 0 else None


class Landed:
    """A process of another commit with warm workers; it measures one file after another."""

    def __init__(self, commit: str) -> None:
        """Check the commit out, where that was not done before, and start its process.

        Raises:
            RuntimeError: it cannot be checked out, or its process does not start.
        """
        self._tree = FOLDER / commit[:12]
        if not self._tree.is_dir() and _git("worktree", "add", "--detach", str(self._tree), commit) is None:
            raise RuntimeError(f"git cannot check {commit} out")
        # -P keeps the folder of the script, which has this commit's modules, off the path
        process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-P", str(Path(__file__).with_name("landed_process.py"))],
            cwd=self._tree,
            env={**os.environ, "PYTHONPATH": str(self._tree)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        self._process, self._files, self._costs = process, process.stdin, process.stdout
        self._answer()

    def measure(self, path: Path) -> tuple[float, float, float]:
        """Wall seconds, processor seconds and peak MiB of the whole analysis of a file."""
        self._files.write(f"{path.absolute()}\n")
        self._files.flush()
        wall_s, cpu_s, peak_mib = self._answer()
        return wall_s, cpu_s, peak_mib

    def close(self) -> None:
        """End the process and remove the worktree."""
        self._process.communicate()
        _git("worktree", "remove", "--force", str(self._tree))

    def _answer(self) -> list[float]:
        line = self._costs.readline()
        if not line:
            raise RuntimeError("the process of the last landed commit has ended")
        numbers: list[float] = json.loads(line)
        return numbers
