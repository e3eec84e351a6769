"""Kinds of fault, many times each, from the socket to the stored answer: never an error told as advice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from core.advice import ChatModel, ModelSettings
from core.review import WrittenBy, writer_note
from core.service.answering import brief_of
from core.service.job_payloads import AnswerStep, Origin, Place, QuestionPayload, message_key
from core.service.limits import Limits
from core.service.step_context import context_of
from core.storage import Database
from core.values.conversation import Role
from core.values.job import Job, StepKind
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, THREAD_ID, Application
from tests.support.clock import FakeClock
from tests.support.processes import openai_server as server_says
from tests.support.processes.migrated import put_database
from tests.support.processes.openai_server import OpenAIServer, Turn, openai_server

TIMES = 50

REVIEWS_SHARE = 0.6
"""So many are reviews; the others are questions in a thread."""

TIMEOUT_S = 0.12
DEADLINE_S = 0.6
TRIES = 3
QUESTION = "how loud is it?"
ORIGIN = Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE)

RAW = "upstream connect error or disconnect"

FAULTS: dict[str, Callable[[], Turn]] = {
    "429 with retry-after": lambda: server_says.fails(429, RAW, headers={"Retry-After": "0.01"}),
    "429 without": lambda: server_says.fails(429, RAW),
    "500": lambda: server_says.fails(500, RAW),
    "timeout": server_says.hangs,
    "slow drip": lambda: server_says.drips(f"{RAW} " * 20),
    "disconnect mid-stream": server_says.disconnects,
    "empty": lambda: server_says.says(""),
    "malformed JSON": lambda: server_says.raw(200, f'{{"id": "{RAW}'),
    "wrong schema": lambda: server_says.responds(200, {"output": [{"text": RAW}]}),
    "refusal": lambda: server_says.says(None, refusal=f"I can't help with that. {RAW}"),
    "context too long": lambda: server_says.fails(400, f"{RAW}: maximum context length is 8192 tokens"),
    "content filter": lambda: server_says.says(RAW, finish_reason="content_filter"),
    "unknown model": lambda: server_says.fails(404, f"The model does not exist. {RAW}"),
}


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as running:
        yield running


@pytest.fixture
async def app(tmp_path: Path, clock: FakeClock, server: OpenAIServer) -> AsyncIterator[Application]:
    many = 10**6
    limits = Limits(
        user_questions_max=many,
        model_calls_per_guild_day=many,
        model_calls_per_user_day=many,
        model_tokens_per_guild_day=10**9,
    )
    put_database(tmp_path)
    database = await Database.open(None, tmp_path, clock=clock)
    made = Application(database, tmp_path / "blobs", clock, limits)
    await made.review()
    model = ChatModel(
        ModelSettings(
            api_key="sk-canary-key",
            base_url=server.base_url,
            timeout_s=TIMEOUT_S,
            deadline_s=DEADLINE_S,
            retry_first_s=0.01,
            parallel=TIMES,
        )
    )
    await model._client()
    made.pipeline.writer._model = model
    yield made
    await model.aclose()
    await database.close()


@pytest.mark.parametrize("times", [10, pytest.param(TIMES, marks=pytest.mark.wide)])
@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_ends_in_an_answer_however_many_run_at_once(
    app: Application, server: OpenAIServer, fault: str, times: int
) -> None:
    """Where the server hangs, this would not end without timeouts; how exact they are is not measured here."""
    reviewed = round(REVIEWS_SHARE * times)
    server.script(FAULTS[fault]())
    conversation_id = await app.conversation_of()
    stored, _ = await context_of(app.database, ANNA, conversation_id, THREAD_ID)

    reviews = [app.pipeline.writer.review(brief_of(stored)) for _ in range(reviewed)]
    jobs = [await _asked(app, conversation_id, number) for number in range(times - reviewed)]
    answers = [app.conversations.handle_question(job) for job in jobs]
    written, outcomes = await asyncio.gather(asyncio.gather(*reviews), asyncio.gather(*answers))

    for outcome in outcomes:
        async with app.database.begin() as unit:
            (step,) = await outcome.commit(unit)
        assert step.kind is StepKind.POST_ANSWER
        body = from_json(AnswerStep, step.payload)
        assert "LUFS" in body.text
        assert body.note is not None
        assert body.note.startswith(writer_note(WrittenBy.MEASURED))
    for review in written:
        assert review.writer is WrittenBy.MEASURED
        assert review.items
    assert len(server.seen) <= TRIES * times
    async with app.database.read() as unit:
        turns, _ = await unit.conversations.transcript(ANNA, conversation_id)
    told = [turn.text for turn in turns if turn.role is Role.ASSISTANT]
    assert len(told) == times - reviewed
    assert not [text for text in [*told, *app.shown] if RAW in text or "canary" in text]


async def _asked(app: Application, conversation_id: int, number: int) -> Job:
    payload = QuestionPayload(conversation_id, QUESTION, ORIGIN, message_id=500 + number)
    job = await app.conversations.ask(ANNA, message_key(500 + number), payload)
    assert job is not None
    return job
