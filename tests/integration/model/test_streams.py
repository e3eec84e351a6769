"""A long answer comes paragraph by paragraph, each as it is rendered; what does not hold is never shown."""

import asyncio
import json
from dataclasses import replace
from itertools import pairwise

import pytest

from core.advice import ChatModel, ModelSettings, Writer
from core.advice.measured.measured_answer import measured_answer
from core.advice.measured.measured_review import measured_review
from core.advice.statements.table import table_of
from core.review import WrittenBy
from core.text.error_sentences import say_model_fault
from core.values.conversation import Conversation
from core.values.errors import ModelFault
from core.values.request import ReviewType
from tests.integration.model.test_chat_model import CASES, MAX_REQUESTS, Case
from tests.support.processes import openai_server as server_says
from tests.support.processes.openai_server import OpenAIServer
from tests.support.reviews.briefs import fixed_brief

BRIEF = fixed_brief(ReviewType.MASTER)
REVIEW = measured_review(BRIEF, None)
QUESTION = "how loud is it"

PATIENCE_S = 60.0
"""For what comes at once on an idle machine."""

TABLE = table_of(BRIEF)
LOUD, PEAK, WIDTH = (f"{TABLE[name].text}." for name in ("loudness", "true_peak.found", "low_stereo.found"))
LIE = "The true peak reaches +3.7 dBTP."
SAYS = {LOUD: "{loudness}", PEAK: "{true_peak.found}", WIDTH: "{low_stereo.found}", LIE: LIE}


def plan(*shown: str) -> str:
    """The plan of an answer whose paragraphs are shown so."""
    return json.dumps({"paragraphs": [{"say": SAYS[text], "idea": ""} for text in shown]}, ensure_ascii=False)


def pieces(*shown: str) -> list[str]:
    """The same, as a server sends it: each paragraph with the beginning of the next."""
    whole = plan(*shown)
    ends = [whole.index(SAYS[text]) + len(SAYS[text]) + len('", "idea": ""}, {"say"') for text in shown[:-1]]
    return [whole[start:end] for start, end in pairwise([0, *ends, len(whole)])]


class Screen:
    """What people see of an answer while it is written."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.changed = asyncio.Event()

    async def __call__(self, text: str) -> None:
        self.shown.append(text)
        self.changed.set()


async def _ask(model: ChatModel, screen: Screen):
    return await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION, show=screen)


async def test_each_paragraph_is_shown_once_it_is_whole(server: OpenAIServer, settings: ModelSettings) -> None:
    screen, gate = Screen(), asyncio.Event()
    model = ChatModel(replace(settings, timeout_s=PATIENCE_S, deadline_s=2.0 * PATIENCE_S))
    server.script(server_says.tells(*pieces(LOUD, PEAK, WIDTH), gate=gate, between=""))
    asked = asyncio.create_task(_ask(model, screen))
    while LOUD not in "".join(screen.shown) or PEAK not in "".join(screen.shown):
        screen.changed.clear()
        await asyncio.wait_for(screen.changed.wait(), PATIENCE_S)

    assert not asked.done()
    assert screen.shown == [LOUD, f"{LOUD}\n\n{PEAK}"]
    gate.set()
    answer = await asked
    await model.aclose()
    assert answer.text == f"{LOUD}\n\n{PEAK}\n\n{WIDTH}"
    assert answer.writer is WrittenBy.MODEL
    assert len(server.seen) == 1


async def test_a_paragraph_that_is_no_statement_is_never_shown(server: OpenAIServer, model: ChatModel) -> None:
    screen = Screen()
    server.script(server_says.tells(*pieces(LOUD, LIE, WIDTH), between=""))

    answer = await _ask(model, screen)

    assert screen.shown == [LOUD]
    assert answer.text == f"{LOUD}\n\n{WIDTH}"
    assert "3.7" not in "".join([answer.text, *screen.shown])


async def test_a_short_answer_needs_no_preview(server: OpenAIServer, model: ChatModel) -> None:
    screen = Screen()
    server.script(server_says.says(plan(LOUD)))

    assert (await _ask(model, screen)).text == LOUD
    assert screen.shown == []


async def test_a_server_that_cannot_stream_answers_in_one_piece_from_then_on(
    server: OpenAIServer, model: ChatModel
) -> None:
    whole = server_says.raw(200, server_says.json.dumps(server_says.completion(plan(LOUD))))
    server.script(whole)

    first, second = await _ask(model, Screen()), await _ask(model, Screen())

    assert first.text == second.text == LOUD
    assert ["stream" in seen.body for seen in server.seen] == [True, False, False]


async def test_a_server_that_refuses_to_count_is_asked_without(server: OpenAIServer, model: ChatModel) -> None:
    refusal = "Unknown parameter: 'stream_options'."
    server.script(server_says.rejects_parameter("stream_options", refusal, server_says.says(plan(LOUD))))

    assert (await _ask(model, Screen())).text == LOUD
    assert ["stream_options" in seen.body for seen in server.seen] == [True, False]


async def test_a_stream_that_breaks_off_is_asked_for_again(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.disconnects(), server_says.says(plan(LOUD)))

    assert (await _ask(model, Screen())).text == LOUD
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "case",
    [case for case in CASES.values() if not case.schema],
    ids=[name for name, c in CASES.items() if not c.schema],
)
async def test_after_each_fault_of_a_stream_the_measured_answer_is_given(
    server: OpenAIServer, model: ChatModel, case: Case
) -> None:
    screen = Screen()
    server.script(case.turn)

    answer = await _ask(model, screen)

    assert answer.writer is WrittenBy.MEASURED
    assert answer.text == measured_answer(BRIEF, REVIEW, QUESTION)
    assert any(say_model_fault(fault) in answer.note for fault in ModelFault)
    assert screen.shown == []
    assert len(server.seen) <= MAX_REQUESTS
