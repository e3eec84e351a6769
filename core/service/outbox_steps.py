"""The outbox steps of reviews, of errors and of steps that were given up."""

from core.service.job_payloads import AnswerStep, ErrorStep, LostStep, Origin, Place, ReviewStep
from core.text.error_sentences import INTERNAL_SENTENCE, say
from core.values.errors import EarshotError
from core.values.job import Job, NewStep, Step, StepKind
from core.values.serial import from_json, to_json

REFERENCE_CHARACTERS = 8
"""Characters of a job's id that are shown as a reference: enough to find the job in the log."""


def step(kind: StepKind, payload: object) -> NewStep:
    """A new step with its payload as JSON."""
    return NewStep(kind, to_json(payload).decode())


def review_steps(origin: Origin, conversation_id: int, review_id: int) -> tuple[NewStep, ...]:
    """Open a thread where that is possible, post the review, attach its PDF, then close the waiting message."""
    payload = ReviewStep(conversation_id, review_id)
    kinds = [StepKind.POST_REVIEW, StepKind.ATTACH_REPORT, StepKind.CLOSE_PROGRESS]
    if origin.place is Place.THREADABLE:
        kinds.insert(0, StepKind.OPEN_THREAD)
    return tuple(step(kind, payload) for kind in kinds)


def error_steps(job: Job, error: EarshotError | None) -> tuple[NewStep, ...]:
    """One sentence for the person who asked; `error` is None for a fault of our own."""
    reference = job.job_id[:REFERENCE_CHARACTERS]
    sentence = say(error) if error is not None else INTERNAL_SENTENCE
    return (step(StepKind.REPORT_ERROR, ErrorStep(sentence, reference)),)


_SHOWS_SOMETHING: dict[StepKind, type[ReviewStep] | type[AnswerStep] | None] = {
    StepKind.POST_REVIEW: ReviewStep,
    StepKind.ATTACH_REPORT: ReviewStep,
    StepKind.POST_ANSWER: AnswerStep,
    StepKind.POST_SUMMARY: AnswerStep,
    StepKind.POST_TARGET: None,
}
"""Steps whose loss a person is told about, with the type of their payload if it names a conversation."""


def lost_steps(given_up: Step) -> tuple[NewStep, ...]:
    """Steps that tell the person that a step was given up and how to get its result; for an error, its sentence."""
    if given_up.kind is StepKind.REPORT_ERROR:
        unsaid = LostStep(given_up.kind, error=from_json(ErrorStep, given_up.payload))
        return (step(StepKind.TELL_LOST, unsaid),)
    if given_up.kind not in _SHOWS_SOMETHING:
        return ()
    payload = _SHOWS_SOMETHING[given_up.kind]
    conversation_id = from_json(payload, given_up.payload).conversation_id if payload is not None else None
    return (step(StepKind.TELL_LOST, LostStep(given_up.kind, conversation_id)),)
