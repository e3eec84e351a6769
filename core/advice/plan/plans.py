"""The plans that a model is asked for. Their JSON schemas and their readers are made from one type each."""

import json
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from core.values.errors import ModelError, ModelFault

PLAN_MAX_CHARACTERS = 20_000
"""Longest answer of a model that is read as a plan, in characters (own figure: the longest example has 2,000)."""


class PlanItem(Struct, frozen=True):
    """One point of a review: codes of its findings, its text, and an idea of the model's own."""

    codes: list[str]
    say: str
    idea: str = ""


class ReviewPlan(Struct, frozen=True):
    """A review: what the model chose and arranged."""

    verdict: str
    keep: str
    items: list[PlanItem]
    first_step: str


class Paragraph(Struct, frozen=True):
    """One paragraph of an answer, and an idea of the model's own."""

    say: str
    idea: str = ""


class AnswerPlan(Struct, frozen=True):
    """An answer or a summary: what the model chose and arranged."""

    paragraphs: list[Paragraph]


Plan = TypeVar("Plan", ReviewPlan, AnswerPlan)

_JSON = json.JSONDecoder()


def plan_of(text: str, kind: type[Plan]) -> Plan:
    """The plan in a model's answer. Whether the server obeys a schema is not relied on.

    Args:
        text: the answer; the JSON object may stand in a code fence or between words. Members that were not asked for
            are ignored, those that are missing or of another type are empty.
        kind: the type of the plan.

    Raises:
        ModelError: MALFORMED, there is no such object, or it is longer than `PLAN_MAX_CHARACTERS`.
    """
    wanted = "items" if "items" in kind.__struct_fields__ else "paragraphs"
    found = _object_with(wanted, text) if len(text) <= PLAN_MAX_CHARACTERS else None
    if found is None:
        raise ModelError(ModelFault.MALFORMED)
    members: dict[str, Any] = {name: _text(found, name) for name in kind.__struct_fields__}
    members[wanted] = [
        {"codes": _texts(part.get("codes")), "say": _text(part, "say"), "idea": _text(part, "idea")}
        for part in found[wanted]
        if isinstance(part, dict)
    ]
    return msgspec.convert(members, kind)


def _object_with(member: str, text: str) -> dict[str, Any] | None:
    """The first JSON object in a text that has a list as this member."""
    at = text.find("{")
    while at >= 0:
        try:
            found, _ = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get(member), list):
            return found
        at = text.find("{", at + 1)
    return None


def paragraphs_so_far(text: str) -> list[Paragraph]:
    """The whole paragraphs of an answer that is still being written: those behind which another begins.

    The last paragraph of an answer is not among them: a short answer is shown at once. None of an answer that is too
    long for a plan.
    """
    if len(text) > PLAN_MAX_CHARACTERS:
        return []
    start = text.find("[", text.find('"paragraphs"')) if '"paragraphs"' in text else -1
    found: list[Paragraph] = []
    while start >= 0 and (at := text.find("{", start)) >= 0:
        try:
            part, start = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found
        found.append(Paragraph(_text(part, "say"), _text(part, "idea")))
    return found[:-1]


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def schema_of(kind: type[Struct]) -> dict[str, Any]:
    """JSON schema of a plan in the subset that servers with structured outputs accept.

    Objects allow no other members and are written in place, without references; all members are required.
    """
    (root,), definitions = msgspec.json.schema_components([kind], ref_template="{name}")
    return _strict(root, definitions)


def _strict(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _strict(definitions[schema["$ref"]], definitions)
    if schema["type"] == "array":
        return {"type": "array", "items": _strict(schema["items"], definitions)}
    if schema["type"] == "object":
        members = {name: _strict(member, definitions) for name, member in schema["properties"].items()}
        return {"type": "object", "additionalProperties": False, "required": list(members), "properties": members}
    return {"type": schema["type"]}
