"""Reads what the server sent, whole or in pieces: usable text, or the fault that makes it unusable."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from core.advice.model.chat_message import ShowText
from core.values.errors import ModelError, ModelFault


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of the model, the tokens of this request, and `tries`, the number of requests made for it."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    tries: int


@dataclass(slots=True)
class Heard:
    """A completion as it arrived. `fault` is set where its form is not that of a completion."""

    text: str | None = None
    finish_reason: str | None = None
    is_refusal: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    fault: ModelFault | None = None
    pieces: list[str] = field(default_factory=list)

    def count(self, usage: Any) -> None:
        """Store the tokens that the server counted."""
        self.prompt_tokens = _whole(getattr(usage, "prompt_tokens", None))
        self.completion_tokens = _whole(getattr(usage, "completion_tokens", None))

    def take(self, completion: Any) -> None:
        """Read a completion that came in one piece."""
        self.count(getattr(completion, "usage", None))
        choices = getattr(completion, "choices", None)
        if not isinstance(choices, list):
            # a proxy's page or another protocol: the SDK returns unknown forms unchanged
            self.fault = ModelFault.MALFORMED
            return
        message = getattr(choices[0], "message", None) if choices else None
        if message is None:
            self.fault = ModelFault.EMPTY
            return
        self.finish_reason = choices[0].finish_reason
        self.is_refusal = bool(getattr(message, "refusal", None))
        if message.content is None or isinstance(message.content, str):
            self.text = message.content
        else:
            self.fault = ModelFault.MALFORMED


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


async def heard_in_pieces(stream: AsyncIterator[Any], heard: Heard, show: ShowText) -> None:
    """Read a completion that comes in pieces.

    Args:
        stream: the pieces, as the SDK yields them.
        heard: filled with what has arrived, also when the stream breaks off.
        show: called with the whole text so far after each piece.
    """
    async for chunk in stream:
        if getattr(chunk, "usage", None) is not None:
            heard.count(chunk.usage)
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list):
            heard.fault = ModelFault.MALFORMED
            return
        for choice in choices[:1]:
            heard.finish_reason = choice.finish_reason or heard.finish_reason
            delta = getattr(choice, "delta", None)
            heard.is_refusal = heard.is_refusal or bool(getattr(delta, "refusal", None))
            piece = getattr(delta, "content", None)
            if isinstance(piece, str) and piece:
                heard.pieces.append(piece)
                heard.text = "".join(heard.pieces)
                await show(heard.text)
    if heard.finish_reason is None:
        # without a finish reason the answer is not complete
        heard.fault = ModelFault.EMPTY if heard.text is None else ModelFault.UNAVAILABLE


def reply_of(heard: Heard, tries: int) -> Reply:
    """The text of a completion.

    Raises:
        ModelError: EMPTY, REFUSED, TOO_LONG, MALFORMED or UNAVAILABLE.
    """
    if heard.fault is not None:
        raise ModelError(heard.fault)
    if heard.is_refusal or heard.finish_reason == "content_filter":
        raise ModelError(ModelFault.REFUSED)
    if heard.finish_reason == "length":
        raise ModelError(ModelFault.TOO_LONG)
    text = (heard.text or "").strip()
    if not text:
        raise ModelError(ModelFault.EMPTY)
    return Reply(text, heard.prompt_tokens, heard.completion_tokens, tries)
