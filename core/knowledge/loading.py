"""Reads data files: the JSON files of this package, and TOML files of any package."""

import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from core.values.errors import UsageCode, UsageError


@dataclass(frozen=True, slots=True)
class Figure:
    """A range of values with its source.

    Attributes:
        low: lower end; None where it is open.
        high: upper end; None where it is open.
        source: where the range comes from.
        evidence: H official or peer-reviewed, M measured once or a good secondary source, L practice, G own proposal.
        median: median of the values; None where it is not known.
    """

    low: float | None
    high: float | None
    source: str
    evidence: str
    median: float | None = None


def load(name: str) -> Any:
    """The content of a JSON file in `core/knowledge/data`."""
    return json.loads((resources.files("core.knowledge") / "data" / name).read_text(encoding="utf-8"))


def load_toml(package: str, name: str) -> dict[str, Any]:
    """The content of a TOML file.

    Args:
        package: the package that it is in ("core.rules").
        name: its path in that package.
    """
    return tomllib.loads((resources.files(package) / name).read_text(encoding="utf-8"))


def figure(value: dict[str, Any] | None) -> Figure | None:
    """A `Figure` from its JSON form, which has either low and high or percentiles; None for None."""
    if value is None:
        return None
    return Figure(
        low=value.get("low", value.get("p10")),
        high=value.get("high", value.get("p90", value.get("max"))),
        source=value["source"],
        evidence=value["evidence"],
        median=value.get("p50"),
    )


def unknown(code: UsageCode, given: str, suggestions: tuple[str, ...]) -> UsageError:
    """The error for an unknown name, with names to suggest."""
    return UsageError(code, given=given, suggestions=", ".join(suggestions))
