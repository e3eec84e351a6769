"""The review a model is asked for: what is sent as schema, and what is taken as an answer."""

import json
from typing import Any

import pytest

from core.advice.model.review_draft import DraftItem, draft_of, draft_text, review_schema
from core.values.errors import ModelError, ModelFault

ITEM = {"insight": "It clips.", "suggestion": "Turn it down.", "finding_codes": ["clip_samples"]}
DRAFT: dict[str, Any] = {"verdict": "Fine.", "keep": "All.", "items": [ITEM], "first_step": "Listen."}


def test_the_schema_is_what_structured_outputs_take() -> None:
    """OpenAI, "Structured outputs": every object closed, every member required, no reference, pattern or length."""
    text = {"type": "string"}
    item = {
        "type": "object",
        "additionalProperties": False,
        "required": ["insight", "suggestion", "finding_codes"],
        "properties": {"insight": text, "suggestion": text, "finding_codes": {"type": "array", "items": text}},
    }
    assert review_schema() == {
        "type": "object",
        "additionalProperties": False,
        "required": ["verdict", "keep", "items", "first_step"],
        "properties": {"verdict": text, "keep": text, "items": {"type": "array", "items": item}, "first_step": text},
    }


def test_a_draft_is_read_and_what_was_not_asked_for_is_ignored() -> None:
    draft = draft_of(json.dumps({**DRAFT, "mood": "good", "items": [{**ITEM, "score": 7}]}))

    assert (draft.verdict, draft.keep, draft.first_step) == ("Fine.", "All.", "Listen.")
    assert draft.items == [DraftItem("It clips.", "Turn it down.", ["clip_samples"])]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        json.dumps({**DRAFT, "verdict": " \n"}),
        json.dumps({**DRAFT, "keep": None}),
        json.dumps({**DRAFT, "items": []}),
        json.dumps({**DRAFT, "items": [{**ITEM, "finding_codes": [1]}]}),
        json.dumps({name: value for name, value in DRAFT.items() if name != "first_step"}),
        json.dumps({**DRAFT, "verdict": "\ud800"}),
        '{"verdict": "\ud800',
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_another_shape_is_malformed(text: str) -> None:
    with pytest.raises(ModelError) as raised:
        draft_of(text)

    assert raised.value.fault is ModelFault.MALFORMED


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ('{"a": 1}', '{"a": 1}'),
        ('Here: ```json\n{"a": {}}\n``` Bye.', '{"a": {}}'),
        ("none", ""),
        ("} {", ""),
        ("{", ""),
        ("", ""),
    ],
)
def test_the_object_is_found_in_words(answer: str, text: str) -> None:
    assert draft_text(answer) == text
