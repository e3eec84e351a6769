"""Conversation: the questions and answers after a review, as turns and a summary."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

QUESTIONS_PER_SUMMARY = 4
"""Answered questions since the last summary after which a new one is written."""


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation. `author_id` is the asker's Discord user id, None for Earshot."""

    role: Role
    text: str
    author_id: int | None
    at: datetime
    writer: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A cumulative summary: it includes every earlier one. `number` counts from 1."""

    number: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as a writer gets it: the latest summary and the turns since.

    Attributes:
        conversation_id: id of the conversation.
        turns: messages since the summary in time order, without the question that is being answered.
        summary: the latest summary; None before the first.
    """

    conversation_id: int
    turns: tuple[Turn, ...] = ()
    summary: Summary | None = None

    @property
    def questions_since_summary(self) -> int:
        """How many questions were asked since the last summary."""
        return sum(turn.role is Role.USER for turn in self.turns)
