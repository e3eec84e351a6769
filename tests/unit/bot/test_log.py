"""Logging hides secrets by value, tracebacks included."""

import logging
import sys

import pytest

from bot.log import configure_logging


@pytest.fixture(autouse=True)
def _restore_root_logger():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_secret_in_a_traceback_is_masked(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    configure_logging("INFO", ("canary-token", None))
    logging.getLogger().handlers[0].setStream(sys.stderr)

    try:
        raise RuntimeError("login with canary-token failed")
    except RuntimeError:
        logging.getLogger("earshot").exception("token was %s", "canary-token")

    printed = capsys.readouterr().err
    assert "canary" not in printed
    assert printed.count("***") >= 2
