"""Values of the advice layer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.review import WrittenBy

MayCallModel = Callable[[], Awaitable[bool]]
"""Asked before every call to the model; reserves the call it allows."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. `role` is "system" or "user"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a summary. `note` says who wrote it, in words for the producer."""

    text: str
    writer: WrittenBy
    note: str
