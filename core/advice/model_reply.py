"""From the SDK's completion to text that can be used, or the reason why it cannot."""

import json
from dataclasses import dataclass
from typing import Any

from core.errors import ModelError, ModelFault


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, and what it cost. `tries` counts the requests made."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    tries: int


def reply_of(completion: Any, tries: int, *, wants_json: bool) -> Reply:
    """The text of a completion.

    Raises:
        ModelError: EMPTY, REFUSED, TOO_LONG or MALFORMED.
    """
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list):
        # a proxy's page or another protocol: the SDK hands unknown shapes through as they are
        raise ModelError(ModelFault.MALFORMED)
    if not choices or getattr(choices[0], "message", None) is None:
        raise ModelError(ModelFault.EMPTY)
    choice = choices[0]
    if getattr(choice.message, "refusal", None) or choice.finish_reason == "content_filter":
        raise ModelError(ModelFault.REFUSED)
    content = choice.message.content
    if content is not None and not isinstance(content, str):
        raise ModelError(ModelFault.MALFORMED)
    text = (content or "").strip()
    if choice.finish_reason == "length":
        raise ModelError(ModelFault.TOO_LONG)
    if not text:
        raise ModelError(ModelFault.EMPTY)
    usage = getattr(completion, "usage", None)
    return Reply(
        json_object(text) if wants_json else text,
        getattr(usage, "prompt_tokens", None) or 0,
        getattr(usage, "completion_tokens", None) or 0,
        tries,
    )


def json_object(text: str) -> str:
    """The JSON object in an answer, which may be wrapped in a code fence or in words.

    Raises:
        ModelError: MALFORMED, there is none.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        value = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except (json.JSONDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelError(ModelFault.MALFORMED)
    return text[start : end + 1]
