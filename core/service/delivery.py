"""DeliveryService: what the Discord side needs to know to carry out an outbox step, and where it notes what it made."""

from dataclasses import dataclass

from core.actor import Actor
from core.errors import NotFoundError
from core.job import Job, Step
from core.knowledge.genres import Genre, genre_table
from core.serial import from_json
from core.service.payloads import AnswerStep, ErrorStep, Origin, ReviewStep, TargetStep, origin_of
from core.storage import ConversationRow, Database, StoredReview


@dataclass(frozen=True, slots=True)
class Delivery:
    """A step with where it came from."""

    step: Step
    job: Job
    origin: Origin

    @property
    def actor(self) -> Actor:
        """On whose behalf it is delivered."""
        return Actor(self.job.guild_id, self.job.user_id)

    @property
    def is_repeat(self) -> bool:
        """Whether an earlier try may have got through."""
        return self.step.attempts > 1


@dataclass(frozen=True, slots=True)
class ReviewDelivery:
    """A stored review on its way to a channel."""

    conversation: ConversationRow
    stored: StoredReview
    genre: Genre


class DeliveryService:
    """Reads what a step needs; notes threads and messages that were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, step: Step) -> Delivery:
        """The step's job and origin."""
        async with self._database.read() as unit:
            job = await unit.jobs.get(step.job_id)
        if job is None:
            raise NotFoundError("job")
        return Delivery(step, job, origin_of(job))

    async def position(self, job_id: str) -> int:
        """Place of a job in the queue, 1 = next; 0 when it does not wait."""
        async with self._database.read() as unit:
            return await unit.jobs.position(job_id)

    async def review(self, delivery: Delivery) -> ReviewDelivery:
        """The review a step is about."""
        payload = from_json(ReviewStep, delivery.step.payload)
        async with self._database.read() as unit:
            conversation = await unit.conversations.get(delivery.actor, payload.conversation_id)
            stored = await unit.library.get_review(delivery.actor, payload.review_id)
        return ReviewDelivery(conversation, stored, genre_table().get(stored.request.genre_id))

    @staticmethod
    def answer(delivery: Delivery) -> AnswerStep:
        """The answer or summary a step is about."""
        return from_json(AnswerStep, delivery.step.payload)

    @staticmethod
    def target(delivery: Delivery) -> TargetStep:
        """The target a step is about."""
        return from_json(TargetStep, delivery.step.payload)

    @staticmethod
    def error(delivery: Delivery) -> ErrorStep:
        """The sentence a step is about."""
        return from_json(ErrorStep, delivery.step.payload)

    async def bind(self, conversation_id: int, channel_id: int) -> None:
        """From now on this channel (a thread of ours) is the conversation."""
        async with self._database.begin() as unit:
            await unit.conversations.bind_channel(conversation_id, channel_id)

    async def posted(self, conversation_id: int, discord_message_id: int, message_row_id: int | None = None) -> None:
        """A message of the conversation is visible: replies to it belong to the conversation."""
        async with self._database.begin() as unit:
            await unit.conversations.note_post(conversation_id, discord_message_id)
            if message_row_id is not None:
                await unit.conversations.attach_discord_id(message_row_id, discord_message_id)
