"""Which outbox steps a finished job leaves, by where it was asked."""

from core.errors import EarshotError
from core.job import Job, NewStep, StepKind
from core.serial import to_json
from core.service.payloads import ErrorStep, Origin, Place, ReviewStep
from core.wording import INTERNAL_SENTENCE, say

REFERENCE_CHARACTERS = 8
"""How much of a job's id is shown as a reference: enough to find it in the log."""


def step(kind: StepKind, payload: object) -> NewStep:
    """A new step with its payload as JSON."""
    return NewStep(kind, to_json(payload).decode())


def review_steps(origin: Origin, conversation_id: int, review_id: int) -> tuple[NewStep, ...]:
    """Make the thread where one can be made, post the review, attach its PDF, then close the waiting message."""
    payload = ReviewStep(conversation_id, review_id)
    kinds = [StepKind.POST_REVIEW, StepKind.ATTACH_REPORT, StepKind.CLOSE_PROGRESS]
    if origin.place is Place.THREADABLE:
        kinds.insert(0, StepKind.OPEN_THREAD)
    return tuple(step(kind, payload) for kind in kinds)


def error_steps(job: Job, error: EarshotError | None) -> tuple[NewStep, ...]:
    """One sentence to the person who asked; `None` stands for a fault of our own."""
    reference = job.job_id[:REFERENCE_CHARACTERS]
    sentence = say(error) if error is not None else INTERNAL_SENTENCE
    return (step(StepKind.REPORT_ERROR, ErrorStep(sentence, reference)),)
