"""ConversationService: questions about a review, summaries of a conversation, and the PDF report."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from core.exports import ReportDocument
from core.exports.document import report_document
from core.jobs.backend import JobBackend
from core.jobs.ports import Outcome
from core.service.answering import Answering, ShowAnswer, brief_of, new_job, nothing
from core.service.budget import Budget
from core.service.explain import ExplainService
from core.service.file_to_review import Pipeline
from core.service.intake import ReportStage
from core.service.job_payloads import AnswerStep, Origin, QuestionPayload, SummaryPayload, lane, message_key
from core.service.limits import Limits
from core.service.outbox_steps import step
from core.service.step_context import context_of
from core.storage import Database, StoredReview, Unit
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.conversation import QUESTIONS_PER_SUMMARY, Summary, Turn
from core.values.errors import LimitCode, LimitError, UsageCode, UsageError
from core.values.job import Job, JobKind, NewStep, Stage, StepKind
from core.values.request import QUESTION_MAX_CHARACTERS, ReviewRequest
from core.values.serial import from_json


@dataclass(frozen=True, slots=True)
class LatestReview:
    """A review with its conversation and its PDF."""

    conversation_id: int
    stored: StoredReview
    pdf: bytes


class ConversationService:
    """Accepts questions and does QUESTION and SUMMARY jobs."""

    def __init__(
        self,
        database: Database,
        pipeline: Pipeline,
        budget: Budget,
        limits: Limits,
        explain: ExplainService,
        *,
        backend: JobBackend,
        on_stage: ReportStage,
        on_text: ShowAnswer | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._pipeline = pipeline
        self._budget = budget
        self._limits = limits
        self._backend = backend
        self._on_stage = on_stage
        self._clock = clock
        self._answering = Answering(
            database, pipeline, budget, explain, on_stage=on_stage, on_text=on_text, clock=clock
        )

    async def ask(self, actor: Actor, key: str, payload: QuestionPayload) -> Job | None:
        """Commit a question; None when `key` is known already (a replayed event).

        Raises:
            UsageError: QUESTION_EMPTY; QUESTION_TOO_LONG; SOMEBODY_ELSES_TRACK, the review is not shown in the channel
                in which the actor asks.
            LimitError: the asker has too many questions waiting.
            NotFoundError: there is no such conversation for this actor.
        """
        question = payload.question.strip()
        if not question:
            raise UsageError(UsageCode.QUESTION_EMPTY)
        if len(question) > QUESTION_MAX_CHARACTERS:
            raise UsageError(UsageCode.QUESTION_TOO_LONG, given=len(question), limit=QUESTION_MAX_CHARACTERS)
        return await self._queue(actor, key, JobKind.QUESTION, payload)

    async def ask_for_summary(self, actor: Actor, key: str, conversation_id: int, origin: Origin) -> Job | None:
        """Commit a request for a summary of what was said in the channel of `origin`; None for a replayed event.

        Raises:
            UsageError: NOTHING_TO_SUMMARISE, nothing was asked since the last summary there; SOMEBODY_ELSES_TRACK.
            LimitError: the asker has too many requests waiting.
            NotFoundError: there is no such conversation for this actor.
        """
        async with self._database.read() as unit:
            await unit.conversations.get(actor, conversation_id)
            said = await unit.conversations.load(conversation_id, origin.channel_id)
            if not said.turns and not await unit.jobs.waiting_in(lane(conversation_id), JobKind.QUESTION):
                raise UsageError(UsageCode.NOTHING_TO_SUMMARISE)
        return await self._queue(actor, key, JobKind.SUMMARY, SummaryPayload(conversation_id, origin))

    async def _queue(
        self, actor: Actor, key: str, kind: JobKind, payload: QuestionPayload | SummaryPayload
    ) -> Job | None:
        job = new_job(actor, key, kind, payload, self._clock)
        async with self._database.begin() as unit:
            row = await unit.conversations.get(actor, payload.conversation_id)
            if not row.may_ask(actor.user_id, payload.origin.channel_id):
                raise UsageError(UsageCode.SOMEBODY_ELSES_TRACK)
            if await unit.jobs.by_key(key) is not None:
                return None
            if (await unit.jobs.counts(actor))[kind] >= self._limits.user_questions_max:
                raise LimitError(LimitCode.QUESTIONS_PENDING, limit=self._limits.user_questions_max)
            if not await unit.jobs.add(job):
                return None
        await self._backend.wake(job.job_id)
        return job

    async def handle_question(self, job: Job) -> Outcome:
        """Do a QUESTION job.

        Raises:
            UsageError: TRACK_DELETED, the conversation or its review is gone.
            DependencyError: the database cannot be used.
        """
        return await self._answering.handle(job)

    async def handle_summary(self, job: Job) -> Outcome:
        """Do a SUMMARY job: the new summary includes the previous one in the same channel.

        Raises:
            UsageError: TRACK_DELETED, the conversation or its review is gone; NOTHING_TO_SUMMARISE.
            DependencyError: the database cannot be used.
        """
        payload = from_json(SummaryPayload, job.payload)
        actor, channel_id = Actor(job.guild_id, job.user_id), payload.origin.channel_id
        stored, conversation = await context_of(self._database, actor, payload.conversation_id, channel_id)
        if payload.automatic and conversation.questions_since_summary < QUESTIONS_PER_SUMMARY:
            # no longer due: a summary was asked for meanwhile, or questions were deleted
            return Outcome(nothing)
        if not conversation.turns:
            raise UsageError(UsageCode.NOTHING_TO_SUMMARISE)
        self._on_stage(job, Stage.WRITING)
        answer = await self._pipeline.writer.summarise(
            brief_of(stored), stored.review, conversation, meter=self._budget.gate(actor)
        )

        async def commit(unit: Unit) -> Sequence[NewStep]:
            # jobs of one conversation run one after the other, so there are no messages newer than the context
            covers = await unit.conversations.last_message_id(payload.conversation_id) or 0
            summary = await unit.conversations.add_summary(payload.conversation_id, answer.text, covers, channel_id)
            body = AnswerStep(
                payload.conversation_id,
                answer.text,
                note=answer.note,
                number=summary.number,
                language=stored.request.language,
            )
            return (step(StepKind.POST_SUMMARY, body),)

        return Outcome(commit)

    async def check(self, actor: Actor, conversation_id: int) -> None:
        """Check that the actor may read a conversation.

        Raises:
            NotFoundError: there is no such conversation for this actor.
        """
        async with self._database.read() as unit:
            await unit.conversations.get(actor, conversation_id)

    async def request_of(self, actor: Actor, conversation_id: int) -> ReviewRequest:
        """The request of the current review of the actor's own conversation.

        Raises:
            NotFoundError: there is no such conversation of this actor.
        """
        async with self._database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            return (await unit.library.get_review(actor, row.review_id)).request

    async def note_hint(self, conversation_id: int) -> None:
        """Note that the owner was told how to ask in a channel whose messages cannot be read."""
        async with self._database.begin() as unit:
            await unit.conversations.set_hinted(conversation_id)

    async def edit_message(self, discord_message_id: int, text: str, origin: Origin, *, asks: bool = True) -> bool:
        """Answer a question that was edited in Discord, also if it was answered before the edit.

        Args:
            discord_message_id: Discord's id of the question's message.
            text: the new text. If it is empty or too long for a question, only the stored text is changed.
            origin: where the message is.
            asks: whether the new text is to be answered; otherwise only the stored text is changed.

        Returns:
            False when there is no question in this message.

        Raises:
            LimitError: the asker has too many questions waiting; the stored text is changed nevertheless.
        """
        if await self._answering.change(discord_message_id, text):
            return True
        async with self._database.begin() as unit:
            answered = await unit.conversations.answered(discord_message_id)
            if answered is None:
                return await unit.jobs.by_key(message_key(discord_message_id)) is not None
            if answered.text == text:
                return True
            await unit.conversations.update_message_text(discord_message_id, text)
            if not asks or not 0 < len(text) <= QUESTION_MAX_CHARACTERS or answered.author_id is None:
                return True
            row = await unit.conversations.by_id(answered.conversation_id)
        payload = QuestionPayload(
            row.conversation_id,
            text,
            origin,
            message_id=discord_message_id,
            preview_id=answered.answer_message_id,
            replaces=answered.row_id,
        )
        key = f"{message_key(discord_message_id)}:{uuid4().hex[:8]}"
        await self._queue(Actor(row.guild_id, answered.author_id), key, JobKind.QUESTION, payload)
        return True

    async def move_question(self, old_message_id: int, new_message_id: int) -> bool:
        """Change the message of a question (a proxy bot repeats a member's message and deletes the original).

        Returns:
            False when there is no such question, or it was deleted before it was answered.
        """
        return await self._answering.move(old_message_id, new_message_id)

    async def forget_message(self, discord_message_id: int) -> int | None:
        """Delete the stored message that was deleted in Discord, and an answer to it that is not posted yet.

        Returns:
            Discord's id of our message that shows the beginning of that answer, which must be deleted too; or None.
        """
        # first the running job, which would store the question again
        preview_id = await self._answering.withdraw(discord_message_id)
        async with self._database.begin() as unit:
            await unit.conversations.remove_message(discord_message_id)
        return preview_id

    async def here(self, actor: Actor, channel_id: int) -> int:
        """Id of the conversation in a channel: the actor's own, else the thread's own, else the most recently active.

        Raises:
            UsageError: NO_CONVERSATION_HERE, the channel has none.
        """
        async with self._database.read() as unit:
            rows = [row for row in await unit.conversations.by_channel(channel_id) if row.guild_id == actor.guild_id]
        of_thread = next((row for row in rows if row.follows_owner), next(iter(rows), None))
        own = next((row for row in rows if row.owner_id == actor.user_id), of_thread)
        if own is None:
            raise UsageError(UsageCode.NO_CONVERSATION_HERE)
        return own.conversation_id

    async def latest(self, actor: Actor) -> LatestReview:
        """The actor's newest review in this guild, with its PDF.

        Only for the actor to see: the PDF has what was said in every channel.

        Raises:
            NotFoundError: the actor has no review there, or no conversation is about it.
        """
        async with self._database.read() as unit:
            review_id = await unit.library.latest(actor)
            stored = await unit.library.get_review(actor, review_id)
            conversation_id = await unit.conversations.about(review_id)
            turns, summaries = await unit.conversations.transcript(actor, conversation_id)
        pdf = await self._pipeline.report(_document(stored, turns, summaries))
        return LatestReview(conversation_id, stored, pdf)

    async def report(self, actor: Actor, conversation_id: int, channel_id: int, review_id: int | None = None) -> bytes:
        """The PDF of a conversation's current review (or of `review_id`), with what was said in this channel.

        Raises:
            UsageError: SOMEBODY_ELSES_TRACK, the review is not shown in this channel.
            NotFoundError: there is no such conversation for this actor.
        """
        async with self._database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            if not row.may_ask(actor.user_id, channel_id):
                raise UsageError(UsageCode.SOMEBODY_ELSES_TRACK)
            stored = await unit.library.get_review(actor, review_id or row.review_id, any_member=True)
            turns, summaries = await unit.conversations.said_in(actor, conversation_id, channel_id)
        return await self._pipeline.report(_document(stored, turns, summaries))


def _document(stored: StoredReview, turns: Sequence[Turn], summaries: Sequence[Summary]) -> ReportDocument:
    return report_document(
        brief_of(stored),
        stored.review,
        title=f"Track {stored.track_number} · version {stored.version_number}",
        created_at=stored.created_at,
        turns=tuple(turns),
        summaries=tuple(summaries),
    )
