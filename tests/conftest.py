"""Fixtures every test may use, how tests are divided among workers, and the rule that in CI a skip is a failure."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.once import RUN_VARIABLE
from tests.support.processes.kernel_cache import CACHE_VARIABLE, KERNEL_CACHE, compile_once, own_copy
from tests.support.processes.shared_workers import start_shared_workers, stop_shared_workers
from tests.support.properties import register_profiles

register_profiles()

ROOT = Path(__file__).parents[1]

WAITING = "tests/wire/"
"""Tests that wait for processes more than they compute: they take turns with the others, so that the cores are busy."""

LONGEST_FIRST = (
    "tests/integration/faults/test_fault_table.py",
    "tests/conformance/",
    "tests/property/",
    "tests/integration/",
)
"""What is begun first of the others, so that no worker is left alone with it at the end; then they come by name."""

TOLD = "told"
"""Name of the property that carries a line for the end of the run."""

_made_here: list[Path] = []


@pytest.fixture(scope="session")
def test_audio() -> Path:
    """The folder of real music that EARSHOT_TEST_AUDIO names; the test skips where it is unset."""
    folder = os.environ.get("EARSHOT_TEST_AUDIO")
    if not folder:
        pytest.skip("EARSHOT_TEST_AUDIO is not set: no real music to read")
    path = Path(folder)
    if not (path / "manifest.csv").is_file():
        pytest.fail(f"EARSHOT_TEST_AUDIO names {folder}, which has no manifest.csv")
    return path


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keeps a line (a score, a distribution) that is printed at the end of the run, whichever worker it comes from."""
    return lambda line: record_property(TOLD, line)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run, which workers inherit, and compile what they share before any of them is started."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker is None:
        folder = Path(tempfile.mkdtemp(prefix="earshot-test-run-"))
        _made_here.append(folder)
        os.environ[RUN_VARIABLE] = str(folder)
        KERNEL_CACHE.mkdir(parents=True, exist_ok=True)
        if config.getoption("numprocesses", None) and not config.option.collectonly:
            compile_once()
            start_shared_workers()
    os.environ[CACHE_VARIABLE] = str(own_copy(worker or "alone"))


def pytest_unconfigure() -> None:
    """Remove it, and end what worked for the whole run."""
    stop_shared_workers()
    for folder in _made_here:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; files that wait and files that compute take turns."""
    files = list(dict.fromkeys(_file_of(item) for item in items))
    waiting = [file for file in files if file.startswith(WAITING)]
    computing = sorted((file for file in files if not file.startswith(WAITING)), key=_rank)
    places = {file: 2 * place for place, file in enumerate(waiting)}
    places |= {file: 2 * place + 1 for place, file in enumerate(computing)}
    items.sort(key=lambda item: places[_file_of(item)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Divide tests between workers by file."""
    from tests.support.by_file import ByFile

    return ByFile(config, log)


def _file_of(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT).as_posix()


def _rank(file: str) -> int:
    return next((rank for rank, start in enumerate(LONGEST_FIRST) if file.startswith(start)), len(LONGEST_FIRST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests had to tell."""
    reports = [report for group in terminalreporter.stats.values() for report in group]
    lines = [
        str(value)
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == TOLD
    ]
    if lines:
        terminalreporter.section("measured on real music and synthesised keys")
        for line in sorted(lines):
            terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With EARSHOT_NO_SKIPS set, a run that skipped anything has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if os.environ.get("EARSHOT_NO_SKIPS") and skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{skipped} tests were skipped, and EARSHOT_NO_SKIPS is set: this run has failed")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
