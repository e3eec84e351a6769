"""Sentences of measured reviews that belong to no single rule: `phrases.toml` beside this module."""

from functools import cache
from typing import Any

from core.knowledge.loading import load_toml


@cache
def phrases() -> dict[str, Any]:
    """Verdicts and other sentences by name, read once."""
    return load_toml("core.diagnosis", "phrases.toml")
