"""Values of jobs (work that must survive a crash) and of the outbox (the steps that show its result in Discord).

A job goes through ``received → queued → running → done | failed``. Everything is at-least-once and idempotent: a job
has a unique key (the interaction or message it came from), a running job has a lease, and only the attempt that has
the lease may write a result (fencing). Results are sent as outbox steps: each has a key and stores the id of what it
made.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobKind(StrEnum):
    """The kind of work. REMOVAL has only steps to deliver, which take posts out of Discord."""

    FEEDBACK = "feedback"
    QUESTION = "question"
    SUMMARY = "summary"
    TARGET = "target"
    REMOVAL = "removal"


UPLOADING = (JobKind.FEEDBACK, JobKind.TARGET)
"""Kinds that measure uploads: they share a member's limit in the queue and run after questions and summaries."""


class JobState(StrEnum):
    """The state of a job. RECEIVED: acknowledged, its files not yet stored."""

    RECEIVED = "received"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN_STATES = (JobState.RECEIVED, JobState.QUEUED, JobState.RUNNING)
"""States of a job that is not over."""


class Stage(StrEnum):
    """What a producer is shown while waiting. OVER: the job has no result (a question that was taken back)."""

    QUEUED = "queued"
    MEASURING = "measuring"
    LISTENING = "listening for problems"
    WRITING = "writing"
    OVER = "over"


MAX_ATTEMPTS = 3
"""Attempts after which a job fails for good, so that a job that kills its worker is not repeated forever."""


@dataclass(frozen=True, slots=True)
class Job:
    """One unit of stored work. `payload` is the JSON of the kind's value (`core.service.job_payloads`).

    Jobs that share a `lane` run one after the other, oldest first (the questions of one conversation).
    """

    job_id: str
    kind: JobKind
    key: str
    guild_id: int | None
    user_id: int
    state: JobState
    payload: str
    created_at: datetime
    attempts: int = 0
    lease_until: datetime | None = None
    error: str | None = None
    lane: str | None = None


class StepKind(StrEnum):
    """What an outbox step does in Discord."""

    OPEN_THREAD = "open_thread"
    POST_REVIEW = "post_review"
    ATTACH_REPORT = "attach_report"
    CLOSE_PROGRESS = "close_progress"
    POST_ANSWER = "post_answer"
    POST_SUMMARY = "post_summary"
    POST_TARGET = "post_target"
    REPORT_ERROR = "report_error"
    TELL_LOST = "tell_lost"
    REMOVE_POSTS = "remove_posts"
    TELL_REMOVED = "tell_removed"
    TELL_STOPPED = "tell_stopped"


class StepState(StrEnum):
    """The state of a step. SENDING: begun, its outcome unknown, so it must be looked for before it is repeated."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as a job handler returns it; its place in the list becomes its position."""

    kind: StepKind
    payload: str


@dataclass(frozen=True, slots=True)
class Step:
    """A stored outbox step. Steps of one job are delivered in order of `position`.

    `key` is short, unique and shown with the message, so that a repeated step can find the message it already made.
    `party_id` is the guild that the step is delivered in, or its person where there is no guild; 0 where nobody asked
    for it.
    """

    step_id: int
    job_id: str
    position: int
    kind: StepKind
    key: str
    payload: str
    state: StepState
    attempts: int
    made_id: int | None = None
    first_tried_at: datetime | None = None
    party_id: int = 0
