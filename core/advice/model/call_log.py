"""Logs calls to the model in full; silent unless its logger is set to DEBUG.

Requests hold no key: it is sent in a header that is not logged. `bot.log` masks secrets by value as well.
"""

import json
import logging
from typing import Any

from core.advice.model.reply import Heard
from core.values.errors import ModelError

log = logging.getLogger(__name__)


def sent(arguments: dict[str, Any]) -> None:
    """Log a request with all its messages."""
    if not log.isEnabledFor(logging.DEBUG):
        return
    rest = {name: value for name, value in arguments.items() if name != "messages"}
    said = "\n".join(f"[{message['role']}]\n{message['content']}" for message in arguments["messages"])
    log.debug("to the model: %s\n%s", json.dumps(rest, ensure_ascii=False), said)


def heard(answer: Heard) -> None:
    """Log what the model sent, before any check."""
    log.debug(
        "from the model: %d + %d tokens, ended by %s\n%s",
        answer.prompt_tokens,
        answer.completion_tokens,
        answer.finish_reason,
        answer.text,
    )


def failed(error: ModelError) -> None:
    """Log that nothing usable came back."""
    log.debug("from the model: nothing (%s)", error)
