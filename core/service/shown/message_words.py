"""The text of a message in stored jobs and reviews, changed when the message is edited or deleted."""

from dataclasses import replace
from typing import NamedTuple

from core.service.job_payloads import FeedbackPayload, QuestionPayload, ReviewStep
from core.storage import Database, Unit
from core.values.job import OPEN_STATES, Job, JobKind, StepKind
from core.values.request import FOCUS_MAX_CHARACTERS
from core.values.serial import from_json, to_json


class MessageWords:
    """Changes the text of answered or withdrawn questions and the focus of reviews.

    `ConversationService` changes questions that wait for their answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, message_id: int, text: str) -> None:
        """Replace the text of a message; "" deletes it. Text that was deleted before is not restored."""
        async with self._database.read() as unit:
            if not await _changed(unit, message_id, text):
                return  # most messages end here: edits must not queue for the one writing connection
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
    """Jobs with another text of this message, with their payloads after the change."""
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
