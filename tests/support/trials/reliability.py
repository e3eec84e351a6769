"""How often tempi and keys are right that Earshot is more or less sure of.

    EARSHOT_TEST_AUDIO=… python -m tests.support.trials.reliability

prints the table of `core/knowledge/pages/measurement.md`; `tests/conformance/test_reliability.py` holds it.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from core.knowledge.genres import genre_table
from core.rules.genre_tempo import in_genre
from tests.support.audio.track_genres import FOLK_GENRE, TRACK_GENRES, UNSEEN_GENRES
from tests.support.reviews.analyses import changed, neutral
from tests.support.trials.readings import Reading, readings

TEMPO_TOLERANCE = 0.04
"""Share within which a tempo is right (MIREX Acc1)."""

STEPS = (0.0, 0.5, 0.65, 0.8, 1.01)
"""Edges of the classes of confidence."""

SHARPS = {"Ab": "G#", "Bb": "A#", "Db": "C#", "Eb": "D#", "Gb": "F#"}
DUPLICATES = ("eif_Caesium_MASTER_mobile.m4a", "eif_Caesium_stemsum_60s_24bit48k.wav")


@dataclass(frozen=True)
class Claim:
    """A value that was told with a confidence (0 to 1), and whether it was right."""

    kind: str
    name: str
    confidence: float
    is_right: bool


def claims(folder: Path) -> list[Claim]:
    """Claims about the annotated files of a folder and its subfolder: tempo, tempo with its genre told, key."""
    rows = [*readings(folder), *readings(folder / "key")]
    return [claim for row in rows if row.name not in DUPLICATES for claim in _claims(row)]


def _claims(row: Reading) -> Iterable[Claim]:
    bpm, key = row.printed["known_bpm"], row.printed["known_key"]
    if bpm:
        genre = genre_table().get(genre_of(row.name))
        with_genre = in_genre(changed(neutral(), rhythm=row.rhythm), genre).rhythm
        for kind, found in (("tempo", row.rhythm), ("tempo with genre", with_genre)):
            is_right = found.tempo_bpm is not None and abs(found.tempo_bpm / float(bpm) - 1.0) < TEMPO_TOLERANCE
            yield Claim(kind, row.name, found.confidence or 0.0, is_right)
    if key:
        tonic, _, mode = key.partition(" ")
        is_right = row.tonality.key == f"{SHARPS.get(tonic, tonic)} {mode}"
        yield Claim("key", row.name, row.tonality.confidence or 0.0, is_right)


def genre_of(name: str) -> str:
    """The genre by which a test track is judged."""
    return TRACK_GENRES.get(name) or UNSEEN_GENRES.get(f"key/{name}") or FOLK_GENRE


def share_right(found: Iterable[Claim], kind: str, low: float, high: float) -> tuple[int, float | None]:
    """Number of claims of a kind with a confidence in a class, and the share of them that is right."""
    hits = [claim.is_right for claim in found if claim.kind == kind and low <= claim.confidence < high]
    return len(hits), sum(hits) / len(hits) if hits else None


def table(found: list[Claim]) -> str:
    """The table of the page."""
    lines = ["| confidence | " + " | ".join(KINDS) + " |", "| --- |" + " --- |" * len(KINDS)]
    for low, high in pairwise(STEPS):
        cells = []
        for kind in KINDS:
            count, share = share_right(found, kind, low, high)
            cells.append("–" if share is None else f"{share:.2f} of {count}")
        lines.append(f"| {low:.2f} to {min(high, 1.0):.2f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


KINDS = ("tempo", "tempo with genre", "key")


if __name__ == "__main__":
    print(table(claims(Path(os.environ["EARSHOT_TEST_AUDIO"]))))  # noqa: T201 - the table is what is asked for
