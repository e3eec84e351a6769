"""The writer: asks the model where there is one, checks what it says, and never fails to write."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from core.advice import prompt
from core.advice.answers import measured_answer, measured_summary
from core.advice.check import Checker, parse_review
from core.advice.checked import CheckedReview, CheckedText, checked_review, checked_text, completed
from core.advice.measured import measured_review
from core.advice.model import ChatModel
from core.advice.model_reply import Reply
from core.advice.values import Answer, ChatMessage, MayCallModel
from core.conversation import Conversation
from core.errors import ModelError, ModelFault
from core.knowledge.genres import Genre, genre_table
from core.review import Brief, Review, WrittenBy
from core.wording import say_model_fault

MODEL_NOTE = "Written by a language model; its numbers were checked against the measurements."
MIXED_NOTE = "Written by a language model; what the measurements do not back was left out."
MEASURED_NOTE = "Written from the measurements alone."

log = logging.getLogger(__name__)

Checked = TypeVar("Checked", CheckedReview, CheckedText)


class Writer:
    """Writes reviews, answers and summaries; without a model, or when it fails, from the measurements alone."""

    def __init__(self, model: ChatModel | None) -> None:
        self._model = model

    async def review(self, brief: Brief, *, may_call_model: MayCallModel | None = None) -> Review:
        """A review. Says who wrote it."""
        genre = genre_table().get(brief.request.genre_id)
        messages = prompt.review_messages(brief, genre)

        def check(text: str) -> CheckedReview:
            return checked_review(brief, _checker(brief, genre, messages), parse_review(text))

        try:
            reply = await self._ask(messages, may_call_model, prompt.REVIEW_SCHEMA)
            checked = check(reply.text)
        except ModelError as error:
            return measured_review(brief, genre, _note(error))
        if checked.failed:
            repaired = await self._repaired(messages, reply, checked.problems, may_call_model, check, is_json=True)
            checked = min((checked, repaired or checked), key=lambda candidate: candidate.failed)
        review = completed(brief, genre, checked)
        if review.writer is WrittenBy.MEASURED:
            return measured_review(brief, genre, MEASURED_NOTE)
        return review

    async def answer(
        self,
        brief: Brief,
        review: Review,
        conversation: Conversation,
        question: str,
        *,
        may_call_model: MayCallModel | None = None,
    ) -> Answer:
        """An answer to a follow-up question."""
        genre = genre_table().get(brief.request.genre_id)
        messages = prompt.answer_messages(brief, genre, review, conversation, question)

        def measured() -> str:
            return measured_answer(brief, genre, review, question)

        return await self._text(messages, may_call_model, _checker(brief, genre, messages, question), measured)

    async def summarise(
        self, brief: Brief, review: Review, conversation: Conversation, *, may_call_model: MayCallModel | None = None
    ) -> Answer:
        """A cumulative summary of a conversation."""
        genre = genre_table().get(brief.request.genre_id)
        messages = prompt.summary_messages(brief, genre, review, conversation)

        def measured() -> str:
            return measured_summary(brief, genre, review, conversation)

        return await self._text(messages, may_call_model, _checker(brief, genre, messages), measured)

    async def _text(
        self,
        messages: list[ChatMessage],
        may_call_model: MayCallModel | None,
        checker: Checker,
        measured: Callable[[], str],
    ) -> Answer:
        """A text in prose, checked sentence by sentence, repaired once; `measured` writes it where that fails."""

        def check(text: str) -> CheckedText:
            return checked_text(checker, text)

        try:
            reply = await self._ask(messages, may_call_model)
        except ModelError as error:
            return Answer(measured(), WrittenBy.MEASURED, _note(error))
        checked = check(reply.text)
        if checked.problems:
            repaired = await self._repaired(messages, reply, checked.problems, may_call_model, check, is_json=False)
            if repaired is not None and repaired.text is not None:
                checked = min((repaired, checked), key=lambda candidate: len(candidate.problems))
                checked = checked if checked.text is not None else repaired
        if checked.text is None:
            return Answer(measured(), WrittenBy.MEASURED, MEASURED_NOTE)
        if checked.problems:
            return Answer(checked.text, WrittenBy.MIXED, MIXED_NOTE)
        return Answer(checked.text, WrittenBy.MODEL, MODEL_NOTE)

    async def _ask(
        self,
        messages: list[ChatMessage],
        may_call_model: MayCallModel | None,
        schema: dict[str, Any] | None = None,
        max_tries: int | None = None,
    ) -> Reply:
        if self._model is None:
            raise ModelError(ModelFault.NO_KEY)
        if may_call_model is not None and not await may_call_model():
            raise ModelError(ModelFault.BUDGET)
        reply = await self._model.complete(messages, schema, **({} if max_tries is None else {"max_tries": max_tries}))
        log.info("model: %d + %d tokens, %d tries", reply.prompt_tokens, reply.completion_tokens, reply.tries)
        return reply

    async def _repaired(
        self,
        messages: list[ChatMessage],
        reply: Reply,
        problems: Sequence[str],
        may_call_model: MayCallModel | None,
        check: Callable[[str], Checked],
        *,
        is_json: bool,
    ) -> Checked | None:
        """The answer to one request that names what failed; None where no request is left, or it fails as well."""
        log.info("model: %d unbacked statements, asking once more", len(problems))
        tries_left = (self._model.max_tries if self._model is not None else 0) - reply.tries
        if tries_left < 1:
            return None
        again = prompt.repair_messages(messages, reply.text, problems)
        try:
            second = await self._ask(again, may_call_model, prompt.REVIEW_SCHEMA if is_json else None, tries_left)
            return check(second.text)
        except ModelError as error:
            log.info("model: the repair failed: %s", error)
            return None


def _checker(brief: Brief, genre: Genre, messages: Sequence[ChatMessage], question: str = "") -> Checker:
    rules = [rule for message in messages if message.role == "system" for rule in message.content.split("\n\n")]
    return Checker(brief, genre, rules=[rule for rule in rules if "looks like this" not in rule], question=question)


def _note(error: ModelError) -> str:
    if error.fault is ModelFault.NO_KEY:
        return MEASURED_NOTE
    log.warning("the model was not used: %s", error)
    return f"{MEASURED_NOTE} {say_model_fault(error.fault)}"
