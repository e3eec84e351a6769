"""Results of the storage: stored values with the ids of their rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.analysis.measurements import Analysis
from core.diagnosis.findings import Diagnosis
from core.review import Review
from core.targets.named import TargetComparison
from core.values.actor import Actor
from core.values.conversation import Summary, Turn
from core.values.request import ReviewRequest


@dataclass(frozen=True, slots=True)
class StoredAnalysis:
    """An analysis and the frames it was made from, in their stored form."""

    analysis_id: int
    analysis: Analysis
    frames: bytes


@dataclass(frozen=True, slots=True)
class Track:
    """A track. `number` counts from 1 for each owner in each guild."""

    track_id: int
    number: int
    project_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version (one bounce) of a track. `number` counts from 1 in each track."""

    version_id: int
    number: int
    analysis_id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class StoredReview:
    """A review with everything it was written from."""

    review_id: int
    request: ReviewRequest
    diagnosis: Diagnosis
    review: Review
    analysis: Analysis
    reference: Analysis | None
    track_number: int
    version_number: int
    track_id: int
    version_id: int
    owner_id: int
    created_at: datetime
    target: TargetComparison | None = None
    reference_analysis_id: int | None = None


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """One line of a guild's list of targets."""

    name: str
    tracks: int
    genre_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """One line of a list of reviews."""

    review_id: int
    request: ReviewRequest
    verdict: str
    track_id: int
    track_number: int
    track_title: str
    version_number: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BlobFile:
    """A file in the blob store: its name there, the SHA-256 of its content (hex) and its size in bytes."""

    path: str
    content_hash: str
    size: int


@dataclass(frozen=True, slots=True)
class BlobRow:
    """The row of a stored file: its id, and the file's name in the blob store."""

    blob_id: int
    path: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation without its messages.

    Attributes:
        channel_id: the thread or channel of the conversation; None before its thread is made, after a newer
            conversation of the owner has taken the channel, and where messages do not reach Earshot.
        review_id: its current review.
        hinted: its owner was told how to ask.
        follows_owner: every message of the owner in the channel is meant for Earshot.
        floor_id: Discord's id of the message or interaction it began with; older messages do not belong to it.
        review_channel_id: the channel in which its review is shown, even if a newer conversation has taken that
            channel; None while the review is not shown.
    """

    conversation_id: int
    guild_id: int | None
    owner_id: int
    channel_id: int | None
    review_id: int
    hinted: bool
    follows_owner: bool
    floor_id: int
    review_channel_id: int | None

    def may_ask(self, user_id: int, channel_id: int) -> bool:
        """Whether this member of its guild may ask about the track in this channel.

        Everybody may where the review is shown; elsewhere only the owner may, because others there have not seen the
        review and perhaps must not.
        """
        return user_id == self.owner_id or channel_id == self.review_channel_id

    @property
    def owner(self) -> Actor:
        """The owner as an actor, with all rights to the conversation."""
        return Actor(self.guild_id, self.owner_id)


class Transcript(NamedTuple):
    """Messages and summaries of a conversation, the oldest first."""

    turns: tuple[Turn, ...]
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A member's question: Discord's id of its message, and its text."""

    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """Discord's ids of a message that Earshot posted and of its channel."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class DeletedThere:
    """What was deleted with a channel.

    Attributes:
        conversation_ids: ids of the deleted conversations.
        paths: paths of blobs that must be deleted from disk after the commit.
    """

    conversation_ids: tuple[int, ...]
    paths: tuple[str, ...]


class FileOfOwner(NamedTuple):
    """The SHA-256 of a file's content (hex), with its guild (0 = none) and owner."""

    tenant_id: int
    owner_id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A stored question. `answer_message_id` is Discord's id of its answer's message; None before that is posted."""

    row_id: int
    conversation_id: int
    author_id: int | None
    text: str
    answer_message_id: int | None


@dataclass(frozen=True, slots=True)
class DayBudget:
    """The language model's budget for a day.

    Attributes:
        guild_calls: most requests of the guild (in direct messages: of the person).
        user_calls: most requests of one person in the guild.
        guild_tokens: most tokens, sent and received, of the guild (in direct messages: of the person).
    """

    guild_calls: int
    user_calls: int
    guild_tokens: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage of the language model.

    Attributes:
        attempts: requests that were sent.
        answers: requests that returned a completion.
        prompt_tokens: tokens sent, as the server counted them.
        completion_tokens: tokens received, as the server counted them.
        held_tokens: tokens reserved by running requests, or perhaps spent by requests that were never answered.
        cost_nano_usd: cost in billionths of a US dollar, of models with a known price; None if no price is known.
    """

    attempts: int = 0
    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    held_tokens: int = 0
    cost_nano_usd: int | None = None

    @property
    def tokens(self) -> int:
        """Tokens sent and received, as the server counted them."""
        return self.prompt_tokens + self.completion_tokens
