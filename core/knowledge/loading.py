"""Reads data files: the JSON of this package, and TOML beside the code of any other."""

import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from core.values.errors import UsageCode, UsageError


@dataclass(frozen=True, slots=True)
class Figure:
    """A range with where it comes from. Open ends are None.

    `evidence`: H official or peer-reviewed, M measured once or a good secondary source, L practice, G own proposal.
    """

    low: float | None
    high: float | None
    source: str
    evidence: str
    median: float | None = None


def load(name: str) -> Any:
    """The content of a JSON data file."""
    return json.loads((resources.files("core.knowledge") / "data" / name).read_text(encoding="utf-8"))


def load_toml(package: str, name: str) -> dict[str, Any]:
    """The content of a TOML file that lies in a package ("core.rules")."""
    return tomllib.loads((resources.files(package) / name).read_text(encoding="utf-8"))


def figure(value: dict[str, Any] | None) -> Figure | None:
    """A `Figure` from its JSON form: either low and high, or percentiles."""
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
    """The error for a name that is not in a table."""
    return UsageError(code, given=given, suggestions=", ".join(suggestions))
