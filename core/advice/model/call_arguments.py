"""One request to the model as it is sent, and how many tokens it can cost. Pure."""

import json
from collections.abc import Collection
from typing import Any

from core.advice.model.chat_message import ChatMessage
from core.advice.model.model_settings import ModelSettings

CHARACTERS_PER_TOKEN = 4
"""OpenAI's rule of thumb for English; numbers and JSON take a little more."""

FRAME_TOKENS = 16
"""What a chat template adds around each message, rounded up (OpenAI's cookbook counts 3 to 4)."""


def arguments_of(
    settings: ModelSettings,
    refused: Collection[str],
    messages: list[ChatMessage],
    schema: dict[str, Any] | None,
    *,
    stream: bool,
) -> dict[str, Any]:
    """What is sent. Parameters that this server has refused before are left out or called by their new name."""
    limit = "max_completion_tokens" if "max_tokens" in refused else "max_tokens"
    arguments: dict[str, Any] = {
        "model": settings.model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "temperature": settings.temperature,
        limit: settings.max_output_tokens,
    }
    if schema is not None:
        json_schema = {"name": "review", "strict": True, "schema": schema}
        arguments["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    if stream and "stream" not in refused:
        arguments["stream"] = True
        arguments["stream_options"] = {"include_usage": True}
    return {name: value for name, value in arguments.items() if name not in refused}


def tokens_max(arguments: dict[str, Any]) -> int:
    """The most tokens a request can cost: no tokeniser makes more tokens than there are bytes."""
    sent = json.dumps([arguments["messages"], arguments.get("response_format")], ensure_ascii=False)
    return len(sent.encode()) + FRAME_TOKENS * len(arguments["messages"]) + _output_max(arguments)


def tokens_likely(arguments: dict[str, Any]) -> int:
    """What a request costs whose answer is as long as it may be."""
    sent = sum(len(message["content"]) for message in arguments["messages"])
    return sent // CHARACTERS_PER_TOKEN + _output_max(arguments)


def _output_max(arguments: dict[str, Any]) -> int:
    return int(arguments.get("max_tokens") or arguments.get("max_completion_tokens") or 0)
