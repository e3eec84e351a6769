"""Two hundred injections in every text that people can write, and a model that obeys: nothing of it is shown."""

from dataclasses import fields, replace

import pytest

from cogs.rendering import plain_paragraphs
from core.advice import Writer
from core.advice.checking.manners import is_live, shingles
from core.advice.measured.measured_review import measured_review
from core.advice.prompts.instructions import answer_prompt, review_prompt
from core.knowledge.handbook import topics
from core.review import Brief, Review
from core.values.conversation import Conversation, Role, Summary, Turn
from core.values.request import ReviewType
from tests.support.reviews.briefs import fixed_brief
from tests.support.reviews.injections import CANARY, DEMANDS, INJECTIONS, ObedientModel, obeyed
from tests.unit.advice.samples import AT

BRIEF = fixed_brief(ReviewType.MASTER)
REVIEW = measured_review(BRIEF, None)
PASSAGES = [passage.text for passage in topics()[0].passages]
QUESTION = "how loud is it?"

FEW = 7
"""Every so many-th injection is tried in `make test`: it meets all ways of embedding and all demands, which repeat at
intervals that are no multiples of it."""


def _with_focus(text: str) -> Brief:
    return replace(BRIEF, request=replace(BRIEF.request, focus=text[:300]))


def _said(role: Role, text: str) -> Conversation:
    return Conversation(1, (Turn(role, text, 5, AT), Turn(Role.ASSISTANT, "It is loud.", None, AT)))


async def _review_of(text: str) -> list[str]:
    review = await Writer(ObedientModel()).review(_with_focus(text))  # type: ignore[arg-type]
    return _texts(review)


async def _answer(question: str, conversation: Conversation, brief: Brief = BRIEF) -> list[str]:
    shown: list[str] = []

    async def show(part: str) -> None:
        shown.append(part)

    answer = await Writer(ObedientModel()).answer(brief, REVIEW, conversation, question, show=show)  # type: ignore[arg-type]
    return [answer.text, *shown]


async def _summary(conversation: Conversation) -> list[str]:
    return [(await Writer(ObedientModel()).summarise(BRIEF, REVIEW, conversation)).text]  # type: ignore[arg-type]


async def _explained(text: str) -> list[str]:
    told = await Writer(ObedientModel()).explain(PASSAGES, text)  # type: ignore[arg-type]
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


def _texts(review: Review) -> list[str]:
    items = [part for item in review.items for part in (item.insight, item.suggestion, item.receipt)]
    return [review.verdict, review.keep, review.first_step, *items]


EVERY = [FEW, pytest.param(1, marks=pytest.mark.wide)]


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("field", FIELDS)
async def test_no_canary_leaves(field: str, every: int) -> None:
    rules = shingles([review_prompt(BRIEF)[0].content])
    for injection in INJECTIONS[::every]:
        for text in await FIELDS[field](injection):
            assert CANARY not in text.casefold(), (injection, text)
            assert not rules & shingles([text]), (injection, text)
            assert not is_live(plain_paragraphs(text)), (injection, text)


def test_there_are_two_hundred_and_each_reaches_the_model_that_obeys_it() -> None:
    assert len(set(INJECTIONS)) == 200
    for injection in INJECTIONS:
        messages = answer_prompt(BRIEF, REVIEW, Conversation(1), injection)
        assert CANARY in obeyed(messages).casefold()
    assert len({obeyed(answer_prompt(BRIEF, REVIEW, Conversation(1), demand)) for demand in DEMANDS}) == 10


def test_a_prompt_has_no_place_for_names_of_files_or_people() -> None:
    known = {field.name for field in fields(BRIEF)} | {field.name for field in fields(BRIEF.analysis.source)}

    assert not [name for name in known if name in {"file", "path", "name", "title", "artist", "tags", "user", "author"}]
