"""Logging hides secrets by value, tracebacks included."""

import logging
import sys

import pytest

from bot.log import MODEL_LOG, configure_logging
from core.advice.model import call_log
from core.advice.model.reply import Heard
from core.values.errors import ModelError, ModelFault


@pytest.fixture(autouse=True)
def _restore_root_logger():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger(MODEL_LOG).setLevel(logging.NOTSET)


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


@pytest.mark.parametrize("is_on", [True, False])
def test_calls_to_the_model_are_shown_word_for_word_only_where_asked_for(
    capsys: pytest.CaptureFixture[str], is_on: bool
) -> None:
    configure_logging("WARNING", ("canary-key",), model_log=is_on)
    logging.getLogger().handlers[0].setStream(sys.stderr)
    messages = [
        {"role": "system", "content": "You are a mixing engineer."},
        {"role": "user", "content": "DATA …\nmy canary-key"},
    ]

    call_log.sent({"model": "m", "temperature": 0.3, "messages": messages})
    call_log.heard(Heard(text="Turn it\ndown.", finish_reason="stop", prompt_tokens=7, completion_tokens=3))
    call_log.failed(ModelError(ModelFault.TIMEOUT))

    printed = capsys.readouterr().err
    wanted = (
        "[system]\nYou are a mixing engineer.",
        "[user]\nDATA …\nmy ***",
        "Turn it\ndown.",
        "7 + 3 tokens",
        "timeout",
    )
    assert all((text in printed) is is_on for text in wanted)
    assert "canary" not in printed
