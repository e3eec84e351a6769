"""The review that a model is asked for. Its JSON schema and its parser are made from one type."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from core.values.errors import ModelError, ModelFault

Text = Annotated[str, Meta(pattern=r"\S")]
"""A text that is not blank."""


class DraftItem(Struct, frozen=True):
    """One point of a review, with the codes of the findings that it is based on."""

    insight: Text
    suggestion: Text
    finding_codes: list[str]


class ReviewDraft(Struct, frozen=True):
    """A review as a model wrote it, not yet checked against the measurements."""

    verdict: Text
    keep: Text
    items: Annotated[list[DraftItem], Meta(min_length=1)]
    first_step: Text


def draft_text(answer: str) -> str:
    """The JSON object in an answer, which may be wrapped in a code fence or in words; "" where there is none."""
    return answer[answer.find("{") : answer.rfind("}") + 1] if "{" in answer else ""


def draft_of(text: str) -> ReviewDraft:
    """The review in a JSON object; members that were not asked for are ignored.

    Raises:
        ModelError: MALFORMED, the text does not have the form of `ReviewDraft`.
    """
    try:
        return msgspec.json.decode(text, type=ReviewDraft)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ModelError(ModelFault.MALFORMED) from error


def review_schema() -> dict[str, Any]:
    """JSON schema of `ReviewDraft` in the subset that servers with structured outputs accept.

    Objects allow no other members and are written in place, without references; `draft_of` checks patterns and lengths.
    """
    (root,), definitions = msgspec.json.schema_components([ReviewDraft], ref_template="{name}")
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
