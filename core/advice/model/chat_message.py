"""Messages of a prompt, and who is shown its answer as it grows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. `role` is "system" or "user"."""

    role: str
    content: str


ShowText = Callable[[str], Awaitable[None]]
"""Told the text of an answer as far as it may be shown; each call brings everything so far."""
