"""The arguments of one request to the model, and the tokens that it can cost. Pure functions."""

import json
from collections.abc import Collection
from typing import Any

from core.advice.model.chat_message import ChatMessage
from core.advice.model.model_settings import ModelSettings

CHARACTERS_PER_TOKEN = 4
"""Characters of English per token (OpenAI's rule of thumb); numbers and JSON have slightly fewer."""

FRAME_TOKENS = 16
"""Tokens that a chat template adds to each message, rounded up (OpenAI's cookbook counts 3 to 4)."""


def arguments_of(
    settings: ModelSettings,
    refused: Collection[str],
    messages: list[ChatMessage],
    schema: dict[str, Any] | None,
    *,
    stream: bool,
) -> dict[str, Any]:
    """The arguments of a request.

    Args:
        settings: model, temperature and longest output.
        refused: parameters that this server has refused before; they are left out or have their new name.
        messages: the prompt.
        schema: JSON schema of the answer; None for prose.
        stream: whether the answer is to come in pieces.
    """
    limit = "max_completion_tokens" if "max_tokens" in refused else "max_tokens"
    arguments: dict[str, Any] = {
        "model": settings.model,
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "temperature": settings.temperature,
        limit: settings.max_output_tokens,
    }
    if schema is not None:
        json_schema = {"name": "plan", "strict": True, "schema": schema}
        arguments["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    if stream and "stream" not in refused:
        arguments["stream"] = True
        arguments["stream_options"] = {"include_usage": True}
    return {name: value for name, value in arguments.items() if name not in refused}


def tokens_max(arguments: dict[str, Any]) -> int:
    """The most tokens that a request can cost: no tokeniser makes more tokens than the text has bytes."""
    sent = json.dumps([arguments["messages"], arguments.get("response_format")], ensure_ascii=False)
    return len(sent.encode()) + FRAME_TOKENS * len(arguments["messages"]) + _output_max(arguments)


def tokens_likely(arguments: dict[str, Any]) -> int:
    """Estimated tokens of a request whose answer is as long as it may be."""
    sent = sum(len(message["content"]) for message in arguments["messages"])
    return sent // CHARACTERS_PER_TOKEN + _output_max(arguments)


def _output_max(arguments: dict[str, Any]) -> int:
    return int(arguments.get("max_tokens") or arguments.get("max_completion_tokens") or 0)
