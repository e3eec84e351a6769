"""The writer over a real socket: whatever the server does, a producer gets a review, and is told who wrote it."""

import asyncio
import json
import logging
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.advice import ChatModel, ModelSettings, Spent, Ticket, Writer
from core.advice.measured.measured_answer import measured_answer
from core.advice.measured.measured_review import measured_review
from core.advice.measured.summary import measured_summary
from core.advice.model.spending import Allowance, Meter
from core.advice.statements.table import table_of
from core.review import Review, WrittenBy, writer_note
from core.rules.reading import Severity
from core.text.error_sentences import say_model_fault
from core.text.numbers import lower_first
from core.values.conversation import Conversation
from core.values.errors import ModelError, ModelFault
from core.values.request import ReviewType
from tests.integration.model.conftest import KEY
from tests.integration.model.test_chat_model import CASES, MAX_REQUESTS, Case
from tests.support.processes import openai_server as server_says
from tests.support.processes.openai_server import OpenAIServer
from tests.support.reviews.briefs import fixed_brief
from tests.unit.advice.samples import talk

BRIEF = fixed_brief(ReviewType.MASTER)
REVIEW = measured_review(BRIEF, None)
QUESTION = "how loud is it"

GOOD: dict[str, Any] = {
    "verdict": "{verdict}",
    "keep": "",
    "items": [
        {"codes": ["clip_samples"], "say": "{clip_samples.found}. To do: {clip_samples.fix}.", "idea": ""},
        {"codes": ["true_peak"], "say": "{true_peak.found} Then {true_peak.fix}.", "idea": ""},
    ],
    "first_step": "{clip_samples.fix}",
}
"""A plan that names statements of the brief and joining words only."""

BAD_ITEM = {"codes": ["true_peak"], "say": "The true peak reaches +3.7 dBTP. Set the ceiling to −1.0 dBTP.", "idea": ""}

LOUD = {"paragraphs": [{"say": "{loudness} {loudness.2}", "idea": ""}]}
"""A plan that answers how loud it is."""


def _with_bad_item() -> dict[str, Any]:
    return {**GOOD, "items": [GOOD["items"][0], BAD_ITEM]}


def _words(review: Review) -> Review:
    return replace(review, writer_note=None)


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_after_each_fault_the_measured_review_is_written_and_says_why(
    server: OpenAIServer, model: ChatModel, case: Case
) -> None:
    server.script(case.turn)

    review = await Writer(model).review(BRIEF)

    assert _words(review) == _words(REVIEW)
    assert review.writer is WrittenBy.MEASURED
    assert review.writer_note is not None
    assert review.writer_note.startswith(writer_note(WrittenBy.MEASURED))
    assert say_model_fault(case.fault) in review.writer_note
    assert len(server.seen) <= MAX_REQUESTS


@pytest.mark.parametrize(
    "case",
    [case for case in CASES.values() if not case.schema],
    ids=[name for name, c in CASES.items() if not c.schema],
)
async def test_after_each_fault_questions_and_summaries_are_answered_from_the_measurements(
    server: OpenAIServer, one_try_model: ChatModel, case: Case
) -> None:
    conversation = talk("is it muddy", "a bit")
    server.script(case.turn)

    answer = await Writer(one_try_model).answer(BRIEF, REVIEW, conversation, QUESTION)
    summary = await Writer(one_try_model).summarise(BRIEF, REVIEW, conversation)

    assert answer.text == measured_answer(BRIEF, REVIEW, QUESTION)
    assert summary.text == measured_summary(BRIEF, REVIEW, conversation)
    for written in (answer, summary):
        assert written.writer is WrittenBy.MEASURED
        assert say_model_fault(case.fault) in written.note


@pytest.mark.parametrize(
    "said",
    [
        "Error: upstream connect error",
        "I'm sorry, but I can't assist with that request.",
        "Internal Server Error",
        "<html><body>502 Bad Gateway</body></html>",
        '{"error": {"message": "overloaded"}}',
        "As an AI language model, I cannot listen to music.",
    ],
)
async def test_an_error_that_comes_as_an_answer_is_never_shown(
    server: OpenAIServer, model: ChatModel, said: str
) -> None:
    server.script(server_says.says(said))

    answer = await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION)

    assert answer.writer is WrittenBy.MEASURED
    assert answer.text == measured_answer(BRIEF, REVIEW, QUESTION)


@pytest.mark.parametrize(
    "parsed",
    [
        {"verdict": "fine"},
        {**GOOD, "items": "none"},
        {"review": GOOD["items"]},
    ],
    ids=str,
)
async def test_an_answer_of_the_wrong_shape_is_no_review(
    server: OpenAIServer, model: ChatModel, parsed: dict[str, Any]
) -> None:
    server.script(server_says.says(parsed))

    review = await Writer(model).review(BRIEF)

    assert review.writer is WrittenBy.MEASURED
    assert say_model_fault(ModelFault.MALFORMED) in (review.writer_note or "")
    assert len(server.seen) <= MAX_REQUESTS


@pytest.mark.parametrize(
    "parsed",
    [
        {**GOOD, "items": []},
        {**GOOD, "items": [{"say": "{mud.found}"}]},
        {**GOOD, "items": [3, None, {"codes": [7], "say": 5}]},
        {**GOOD, "items": [{**GOOD["items"][0], "codes": "mud_that_is_not"}]},
    ],
    ids=str,
)
async def test_a_plan_without_a_point_that_holds_is_no_review(
    server: OpenAIServer, model: ChatModel, parsed: dict[str, Any]
) -> None:
    server.script(server_says.says(parsed))

    review = await Writer(model).review(BRIEF)

    assert _words(review) == _words(REVIEW)
    assert review.writer_note == writer_note(WrittenBy.MEASURED)


async def test_a_review_of_the_wrong_shape_is_asked_for_again(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says({**GOOD, "items": []}), server_says.says(GOOD))

    review = await Writer(model).review(BRIEF)

    assert review.writer is WrittenBy.MODEL
    assert len(server.seen) == 2


async def test_the_key_is_in_nothing_that_is_written_or_logged(
    server: OpenAIServer, model: ChatModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(server_says.fails(401, f"Incorrect API key provided: {KEY}"))

    review = await Writer(model).review(BRIEF)

    assert KEY not in repr(review)
    assert KEY not in caplog.text


# ------------------------------------------------------------------ budget


class _Purse:
    """A meter with so many requests in it."""

    def __init__(self, requests: int, fault: ModelFault = ModelFault.BUDGET) -> None:
        self._left, self._fault = requests, fault
        self.reserved: list[Ticket] = []
        self.spent: list[Spent] = []

    async def reserve(self, model: str, tokens_max: int) -> Ticket:
        if self._left < 1:
            raise ModelError(self._fault)
        self._left -= 1
        self.reserved.append(Ticket(model, date(2026, 3, 1), tokens_max))
        return self.reserved[-1]

    async def settle(self, ticket: Ticket, spent: Spent) -> None:
        assert ticket in self.reserved
        self.spent.append(spent)


async def test_a_refused_budget_sends_nothing(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says(GOOD))
    review = await Writer(model).review(BRIEF, meter=_Purse(0))
    answer = await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION, meter=_Purse(0))
    summary = await Writer(model).summarise(BRIEF, REVIEW, talk("hi"), meter=_Purse(0))

    assert server.seen == []
    assert _words(review) == _words(REVIEW)
    for note in (review.writer_note, answer.note, summary.note):
        assert say_model_fault(ModelFault.BUDGET) in (note or "")


async def test_a_server_that_wants_no_model_is_told_of_no_fault(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says("It is loud."))

    answer = await Writer(model).answer(
        BRIEF, REVIEW, Conversation(1), QUESTION, meter=_Purse(0, ModelFault.SWITCHED_OFF)
    )

    assert server.seen == []
    assert answer.note == writer_note(WrittenBy.MEASURED)


async def test_every_request_is_asked_for_and_a_repair_that_is_refused_is_not_made(
    server: OpenAIServer, model: ChatModel
) -> None:
    purse = _Purse(1)
    server.script(server_says.says({**GOOD, "items": [BAD_ITEM]}))

    review = await Writer(model).review(BRIEF, meter=purse)

    assert len(server.seen) == len(purse.reserved) == 1
    assert purse.spent == [
        Spent(answered=True, prompt_tokens=server_says.PROMPT_TOKENS, completion_tokens=server_says.COMPLETION_TOKENS)
    ]
    assert review.writer is WrittenBy.MEASURED


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_every_request_is_reserved_and_settled_whatever_comes_of_it(
    server: OpenAIServer, model: ChatModel, case: Case
) -> None:
    purse = _Purse(9)
    server.script(case.turn)

    await Writer(model).review(BRIEF, meter=purse)

    assert len(server.seen) == len(purse.reserved) == len(purse.spent)
    for request, ticket, spent in zip(server.seen, purse.reserved, purse.spent, strict=True):
        sent = len(json.dumps(request.body["messages"], ensure_ascii=False).encode())
        assert ticket.tokens_max >= sent + request.body["max_tokens"]
        assert spent.held_tokens + spent.prompt_tokens + spent.completion_tokens <= ticket.tokens_max


class Watched(ChatModel):
    """Keeps what it allowed."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__(settings)
        self.allowed: list[Allowance] = []

    def allow(self, meter: Meter | None = None) -> Allowance:
        self.allowed.append(super().allow(meter))
        return self.allowed[-1]


async def test_review_and_repair_share_one_deadline(server: OpenAIServer, settings: ModelSettings) -> None:
    """A request that is never answered would alone take half an hour."""
    patient = Watched(replace(settings, timeout_s=1_800.0, deadline_s=3.0))
    await patient._client()
    server.script(server_says.says({**GOOD, "items": [BAD_ITEM]}), server_says.hangs())

    review = await Writer(patient).review(BRIEF)

    await patient.aclose()
    assert len(patient.allowed) == 1
    assert _words(review) == _words(REVIEW)


async def test_no_more_requests_run_at_once_than_are_allowed(server: OpenAIServer, settings: ModelSettings) -> None:
    crowd = ChatModel(replace(settings, timeout_s=5.0, deadline_s=10.0, parallel=3))
    await crowd._client()
    counter = server_says.Counter()
    server.script(server_says.counted(counter, server_says.says("It is loud.")))

    answers = await asyncio.gather(*(Writer(crowd).answer(BRIEF, REVIEW, Conversation(1), QUESTION) for _ in range(12)))

    await crowd.aclose()
    assert all(answer.text for answer in answers)
    assert counter.most == 3


async def test_without_a_model_nothing_is_sent_and_the_note_names_no_fault() -> None:
    review = await Writer(None).review(BRIEF)

    assert _words(review) == _words(REVIEW)
    assert review.writer_note == writer_note(WrittenBy.MEASURED)


# ------------------------------------------------------------------ good answers, and repairs


async def test_the_answer_to_a_focus_is_measured_also_where_a_model_writes(
    server: OpenAIServer, model: ChatModel
) -> None:
    server.script(server_says.says(GOOD))
    brief = replace(BRIEF, request=replace(BRIEF.request, focus="is the bass too loud?"))

    written, measured = await Writer(model).review(brief), await Writer(None).review(brief)

    assert written.writer is WrittenBy.MODEL
    assert written.focus_answer == measured.focus_answer
    assert "the bass" in (written.focus_answer or "")


def _text(*names: str) -> str:
    """Statements of the brief, each as a sentence of its own."""
    table = table_of(BRIEF)
    return " ".join(f"{table[name].text}." for name in names)


async def test_a_good_plan_is_shown_in_earshots_words(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says(GOOD))

    review = await Writer(model).review(BRIEF)

    table = table_of(BRIEF)
    assert review.writer is WrittenBy.MODEL
    assert review.writer_note is None
    assert (review.verdict, review.keep) == (REVIEW.verdict, "")
    assert review.first_step == _text("clip_samples.fix")
    clipping, peak = review.items
    assert clipping.insight == _text("clip_samples.found")
    assert clipping.suggestion == f"To do: {lower_first(table['clip_samples.fix'].text)}."
    assert [statement.name for statement in peak.statements] == ["true_peak.found", "true_peak.fix"]
    assert "true peak" in peak.receipt
    assert review.dial_card == REVIEW.dial_card
    assert len(server.seen) == 1


async def test_a_schema_refused_by_the_server_costs_one_more_request_and_nothing_else(
    server: OpenAIServer, model: ChatModel
) -> None:
    server.script(server_says.rejects_response_format(server_says.says(GOOD)))

    review = await Writer(model).review(BRIEF)

    assert review.writer is WrittenBy.MODEL
    assert len(server.seen) == 2


async def test_a_plan_of_which_nothing_holds_is_asked_for_once_more(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says({**GOOD, "items": [BAD_ITEM]}), server_says.says(GOOD))

    review = await Writer(model).review(BRIEF)

    assert review.writer is WrittenBy.MODEL
    assert len(server.seen) == 2
    roles = [message["role"] for message in server.seen[1].body["messages"]]
    assert roles == ["system", "user", "assistant", "user"]


async def test_a_point_that_does_not_hold_is_told_in_the_measured_words(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says(_with_bad_item()))

    review = await Writer(model).review(BRIEF)

    assert review.writer is WrittenBy.MIXED
    assert [item.writer for item in review.items] == [WrittenBy.MODEL, WrittenBy.MEASURED]
    assert review.items[1].finding_codes == ("true_peak",)
    assert "3.7" not in str(review)
    assert len(server.seen) == 1


async def test_requests_spent_on_retries_are_not_spent_again_on_a_repair(
    server: OpenAIServer, model: ChatModel
) -> None:
    nothing = server_says.says({**GOOD, "items": [BAD_ITEM]})
    server.script(server_says.fails(500, "boom"), server_says.fails(500, "boom"), nothing)

    review = await Writer(model).review(BRIEF)

    assert len(server.seen) == MAX_REQUESTS
    assert _words(review) == _words(REVIEW)


async def test_a_severe_finding_that_the_plan_forgets_is_told_first(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says({**GOOD, "items": [GOOD["items"][1]]}))

    review = await Writer(model).review(BRIEF)

    severe = [one.code for one in BRIEF.diagnosis.findings if one.severity is Severity.SEVERE]
    assert severe == ["clip_samples"]
    assert [item.finding_codes for item in review.items] == [("clip_samples",), ("true_peak",)]


async def test_an_idea_is_kept_apart_and_can_be_switched_off(server: OpenAIServer, model: ChatModel) -> None:
    idea = "Try the mix at a whisper and listen for what leaves."
    item = {**GOOD["items"][0], "idea": idea}
    server.script(server_says.says({**GOOD, "items": [item]}))

    shown = await Writer(model).review(BRIEF)
    server.script(server_says.says({**GOOD, "items": [item]}))
    hidden = await Writer(model).review(BRIEF, ideas=False)
    server.script(server_says.says({**GOOD, "items": [item]}))
    never = await Writer(model, ideas=False).review(BRIEF)

    assert [item.idea for item in shown.items][:1] == [idea]
    assert idea not in shown.items[0].insight + shown.items[0].suggestion
    assert not any(item.idea for review in (hidden, never) for item in review.items)


async def test_an_answer_loses_the_sentence_that_is_no_statement_and_says_so(
    server: OpenAIServer, model: ChatModel
) -> None:
    said = "{loudness} Spotify turns it down by 5.9 dB. The PLR is 14.2 dB."
    server.script(server_says.says({"paragraphs": [{"say": said, "idea": ""}]}))

    answer = await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION)

    assert answer.text == _text("loudness")
    assert answer.writer is WrittenBy.MIXED
    assert answer.note == writer_note(WrittenBy.MIXED)
    assert len(server.seen) == 1


async def test_an_answer_that_is_repaired_is_the_models(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says("It is at −12.1 LUFS."), server_says.says(LOUD))

    answer = await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION)

    assert answer.text == _text("loudness", "loudness.2")
    assert answer.writer is WrittenBy.MODEL
    assert answer.note == writer_note(WrittenBy.MODEL)


async def test_an_answer_to_something_else_begins_with_what_was_asked(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says({"paragraphs": [{"say": "{tempo}", "idea": ""}]}))

    answer = await Writer(model).answer(BRIEF, REVIEW, Conversation(1), QUESTION)

    assert answer.text == f"{measured_answer(BRIEF, REVIEW, QUESTION)}\n\n{_text('tempo')}"
    assert answer.writer is WrittenBy.MIXED


async def test_a_summary_is_made_of_statements(server: OpenAIServer, model: ChatModel) -> None:
    lines = [{"say": say, "idea": ""} for say in ("{clip_samples.fix}", "{true_peak.fix}", "Cut 9 dB at 40 Hz.")]
    server.script(server_says.says({"paragraphs": lines}))

    summary = await Writer(model).summarise(BRIEF, REVIEW, talk("what now"))

    assert summary.text == f"{_text('clip_samples.fix')}\n\n{_text('true_peak.fix')}"
    assert summary.writer is WrittenBy.MIXED


async def test_the_writer_is_honest_about_a_model_that_is_not_there(settings: ModelSettings) -> None:
    model = ChatModel(replace(settings, base_url="http://127.0.0.1:9/v1"))

    review = await Writer(model).review(BRIEF)

    await model.aclose()
    assert say_model_fault(ModelFault.UNAVAILABLE) in (review.writer_note or "")


def test_the_good_review_is_json_as_a_model_would_send_it() -> None:
    assert json.loads(json.dumps(GOOD)) == GOOD
