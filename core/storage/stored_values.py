"""What the storage hands out: stored values together with the ids they are kept under."""

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
    """A song. `number` counts from 1 for each owner in each guild."""

    track_id: int
    number: int
    project_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Version:
    """A bounce of a track. `number` counts from 1 in each track."""

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
    """A file in the blob store: its name there, the SHA-256 of its content and its size in bytes."""

    path: str
    content_hash: str
    size: int


@dataclass(frozen=True, slots=True)
class BlobRow:
    """A stored file as the database knows it."""

    blob_id: int
    path: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation without its words.

    Attributes:
        channel_id: the thread or channel it takes place in; None while none is made.
        review_id: the review it is about now.
        hinted: its owner was told how to ask.
        follows_owner: whatever its owner writes in the channel is meant for Earshot.
        floor_id: Discord's id of what it began with; older messages are none of its business.
        review_channel_id: the channel in which its review is shown, also when a newer conversation has taken that
            channel; None while the review is shown nowhere.
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

        Where the review is shown everybody may; anywhere else only the owner. People there have not seen the review,
        and need not be allowed to.
        """
        return user_id == self.owner_id or channel_id == self.review_channel_id

    @property
    def owner(self) -> Actor:
        """The owner, as who may do everything with it."""
        return Actor(self.guild_id, self.owner_id)


class Transcript(NamedTuple):
    """Everything that was said in a conversation, and every summary, the oldest first."""

    turns: tuple[Turn, ...]
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A member's question as it was asked: its message at Discord, and its text."""

    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """Where a message of Earshot's stands."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class DeletedThere:
    """What was deleted with a channel.

    Attributes:
        conversation_ids: the conversations that took place there.
        paths: of blobs that must be deleted from disk after the commit.
    """

    conversation_ids: tuple[int, ...]
    paths: tuple[str, ...]


class FileOfOwner(NamedTuple):
    """A file's content, and whose it was."""

    tenant_id: int
    owner_id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A stored question. `answer_message_id` is Discord's id of its answer, None while that is not posted."""

    row_id: int
    conversation_id: int
    author_id: int | None
    text: str
    answer_message_id: int | None


@dataclass(frozen=True, slots=True)
class DayBudget:
    """What may be spent on the language model in a day.

    Attributes:
        guild_calls: requests of a guild (in direct messages: of a person).
        user_calls: requests of one person in it.
        guild_tokens: tokens in and out, of the guild (in direct messages: of the person).
    """

    guild_calls: int
    user_calls: int
    guild_tokens: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of the language model.

    Attributes:
        attempts: requests that were sent.
        answers: those that brought a completion.
        prompt_tokens: as the server counted them.
        completion_tokens: as the server counted them.
        held_tokens: reserved by requests under way, or perhaps spent by requests that were never answered.
        cost_nano_usd: billionths of a dollar, of the models whose price is known; None where none is.
    """

    attempts: int = 0
    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    held_tokens: int = 0
    cost_nano_usd: int | None = None

    @property
    def tokens(self) -> int:
        """Counted tokens, in and out."""
        return self.prompt_tokens + self.completion_tokens
