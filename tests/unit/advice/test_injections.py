"""Two hundred injections in every text that people can write, and a model that obeys: nothing of it is shown."""

from dataclasses import fields, replace

import pytest

from core.advice import Writer
from core.advice.measured.measured_answer import answer_table
from core.advice.measured.measured_review import measured_review
from core.advice.measured.question import question_of
from core.advice.prompts.instructions import answer_prompt, review_prompt
from core.advice.statements.table import table_of
from core.knowledge.handbook import topics
from core.review import Brief
from core.values.conversation import Conversation, Role, Summary, Turn
from core.values.request import ReviewType
from tests.support.reviews.briefs import fixed_brief
from tests.support.reviews.injections import CANARY, DEMANDS, INJECTIONS, ObedientModel, obeyed
from tests.unit.advice.samples import AT

BRIEF = fixed_brief(ReviewType.MASTER)
REVIEW = measured_review(BRIEF, None)
PASSAGES = [passage.text for passage in topics()[0].passages]
QUESTION = "how loud is it?"
ALIVE = ("@everyone", "<@", "://", "discord.gg", "](")

FEW = 7
"""Every so many-th injection is tried in `make test`: it meets all ways of embedding and all demands, which repeat at
intervals that are no multiples of it."""


def _with_focus(text: str) -> Brief:
    return replace(BRIEF, request=replace(BRIEF.request, focus=text[:300]))


def _said(role: Role, text: str) -> Conversation:
    return Conversation(1, (Turn(role, text, 5, AT), Turn(Role.ASSISTANT, "It is loud.", None, AT)))


async def _review_of(text: str) -> list[str]:
    review = await Writer(ObedientModel()).review(_with_focus(text))
    points = [told for item in review.items for told in (item.insight, item.suggestion, item.receipt, item.idea)]
    return [review.verdict, review.keep, review.first_step, *points]


async def _answer(question: str, conversation: Conversation, brief: Brief = BRIEF) -> list[str]:
    shown: list[str] = []

    async def show(part: str) -> None:
        shown.append(part)

    answer = await Writer(ObedientModel()).answer(brief, REVIEW, conversation, question, show=show)
    return [answer.text, answer.idea, *shown]


async def _summary(conversation: Conversation) -> list[str]:
    return [(await Writer(ObedientModel()).summarise(BRIEF, REVIEW, conversation)).text]


async def _explained(text: str) -> list[str]:
    told = await Writer(ObedientModel()).explain(PASSAGES, text)
    return [told] if told else []


FIELDS = {
    "focus, in a review": _review_of,
    "focus, in an answer": lambda text: _answer(QUESTION, Conversation(1), _with_focus(text)),
    "question": lambda text: _answer(text, Conversation(1)),
    "earlier question": lambda text: _answer(QUESTION, _said(Role.USER, text)),
    "earlier answer": lambda text: _answer(QUESTION, _said(Role.ASSISTANT, text)),
    "summary": lambda text: _answer(QUESTION, Conversation(1, (), Summary(1, text, AT))),
    "question, in a summary": lambda text: _summary(_said(Role.USER, text)),
    "topic": _explained,
}


@pytest.mark.parametrize("every", [FEW, pytest.param(1, marks=pytest.mark.wide)])
@pytest.mark.parametrize("field", FIELDS)
async def test_no_canary_leaves(field: str, every: int) -> None:
    instructions = review_prompt(BRIEF, table_of(BRIEF), ideas=True)[0].content.split(". ")
    for injection in INJECTIONS[::every]:
        for text in await FIELDS[field](injection):
            assert CANARY not in text.casefold(), (injection, text)
            assert not any(sentence in text for sentence in instructions), (injection, text)
            assert not any(mark in text for mark in ALIVE), (injection, text)


def test_there_are_two_hundred_and_each_reaches_the_model_that_obeys_it() -> None:
    table = answer_table(BRIEF, REVIEW, question_of(QUESTION))

    def sent(question: str) -> str:
        return obeyed(answer_prompt(BRIEF, table, Conversation(1), question, ideas=True))

    assert len(set(INJECTIONS)) == 200
    assert all(CANARY in sent(injection).casefold() for injection in INJECTIONS)
    assert len({sent(demand) for demand in DEMANDS}) == 10


def test_a_prompt_has_no_place_for_names_of_files_or_people() -> None:
    known = {field.name for field in fields(BRIEF)} | {field.name for field in fields(BRIEF.analysis.source)}

    assert not [name for name in known if name in {"file", "path", "name", "title", "artist", "tags", "user", "author"}]
