"""Fixtures every test may use, and the rule that in CI a skip is a failure."""

import os
from pathlib import Path

import pytest


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


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With EARSHOT_NO_SKIPS set, a run that skipped anything has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if os.environ.get("EARSHOT_NO_SKIPS") and skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{skipped} tests were skipped, and EARSHOT_NO_SKIPS is set: this run has failed")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
