"""Logging: configured once, to stderr, with secrets masked by value."""

import logging
import sys
from collections.abc import Iterable


class _MaskSecrets(logging.Formatter):
    """A formatter that replaces known secrets wherever they appear, tracebacks included."""

    def __init__(self, format_: str, secrets: Iterable[str]) -> None:
        super().__init__(format_, datefmt="%Y-%m-%dT%H:%M:%S%z")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


MODEL_LOG = "core.advice.model.call_log"
"""Name of the logger that records calls to the model word for word."""


def configure_logging(level: str, secrets: Iterable[str | None], *, model_log: bool = False) -> None:
    """Log to stderr at `level`; discord.py and other verbose libraries at WARNING.

    With `model_log`, every call to the model is logged word for word at any `level`.

    Raises:
        ValueError: `level` is not a level name.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _MaskSecrets("%(asctime)s %(levelname)s %(name)s: %(message)s", [secret for secret in secrets if secret])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("discord", "httpx", "httpx2", "openai", "alembic", "matplotlib", "numba"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger(MODEL_LOG).setLevel(logging.DEBUG if model_log else logging.WARNING)
