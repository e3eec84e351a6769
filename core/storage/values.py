"""What the storage hands out: stored values together with the ids they are kept under."""

from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor
from core.analysis.measurements import Analysis
from core.diagnosis.findings import Diagnosis
from core.job import Job
from core.request import ReviewRequest
from core.review import Review


@dataclass(frozen=True, slots=True)
class Reaped:
    """Running jobs whose lease had expired: put back in the queue, or failed for good after too many attempts."""

    requeued: tuple[Job, ...]
    failed: tuple[Job, ...]


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
        last_seen_message_id: the newest Discord message that was dealt with.
        hinted: its owner was told how to ask.
    """

    conversation_id: int
    guild_id: int | None
    owner_id: int
    channel_id: int | None
    review_id: int
    last_seen_message_id: int | None
    hinted: bool

    @property
    def owner(self) -> Actor:
        """The owner, as who may do everything with it."""
        return Actor(self.guild_id, self.owner_id)
