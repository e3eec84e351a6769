"""Models of every character: what is shown is readable, is Earshot's, and says who arranged it."""

import asyncio
import json
from typing import Any

import pytest

from core.advice import Answer, ChatModel, Writer
from core.advice.measured.measured_answer import answer_table, measured_answer
from core.advice.measured.measured_review import measured_review
from core.advice.measured.question import question_of
from core.advice.statements.table import table_of
from core.review import Review, WrittenBy, writer_note
from core.values.conversation import Conversation
from core.values.request import ReviewType
from tests.integration.model.conftest import DEADLINE_S
from tests.support.processes import openai_server as server_says
from tests.support.processes.openai_server import OpenAIServer
from tests.support.reviews.briefs import fixed_brief
from tests.support.reviews.reading_back import clauses_of, is_read_back

BRIEF = fixed_brief(ReviewType.MASTER)
REVIEW = measured_review(BRIEF, None)
QUESTION = "how loud is it"
TABLE = table_of(BRIEF)
ANSWERS = answer_table(BRIEF, REVIEW, question_of(QUESTION))
GRACE_S = 10.0

POINT = {"codes": ["clip_samples"], "say": "{clip_samples.found} {clip_samples.fix}", "idea": ""}
WELL: dict[str, Any] = {"verdict": "{verdict}", "keep": "", "items": [POINT], "first_step": "{first_step}"}
AGAIN = {**WELL, "verdict": "{verdict} {verdict}", "items": [POINT] * 9, "first_step": "{first_step} {first_step}"}
OTHER_SHAPE = {"review": "It is loud.", "points": [{"title": "Clipping", "text": "It clips 412 times."}], "score": 8}
PROSE = "Your track is really loud and the vocal is buried. Try Ozone at −14 LUFS!"

MEASURED = writer_note(WrittenBy.MEASURED)
NOTES = tuple(map(writer_note, WrittenBy))


def texts(review: Review) -> list[str]:
    """All texts of a review."""
    points = [text for item in review.items for text in (item.insight, item.suggestion)]
    return [text for text in (review.verdict, review.keep, review.first_step, *points) if text]


async def asked(model: ChatModel, show: Any = None) -> Answer:
    """The answer to a question, within the deadline of the model."""
    async with asyncio.timeout(DEADLINE_S + GRACE_S):
        return await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION, show=show)


@pytest.mark.parametrize(
    ("said", "writers"),
    [
        (WELL, {WrittenBy.MODEL}),
        (AGAIN, {WrittenBy.MODEL, WrittenBy.MIXED}),
        (OTHER_SHAPE, {WrittenBy.MEASURED}),
        (PROSE, {WrittenBy.MEASURED}),
    ],
    ids=["plans well", "repeats itself", "ignores the schema", "writes prose"],
)
async def test_a_review_is_earshots_and_says_who_arranged_it(
    server: OpenAIServer, model: ChatModel, said: Any, writers: set[WrittenBy]
) -> None:
    server.script(server_says.says(said))

    async with asyncio.timeout(DEADLINE_S + GRACE_S):
        review = await Writer(model).review(BRIEF)

    assert review.writer in writers
    assert all(is_read_back(text, clauses_of(TABLE)) for text in texts(review))
    assert len(set(texts(review))) == len(texts(review))
    assert (review.writer_note or review.who_wrote_it).startswith(NOTES)
    assert (review.writer is WrittenBy.MEASURED) is (review.writer_note or "").startswith(
        writer_note(WrittenBy.MEASURED)
    )


@pytest.mark.parametrize(
    "said",
    [json.dumps(OTHER_SHAPE), PROSE, server_says.plan(PROSE), server_says.plan("{loudness}" * 30)],
    ids=["ignores the schema", "writes prose", "plans prose", "repeats itself"],
)
async def test_an_answer_is_earshots_and_says_who_arranged_it(
    server: OpenAIServer, model: ChatModel, said: str
) -> None:
    server.script(server_says.says(said))

    answer = await asked(model)

    assert is_read_back(answer.text, clauses_of(ANSWERS)), answer.text
    assert answer.text.count("Integrated loudness") == 1
    assert answer.note.startswith(NOTES)


async def test_a_stream_that_dies_half_way_leaves_the_measured_answer(server: OpenAIServer, model: ChatModel) -> None:
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)

    server.script(server_says.breaks_off(server_says.plan("{loudness}", "{stereo}", "{peaks}")))

    answer = await asked(model, show)

    assert answer.text == measured_answer(BRIEF, REVIEW, QUESTION)
    assert answer.note.startswith(writer_note(WrittenBy.MEASURED))
    assert shown
    assert all(is_read_back(text, clauses_of(ANSWERS)) for text in shown)
