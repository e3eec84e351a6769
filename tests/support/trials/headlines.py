"""What a review of each test track says first: `python -m tests.support.trials.headlines [--write]`.

Every track is judged as a master of its genre, without a focus. The readings of a person who looks for what the
headline claims stand in `tests/golden/headlines.toml`, each with the headline that was read: a changed one is unread.
EARSHOT_TEST_AUDIO names the folder of tracks.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from core.advice.measured.measured_review import measured_review
from core.diagnosis import diagnose
from core.review import Brief
from core.values.request import ReviewType
from tests.support.audio.track_genres import TRACK_GENRES, UNSEEN_GENRES
from tests.support.once import once_each
from tests.support.trials.fault_trials import subject_of
from tests.support.trials.firing import as_it_is, folk_renders
from tests.support.trials.trial_cache import ROOT, Cache

READINGS = ROOT / "tests" / "golden" / "headlines.toml"
PAGE = ROOT / "docs" / "headlines.md"


class Headline(NamedTuple):
    """The verdict of a review, and what is said of the first point ("" where there is none)."""

    track: str
    verdict: str
    first: str
    codes: tuple[str, ...]

    @property
    def text(self) -> str:
        """Both, as they are read."""
        return f"{self.verdict} {self.first}".strip()


class Reading(NamedTuple):
    """What an engineer says to a headline."""

    headline: str
    is_signed: bool
    why: str


def headlines(folder: Path, cache: Cache, genres: Mapping[str, str]) -> list[Headline]:
    """The headline of each track."""
    measured_tracks = once_each(list(genres), lambda name: as_it_is(folder, name, cache), "as it is")
    found = []
    for (name, genre_id), (analysis, encoded) in zip(genres.items(), measured_tracks, strict=True):
        subject = subject_of(analysis, genre_id, ReviewType.MASTER)
        diagnosis = diagnose(analysis, subject.genre, subject.request, encoded=encoded)
        review = measured_review(Brief(subject.request, subject.genre, analysis, diagnosis), None)
        first = review.items[0].insight if review.items else review.keep
        found.append(Headline(name, review.verdict, first, tuple(finding.code for finding in diagnosis.findings)))
    return found


def all_genres(folder: Path) -> dict[str, str]:
    """Every test track with its genre."""
    return {**TRACK_GENRES, **folk_renders(folder), **UNSEEN_GENRES}


def readings() -> dict[str, Reading]:
    """The readings by track."""
    stored = tomllib.loads(READINGS.read_text(encoding="utf-8")) if READINGS.is_file() else {}
    return {name: Reading(row["headline"], row["signed"], row["why"]) for name, row in stored.items()}


def page(found: Sequence[Headline], read: Mapping[str, Reading]) -> str:
    """The table in Markdown."""
    known = {one.track: reading for one in found if (reading := read.get(one.track)) is not None}
    current = {
        one.track: known[one.track] for one in found if one.text == getattr(known.get(one.track), "headline", None)
    }
    signed = sum(reading.is_signed for reading in current.values())
    lines = [
        "# Headlines",
        "",
        "What the review of each test track says first, as a master of its genre, and whether it would be signed",
        "(made by `python -m tests.support.trials.headlines --write`; the readings: `tests/golden/headlines.toml`).",
        "",
        "The reader is an author of the rules, read each headline once as text with its figures, did not listen, and",
        "marked those to be refused; reasons are per kind of headline. Limits were moved after such readings: on other",
        "music the share is lower.",
        "",
        f"Read: {len(current)} of {len(found)}. Signed: {signed} ({100 * signed / max(1, len(current)):.0f} %).",
        "",
        "| track | headline | signed | why |",
        "|---|---|---|---|",
    ]
    for one in found:
        reading = current.get(one.track)
        answer = ("yes" if reading.is_signed else "no") if reading else "unread"
        cells = (one.track, one.text.replace("|", "\\|"), answer, reading.why if reading else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, or write it into the documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of analyses to use whatever code made them")
    parser.add_argument("--write", action="store_true", help="write docs/headlines.md")
    arguments = parser.parse_args()
    folder = Path(os.environ["EARSHOT_TEST_AUDIO"])
    text = page(headlines(folder, Cache(arguments.cache), all_genres(folder)), readings())
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
