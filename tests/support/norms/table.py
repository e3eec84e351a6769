"""The table of finished tracks that the norms are made of: one row a track, measured with `earshot analyse`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LABEL_WEIGHT = {"guessed": 0.5}
"""Weight of a track by how sure its genre is; 1 where it was stated."""


@dataclass(frozen=True)
class Track:
    """One finished track: genre, artist or catalogue, kind, weight, third octaves up to its low-pass, other columns."""

    genre_id: str
    source: str
    kind: str
    weight: float
    third_octave_db: Mapping[str, float]
    columns: Mapping[str, float]


def read(path: Path) -> list[Track]:
    """All tracks of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_track(row) for row in csv.DictReader(file)]


def _track(row: dict[str, str]) -> Track:
    numbers = {name: number for name, text in row.items() if (number := _number(text)) is not None}
    low_pass_hz = numbers.get("low_pass_hz", float("inf"))
    thirds = {name.removeprefix("to_"): level for name, level in numbers.items() if name.startswith("to_")}
    return Track(
        genre_id=row["genre_id"],
        source=row["source_group"],
        kind=row["kind"],
        weight=LABEL_WEIGHT.get(row["label_confidence"], 1.0),
        third_octave_db={name: level for name, level in thirds.items() if float(name) * 10**0.05 <= low_pass_hz},
        columns=numbers,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
