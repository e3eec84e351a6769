"""What a job and an outbox step carry, as JSON in their rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.request import ReviewRequest


class Place(StrEnum):
    """Where a command was used, which decides how its result can be shown (Discord facts in `cogs.places`)."""

    THREADABLE = "threadable"
    """A text channel: a thread is made from the response."""
    IN_PLACE = "in_place"
    """A thread, forum post or voice chat: no thread can be made in it; the answer is posted there."""
    DIRECT = "direct"
    """A direct message with the bot."""
    TOKEN_ONLY = "token_only"
    """The bot is not a member there (user install): only the interaction's own token can answer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction or message a job came from.

    Attributes:
        token: the interaction token, good for 15 minutes; None for messages.
        message_id: the bot's own response ("thinking …"), or, for a message that asked, that message.
        is_message: it was asked by a message, so there is no response of ours to edit.
        follows_owner: every message of the owner in that channel is a question (their own thread or a DM).
        missing_permission: why no thread can be made, in Discord's words; None when one can.
    """

    application_id: int
    channel_id: int
    place: Place
    token: str | None = None
    token_expires_at: datetime | None = None
    message_id: int | None = None
    is_message: bool = False
    follows_owner: bool = False
    missing_permission: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as Discord offers it. The name is untrusted and never shown to others; the URL expires."""

    url: str
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An upload in the blob store."""

    content_hash: str
    path: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FeedbackPayload:
    """Payload of a FEEDBACK job. `conversation_id` is set when this is the next version of a known track."""

    request: ReviewRequest
    origin: Origin
    track: Attachment | None
    reference: Attachment | None = None
    track_file: StoredFile | None = None
    reference_file: StoredFile | None = None
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionPayload:
    """Payload of a QUESTION job.

    Attributes:
        message_id: the asker's message; None when asked through the button.
        withdrawn: the message was deleted: nothing is to be written any more.
        preview_id: our message that shows the answer as far as it is written.
    """

    conversation_id: int
    question: str
    origin: Origin
    message_id: int | None = None
    withdrawn: bool = False
    preview_id: int | None = None


@dataclass(frozen=True, slots=True)
class SummaryPayload:
    """Payload of a SUMMARY job. `automatic`: nobody asked for it, so one that is not due any more is left out."""

    conversation_id: int
    origin: Origin
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """Payload of OPEN_THREAD, POST_REVIEW, ATTACH_REPORT and CLOSE_PROGRESS."""

    conversation_id: int
    review_id: int


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """Payload of POST_ANSWER and POST_SUMMARY.

    `message_row_id` is the stored answer, None for a summary; `preview_id` our message that shows its beginning.
    """

    conversation_id: int
    text: str
    message_row_id: int | None = None
    reply_to: int | None = None
    quote: str | None = None
    asker_id: int | None = None
    note: str | None = None
    number: int | None = None
    preview_id: int | None = None


@dataclass(frozen=True, slots=True)
class ErrorStep:
    """Payload of REPORT_ERROR: one sentence for the person who asked."""

    sentence: str
    reference: str


def message_key(message_id: int) -> str:
    """The key of the job that a Discord message asked for."""
    return f"message:{message_id}"


def lane(conversation_id: int) -> str:
    """The lane of everything that happens in one conversation: each job sees what the one before it stored."""
    return f"conversation:{conversation_id}"
