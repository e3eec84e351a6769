"""Messages of a prompt, and the callback that shows an answer while it is being written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. `role` is "system", "user" or "assistant"."""

    role: str
    content: str


ShowText = Callable[[str], Awaitable[None]]
"""Called with the part of an answer that may be shown; each call has all text so far."""
