"""Sentences of reviews and answers that belong to no single rule: `[phrases]` in the file of a language."""

from collections.abc import Mapping
from typing import Any

from core.text.language import catalogue, language


def phrases() -> Mapping[str, Any]:
    """Verdicts and other sentences by name, in the present language."""
    found: Mapping[str, Any] = catalogue(language())["phrases"]
    return found
