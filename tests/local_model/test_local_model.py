"""A real model in the loop: what it writes is worth little, and whatever it writes, a producer gets a review.

EARSHOT_LOCAL_MODEL_RUNS: how many reviews are written one after the other.
"""

import asyncio
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import openai
import pytest

from core.advice import ChatModel, ModelSettings, Writer
from core.advice.model.chat_message import ChatMessage
from core.advice.plan.plans import ReviewPlan, schema_of
from core.advice.prompts.selection import for_a_review
from core.advice.statements.statement import Table
from core.advice.statements.table import table_of
from core.review import Review, WrittenBy
from core.values.request import ReviewType
from tests.local_model.conftest import DEADLINE_S, OUTPUT_TOKENS
from tests.support.processes.local_model import CONTEXT_TOKENS, LocalModel, local_model, missing
from tests.support.reviews.briefs import fixed_brief

BRIEF = fixed_brief(ReviewType.MASTER)

RUNS_VARIABLE = "EARSHOT_LOCAL_MODEL_RUNS"
RUNS = int(os.environ.get(RUNS_VARIABLE, "3"))

GRACE_S = 15.0
"""From the deadline of the model to a review written without it, on a machine that computes other things."""

PATIENCE_S = 300.0
"""Of a request whose answer matters here: no test of time."""

LONGEST_TEXT = 60
MOST_ENTRIES = 2
"""Bounds for a schema: within them every answer comes to its end before it is cut off."""

PIECES_MIN = 5
ANSWER_TOKENS = 40


@pytest.fixture
async def sdk(server: LocalModel):
    async with openai.AsyncOpenAI(
        api_key=server.api_key, base_url=server.base_url, timeout=PATIENCE_S, max_retries=0
    ) as opened:
        yield opened


def writers_schema() -> dict[str, Any]:
    """What the writer asks a model for."""
    return schema_of(ReviewPlan)


def bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with bounds where it has none: without them a small model repeats itself until it is cut off."""
    if schema["type"] == "object":
        return schema | {"properties": {name: bounded(member) for name, member in schema["properties"].items()}}
    if schema["type"] == "array":
        return {"minItems": 1, "maxItems": MOST_ENTRIES} | schema | {"items": bounded(schema["items"])}
    if schema["type"] == "string" and not {"enum", "pattern"} & set(schema):
        return {"maxLength": LONGEST_TEXT} | schema
    return schema


def over_names(schema: dict[str, Any], table: Table) -> dict[str, Any]:
    """The schema of a review with texts that can only be references, and points about findings of the table."""
    of_code: dict[str, list[str]] = defaultdict(list)
    for statement in table.values():
        of_code[statement.code].append(statement.name)
    points = [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["codes", "say", "idea"],
            "properties": {
                "codes": {"type": "array", "items": {"enum": [code], "type": "string"}, "minItems": 1, "maxItems": 1},
                "say": {"type": "string", "pattern": _point(code, of_code[code])},
                "idea": {"type": "string", "maxLength": 0},
            },
        }
        for code in table.ranks
        if of_code[code]
    ]
    texts = {
        "verdict": {"type": "string", "enum": ["{verdict}"]},
        "keep": {"type": "string", "enum": [""]},
        "items": {"type": "array", "items": {"anyOf": points}, "minItems": 2, "maxItems": 3},
        "first_step": {"type": "string", "enum": ["{first_step}"]},
    }
    assert set(texts) == set(schema["properties"])
    return schema | {"properties": texts}


def _point(code: str, names: list[str]) -> str:
    """A pattern: what was found, then up to two further statements that may stand alone behind it."""
    beside = [name for name in names if name.rpartition(".")[2] in {"why", "measured", "fix", "leave"}]
    return f"^{_reference(f'{code}.found')}( ({'|'.join(map(_reference, beside))})){{0,2}}$"


def _reference(name: str) -> str:
    return f"\\{{{re.escape(name)}\\}}"


class Guided(ChatModel):
    """Asks for plans that can only name statements of a table."""

    def __init__(self, settings: ModelSettings, table: Table) -> None:
        super().__init__(settings)
        self._table = table

    async def complete(self, messages: Any, schema: Any = None, **options: Any) -> Any:
        """The answer to a prompt."""
        return await super().complete(messages, over_names(schema, self._table), **options)


def breaches(value: Any, schema: dict[str, Any]) -> list[str]:
    """Where a value is not as a schema of objects, arrays and strings wants it."""
    kind = {"object": dict, "array": list, "string": str}[schema["type"]]
    if not isinstance(value, kind):
        return [f"{value!r} is no {schema['type']}"]
    if schema["type"] == "object":
        if set(value) != set(schema["required"]):
            return [f"members are {sorted(value)}"]
        return [fault for name, member in schema["properties"].items() for fault in breaches(value[name], member)]
    if schema["type"] == "array":
        too_many = [f"{len(value)} entries"] if len(value) > schema.get("maxItems", len(value)) else []
        return too_many + [fault for entry in value for fault in breaches(entry, schema["items"])]
    too_long = len(value) > schema.get("maxLength", len(value))
    return [f"{value!r} is too long"] if too_long or value not in schema.get("enum", [value]) else []


async def complete(sdk: openai.AsyncOpenAI, server: LocalModel, prompt: str, **options: Any) -> Any:
    messages = [{"role": "user", "content": prompt}]
    return await sdk.chat.completions.create(
        **{"model": server.model, "messages": messages, "temperature": 0.0, "max_tokens": OUTPUT_TOKENS} | options
    )


async def test_a_strict_schema_is_obeyed(sdk: openai.AsyncOpenAI, server: LocalModel) -> None:
    schema = bounded(writers_schema())
    json_schema = {"name": "review", "strict": True, "schema": schema}
    wanted = {"type": "json_schema", "json_schema": json_schema}

    answer = await complete(sdk, server, "Review a track that is too bright. JSON.", response_format=wanted)

    assert answer.choices[0].finish_reason == "stop"
    assert breaches(json.loads(answer.choices[0].message.content), schema) == []


def test_what_is_not_as_the_schema_wants_it_is_seen() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "items": {"type": "string"}}}}

    assert breaches({"a": ["x", "y"]}, bounded(schema)) == []
    for wrong in ([], {}, {"a": "x"}, {"a": [1]}, {"a": ["x"] * (MOST_ENTRIES + 1)}, {"a": ["x" * 100]}):
        assert breaches(wrong, bounded(schema))


async def test_a_grammar_is_obeyed(sdk: openai.AsyncOpenAI, server: LocalModel) -> None:
    grammar = 'root ::= name (" and " name)? "."\nname ::= "{" ("mud" | "true_peak") "." ("found" | "fix") "}"'

    answer = await complete(sdk, server, "What is wrong?", extra_body={"grammar": grammar})

    names = answer.choices[0].message.content.removesuffix(".").split(" and ")
    assert names
    assert set(names) <= {f"{{{code}.{form}}}" for code in ("mud", "true_peak") for form in ("found", "fix")}


async def test_an_answer_comes_in_pieces(model: ChatModel) -> None:
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)

    reply = await model.complete([ChatMessage("user", "Tell me in three sentences what mastering is.")], on_text=show)

    assert len(shown) >= PIECES_MIN
    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
    assert reply.text.startswith(shown[-1].strip())
    assert reply.completion_tokens >= PIECES_MIN


async def test_a_prompt_longer_than_the_context_is_refused(sdk: openai.AsyncOpenAI, server: LocalModel) -> None:
    with pytest.raises(openai.BadRequestError, match="exceed"):
        await complete(sdk, server, "mud " * CONTEXT_TOKENS, max_tokens=ANSWER_TOKENS)


async def runs(model: ChatModel, count: int) -> list[Review]:
    """Reviews of the same brief, one after the other; each within the deadline of the model."""
    reviews = []
    for _ in range(count):
        async with asyncio.timeout(DEADLINE_S + GRACE_S):
            reviews.append(await Writer(model).review(BRIEF))
    return reviews


def is_readable(review: Review) -> bool:
    """Whether it has what a thread shows: a verdict, a first step and points with words, and no raw JSON anywhere."""
    points = [_texts(item) for item in review.items]
    everything = [review.verdict, review.first_step, *(text for texts in points for text in texts)]
    is_whole = bool(points) and all(any(text.strip() for text in texts) for texts in points)
    return is_whole and bool(review.verdict.strip() and review.first_step.strip()) and "{" not in "".join(everything)


def _texts(item: Any) -> list[str]:
    """The texts of a point, by whatever names."""
    return [value for name in item.__slots__ if isinstance(value := getattr(item, name), str)]


async def test_every_review_ends_in_time_and_can_be_read(model: ChatModel, tell: Callable[[str], None]) -> None:
    reviews = await runs(model, RUNS)

    tell(f"local model, {RUNS} reviews: {dict(Counter(review.writer.value for review in reviews))}")
    assert len(reviews) == RUNS
    assert all(is_readable(review) for review in reviews)
    assert {review.writer for review in reviews} <= set(WrittenBy)


async def test_with_a_grammar_over_the_names_its_plans_are_shown(
    settings: ModelSettings, tell: Callable[[str], None]
) -> None:
    table = table_of(BRIEF)
    guided = Guided(settings, for_a_review(table))

    reviews = await runs(guided, RUNS)
    await guided.aclose()

    tell(f"local model over names, {RUNS} reviews: {dict(Counter(review.writer.value for review in reviews))}")
    assert all(is_readable(review) for review in reviews)
    assert any(review.writer is not WrittenBy.MEASURED for review in reviews)
    for review in reviews:
        for item in review.items:
            assert all(table[statement.name].text == statement.text for statement in item.statements)


async def test_the_server_ends_with_its_block() -> None:
    if missing() is not None:
        pytest.skip(str(missing()))
    async with local_model() as running:
        os.kill(running.pid, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)
