"""Conversations as they happen: forty questions, two people at once, edits, deletions, and a restart in the middle."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.advice import ChatModel, ModelSettings, Writer
from core.advice.prompts.instructions import CHARACTERS_PER_TOKEN, PROMPT_TOKENS_MAX
from core.service.job_payloads import AnswerStep, Origin, Place, QuestionPayload, message_key
from core.service.limits import Limits
from core.storage import Database
from core.values.actor import Actor
from core.values.conversation import QUESTIONS_PER_SUMMARY, Role
from core.values.job import Job, JobState, StepKind
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, BEN, PREVIEW_ID, THREAD_ID, Application
from tests.support.clock import FakeClock
from tests.support.processes import openai_server as server_says
from tests.support.processes.migrated import put_database
from tests.support.processes.openai_server import OpenAIServer, openai_server

PLENTY = Limits(user_questions_max=99, queue_max=99, model_calls_per_guild_day=999, model_calls_per_user_day=999)
TURNS = 40
PLANS = ("{first_step}", "Also {first_step}", "In short: {first_step}")
ORIGIN = Origin(application_id=1, channel_id=THREAD_ID, place=Place.IN_PLACE)

ASKED = (
    ("how loud is it?", "loudness = "),
    ("where is the true peak?", "peaks = "),
    ("is the low end too wide?", "low_end = "),
    ("what will spotify do to it?", "services = "),
    ("does it clip?", "peaks = "),
    ("which part is the loudest?", "part.1 = "),
    ("how wide is it?", "stereo = "),
    ("what works already?", "first_step = "),
)
"""Questions, and the statement that each must bring into the prompt."""

LOUD, STEREO, STEP = server_says.plan("{loudness}"), server_says.plan("{stereo}"), server_says.plan("{first_step}")
"""Plans that hold for every track."""


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as running:
        yield running


@pytest.fixture
async def model(server: OpenAIServer) -> AsyncIterator[ChatModel]:
    opened = ChatModel(
        ModelSettings(api_key="sk-x", base_url=server.base_url, timeout_s=60.0, deadline_s=120.0, retry_first_s=0.01)
    )
    await opened._client()
    yield opened
    await opened.aclose()


@pytest.fixture
async def app(tmp_path: Path, clock: FakeClock, model: ChatModel) -> AsyncIterator[Application]:
    put_database(tmp_path)
    database = await Database.open(None, tmp_path, clock=clock)
    made = Application(database, tmp_path / "blobs", clock, PLENTY)
    await made.review()
    made.pipeline.writer._model = model
    yield made
    await database.close()


def _prompts(server: OpenAIServer) -> list[str]:
    return ["\n".join(message["content"] for message in seen.body["messages"]) for seen in server.seen]


async def _ask(app: Application, question: str, message_id: int, actor: Actor = ANNA) -> Job:
    payload = QuestionPayload(await app.conversation_of(), question, ORIGIN, message_id=message_id)
    job = await app.conversations.ask(actor, message_key(message_id), payload)
    assert job is not None
    return job


async def _claim(app: Application) -> Job | None:
    app.clock.advance(seconds=1)
    async with app.database.begin() as unit:
        return await unit.jobs.claim(app.clock(), 60.0, 9)


async def _said(app: Application) -> list[tuple[Role, str]]:
    conversation_id = await app.conversation_of()
    async with app.database.read() as unit:
        turns, _ = await unit.conversations.transcript(ANNA, conversation_id)
    return [(turn.role, turn.text) for turn in turns]


async def _summary(app: Application) -> str:
    async with app.database.read() as unit:
        _, summaries = await unit.conversations.transcript(ANNA, await app.conversation_of())
    return summaries[-1].text


async def _until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_forty_questions_get_their_facts_each_time_within_the_budget(
    app: Application, server: OpenAIServer
) -> None:
    server.script(server_says.says(LOUD))
    for number in range(TURNS):
        question, block = ASKED[number % len(ASKED)]
        before = len(server.seen)
        await _ask(app, f"{question} (take {number})", 100 + number)
        await app.work()
        prompt = _prompts(server)[before]
        assert block in prompt, (question, prompt[:200])
        assert f"(take {number})" in prompt
        assert len(prompt) <= PROMPT_TOKENS_MAX * CHARACTERS_PER_TOKEN

    conversation_id = await app.conversation_of()
    async with app.database.read() as unit:
        turns, summaries = await unit.conversations.transcript(ANNA, conversation_id)
    assert len(turns) == 2 * TURNS
    assert [summary.number for summary in summaries] == list(range(1, TURNS // QUESTIONS_PER_SUMMARY + 1))


async def test_each_summary_is_built_on_the_one_before(app: Application, server: OpenAIServer) -> None:
    summaries: list[str] = []
    for number in range(3):
        server.script(server_says.says(server_says.plan(PLANS[number])))
        for question in range(QUESTIONS_PER_SUMMARY):
            await _ask(app, "how loud is it?", 100 + 10 * number + question)
            await app.work()
        data = json.loads(_prompts(server)[-1].split("\nDATA\n")[1].removesuffix("\nEND OF DATA"))
        if number:
            assert data["summary_so_far"] == summaries[-1]
        summaries.append(await _summary(app))
        assert len(data["turns_since"]) == 2 * QUESTIONS_PER_SUMMARY
    assert len(set(summaries)) == 3


async def test_what_was_asked_elsewhere_is_not_told_to_the_model(app: Application, server: OpenAIServer) -> None:
    server.script(server_says.says(LOUD))
    conversation_id = await app.conversation_of()
    await app.ask(conversation_id, "how loud is it, the zanzibar deal depends on it?", channel_id=THREAD_ID + 1)
    await app.ask(conversation_id, "how wide is it?", actor=BEN)
    await app.ask(conversation_id, "and how long is it?", channel_id=THREAD_ID + 1)

    first, thread, elsewhere = (prompt for prompt in _prompts(server)[-3:])
    assert "zanzibar" in first
    assert "zanzibar" not in thread
    assert "zanzibar" in elsewhere
    assert "how wide is it" not in elsewhere


async def test_the_summary_is_in_the_report(app: Application, server: OpenAIServer) -> None:
    documents = []

    async def render(document):
        documents.append(document)
        return b"%PDF-"

    app.pipeline.report = render
    server.script(server_says.says(STEP))
    for question in range(QUESTIONS_PER_SUMMARY):
        await _ask(app, "how loud is it?", 100 + question)
        await app.work()

    await app.conversations.report(ANNA, await app.conversation_of(), THREAD_ID)

    assert [summary.text for summary in documents[0].summaries] == [await _summary(app)]
    assert len(documents[0].turns) == 2 * QUESTIONS_PER_SUMMARY


async def test_five_questions_at_once_make_one_summary_and_no_complaint(app: Application, server: OpenAIServer) -> None:
    server.script(server_says.says(STEREO))
    for number in range(QUESTIONS_PER_SUMMARY + 1):
        await _ask(app, "how loud is it?", 100 + number)
    await app.work()

    async with app.database.read() as unit:
        _, summaries = await unit.conversations.transcript(ANNA, await app.conversation_of())
        exported = await unit.privacy.export(ANNA)
    assert len(summaries) == 1
    kinds = [row["kind"] for row in exported["outbox_steps"]]
    assert kinds.count(StepKind.POST_SUMMARY.value) == 1
    assert StepKind.REPORT_ERROR.value not in kinds


async def test_two_people_at_once_are_answered_one_after_the_other(app: Application, server: OpenAIServer) -> None:
    server.script(server_says.says(STEREO))
    hers = await _ask(app, "is it loud enough, canary one?", 100)
    app.clock.advance(seconds=1)
    his = await _ask(app, "and the low end, canary two?", 101, BEN)

    first = await _claim(app)
    assert first is not None
    assert first.job_id == hers.job_id
    assert await _claim(app) is None
    await app.runner.run(first)
    await app.work()

    assert "canary one" not in _prompts(server)[-1].split('"question"')[1]
    assert "canary one" in _prompts(server)[-1]
    for job, actor in ((hers, ANNA), (his, BEN)):
        (step,) = await app.steps(job)
        assert from_json(AnswerStep, step.payload).asker_id == actor.user_id


async def test_a_restart_in_the_middle_answers_once_and_remembers(
    app: Application, server: OpenAIServer, tmp_path: Path, clock: FakeClock, model: ChatModel
) -> None:
    server.script(server_says.says(STEREO))
    await _ask(app, "is it wide, canary one?", 100)
    await app.work()
    gate = asyncio.Event()
    server.script(server_says.plans("{stereo}", "{loudness}", gate=gate))
    asked = await _ask(app, "and the bass?", 101)
    job = await _claim(app)
    assert job is not None
    dying = asyncio.create_task(app.runner.run(job))
    await _until(lambda: app.shown)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    other = Application(await Database.open(None, tmp_path, clock=clock), tmp_path / "blobs", clock, PLENTY)
    other.pipeline.writer._model = model
    gate.set()
    async with other.database.begin() as unit:
        await unit.jobs.end_leases(clock())
        await unit.jobs.reap(clock())
    await other.work()

    assert "canary one" in _prompts(server)[-1]
    assert [text for role, text in await _said(other) if role is Role.USER] == [
        "is it wide, canary one?",
        "and the bass?",
    ]
    (step,) = await other.steps(asked)
    assert from_json(AnswerStep, step.payload).preview_id == PREVIEW_ID
    await other.database.close()


async def test_a_question_that_is_deleted_meanwhile_is_not_answered(app: Application, server: OpenAIServer) -> None:
    gate = asyncio.Event()
    server.script(server_says.plans("{stereo}", "{loudness}", gate=gate))
    asked = await _ask(app, "forget me", 100)
    job = await _claim(app)
    assert job is not None
    work = asyncio.create_task(app.runner.run(job))
    await _until(lambda: app.shown)

    to_delete = await app.conversations.forget_message(100)
    await asyncio.wait_for(work, 60)

    assert to_delete == PREVIEW_ID
    assert not gate.is_set()  # nobody waited for the model: its work was stopped
    assert await app.steps(asked) == ()
    assert await _said(app) == []
    done = await app.get(asked)
    assert done is not None
    assert done.state is JobState.DONE
    async with app.database.read() as unit:
        used = await unit.usage.used(ANNA.tenant_id, app.clock().date())
    assert (used.attempts, used.answers) == (1, 0)


async def test_a_question_that_is_deleted_while_it_waits_costs_nothing(app: Application, server: OpenAIServer) -> None:
    server.script(server_says.says(STEREO))
    asked = await _ask(app, "forget me", 100)

    await app.conversations.forget_message(100)
    await app.work()

    assert server.seen == []
    assert await app.steps(asked) == ()


async def test_a_question_that_is_edited_meanwhile_is_answered_as_it_stands(
    app: Application, server: OpenAIServer
) -> None:
    server.script(server_says.hangs())
    await _ask(app, "is it too lound?", 100)
    job = await _claim(app)
    assert job is not None
    work = asyncio.create_task(app.runner.run(job))
    await _until(lambda: server.seen)
    server.script(server_says.says(STEREO))

    await app.conversations.edit_message(100, "is it too wide?", ORIGIN)
    await asyncio.wait_for(work, 60)

    assert "is it too wide?" in _prompts(server)[-1]
    assert await _said(app) == [(Role.USER, "is it too wide?"), (Role.ASSISTANT, (await _said(app))[1][1])]


async def test_an_edit_that_changes_nothing_disturbs_nobody(app: Application, server: OpenAIServer) -> None:
    gate = asyncio.Event()
    server.script(server_says.plans("{stereo}", "{loudness}", gate=gate))
    await _ask(app, "is it wide?", 100)
    job = await _claim(app)
    assert job is not None
    work = asyncio.create_task(app.runner.run(job))
    await _until(lambda: app.shown)

    await app.conversations.edit_message(100, "is it wide?", ORIGIN)
    gate.set()
    await asyncio.wait_for(work, 60)

    assert len(server.seen) == 1


async def test_what_is_shown_meanwhile_becomes_the_answer(app: Application, server: OpenAIServer) -> None:
    server.script(server_says.plans("{stereo}", "{loudness}"))
    asked = await _ask(app, "is it wide?", 100)
    await app.work()

    (shown,) = app.shown
    (step,) = await app.steps(asked)
    body = from_json(AnswerStep, step.payload)
    first, *rest = body.text.split("\n\n")
    assert shown == first
    assert len(rest) == 1
    assert "correlation" in first
    assert body.preview_id == PREVIEW_ID


async def test_a_word_is_explained_and_told_for_this_track(app: Application, server: OpenAIServer) -> None:
    asked = await _ask(app, "what is PSR?", 100)
    await app.work()

    (step,) = await app.steps(asked)
    body = from_json(AnswerStep, step.payload)
    assert "true peak of three seconds over the loudness" in body.text
    assert "In this track:" in body.text
    assert body.note is not None
    assert "glossary.md › PSR" in body.note
    assert server.seen == []


async def test_where_nothing_measured_answers_the_handbook_may(app: Application) -> None:
    app.pipeline.writer = Writer(None)
    app.conversations._answering._pipeline = app.pipeline
    asked = await _ask(app, "should I use a de-esser?", 100)
    await app.work()

    (step,) = await app.steps(asked)
    body = from_json(AnswerStep, step.payload)
    assert body.text.startswith("I can't answer that from the measurements of this track. In general: Sharp")


async def test_a_summary_on_demand_is_asked_for_where_one_stands(app: Application) -> None:
    conversation_id = await app.conversation_of()
    async with app.database.begin() as unit:
        await unit.conversations.bind_channel(conversation_id, 4_242, follows_owner=True)

    assert await app.conversations.here(ANNA, 4_242) == conversation_id
    assert await app.conversations.here(BEN, 4_242) == conversation_id
    for actor, channel in ((ANNA, 1), (replace(ANNA, guild_id=9), 4_242)):
        with pytest.raises(Exception, match="no_conversation_here"):
            await app.conversations.here(actor, channel)
