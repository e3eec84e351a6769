"""The writer: asks the model where there is one, checks its words, and otherwise writes from the measurements."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.advice.answer import Answer
from core.advice.checking import explanation_check
from core.advice.checking.checked_text import CheckedReview, CheckedText, checked_review, checked_text, completed
from core.advice.checking.checker import Checker
from core.advice.checking.preview import Preview
from core.advice.measured.focus_answer import focus_answer
from core.advice.measured.measured_answer import CANNOT, measured_answer
from core.advice.measured.measured_review import measured_review
from core.advice.measured.summary import measured_summary
from core.advice.model.chat_message import ChatMessage, ShowText
from core.advice.model.chat_model import ChatModel
from core.advice.model.reply import Reply
from core.advice.model.review_draft import draft_of, review_schema
from core.advice.model.spending import Allowance, Meter
from core.advice.prompts import explanation, instructions
from core.review import Brief, Review, WrittenBy
from core.text.error_sentences import say_model_fault
from core.values.conversation import Conversation
from core.values.errors import ModelError, ModelFault

MODEL_NOTE = "Written by a language model; its numbers were checked against the measurements."
MIXED_NOTE = "Written by a language model; what the measurements do not back was left out."
MEASURED_NOTE = "Written from the measurements alone."

log = logging.getLogger(__name__)

Checked = TypeVar("Checked", CheckedReview, CheckedText)


class Writer:
    """Writes reviews, answers and summaries; without a model, or when it fails, from the measurements alone.

    Each text has one allowance: the first request, its repetitions and the repair share requests, time and budget.
    """

    def __init__(self, model: ChatModel | None) -> None:
        self._model = model

    async def review(self, brief: Brief, *, meter: Meter | None = None) -> Review:
        """Write a review.

        Args:
            brief: the request, the measurements and the findings.
            meter: the budget that requests to the model count against; None for no budget.

        Returns:
            The review, with who wrote it. A fault of the model is not raised: the measured writer takes over. The
            answer to the focus is measured in either case.
        """
        return replace(await self._review(brief, meter), focus_answer=focus_answer(brief))

    async def _review(self, brief: Brief, meter: Meter | None) -> Review:
        if brief.diagnosis.content is not None:
            return measured_review(brief, MEASURED_NOTE)
        messages = instructions.review_prompt(brief)

        def check(text: str) -> CheckedReview:
            return checked_review(brief, _checker(brief, messages), draft_of(text))

        schema = review_schema()
        try:
            allowance = self._allow(meter)
            reply = await self._ask(messages, allowance, schema)
            checked = check(reply.text)
        except ModelError as error:
            return measured_review(brief, _note(error))
        if checked.failed:
            again = instructions.repair_prompt(messages, reply.text, checked.problems)
            repaired = await self._repaired(again, allowance, check, schema)
            checked = min((checked, repaired or checked), key=lambda candidate: candidate.failed)
        review = completed(brief, checked)
        if review.writer is WrittenBy.MEASURED:
            return measured_review(brief, MEASURED_NOTE)
        return review

    async def answer(
        self,
        brief: Brief,
        review: Review,
        conversation: Conversation,
        question: str,
        *,
        meter: Meter | None = None,
        show: ShowText | None = None,
    ) -> Answer:
        """Answer a follow-up question.

        Args:
            brief: what the review was written from.
            review: the review that the question is about.
            conversation: the latest summary and the turns since.
            question: the question; untrusted text.
            meter: the budget that requests to the model count against; None for no budget.
            show: called with the checked paragraphs while the answer is being written.
        """
        messages = instructions.answer_prompt(brief, review, conversation, question)
        checker = _checker(brief, messages, question)
        preview = None if show is None else Preview(checker, show)

        def measured(note: str) -> Answer:
            text = measured_answer(brief, review, question, conversation)
            return Answer(text, WrittenBy.MEASURED, note, answered=text != CANNOT)

        return await self._text(messages, meter, checker, measured, preview)

    @staticmethod
    def measured_fact(brief: Brief, review: Review, question: str) -> str | None:
        """The measured facts on the subjects of a question, without advice; None where there are none."""
        text = measured_answer(brief, review, question, advises=False)
        return None if text == CANNOT else text

    async def summarise(
        self, brief: Brief, review: Review, conversation: Conversation, *, meter: Meter | None = None
    ) -> Answer:
        """Write a cumulative summary of a conversation.

        Args:
            brief: what the review was written from.
            review: the review that the conversation is about.
            conversation: the latest summary and the turns since.
            meter: the budget that requests to the model count against; None for no budget.
        """
        messages = instructions.summary_prompt(brief, review, conversation)

        def measured(note: str) -> Answer:
            return Answer(measured_summary(brief, review, conversation), WrittenBy.MEASURED, note)

        return await self._text(messages, meter, _checker(brief, messages), measured)

    async def explain(self, passages: Sequence[str], question: str, *, meter: Meter | None = None) -> str | None:
        """Explain a term from passages of the handbook.

        Args:
            passages: the passages that the explanation is made from and checked against.
            question: the question; untrusted text.
            meter: the budget that requests to the model count against; None for no budget.

        Returns:
            The explanation; None where no model can write it or it does not pass the check.
        """
        messages = explanation.messages(passages, question)
        try:
            reply = await self._ask(messages, self._allow(meter))
        except ModelError as error:
            _note(error)
            return None
        return explanation_check.held(reply.text, passages)

    async def _text(
        self,
        messages: list[ChatMessage],
        meter: Meter | None,
        checker: Checker,
        measured: Callable[[str], Answer],
        preview: Preview | None = None,
    ) -> Answer:
        """Prose by the model, checked by sentence and repaired at most once; by `measured` where that fails."""

        def check(text: str) -> CheckedText:
            return checked_text(checker, text)

        try:
            allowance = self._allow(meter)
            reply = await self._ask(messages, allowance, preview=preview)
        except ModelError as error:
            return measured(_note(error))
        checked = check(reply.text)
        if checked.problems:
            again = instructions.repair_prompt(messages, reply.text, checked.problems)
            repaired = await self._repaired(again, allowance, check)
            if repaired is not None and repaired.text is not None:
                checked = min((repaired, checked), key=lambda candidate: len(candidate.problems))
                checked = checked if checked.text is not None else repaired
        if checked.text is None:
            return measured(MEASURED_NOTE)
        if checked.problems:
            return Answer(checked.text, WrittenBy.MIXED, MIXED_NOTE)
        return Answer(checked.text, WrittenBy.MODEL, MODEL_NOTE)

    def _allow(self, meter: Meter | None) -> Allowance:
        if self._model is None:
            raise ModelError(ModelFault.NO_KEY)
        return self._model.allow(meter)

    async def _ask(
        self,
        messages: list[ChatMessage],
        allowance: Allowance,
        schema: dict[str, Any] | None = None,
        preview: Preview | None = None,
    ) -> Reply:
        if self._model is None:
            raise ModelError(ModelFault.NO_KEY)
        reply = await self._model.complete(messages, schema, allowance=allowance, on_text=preview)
        log.info("model: %d + %d tokens, %d tries", reply.prompt_tokens, reply.completion_tokens, reply.tries)
        return reply

    async def _repaired(
        self,
        messages: list[ChatMessage],
        allowance: Allowance,
        check: Callable[[str], Checked],
        schema: dict[str, Any] | None = None,
    ) -> Checked | None:
        """The checked answer to one request that names the faults; None where no request is left, or it fails."""
        log.info("model: unbacked statements, asking once more")
        if allowance.tries_left < 1:
            return None
        try:
            return check((await self._ask(messages, allowance, schema)).text)
        except ModelError as error:
            log.info("model: the repair failed: %s", error)
            return None


def _checker(brief: Brief, messages: Sequence[ChatMessage], question: str = "") -> Checker:
    rules = [rule for message in messages if message.role == "system" for rule in message.content.split("\n\n")]
    return Checker(brief, rules=[rule for rule in rules if "looks like this" not in rule], question=question)


def _note(error: ModelError) -> str:
    if error.fault in {ModelFault.NO_KEY, ModelFault.SWITCHED_OFF}:
        return MEASURED_NOTE
    log.warning("the model was not used: %s", error)
    return f"{MEASURED_NOTE} {say_model_fault(error.fault)}"
