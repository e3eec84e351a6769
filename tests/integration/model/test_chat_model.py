"""The real OpenAI SDK against a server that misbehaves: each fault has its name, and no call makes many requests."""

import json
import logging
from dataclasses import dataclass, replace

import pytest

from core.advice import ChatModel, ModelSettings
from core.advice.model.chat_message import ChatMessage
from core.advice.plan.plans import ReviewPlan, schema_of
from core.values.errors import ModelError, ModelFault
from tests.integration.model.conftest import KEY
from tests.support.processes import openai_server as server_says
from tests.support.processes.openai_server import OpenAIServer, Turn

QUESTION = [ChatMessage("system", "Be brief."), ChatMessage("user", "How loud?")]
MAX_REQUESTS = 3

DRAFT = {
    "verdict": "fine",
    "keep": "all",
    "items": [{"insight": "It clips.", "suggestion": "Turn it down.", "finding_codes": ["clip_samples"]}],
    "first_step": "Listen.",
}


@dataclass(frozen=True)
class Case:
    """A server's behaviour, the fault it is, and the requests it may cost."""

    turn: Turn
    fault: ModelFault
    requests: int
    schema: bool = False


CASES = {
    "429": Case(server_says.fails(429, "Rate limit reached"), ModelFault.RATE_LIMITED, MAX_REQUESTS),
    "429 with a short pause": Case(
        server_says.fails(429, "Slow down", headers={"Retry-After": "0.01"}), ModelFault.RATE_LIMITED, MAX_REQUESTS
    ),
    "429 with a pause nobody waits for": Case(
        server_says.fails(429, "Slow down", headers={"Retry-After": "3600"}), ModelFault.RATE_LIMITED, 1
    ),
    "429 with a pause past the deadline": Case(
        server_says.fails(429, "Slow down", headers={"Retry-After": "10"}), ModelFault.RATE_LIMITED, 1
    ),
    "429 with a date": Case(
        server_says.fails(429, "Slow down", headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
        ModelFault.RATE_LIMITED,
        MAX_REQUESTS,
    ),
    "no money left": Case(
        server_says.fails(429, "You exceeded your current quota", code="insufficient_quota"),
        ModelFault.RATE_LIMITED,
        1,
    ),
    "500": Case(server_says.fails(500, "boom"), ModelFault.UNAVAILABLE, MAX_REQUESTS),
    "503 as a page": Case(server_says.raw(503, "<h1>down</h1>", "text/html"), ModelFault.UNAVAILABLE, MAX_REQUESTS),
    "never answers": Case(server_says.hangs(), ModelFault.TIMEOUT, MAX_REQUESTS),
    "drips for ever": Case(server_says.drips("x" * 400), ModelFault.TIMEOUT, MAX_REQUESTS),
    "hangs up in the middle": Case(server_says.disconnects(), ModelFault.UNAVAILABLE, MAX_REQUESTS),
    "empty text": Case(server_says.says(""), ModelFault.EMPTY, MAX_REQUESTS),
    "blank text": Case(server_says.says(" \n "), ModelFault.EMPTY, MAX_REQUESTS),
    "no text": Case(server_says.says(None), ModelFault.EMPTY, MAX_REQUESTS),
    "no choices": Case(
        server_says.responds(200, {**server_says.completion(""), "choices": []}), ModelFault.EMPTY, MAX_REQUESTS
    ),
    "no message": Case(
        server_says.responds(200, {**server_says.completion(""), "choices": [{"index": 0}]}),
        ModelFault.EMPTY,
        MAX_REQUESTS,
    ),
    "not JSON": Case(server_says.raw(200, '{"id": "chat'), ModelFault.MALFORMED, MAX_REQUESTS),
    "a login page": Case(server_says.raw(200, "<html>login</html>", "text/html"), ModelFault.MALFORMED, MAX_REQUESTS),
    "another protocol": Case(server_says.responds(200, {"output": "hi"}), ModelFault.MALFORMED, MAX_REQUESTS),
    "a list instead of an object": Case(server_says.responds(200, [1, 2]), ModelFault.MALFORMED, MAX_REQUESTS),
    "refusal": Case(server_says.says(None, refusal="I can't help with that."), ModelFault.REFUSED, 1),
    "content filter": Case(server_says.says("", finish_reason="content_filter"), ModelFault.REFUSED, 1),
    "cut off": Case(server_says.says("It is", finish_reason="length"), ModelFault.TOO_LONG, 1),
    "cut off before the first word": Case(server_says.says("", finish_reason="length"), ModelFault.TOO_LONG, 1),
    "context too long": Case(
        server_says.fails(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded"),
        ModelFault.TOO_LONG,
        1,
    ),
    "unknown model": Case(server_says.fails(404, "The model does not exist"), ModelFault.REFUSED, 1),
    "bad key": Case(server_says.fails(401, f"Incorrect API key provided: {KEY}"), ModelFault.REFUSED_KEY, 1),
    "forbidden": Case(server_says.fails(403, f"Key {KEY} may not use this"), ModelFault.REFUSED_KEY, 1),
    "bad request": Case(server_says.fails(400, "messages: wrong"), ModelFault.REFUSED, 1),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_each_fault_has_its_name_within_three_requests(
    server: OpenAIServer, model: ChatModel, case: Case
) -> None:
    server.script(case.turn)

    with pytest.raises(ModelError) as raised:
        await model.complete(QUESTION, schema_of(ReviewPlan) if case.schema else None)

    assert raised.value.fault is case.fault
    assert len(server.seen) == case.requests


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_the_key_is_in_no_log_and_no_exception(
    server: OpenAIServer, one_try_model: ChatModel, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(case.turn)
    caplog.set_level(logging.DEBUG)

    with pytest.raises(ModelError) as raised:
        await one_try_model.complete(QUESTION, schema_of(ReviewPlan) if case.schema else None)

    logging.getLogger("test").error("it failed", exc_info=raised.value)
    assert server.seen[0].authorization == f"Bearer {KEY}"
    assert KEY not in caplog.text
    error: BaseException | None = raised.value
    while error is not None:
        assert KEY not in f"{error!r} {error} {vars(error)}"
        error = error.__context__


def test_the_key_is_not_in_the_settings_representation(settings: ModelSettings) -> None:
    assert KEY not in repr(settings)


async def test_an_answer_comes_with_its_price_and_its_tries(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.fails(500, "boom"), server_says.says("  −8.1 LUFS.\n"))

    reply = await model.complete(QUESTION)

    assert reply.text == "−8.1 LUFS."
    assert (reply.prompt_tokens, reply.completion_tokens) == (
        server_says.PROMPT_TOKENS,
        server_says.COMPLETION_TOKENS,
    )
    assert reply.tries == len(server.seen) == 2


async def test_a_server_that_counts_no_tokens_is_fine(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.responds(200, {**server_says.completion("ok"), "usage": None}))

    reply = await model.complete(QUESTION)

    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("ok", 0, 0)


async def test_a_request_holds_the_messages_the_schema_and_the_limits(
    server: OpenAIServer, model: ChatModel, settings: ModelSettings
) -> None:
    server.script(server_says.says(DRAFT))

    await model.complete(QUESTION, schema_of(ReviewPlan))

    body = server.seen[0].body
    assert body["model"] == settings.model
    assert body["messages"] == [{"role": m.role, "content": m.content} for m in QUESTION]
    assert body["max_tokens"] == settings.max_output_tokens
    assert body["temperature"] == settings.temperature
    assert body["response_format"]["json_schema"]["schema"] == schema_of(ReviewPlan)
    assert "tools" not in body


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Unknown parameter: 'response_format'.", 400),
        ("response_format: json_schema is not supported by this model", 400),
        ("Extra inputs are not permitted: response_format", 422),
    ],
)
async def test_a_server_without_schemas_is_asked_once_more_without_one_and_then_never_again(
    server: OpenAIServer, model: ChatModel, message: str, status: int
) -> None:
    answer = server_says.says(f"Here you are:\n```json\n{json.dumps(DRAFT)}\n```")
    server.script(server_says.rejects_response_format(answer, message, status))

    first = await model.complete(QUESTION, schema_of(ReviewPlan))
    second = await model.complete(QUESTION, schema_of(ReviewPlan))

    assert first.text == second.text
    assert json.dumps(DRAFT) in first.text
    assert first.tries == 2
    assert second.tries == 1
    assert ["response_format" in seen.body for seen in server.seen] == [True, False, False]


async def test_a_reasoning_model_gets_its_own_name_for_the_limit(
    server: OpenAIServer, model: ChatModel, settings: ModelSettings
) -> None:
    says = server_says.says("ok")
    no_temperature = server_says.rejects_parameter("temperature", "Unsupported value: 'temperature'", says)
    server.script(
        server_says.rejects_parameter(
            "max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", no_temperature
        )
    )

    reply = await model.complete(QUESTION)

    assert reply.text == "ok"
    assert reply.tries == MAX_REQUESTS
    assert server.seen[-1].body["max_completion_tokens"] == settings.max_output_tokens


async def test_a_server_that_refuses_the_schema_and_then_fails_gets_no_fourth_request(
    server: OpenAIServer, model: ChatModel
) -> None:
    server.script(server_says.rejects_response_format(server_says.fails(500, "boom")))

    with pytest.raises(ModelError):
        await model.complete(QUESTION, schema_of(ReviewPlan))

    assert len(server.seen) == MAX_REQUESTS


async def test_fewer_tries_can_be_asked_for(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.fails(500, "boom"))

    allowance = model.allow()
    allowance.tries_left = 1
    with pytest.raises(ModelError):
        await model.complete(QUESTION, allowance=allowance)

    assert len(server.seen) == 1


async def test_the_deadline_holds_over_all_tries(server: OpenAIServer, settings: ModelSettings) -> None:
    """Three tries would take an hour and a half."""
    model = ChatModel(replace(settings, timeout_s=1_800.0, deadline_s=0.2))
    await model._client()
    server.script(server_says.hangs())

    with pytest.raises(ModelError) as raised:
        await model.complete(QUESTION)

    await model.aclose()
    assert raised.value.fault is ModelFault.TIMEOUT
    assert len(server.seen) <= 1  # none where connecting took the time there was


async def test_a_server_that_is_not_there_is_unavailable(settings: ModelSettings) -> None:
    model = ChatModel(replace(settings, base_url="http://127.0.0.1:9/v1"))
    await model._client()

    with pytest.raises(ModelError) as raised:
        await model.probe()

    await model.aclose()
    assert raised.value.fault is ModelFault.UNAVAILABLE


async def test_a_probe_of_a_good_server_passes(server: OpenAIServer, model: ChatModel) -> None:
    server.script(server_says.says("ok"))

    await model.probe()

    assert len(server.seen) == 1
