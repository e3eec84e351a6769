"""The writer: lets the model choose and arrange statements where there is one, and otherwise arranges them itself."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from core.advice.answer import Answer
from core.advice.arranging import arranged_answer, arranged_review
from core.advice.measured.focus_answer import focus_answer
from core.advice.measured.measured_answer import (
    answer_plan,
    answer_table,
    is_not_understood,
    is_off_topic,
    is_unanswered,
    measured_answer,
)
from core.advice.measured.measured_review import measured_review
from core.advice.measured.question import Question, question_of
from core.advice.measured.summary import measured_summary
from core.advice.model.chat_message import ChatMessage, ShowText
from core.advice.model.chat_model import ChatModel
from core.advice.model.reply import Reply
from core.advice.model.spending import Allowance, Meter
from core.advice.plan.ideas import has_ideas
from core.advice.plan.paragraphs import Preview
from core.advice.plan.plans import AnswerPlan, Plan, ReviewPlan, plan_of, schema_of
from core.advice.plan.rendered_text import in_paragraphs, rendered, rendered_in_turn
from core.advice.prompts import instructions, selection
from core.advice.statements.of_explanations import explanation_table
from core.advice.statements.of_findings import by_rank
from core.advice.statements.table import table_of
from core.review import Brief, Review, WrittenBy, writer_note
from core.rules.reading import Severity
from core.text.error_sentences import say_model_fault
from core.text.language import in_language
from core.values.conversation import Conversation
from core.values.errors import ModelError, ModelFault

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Writer:
    """Writes reviews, answers and summaries; without a model, or when it fails, the measured writer arranges them.

    Each text has one allowance: the first request, its repetitions and the repair share requests, time and budget.

    Args:
        model: the model; None for none.
        ideas: whether ideas of the model are shown, each under its label.
    """

    def __init__(self, model: ChatModel | None, *, ideas: bool = True) -> None:
        self._model = model
        self._ideas = ideas

    async def review(self, brief: Brief, *, meter: Meter | None = None, ideas: bool = True) -> Review:
        """Write a review.

        Args:
            brief: the request, the measurements and the findings.
            meter: the budget that requests to the model count against; None for no budget.
            ideas: whether the server wants ideas of the model.

        Returns:
            The review, with who arranged it. A fault of the model is not raised: the measured writer takes over. The
            answer to the focus is measured in either case.
        """
        with in_language(brief.request.language):
            review = await self._review(brief, meter, ideas=ideas and self._ideas and has_ideas())
            return replace(review, focus_answer=focus_answer(brief))

    async def _review(self, brief: Brief, meter: Meter | None, *, ideas: bool) -> Review:
        if brief.diagnosis.content is not None:
            return measured_review(brief, writer_note(WrittenBy.MEASURED))
        table = selection.for_a_review(table_of(brief), _severe(brief))
        messages = instructions.review_prompt(brief, table, ideas=ideas)

        def arranged(plan: ReviewPlan) -> Review | None:
            review = arranged_review(brief, table_of(brief), plan, ideas=ideas)
            return None if review.writer is WrittenBy.MEASURED else review

        try:
            review = await self._planned(messages, self._allow(meter), ReviewPlan, arranged)
        except ModelError as error:
            return measured_review(brief, _note(error))
        return measured_review(brief, writer_note(WrittenBy.MEASURED)) if review is None else review

    async def answer(
        self,
        brief: Brief,
        review: Review,
        conversation: Conversation,
        question: str,
        *,
        meter: Meter | None = None,
        show: ShowText | None = None,
        ideas: bool = True,
    ) -> Answer:
        """Answer a follow-up question.

        Args:
            brief: what the review was written from.
            review: the review that the question is about.
            conversation: the latest summary and the turns since.
            question: the question; untrusted text.
            meter: the budget that requests to the model count against; None for no budget.
            show: called with the paragraphs so far while the answer is being written.
            ideas: whether the server wants ideas of the model.
        """
        with in_language(brief.request.language):
            return await self._answer(brief, review, conversation, question, meter, show, ideas=ideas)

    async def _answer(
        self,
        brief: Brief,
        review: Review,
        conversation: Conversation,
        question: str,
        meter: Meter | None,
        show: ShowText | None,
        *,
        ideas: bool,
    ) -> Answer:
        asked = question_of(question, conversation)
        table = answer_table(brief, review, asked)
        own = rendered_in_turn(answer_plan(brief, table, asked), table)
        measured = in_paragraphs(own)

        def by_hand(note: str) -> Answer:
            return Answer(measured, WrittenBy.MEASURED, note, answered=not is_unanswered(measured))

        if is_off_topic(asked):
            return by_hand(writer_note(WrittenBy.MEASURED))
        # that a question was not understood is no answer that a plan could begin with
        opening = () if is_not_understood(own) else own
        ideas = ideas and self._ideas and has_ideas()
        names = frozenset(statement.name for part in own for statement in part.statements)
        chosen = selection.for_a_question(table, _subjects(asked), _codes(brief, asked), names)
        messages = instructions.answer_prompt(brief, chosen, conversation, question, ideas=ideas)
        preview = None if show is None else Preview(table, opening, show)

        def arranged(plan: AnswerPlan) -> Answer | None:
            return arranged_answer(brief, table, plan, opening, ideas=ideas)

        return await self._text(messages, meter, arranged, by_hand, preview)

    @staticmethod
    def measured_fact(brief: Brief, review: Review, question: str) -> str | None:
        """The measured facts on the subjects of a question, without advice; None where there are none."""
        with in_language(brief.request.language):
            text = measured_answer(brief, review, question, advises=False)
            return None if is_unanswered(text) else text

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
        with in_language(brief.request.language):
            return await self._summarise(brief, review, conversation, meter)

    async def _summarise(self, brief: Brief, review: Review, conversation: Conversation, meter: Meter | None) -> Answer:
        table = selection.for_a_summary(table_of(brief))
        messages = instructions.summary_prompt(brief, table, conversation)

        def by_hand(note: str) -> Answer:
            return Answer(measured_summary(brief, review, conversation), WrittenBy.MEASURED, note)

        def arranged(plan: AnswerPlan) -> Answer | None:
            return arranged_answer(brief, table, plan, (), ideas=False)

        return await self._text(messages, meter, arranged, by_hand)

    async def explain(self, passages: Sequence[str], question: str, *, meter: Meter | None = None) -> str | None:
        """Explain a term with sentences of the handbook.

        Args:
            passages: the passages whose sentences the explanation is made of.
            question: the question; untrusted text.
            meter: the budget that requests to the model count against; None for no budget.

        Returns:
            The explanation; None where no model arranges it.
        """
        table = explanation_table(passages)
        messages = instructions.explanation_prompt(table, question)

        def arranged(plan: AnswerPlan) -> str | None:
            parts = [rendered(paragraph.say, table, by_model=True) for paragraph in plan.paragraphs]
            return in_paragraphs(parts) or None

        try:
            return await self._planned(messages, self._allow(meter), AnswerPlan, arranged)
        except ModelError as error:
            _note(error)
            return None

    async def _text(
        self,
        messages: list[ChatMessage],
        meter: Meter | None,
        arranged: Callable[[AnswerPlan], Answer | None],
        measured: Callable[[str], Answer],
        preview: Preview | None = None,
    ) -> Answer:
        """An answer by the model's plan; by `measured` where nothing of it holds."""
        try:
            answer = await self._planned(messages, self._allow(meter), AnswerPlan, arranged, preview)
        except ModelError as error:
            return measured(_note(error))
        if answer is None:
            return measured(writer_note(WrittenBy.MEASURED))
        return replace(answer, note=writer_note(answer.writer))

    async def _planned(
        self,
        messages: list[ChatMessage],
        allowance: Allowance,
        kind: type[Plan],
        arranged: Callable[[Plan], Result | None],
        preview: Preview | None = None,
    ) -> Result | None:
        """What a plan becomes; asked for once more where nothing of it holds. None where that fails as well.

        Raises:
            ModelError: there is no answer of the model at all, or none of its answers is a plan.
        """
        schema = schema_of(kind)
        reply = await self._ask(messages, allowance, schema, preview)
        fault: ModelError | None = None
        try:
            result = arranged(plan_of(reply.text, kind))
        except ModelError as error:
            result, fault = None, error
        if result is None and allowance.tries_left > 0:
            log.info("model: nothing of the plan holds, asking once more")
            again = instructions.repair_prompt(messages, reply.text)
            try:
                result = arranged(plan_of((await self._ask(again, allowance, schema)).text, kind))
            except ModelError as error:
                log.info("model: the repair failed: %s", error)
        if result is None and fault is not None:
            raise fault
        return result

    def _allow(self, meter: Meter | None) -> Allowance:
        if self._model is None:
            raise ModelError(ModelFault.NO_KEY)
        return self._model.allow(meter)

    async def _ask(
        self,
        messages: list[ChatMessage],
        allowance: Allowance,
        schema: dict[str, Any],
        preview: Preview | None = None,
    ) -> Reply:
        if self._model is None:
            raise ModelError(ModelFault.NO_KEY)
        reply = await self._model.complete(messages, schema, allowance=allowance, on_text=preview)
        log.info("model: %d + %d tokens, %d tries", reply.prompt_tokens, reply.completion_tokens, reply.tries)
        return reply


def _subjects(asked: Question) -> frozenset[str]:
    return frozenset(subject.name for subject in (*asked.subjects, *asked.carried[:1]))


def _codes(brief: Brief, asked: Question) -> frozenset[str]:
    about = frozenset(code for subject in (*asked.subjects, *asked.carried[:1]) for code in subject.codes)
    return about or frozenset(finding.code for finding in by_rank(brief.diagnosis.findings)[:2])


def _note(error: ModelError) -> str:
    if error.fault in {ModelFault.NO_KEY, ModelFault.SWITCHED_OFF}:
        return writer_note(WrittenBy.MEASURED)
    log.warning("the model was not used: %s", error)
    return f"{writer_note(WrittenBy.MEASURED)} {say_model_fault(error.fault)}"


def _severe(brief: Brief) -> frozenset[str]:
    return frozenset(one.code for one in brief.diagnosis.findings if one.severity is Severity.SEVERE)
