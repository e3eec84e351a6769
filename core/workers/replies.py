"""Replies of a child: bytes, the first of which gives their kind. The parent does not trust them.

A child that a hostile file has taken over can send anything. It can choose between our errors and fill in their facts;
it cannot name any other class, run code here, or send an error that has no sentence.
"""

import json
import math
import re
from enum import StrEnum
from typing import Any

from core.text.error_sentences import say
from core.values.errors import (
    DependencyCode,
    DependencyError,
    EarshotError,
    Fact,
    InputCode,
    InputError,
    LimitCode,
    LimitError,
    NotFoundError,
    UsageCode,
    UsageError,
)

RESULT = b"R"
ERROR = b"E"
CRASH = b"C"
MEMORY = b"M"
"""First byte of a reply: a result, an error of ours as JSON, the traceback of a bug as text, or out of memory."""

TRACEBACK_MAX_CHARACTERS = 4_000
ERROR_MAX_BYTES = 16_384
FACT_MAX_CHARACTERS = 500

_ERRORS: dict[str, tuple[type[EarshotError], type[StrEnum]]] = {
    "InputError": (InputError, InputCode),
    "UsageError": (UsageError, UsageCode),
    "NotFoundError": (NotFoundError, UsageCode),
    "LimitError": (LimitError, LimitCode),
    "DependencyError": (DependencyError, DependencyCode),
}
"""Errors that a job may raise, by name. Names from a child are looked up here only."""

_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\U0010ffff]")
"""Control characters, line and direction marks, and surrogates."""


def encode_error(error: EarshotError) -> bytes:
    """An error of ours as JSON; a subclass that is not in the list is encoded as its base."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    value = {"class": name, "code": error.code.value, "facts": error.facts}
    return json.dumps(value, default=_plain).encode()


def decode_error(data: bytes) -> EarshotError:
    """The error that `encode_error` encoded, with its class.

    Raises:
        ValueError: the child sent something else.
    """
    if len(data) > ERROR_MAX_BYTES:
        raise ValueError("too long for an error of ours")
    try:
        value = json.loads(data)
        kind, codes = _ERRORS[value["class"]]
        error: EarshotError = EarshotError.__new__(kind)
        EarshotError.__init__(error, codes(value["code"]), **_facts(value["facts"]))
        say(error)
    except (KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as cause:
        raise ValueError("not an error of ours") from cause
    return error


def decode_traceback(data: bytes) -> str:
    """The traceback of a bug, shortened and without control characters: it is written to the operator's terminal."""
    return _CONTROL.sub("�", data[: 4 * TRACEBACK_MAX_CHARACTERS].decode(errors="replace"))[:TRACEBACK_MAX_CHARACTERS]


def _facts(facts: Any) -> dict[str, Fact]:
    if not isinstance(facts, dict):
        raise TypeError("facts are named")
    for name, fact in facts.items():
        if not _FACT_NAME.fullmatch(name) or name in {"self", "code"}:
            raise ValueError("not the name of a fact")
        if isinstance(fact, str) and len(fact) <= FACT_MAX_CHARACTERS and not _CONTROL.search(fact):
            continue
        if not isinstance(fact, int | float) or not math.isfinite(fact):
            raise ValueError("not a fact")
    return facts


def _plain(value: Any) -> Any:
    """Convert numbers of numpy, which JSON cannot encode, and anything else to text, so that encoding does not fail."""
    return value.item() if hasattr(value, "item") else str(value)
