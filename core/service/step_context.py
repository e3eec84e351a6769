"""DeliveryService: what the Discord side needs to deliver an outbox step, and the storage of what the step made."""

from dataclasses import dataclass
from typing import NamedTuple

from core.jobs.ports import RetryLaterError
from core.knowledge.genres import Genre, genre_table
from core.service.deletion.removal_steps import RemovalStep, RemovedStep, StoppedStep
from core.service.job_payloads import (
    AnswerStep,
    ErrorStep,
    FeedbackPayload,
    LostStep,
    Origin,
    ReviewStep,
    TargetStep,
    message_key,
    origin_of_job,
)
from core.service.outbox_steps import step
from core.service.servers import PING_SETTING
from core.storage import ConversationRow, Database, StoredReview, Unit
from core.values.actor import Actor
from core.values.conversation import Conversation
from core.values.errors import NotFoundError, UsageCode, UsageError
from core.values.job import Job, JobKind, Step, StepKind, StepState
from core.values.serial import from_json, to_json

ANSWER_BEFORE_S = 1.0
"""Seconds after which an answer to an edited question is tried again while the answer before the edit is not posted."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox step with its job and the origin of the job."""

    step: Step
    job: Job
    origin: Origin

    @property
    def actor(self) -> Actor:
        """The person on whose behalf the step is delivered."""
        return Actor(self.job.guild_id, self.job.user_id)

    @property
    def is_repeat(self) -> bool:
        """Whether an earlier try may have succeeded in Discord."""
        return self.step.attempts > 1


@dataclass(frozen=True, slots=True)
class ReviewDelivery:
    """A stored review to be posted, with its conversation and genre."""

    conversation: ConversationRow
    stored: StoredReview
    genre: Genre


SHOWN = frozenset(
    {StepKind.POST_REVIEW, StepKind.ATTACH_REPORT, StepKind.POST_ANSWER, StepKind.POST_SUMMARY, StepKind.POST_TARGET}
)
"""Kinds of steps that show a person something they asked for."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The part of a job's result that could not be delivered.

    Attributes:
        kinds: kinds of the steps in `SHOWN` that were given up.
        told: the person was already told.
        is_gone: the conversation of the result was deleted.
    """

    kinds: frozenset[StepKind]
    told: bool
    is_gone: bool = False


class RemovedPosts(NamedTuple):
    """How many posts are deleted, remain because their thread is locked, or remain for another reason."""

    gone: int
    locked: int
    refused: int


class DeliveryService:
    """Reads what a step needs; stores which threads and messages were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, step: Step) -> Delivery:
        """The step's job and origin.

        Raises:
            NotFoundError: the job is gone, or the step was given up or withdrawn.
        """
        async with self._database.read() as unit:
            job = await unit.jobs.get(step.job_id)
            is_withdrawn = await unit.outbox.is_given_up(step.step_id)
        if job is None or is_withdrawn:
            raise NotFoundError("job")
        return Delivery(step, job, origin_of_job(job))

    async def source_message(self, delivery: Delivery) -> int | None:
        """Discord's id of the person's message that a step is about; once it is deleted, nothing may be posted.

        None if a command or button asked, and if the question was deleted or moved to another message.
        """
        step, job = delivery.step, delivery.job
        if step.kind in {StepKind.OPEN_THREAD, StepKind.POST_REVIEW}:
            return from_json(FeedbackPayload, job.payload).shown_in
        asked_in = self.answer(delivery).reply_to if step.kind is StepKind.POST_ANSWER else None
        if asked_in is None:
            return None
        async with self._database.read() as unit:
            return asked_in if await unit.conversations.answered(asked_in) is not None else None

    async def position(self, job_id: str) -> int:
        """Position of a job in the queue (1 = next); 0 when it is not queued."""
        async with self._database.read() as unit:
            return await unit.jobs.position(job_id)

    async def review(self, delivery: Delivery) -> ReviewDelivery:
        """The review that a step posts.

        Raises:
            NotFoundError: the conversation or the review was deleted.
        """
        payload = from_json(ReviewStep, delivery.step.payload)
        async with self._database.read() as unit:
            conversation = await unit.conversations.get(delivery.actor, payload.conversation_id)
            stored = await unit.library.get_review(delivery.actor, payload.review_id)
        return ReviewDelivery(conversation, stored, genre_table().get(stored.request.genre_id))

    @staticmethod
    def answer(delivery: Delivery) -> AnswerStep:
        """The answer or summary that a step posts."""
        return from_json(AnswerStep, delivery.step.payload)

    async def shown_in(self, delivery: Delivery, answer: AnswerStep) -> int | None:
        """Discord's id of our message that this answer replaces: its beginning, or the answer before an edit.

        Raises:
            RetryLaterError: the answer before the edit is not posted yet.
        """
        if answer.reply_to is None:
            return answer.preview_id
        async with self._database.read() as unit:
            step = delivery.step
            before = await unit.outbox.earlier(step.step_id, step.kind, message_key(answer.reply_to))
        if before is None or before.state is StepState.FAILED:
            return answer.preview_id
        if before.state is not StepState.DONE:
            raise RetryLaterError("the answer before the edit is not posted yet", ANSWER_BEFORE_S)
        return answer.preview_id or before.made_id

    @staticmethod
    def target(delivery: Delivery) -> TargetStep:
        """The target that a POST_TARGET step announces."""
        return from_json(TargetStep, delivery.step.payload)

    @staticmethod
    def what_was_lost(delivery: Delivery) -> LostStep:
        """The result that a TELL_LOST step is about."""
        return from_json(LostStep, delivery.step.payload)

    @staticmethod
    def notice_id(delivery: Delivery) -> int | None:
        """Discord's id of our reply that says that a track was taken, or None."""
        if delivery.job.kind is not JobKind.FEEDBACK:
            return None
        return from_json(FeedbackPayload, delivery.job.payload).notice_id

    @staticmethod
    def removal(delivery: Delivery) -> RemovalStep:
        """The posts that a REMOVE_POSTS step is to delete from a channel."""
        return from_json(RemovalStep, delivery.step.payload)

    @staticmethod
    def removed_news(delivery: Delivery) -> RemovedStep:
        """The news of a TELL_REMOVED step."""
        return from_json(RemovedStep, delivery.step.payload)

    @staticmethod
    def stopped(delivery: Delivery) -> StoppedStep:
        """The job whose waiting message a TELL_STOPPED step is about."""
        return from_json(StoppedStep, delivery.step.payload)

    async def note_removed(self, delivery: Delivery, done: RemovalStep, rest: RemovalStep | None) -> None:
        """Store how many of a channel's posts were deleted; `rest` becomes a new step at the end of the job."""
        async with self._database.begin() as unit:
            await unit.outbox.put_payload(delivery.step.step_id, to_json(done).decode())
            if rest is not None:
                await unit.outbox.add(delivery.job.job_id, (step(StepKind.REMOVE_POSTS, rest),))

    async def removed(self, delivery: Delivery) -> RemovedPosts:
        """The counts of all posts that a job was to delete. Posts of steps that were given up count as refused."""
        async with self._database.read() as unit:
            steps = await unit.outbox.steps_of(delivery.job.job_id)
        parts = [from_json(RemovalStep, one.payload) for one in steps if one.kind is StepKind.REMOVE_POSTS]
        return RemovedPosts(
            sum(part.gone for part in parts),
            sum(part.locked for part in parts),
            sum(part.refused + len(part.message_ids) for part in parts),
        )

    @staticmethod
    def error(delivery: Delivery) -> ErrorStep:
        """The sentence of a REPORT_ERROR step."""
        return from_json(ErrorStep, delivery.step.payload)

    async def bind(self, conversation_id: int, channel_id: int, *, follows_owner: bool) -> None:
        """Set a conversation's channel; with `follows_owner`, it is a thread made for the conversation."""
        async with self._database.begin() as unit:
            await unit.conversations.bind_channel(conversation_id, channel_id, follows_owner=follows_owner)

    async def lost(self, delivery: Delivery) -> Lost:
        """The part of the job's result that was given up, and whether its person was told."""
        async with self._database.read() as unit:
            steps = await unit.outbox.steps_of(delivery.job.job_id)
            is_gone = delivery.step.kind is StepKind.TELL_LOST and await _is_gone(
                unit, self.what_was_lost(delivery).conversation_id
            )
        failed = frozenset(step.kind for step in steps if step.state is StepState.FAILED)
        told = any(
            step.kind in {StepKind.TELL_LOST, StepKind.CLOSE_PROGRESS} and step.made_id is not None for step in steps
        )
        return Lost(failed & SHOWN, told, is_gone)

    async def pings(self, actor: Actor) -> bool:
        """Whether both the member and the server allow mentioning the member when their review is posted."""
        async with self._database.read() as unit:
            guild = await unit.guilds.settings(actor.tenant_id)
            member = await unit.privacy.settings(actor)
        return bool(guild.get(PING_SETTING, True)) and bool(member.get(PING_SETTING, True))

    async def posted(
        self,
        conversation_id: int,
        discord_message_id: int,
        message_row_id: int | None = None,
        *,
        channel_id: int | None = None,
    ) -> None:
        """Store that a message was posted: replies to it belong to the conversation.

        With `message_row_id`, it is also stored as the message of that answer.

        Raises:
            NotFoundError: the conversation is gone.
        """
        async with self._database.begin() as unit:
            await unit.conversations.note_post(conversation_id, discord_message_id, channel_id)
            if message_row_id is not None:
                await unit.conversations.attach_discord_id(message_row_id, discord_message_id)


async def _is_gone(unit: Unit, conversation_id: int | None) -> bool:
    if conversation_id is None:
        return False
    try:
        await unit.conversations.by_id(conversation_id)
    except NotFoundError:
        return True
    return False


class QuestionContext(NamedTuple):
    """The current review of a conversation, and its last summary and later messages in one channel."""

    stored: StoredReview
    conversation: Conversation


async def context_of(database: Database, actor: Actor, conversation_id: int, channel_id: int) -> QuestionContext:
    """The review and the messages that a question is answered from; of the messages, only those in this channel.

    Raises:
        UsageError: TRACK_DELETED, the conversation or its review is gone.
    """
    try:
        async with database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            stored = await unit.library.get_review(actor, row.review_id, any_member=True)
            return QuestionContext(stored, await unit.conversations.load(conversation_id, channel_id))
    except NotFoundError as error:
        raise UsageError(UsageCode.TRACK_DELETED) from error
