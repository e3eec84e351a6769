"""Answering: does QUESTION jobs. A question that is edited meanwhile is answered as edited, a deleted one is not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from uuid import uuid4

from core.advice import Answer
from core.jobs.ports import Outcome
from core.knowledge.genres import genre_table
from core.review import Brief, WrittenBy, with_idea
from core.rules.genre_tempo import in_genre
from core.service.budget import Budget
from core.service.explain import ExplainService, Explanation
from core.service.file_to_review import Pipeline
from core.service.intake import ReportStage
from core.service.job_payloads import AnswerStep, QuestionPayload, SummaryPayload, lane, message_key
from core.service.outbox_steps import step
from core.service.servers import wants_ideas
from core.service.step_context import context_of
from core.storage import Database, StoredReview, Unit
from core.text.language import in_language, worded
from core.text.numbers import lower_first
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.conversation import QUESTIONS_PER_SUMMARY, Conversation, Role
from core.values.job import Job, JobKind, JobState, NewStep, Stage, Step, StepKind, StepState
from core.values.request import QUESTION_MAX_CHARACTERS
from core.values.serial import from_json, to_json

ShowAnswer = Callable[[Job, str, int | None], Awaitable[int | None]]
"""Shows an answer as far as it is written and checked, in the message with this id or a new one; returns its id."""


class _Answered(NamedTuple):
    """An answer, the conversation that it was written from, and the language of its review."""

    answer: Answer
    conversation: Conversation
    language: str


class Answering:
    """Answers questions. Those of one conversation are answered one after the other, because they share a lane."""

    def __init__(
        self,
        database: Database,
        pipeline: Pipeline,
        budget: Budget,
        explain: ExplainService,
        *,
        on_stage: ReportStage,
        on_text: ShowAnswer | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._pipeline = pipeline
        self._budget = budget
        self._explain = explain
        self._on_stage = on_stage
        self._on_text = on_text
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[_Answered]] = {}

    async def handle(self, job: Job) -> Outcome:
        """Do a QUESTION job."""
        self._on_stage(job, Stage.WRITING)
        while True:
            payload = await self._payload(job)
            if payload.withdrawn:
                self._on_stage(job, Stage.OVER)
                return Outcome(nothing)
            task = asyncio.create_task(self._answer(job, payload), name=f"answer {job.job_id}")
            self._under_way[job.job_id] = task
            try:
                await asyncio.wait({task})
            finally:
                task.cancel()
                self._under_way.pop(job.job_id, None)
            if not task.cancelled():
                return Outcome(partial(self._store, job, *task.result()))

    async def withdraw(self, message_id: int) -> int | None:
        """Stop answering a question that was deleted, and delete an answer to it that is not posted yet.

        Returns:
            Discord's id of our message that shows the beginning of the answer, or None.
        """
        async with self._database.read() as unit:
            if not await _asked_in(unit, message_id):
                return None  # most messages end here: deletions must not queue for the one writing connection
        withdrawn: list[QuestionPayload] = []
        async with self._database.begin() as unit:
            for job, payload in await _asked_in(unit, message_id):
                withdrawn.append(replace(payload, withdrawn=True))
                await unit.jobs.put_payload(job.job_id, to_json(withdrawn[-1]).decode())
                for answer in await unit.outbox.steps_of(job.job_id):
                    row_id = from_json(AnswerStep, answer.payload).message_row_id if _is_waiting(answer) else None
                    if row_id is not None:
                        await unit.conversations.remove_answer(row_id)
                await unit.outbox.withdraw(job.job_id)
                if (task := self._under_way.get(job.job_id)) is not None:
                    task.cancel()
        return next((payload.preview_id for payload in withdrawn if payload.preview_id is not None), None)

    async def change(self, message_id: int, question: str) -> bool:
        """Replace an edited question. False when it is not waiting for its answer, or is empty or too long now."""
        if not 0 < len(question) <= QUESTION_MAX_CHARACTERS:
            return False
        return await self._change(message_id, lambda payload: replace(payload, question=question)) is not None

    async def move(self, old_message_id: int, new_message_id: int) -> bool:
        """Change the message of a question without stopping its answer.

        Returns:
            False when there is no such question, or it was deleted before it was answered.
        """

        def moved(payload: QuestionPayload) -> QuestionPayload:
            return payload if payload.withdrawn else replace(payload, message_id=new_message_id)

        if await self._change(old_message_id, moved, stop=False) is not None:
            return True
        async with self._database.begin() as unit:
            if await unit.conversations.move_message(old_message_id, new_message_id):
                return True
            job = await unit.jobs.by_key(message_key(old_message_id))
            if job is None or job.state is not JobState.DONE:
                return False
            return not from_json(QuestionPayload, job.payload).withdrawn

    async def _change(
        self, message_id: int, change: Callable[[QuestionPayload], QuestionPayload], *, stop: bool = True
    ) -> QuestionPayload | None:
        """Change a question that is not answered yet; with `stop`, restart its answer. None if nothing was changed."""
        async with self._database.begin() as unit:
            job = await unit.jobs.by_key(message_key(message_id))
            if job is None or job.kind is not JobKind.QUESTION:
                return None
            before = from_json(QuestionPayload, job.payload)
            after = change(before)
            if after == before or not await unit.jobs.update_payload(job.job_id, to_json(after).decode()):
                return None
        if stop and (task := self._under_way.get(job.job_id)) is not None:
            task.cancel()
        return after

    async def _payload(self, job: Job) -> QuestionPayload:
        """The question as it is stored now."""
        async with self._database.read() as unit:
            return await _current(unit, job)

    async def _answer(self, job: Job, payload: QuestionPayload) -> _Answered:
        actor = Actor(job.guild_id, job.user_id)
        # shielded, so that a cancellation takes effect between transactions, never inside one
        stored, conversation = await asyncio.shield(
            context_of(self._database, actor, payload.conversation_id, payload.origin.channel_id)
        )
        brief = brief_of(stored)
        explained = self._explain.in_conversation(payload.question)
        if explained is not None:
            fact = self._pipeline.writer.measured_fact(brief, stored.review, payload.question)
            with in_language(stored.request.language):
                return _Answered(explained_answer(explained, fact), conversation, stored.request.language)

        answer = await self._pipeline.writer.answer(
            brief,
            stored.review,
            conversation,
            payload.question,
            meter=self._budget.gate(actor),
            show=partial(self._preview, job) if self._on_text is not None else None,
            ideas=await asyncio.shield(wants_ideas(self._database, actor)),
        )
        if not answer.answered and (found := self._explain.in_general(payload.question)) is not None:
            with in_language(stored.request.language):
                told = worded("handbook.in_general", meaning=found.parts[0].text)
                answer = replace(answer, text=told, note=worded("handbook.source", sources=found.parts[0].source))
        return _Answered(answer, conversation, stored.request.language)

    async def _preview(self, job: Job, text: str) -> None:
        """Show the beginning of an answer. Its message is stored, so that it becomes the answer even after a crash."""
        if self._on_text is None:
            return
        payload = await asyncio.shield(self._payload(job))
        if payload.withdrawn:
            return
        message_id = await self._on_text(job, text, payload.preview_id)
        if message_id is None or message_id == payload.preview_id:
            return
        await asyncio.shield(self._note_preview(job, message_id))

    async def _note_preview(self, job: Job, message_id: int) -> None:
        async with self._database.begin() as unit:
            now = replace(await _current(unit, job), preview_id=message_id)
            await unit.jobs.update_payload(job.job_id, to_json(now).decode())

    async def _store(
        self, job: Job, answer: Answer, conversation: Conversation, language: str, unit: Unit
    ) -> Sequence[NewStep]:
        payload = await _current(unit, job)
        if payload.withdrawn:
            self._on_stage(job, Stage.OVER)
            return ()
        conversation_id = payload.conversation_id
        if payload.replaces is not None and payload.message_id is not None:
            # looked up again: an earlier edit has replaced the row that this edit was to replace
            before = await unit.conversations.answered(payload.message_id)
            if before is not None:
                await unit.conversations.remove_answered(before.row_id)
        add = partial(unit.conversations.add_message, conversation_id, channel_id=payload.origin.channel_id)
        await add(Role.USER, payload.question, job.user_id, discord_message_id=payload.message_id)
        told = with_idea(answer.text, answer.idea)
        row_id = await add(Role.ASSISTANT, told, None, writer=answer.writer.value, asker_id=job.user_id)
        if conversation.questions_since_summary + 1 >= QUESTIONS_PER_SUMMARY:
            await unit.jobs.add(self._summary_job(job, payload, f"summary:{conversation_id}:{row_id}"))
        body = AnswerStep(
            conversation_id,
            answer.text,
            message_row_id=row_id,
            reply_to=payload.message_id,
            quote=payload.question if payload.message_id is None else None,
            asker_id=job.user_id,
            note=answer.note,
            preview_id=payload.preview_id,
            idea=answer.idea,
            language=language,
        )
        return (step(StepKind.POST_ANSWER, body),)

    def _summary_job(self, job: Job, payload: QuestionPayload, key: str) -> Job:
        summary = SummaryPayload(payload.conversation_id, payload.origin, automatic=True)
        return new_job(Actor(job.guild_id, job.user_id), key, JobKind.SUMMARY, summary, self._clock)


def new_job(actor: Actor, key: str, kind: JobKind, payload: QuestionPayload | SummaryPayload, clock: Clock) -> Job:
    """A queued job in the lane of its conversation."""
    return Job(
        job_id=uuid4().hex,
        kind=kind,
        key=key,
        guild_id=actor.guild_id,
        user_id=actor.user_id,
        state=JobState.QUEUED,
        payload=to_json(payload).decode(),
        created_at=clock(),
        lane=lane(payload.conversation_id),
    )


def brief_of(stored: StoredReview) -> Brief:
    """The parts of a stored review that a writer may use."""
    genre = genre_table().get(stored.request.genre_id)
    return Brief(
        request=stored.request,
        genre=genre,
        analysis=in_genre(stored.analysis, genre),
        diagnosis=stored.diagnosis,
        reference=stored.reference,
        target=stored.target,
    )


class _Asked(NamedTuple):
    job: Job
    payload: QuestionPayload


async def _asked_in(unit: Unit, message_id: int) -> list[_Asked]:
    """Questions in this message that are not answered, or whose answer is not posted yet."""
    found = await unit.jobs.unfinished(JobKind.QUESTION, "message_id", message_id)
    asked = [_Asked(job, from_json(QuestionPayload, job.payload)) for job in found]
    # a question that has moved to another message is kept
    return [one for one in asked if one.payload.message_id == message_id]


def _is_waiting(step: Step) -> bool:
    return step.kind is StepKind.POST_ANSWER and step.state in {StepState.PENDING, StepState.SENDING}


async def _current(unit: Unit, job: Job) -> QuestionPayload:
    now = await unit.jobs.get(job.job_id)
    return from_json(QuestionPayload, (now or job).payload)


async def nothing(_unit: Unit) -> Sequence[NewStep]:
    """The commit of a job without a result: no steps."""
    return ()


def explained_answer(found: Explanation, fact: str | None) -> Answer:
    """The answer to a question about a term: its meaning, and `fact`, its value on this track, if that was measured."""
    meaning = found.parts[0].text
    told = "" if fact is None else worded("handbook.in_this_track", fact=lower_first(fact))
    text = "\n\n".join(filter(None, (meaning, told)))
    return Answer(text, WrittenBy.MEASURED, worded("handbook.source", sources=found.parts[0].source))
