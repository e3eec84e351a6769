"""Translates the SDK's errors into model faults, and finds the parameter that a server refuses."""

import re
from typing import Any

from core.advice.model.model_settings import REFUSABLE
from core.values.errors import ModelError, ModelFault

_NAMES_SCHEMA = re.compile(r"response_format|json_schema|json_object|structured output|guided", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context.?length|maximum context|too many tokens|prompt is too long|context window", re.IGNORECASE
)
_NO_MONEY = re.compile(r"insufficient_quota|billing|credit", re.IGNORECASE)

_BAD_REQUEST = frozenset({400, 422})


def fault_of(error: Exception) -> ModelError:
    """The model error for what the SDK raised; it holds none of the server's words."""
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APITimeoutError):
        return ModelError(ModelFault.TIMEOUT)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code, _words(error), error.response.headers.get("retry-after", ""))
    if isinstance(error, openai.APIResponseValidationError | ValueError | TypeError | AttributeError | LookupError):
        return ModelError(ModelFault.MALFORMED)
    return ModelError(ModelFault.UNAVAILABLE, cause=type(error).__name__)


def _of_status(status: int, words: str, retry_after: str) -> ModelError:
    if status in {401, 403}:
        return ModelError(ModelFault.REFUSED_KEY)
    if status == 429:
        if _NO_MONEY.search(words):
            # an exhausted quota does not recover by waiting: do not retry
            return ModelError(ModelFault.RATE_LIMITED, cause="quota", retry_after_s=float("inf"))
        is_number = retry_after.replace(".", "", 1).isdigit()
        return ModelError(ModelFault.RATE_LIMITED, **({"retry_after_s": float(retry_after)} if is_number else {}))
    if status in _BAD_REQUEST or status == 413:
        if status == 413 or _TOO_LONG.search(words):
            return ModelError(ModelFault.TOO_LONG, cause="context")
        return ModelError(ModelFault.REFUSED, cause=f"status {status}")
    if status == 404:
        return ModelError(ModelFault.REFUSED, cause="unknown model")
    return ModelError(ModelFault.UNAVAILABLE, cause=f"status {status}")


def refused_parameter(error: Exception, arguments: dict[str, Any]) -> str | None:
    """The optional parameter of the request that the server refuses; None where the error has another cause."""
    if getattr(error, "status_code", None) not in _BAD_REQUEST:
        return None
    words = _words(error)
    for name in REFUSABLE:
        is_named = getattr(error, "param", None) == name or f"'{name}'" in words
        if name in arguments and (is_named or (name == "response_format" and _NAMES_SCHEMA.search(words))):
            return name
    return None


def _words(error: Exception) -> str:
    return f"{error} {getattr(error, 'code', '')} {getattr(error, 'type', '')}"


def may_be_billed(error: Exception) -> bool:
    """Whether a failed request may have cost tokens: not where the server refused it or was never reached."""
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APIStatusError):
        return False
    return type(error.__cause__).__name__ not in {"ConnectError", "ConnectTimeout"}
