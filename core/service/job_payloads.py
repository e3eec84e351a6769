"""The payloads of jobs and outbox steps, stored as JSON in their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.targets.named import NamedTarget
from core.values.job import Job, JobKind, StepKind
from core.values.request import ReviewRequest
from core.values.serial import from_json


class Place(StrEnum):
    """Where a command was used, which decides how its result can be shown (Discord facts in `cogs.context`)."""

    THREADABLE = "threadable"
    """A text channel: a thread is made from the response."""
    IN_PLACE = "in_place"
    """A thread, forum post or voice chat: no thread can be made in it, so the answer is posted there."""
    DIRECT = "direct"
    """A direct message with the bot."""
    TOKEN_ONLY = "token_only"
    """The bot is not a member there (user install): only the interaction's own token can answer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction or message a job came from.

    Attributes:
        token: the interaction token; None for messages. It is valid for 15 minutes; only Discord can tell when it has
            expired, because the clock of this machine may be wrong.
        message_id: Discord's id of the bot's response ("thinking …") to an interaction, or of the message that asked.
        is_message: whether a message asked, so that there is no response of ours to edit.
        follows_owner: every message of the owner in that channel is meant for Earshot (their own thread or a DM).
        missing_permission: Discord's name of the missing permission because of which no thread can be made, or None.
        source_id: Discord's id of the interaction or message: older messages do not belong to the conversation.
        asker_name: the display name of the person who asked, for the name of their thread. Untrusted.
    """

    application_id: int
    channel_id: int
    place: Place
    token: str | None = None
    message_id: int | None = None
    is_message: bool = False
    follows_owner: bool = False
    missing_permission: str | None = None
    source_id: int = 0
    asker_name: str | None = None


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
    """Payload of a FEEDBACK job. `conversation_id` is set when this is the next version of a known track.

    Attributes:
        target: the chosen target; a copy, because it may be removed from the server while the job waits.
        shown_in: Discord's id of the message that shows the track; None if the track came with a command.
        author_id: Discord's id of that message's author, who need not be the member who asked.
        attachment_id: Discord's id of the track's attachment there.
        focus_said: the focus is the text of that message, and is changed or deleted with it.
        notice_id: Discord's id of our reply to that message which says that the track was taken, or None.
    """

    request: ReviewRequest
    origin: Origin
    track: Attachment | None
    reference: Attachment | None = None
    track_file: StoredFile | None = None
    reference_file: StoredFile | None = None
    conversation_id: int | None = None
    target: NamedTarget | None = None
    shown_in: int | None = None
    attachment_id: int | None = None
    focus_said: bool = False
    notice_id: int | None = None
    author_id: int | None = None

    @property
    def uploads(self) -> tuple[Attachment, ...]:
        """The attachments to download: the track, then the reference if there is one."""
        return tuple(filter(None, (self.track, self.reference)))

    def stored_as(self, files: Sequence[StoredFile]) -> "FeedbackPayload":
        """The payload with stored files in place of its uploads; `files` are in the order of `uploads`."""
        second = files[1] if len(files) > 1 else None
        return replace(self, track=None, reference=None, track_file=files[0], reference_file=second)

    def answered_by(self, message_id: int) -> "FeedbackPayload":
        """The payload with the id of the message that shows its progress."""
        return replace(self, origin=replace(self.origin, message_id=message_id))


@dataclass(frozen=True, slots=True)
class TargetPayload:
    """Payload of a TARGET job, which makes percentiles of tracks.

    Attributes:
        name: the target's name, cleaned (`core.targets.named.target_name`).
        made: the target with its percentiles; None until all tracks are measured. The files are deleted then.
        left_out: a sentence for each track that could not be measured, or was given twice.
    """

    name: str
    origin: Origin
    tracks: tuple[Attachment, ...] = ()
    files: tuple[StoredFile, ...] = ()
    genre_id: str | None = None
    made: NamedTarget | None = None
    left_out: tuple[str, ...] = ()

    @property
    def uploads(self) -> tuple[Attachment, ...]:
        """The attachments to download."""
        return self.tracks

    def stored_as(self, files: Sequence[StoredFile]) -> "TargetPayload":
        """The payload with stored files in place of its uploads; `files` are in the order of `uploads`."""
        return replace(self, tracks=(), files=tuple(files))

    def answered_by(self, message_id: int) -> "TargetPayload":
        """The payload with the id of the message that shows its progress."""
        return replace(self, origin=replace(self.origin, message_id=message_id))


UploadPayload = FeedbackPayload | TargetPayload


@dataclass(frozen=True, slots=True)
class QuestionPayload:
    """Payload of a QUESTION job.

    Attributes:
        message_id: Discord's id of the asker's message; None when asked with the button.
        withdrawn: the message was deleted, so no answer is to be written.
        preview_id: Discord's id of our message that shows the answer as far as it is written.
        replaces: row id of the stored question that this edited one replaces.
    """

    conversation_id: int
    question: str
    origin: Origin
    message_id: int | None = None
    withdrawn: bool = False
    preview_id: int | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class SummaryPayload:
    """Payload of a SUMMARY job. `automatic`: nobody asked for it, so it is not written if it is not due any more."""

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

    `message_row_id` is the row id of the stored answer, None for a summary; `preview_id` is Discord's id of our message
    that shows the beginning of the answer; `idea` is shown behind the text under its own label;
    `language` is that of the review.
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
    idea: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class TargetStep:
    """Payload of POST_TARGET: name and number of tracks of a new target, and a sentence for each track left out."""

    name: str
    tracks: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorStep:
    """Payload of REPORT_ERROR: one sentence for the person who asked."""

    sentence: str
    reference: str


@dataclass(frozen=True, slots=True)
class LostStep:
    """Payload of TELL_LOST: the kind of the undeliverable step. `error` is its payload if it was a REPORT_ERROR."""

    kind: StepKind
    conversation_id: int | None = None
    error: ErrorStep | None = None


@dataclass(frozen=True, slots=True)
class AnyPayload:
    """The part that the payloads of all jobs have in common; the whole payload of a REMOVAL job."""

    origin: Origin


def origin_of_job(job: Job) -> Origin:
    """The interaction or message that a job came from."""
    return from_json(AnyPayload, job.payload).origin


def upload_payload(job: Job) -> UploadPayload:
    """The payload of a job with uploads."""
    if job.kind is JobKind.TARGET:
        return from_json(TargetPayload, job.payload)
    return from_json(FeedbackPayload, job.payload)


def kind_of(payload: UploadPayload) -> JobKind:
    """The kind of job that a payload is for."""
    return JobKind.TARGET if isinstance(payload, TargetPayload) else JobKind.FEEDBACK


def message_key(message_id: int) -> str:
    """The key of the job that comes from a Discord message."""
    return f"message:{message_id}"


def interaction_key(interaction_id: int) -> str:
    """The key of the job that comes from an interaction (command, button or form)."""
    return f"interaction:{interaction_id}"


def lane(conversation_id: int) -> str:
    """The lane of all jobs of a conversation, so that each sees what the one before it stored."""
    return f"conversation:{conversation_id}"
