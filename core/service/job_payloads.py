"""What a job and an outbox step carry, as JSON in their rows."""

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
    """A thread, forum post or voice chat: no thread can be made in it; the answer is posted there."""
    DIRECT = "direct"
    """A direct message with the bot."""
    TOKEN_ONLY = "token_only"
    """The bot is not a member there (user install): only the interaction's own token can answer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction or message a job came from.

    Attributes:
        token: the interaction token; None for messages. It is good for 15 minutes, and only Discord knows when they are
            over: the clock of this machine may be wrong.
        message_id: the bot's own response ("thinking …"), or, for a message that asked, that message.
        is_message: it was asked by a message, so there is no response of ours to edit.
        follows_owner: every message of the owner in that channel is meant for Earshot (their own thread or a DM).
        missing_permission: why no thread can be made, in Discord's words; None when one can.
        source_id: Discord's id of the interaction or message: what is older has nothing to do with it.
        asker_name: the display name of who asked, for the name of their thread. Untrusted.
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
        target: goes with the job: it may be removed from the server while the job waits.
        shown_in: Discord's id of the message that shows the track; None for that of a command.
        author_id: who wrote that message: another member may have asked.
        attachment_id: Discord's id of the track there.
        focus_said: the focus is what that message says, and goes with its words.
        notice_id: our reply to that message which says that the track was taken; None where there is none.
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
        """What is to be downloaded."""
        return tuple(filter(None, (self.track, self.reference)))

    def stored_as(self, files: Sequence[StoredFile]) -> "FeedbackPayload":
        """The same with its files in the store, in the order of `uploads`."""
        second = files[1] if len(files) > 1 else None
        return replace(self, track=None, reference=None, track_file=files[0], reference_file=second)

    def answered_by(self, message_id: int) -> "FeedbackPayload":
        """The same with the message that shows its progress."""
        return replace(self, origin=replace(self.origin, message_id=message_id))


@dataclass(frozen=True, slots=True)
class TargetPayload:
    """Payload of a TARGET job: tracks that become percentiles.

    Attributes:
        name: of the target, cleaned.
        made: the percentiles, once all tracks are measured; the files are gone then.
        left_out: a sentence for each track that could not be measured, or is there twice.
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
        """What is to be downloaded."""
        return self.tracks

    def stored_as(self, files: Sequence[StoredFile]) -> "TargetPayload":
        """The same with its files in the store, in the order of `uploads`."""
        return replace(self, tracks=(), files=tuple(files))

    def answered_by(self, message_id: int) -> "TargetPayload":
        """The same with the message that shows its progress."""
        return replace(self, origin=replace(self.origin, message_id=message_id))


UploadPayload = FeedbackPayload | TargetPayload


@dataclass(frozen=True, slots=True)
class QuestionPayload:
    """Payload of a QUESTION job.

    Attributes:
        message_id: the asker's message; None when asked through the button.
        withdrawn: the message was deleted: nothing is to be written any more.
        preview_id: our message that shows the answer as far as it is written.
        replaces: row id of the stored question that this one, edited, takes the place of.
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
class TargetStep:
    """Payload of POST_TARGET: a target was made, of so many tracks, without those in `left_out`."""

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
    """Payload of TELL_LOST: what could not be delivered; `error`: the words, where they are why nothing was made."""

    kind: StepKind
    conversation_id: int | None = None
    error: ErrorStep | None = None


@dataclass(frozen=True, slots=True)
class AnyPayload:
    """What the payload of every job has; all that there is in one of a REMOVAL."""

    origin: Origin


def origin_of_job(job: Job) -> Origin:
    """Where a job came from."""
    return from_json(AnyPayload, job.payload).origin


def upload_payload(job: Job) -> UploadPayload:
    """The payload of a job that has uploads."""
    if job.kind is JobKind.TARGET:
        return from_json(TargetPayload, job.payload)
    return from_json(FeedbackPayload, job.payload)


def kind_of(payload: UploadPayload) -> JobKind:
    """The kind of job that a payload is for."""
    return JobKind.TARGET if isinstance(payload, TargetPayload) else JobKind.FEEDBACK


def message_key(message_id: int) -> str:
    """The key of the job that a Discord message asked for."""
    return f"message:{message_id}"


def interaction_key(interaction_id: int) -> str:
    """The key of the job that a command, button or form asked for."""
    return f"interaction:{interaction_id}"


def lane(conversation_id: int) -> str:
    """The lane of everything that happens in one conversation: each job sees what the one before it stored."""
    return f"conversation:{conversation_id}"
