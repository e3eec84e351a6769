"""The words of a message in what it asked for: they change or go with it, also where they are used up already."""

from dataclasses import replace
from typing import NamedTuple

from core.service.job_payloads import FeedbackPayload, QuestionPayload, ReviewStep
from core.storage import Database, Unit
from core.values.job import OPEN_STATES, Job, JobKind, StepKind
from core.values.request import FOCUS_MAX_CHARACTERS
from core.values.serial import from_json, to_json


class MessageWords:
    """Questions that are over, and the focus of tracks. A question that waits is `ConversationService`'s to change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, message_id: int, text: str) -> None:
        """A message says this now; nothing where it, or its text, was deleted. What is gone does not come back."""
        async with self._database.read() as unit:
            if not await _changed(unit, message_id, text):
                return  # most messages: edits must not queue up for the one connection that writes
        async with self._database.begin() as unit:
            for job, payload in await _changed(unit, message_id, text):
                await unit.jobs.put_payload(job.job_id, to_json(payload).decode())
                if isinstance(payload, FeedbackPayload):
                    for step in await unit.outbox.steps_of(job.job_id):
                        if step.kind is StepKind.POST_REVIEW:
                            review_id = from_json(ReviewStep, step.payload).review_id
                            await unit.library.put_request(review_id, payload.request)


class _Reworded(NamedTuple):
    job: Job
    payload: QuestionPayload | FeedbackPayload


async def _changed(unit: Unit, message_id: int, text: str) -> list[_Reworded]:
    """Jobs that hold other words of this message, with their payloads as they must be."""
    found: list[_Reworded] = []
    for job in await unit.jobs.with_number(JobKind.QUESTION, "message_id", message_id):
        asked = from_json(QuestionPayload, job.payload)
        is_left = job.state in OPEN_STATES and not asked.withdrawn
        if asked.message_id == message_id and not is_left and asked.question not in {"", text}:
            found.append(_Reworded(job, replace(asked, question=text)))
    focus = text[:FOCUS_MAX_CHARACTERS] or None
    for job in await unit.jobs.with_number(JobKind.FEEDBACK, "shown_in", message_id):
        sent = from_json(FeedbackPayload, job.payload)
        if sent.focus_said and sent.request.focus not in {None, focus}:
            found.append(_Reworded(job, replace(sent, request=replace(sent.request, focus=focus))))
    return found
