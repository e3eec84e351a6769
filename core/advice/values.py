"""Values of the advice layer, and who pays for a request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.review import WrittenBy


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt. `role` is "system" or "user"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request that may be sent: its budget is reserved. `tokens_max` is the most it can cost."""

    model: str
    day: date
    tokens_max: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request has cost, as far as that is known.

    Attributes:
        answered: the server sent a completion (which may still be of no use).
        prompt_tokens: as the server counted them; 0 where it did not.
        completion_tokens: as the server counted them; 0 where it did not.
        held_tokens: what may have been spent without being reported: an answer that never arrived whole, or a server
            that does not count. Weighs on the budget, not on the bill.
    """

    answered: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    held_tokens: int = 0


class Meter(Protocol):
    """Asked before every request to the model, told after it."""

    async def reserve(self, model: str, tokens_max: int) -> Ticket:
        """Reserve one request.

        Raises:
            ModelError: BUDGET or SWITCHED_OFF; nothing may be sent.
        """

    async def settle(self, ticket: Ticket, spent: Spent) -> None:
        """The request is over. One that is never settled (a crash) keeps what it reserved."""


ShowText = Callable[[str], Awaitable[None]]
"""Told the text of an answer as far as it may be shown; each call brings everything so far."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a summary.

    Attributes:
        text: what is shown.
        writer: who wrote it.
        note: who wrote it, in words for the producer.
        answered: False where it only says that this cannot be answered here.
    """

    text: str
    writer: WrittenBy
    note: str
    answered: bool = True
