"""Budget: a day is never exceeded, what was spent is written down to the token, and a server can say no."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.advice import Meter, ModelSettings, Spent, Ticket
from core.advice.model.chat_model import ChatModel
from core.advice.writer import Writer
from core.knowledge.prices import cost_nano_usd
from core.review import IDEA_LABEL
from core.service.budget import Budget
from core.service.job_payloads import AnswerStep
from core.service.limits import Limits
from core.service.servers import ServerService, wants_ideas
from core.storage import Database, Usage
from core.values.actor import Actor
from core.values.errors import ModelError, ModelFault, UsageCode, UsageError
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, BEN, THREAD_ID, Application
from tests.support.clock import FakeClock
from tests.support.processes import openai_server as server_says
from tests.support.processes.migrated import put_database
from tests.support.processes.openai_server import OpenAIServer, openai_server

ASKED = 1000
MODEL = "gpt-4o-mini"
MANAGER = replace(ANNA, manages_guild=True)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as running:
        yield running


async def _reserved(meter: Meter, tokens: int = 10) -> Ticket | ModelFault:
    try:
        return await meter.reserve(MODEL, tokens)
    except ModelError as error:
        return error.fault


@pytest.mark.parametrize("asked", [200, pytest.param(ASKED, marks=pytest.mark.wide)])
async def test_a_servers_day_is_never_exceeded_by_many_at_once(app: Application, asked: int) -> None:
    budget = Budget(app.database, replace(app.limits, model_calls_per_guild_day=40), app.clock)

    got = await asyncio.gather(*(_reserved(budget.gate((ANNA, BEN)[number % 2])) for number in range(asked)))

    assert sum(isinstance(one, Ticket) for one in got) == 40
    assert got.count(ModelFault.BUDGET) == asked - 40


async def test_servers_do_not_share_and_a_new_day_begins_anew(app: Application) -> None:
    budget = Budget(app.database, app.limits, app.clock)
    elsewhere = Actor(guild_id=2_200, user_id=ANNA.user_id)
    for _ in range(app.limits.model_calls_per_guild_day):
        assert isinstance(await _reserved(budget.gate(ANNA)), Ticket)

    assert await _reserved(budget.gate(BEN)) is ModelFault.BUDGET
    assert isinstance(await _reserved(budget.gate(elsewhere)), Ticket)
    app.clock.advance(days=1)
    assert isinstance(await _reserved(budget.gate(BEN)), Ticket)


async def test_direct_messages_count_by_person(app: Application) -> None:
    budget = Budget(app.database, app.limits, app.clock)
    for _ in range(app.limits.model_calls_per_guild_day):
        assert isinstance(await _reserved(budget.gate(Actor(None, ANNA.user_id))), Ticket)

    assert await _reserved(budget.gate(Actor(None, ANNA.user_id))) is ModelFault.BUDGET
    assert isinstance(await _reserved(budget.gate(Actor(None, BEN.user_id))), Ticket)


async def test_a_request_that_may_cost_more_than_is_left_is_not_sent(app: Application) -> None:
    budget = Budget(app.database, replace(app.limits, model_tokens_per_guild_day=1000), app.clock)
    meter = budget.gate(ANNA)
    ticket = await meter.reserve(MODEL, 900)

    assert await _reserved(meter, 101) is ModelFault.BUDGET
    await meter.settle(ticket, Spent(answered=True, prompt_tokens=300, completion_tokens=50))
    assert isinstance(await _reserved(meter, 650), Ticket)


# ------------------------------------------------------------------ the ledger, with the real SDK


def _model(server: OpenAIServer, name: str = MODEL, timeout_s: float = 30.0) -> ChatModel:
    return ChatModel(
        ModelSettings(
            api_key="sk-x",
            base_url=server.base_url,
            model=name,
            timeout_s=timeout_s,
            deadline_s=10.0 * timeout_s,
            retry_first_s=0.01,
        )
    )


PLENTY = Limits(user_questions_max=99, model_calls_per_guild_day=100, model_calls_per_user_day=100)


async def _ask_with(app: Application, model: ChatModel, question: str = "how loud is it?") -> None:
    app.pipeline.writer = Writer(model)
    await model._client()
    await app.ask(await app.conversation_of(), question)
    await model.aclose()


@pytest.fixture
async def rich_app(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Application]:
    put_database(tmp_path)
    database = await Database.open(None, tmp_path, clock=clock)
    yield Application(database, tmp_path / "blobs", clock, PLENTY)
    await database.close()


async def _used(app: Application) -> Usage:
    async with app.database.read() as unit:
        return await unit.usage.used(ANNA.tenant_id, app.clock().date(), ANNA.user_id)


async def test_attempts_answers_tokens_and_cost_are_those_of_the_server(
    rich_app: Application, server: OpenAIServer
) -> None:
    await rich_app.review()
    server.script(server_says.fails(500, "boom"), server_says.says("It measures −9.2 LUFS."))

    await _ask_with(rich_app, _model(server))

    used = await _used(rich_app)
    answers = len(server.seen) - 1
    assert used.attempts == len(server.seen)
    assert used.answers == answers
    assert used.prompt_tokens == answers * server_says.PROMPT_TOKENS
    assert used.completion_tokens == answers * server_says.COMPLETION_TOKENS
    assert used.cost_nano_usd == cost_nano_usd(MODEL, used.prompt_tokens, used.completion_tokens)
    assert used.held_tokens == 0


async def test_an_answer_that_is_of_no_use_is_paid_for_all_the_same(
    rich_app: Application, server: OpenAIServer
) -> None:
    await rich_app.review()
    server.script(server_says.says("", finish_reason="content_filter"))

    await _ask_with(rich_app, _model(server))

    assert (await _used(rich_app)).prompt_tokens == server_says.PROMPT_TOKENS


async def test_a_model_without_a_price_costs_tokens_only(rich_app: Application, server: OpenAIServer) -> None:
    await rich_app.review()
    server.script(server_says.says("It is loud enough."))

    await _ask_with(rich_app, _model(server, "somebodys-own-model"))

    used = await _used(rich_app)
    assert used.prompt_tokens >= server_says.PROMPT_TOKENS
    assert used.cost_nano_usd is None


async def test_a_request_that_is_never_answered_weighs_on_the_budget_but_not_on_the_bill(
    rich_app: Application, server: OpenAIServer
) -> None:
    await rich_app.review()
    server.script(server_says.hangs())

    await _ask_with(rich_app, _model(server, timeout_s=0.5))

    used = await _used(rich_app)
    assert used.attempts == len(server.seen) == 3
    assert used.answers == used.tokens == 0
    assert used.held_tokens > 3 * ModelSettings(api_key="").max_output_tokens


# ------------------------------------------------------------------ the server's own switch


def _servers(app: Application) -> ServerService:
    return ServerService(app.database, Budget(app.database, app.limits, app.clock), uses_model=True, model=MODEL)


async def test_a_server_that_switches_the_model_off_sends_nothing(rich_app: Application, server: OpenAIServer) -> None:
    await rich_app.review()
    server.script(server_says.says("It is loud enough."))
    await _servers(rich_app).allow_model(MANAGER, allowed=False)

    await _ask_with(rich_app, _model(server))

    assert server.seen == []
    async with rich_app.database.read() as unit:
        conversation = await unit.conversations.load(await rich_app.conversation_of(), THREAD_ID)
        assert "LUFS" in conversation.turns[1].text
    assert (await _used(rich_app)) == Usage()

    await _servers(rich_app).allow_model(MANAGER, allowed=True)
    await _ask_with(rich_app, _model(server))
    assert server.seen


IDEA = "Try the same move on the reverb return before the bus."
WITH_IDEA = json.dumps({"paragraphs": [{"say": "{loudness}", "idea": IDEA}, {"say": "{stereo}", "idea": ""}]})


async def _answered_with(app: Application, server: OpenAIServer, text: str, **options: bool) -> AnswerStep:
    """The step that shows the answer to a question, with this text as the model's."""
    server.script(server_says.says(text))
    model = _model(server)
    app.pipeline.writer = Writer(model, **options)
    await model._client()
    job = await app.ask(await app.conversation_of(), "how loud is it?")
    await model.aclose()
    (step,) = await app.steps(job)
    return from_json(AnswerStep, step.payload)


async def test_an_idea_comes_beside_the_answer_and_is_stored_behind_its_label(
    rich_app: Application, server: OpenAIServer
) -> None:
    await rich_app.review()

    step = await _answered_with(rich_app, server, WITH_IDEA)

    assert step.idea == IDEA
    assert IDEA not in step.text
    assert rich_app.shown
    assert not [text for text in rich_app.shown if IDEA in text or IDEA_LABEL in text]
    async with rich_app.database.read() as unit:
        conversation = await unit.conversations.load(await rich_app.conversation_of(), THREAD_ID)
    assert conversation.turns[1].text == f"{step.text}\n\n{IDEA_LABEL}: {IDEA}"
    await _answered_with(rich_app, server, WITH_IDEA)
    assert f"{IDEA_LABEL}: {IDEA}" in json.dumps(server.seen[-1].body["messages"])


async def test_a_server_and_the_operator_can_switch_ideas_off(rich_app: Application, server: OpenAIServer) -> None:
    await rich_app.review()
    assert (await _answered_with(rich_app, server, WITH_IDEA, ideas=False)).idea == ""

    await _servers(rich_app).allow_ideas(MANAGER, allowed=False)
    assert (await _answered_with(rich_app, server, WITH_IDEA)).idea == ""
    assert not (await _servers(rich_app).state(BEN)).ideas

    await _servers(rich_app).allow_ideas(MANAGER, allowed=True)
    assert (await _answered_with(rich_app, server, WITH_IDEA)).idea == IDEA


async def test_only_who_manages_the_server_may_switch_ideas(app: Application) -> None:
    with pytest.raises(UsageError) as refused:
        await _servers(app).allow_ideas(BEN, allowed=False)
    assert refused.value.code is UsageCode.NOT_A_MANAGER
    assert await wants_ideas(app.database, BEN)

    await _servers(app).allow_ideas(MANAGER, allowed=False)
    assert not await wants_ideas(app.database, BEN)
    assert await wants_ideas(app.database, Actor(2_200, BEN.user_id))
    assert await wants_ideas(app.database, Actor(None, BEN.user_id))


async def test_a_review_has_the_ideas_that_its_server_wants(rich_app: Application, server: OpenAIServer) -> None:
    await rich_app.review()
    async with rich_app.database.read() as unit:
        code = (await unit.library.get_review(ANNA, 1)).review.items[0].finding_codes[0]
    item = {"codes": [code], "say": f"{{{code}.found}} {{{code}.fix}}", "idea": IDEA}
    server.script(server_says.says(json.dumps({"verdict": "", "keep": "", "first_step": "", "items": [item]})))
    model = _model(server)
    rich_app.pipeline.writer = Writer(model)

    ideas = []
    for review_id, allowed in ((2, True), (3, False)):
        await _servers(rich_app).allow_ideas(MANAGER, allowed=allowed)
        await rich_app.review(url=f"track {review_id}")
        async with rich_app.database.read() as unit:
            stored = await unit.library.get_review(ANNA, review_id)
        ideas.append([one.idea for one in stored.review.items if one.idea])
    await model.aclose()

    assert ideas == [[IDEA], []]


async def test_only_who_manages_the_server_may_switch(app: Application) -> None:
    servers = _servers(app)
    with pytest.raises(UsageError) as refused:
        await servers.allow_model(BEN, allowed=False)
    assert refused.value.code is UsageCode.NOT_A_MANAGER
    assert await servers.uses_model(BEN)

    await servers.allow_model(MANAGER, allowed=False)
    assert not await servers.uses_model(BEN)
    assert await servers.uses_model(Actor(2_200, BEN.user_id))
    assert await servers.uses_model(Actor(None, BEN.user_id))


async def test_in_a_direct_message_there_is_no_server_to_set(app: Application) -> None:
    with pytest.raises(UsageError) as refused:
        await _servers(app).allow_model(Actor(None, 5, manages_guild=True), allowed=False)
    assert refused.value.code is UsageCode.NOT_IN_A_SERVER


async def test_the_state_of_a_server_tells_what_was_used(rich_app: Application, server: OpenAIServer) -> None:
    await rich_app.review()
    server.script(server_says.says("It is loud enough."))
    await _ask_with(rich_app, _model(server))

    state = await _servers(rich_app).state(BEN)

    assert state.allows_model
    assert state.usage.today == state.usage.month == await _used(rich_app)
    rich_app.clock.advance(days=40)
    assert (await _servers(rich_app).state(BEN)).usage.month == Usage()
