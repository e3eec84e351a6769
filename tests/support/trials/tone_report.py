"""The table of tone faults three ways: alone, against the clean twin as a reference, and as the next version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.support.trials.fault_trials import Row
from tests.support.trials.tone_trials import PLACE_OCTAVES, SIZE_DB, Against, ToneChange, ToneTrial

LEAST_FOUND = 0.95
"""Share of the tracks in which every tone fault must be told where there is something exact to hold it against."""


@dataclass(frozen=True)
class ToneRow:
    """What came of one change of tone in the tracks in which something plays there.

    `alone`: share in which its finding appears or stands further out, where it is among the faults tried alone.
    """

    change: ToneChange
    tracks: int
    fair: int
    alone: float | None
    reference: float
    version: float
    others: int

    @property
    def figures(self) -> dict[str, float | None]:
        """The row as it is stored among the figures of the rules."""
        return {
            "tracks": self.tracks,
            "fair": self.fair,
            "alone": None if self.alone is None else round(self.alone, 3),
            "reference": round(self.reference, 3),
            "version": round(self.version, 3),
            "others": self.others,
        }


def tone_rows(trials: Sequence[ToneTrial], alone: Sequence[Row] = ()) -> list[ToneRow]:
    """One row per change; of `alone`, the faults that were tried alone, those of the same name count."""
    rose = {row.fault.name: row.rose for row in alone}
    rows = []
    for change in dict.fromkeys(trial.change for trial in trials):
        mine = [trial for trial in trials if trial.change is change]
        fair = [trial for trial in mine if trial.is_fair]
        found = {way: sum(trial.found[way] for trial in fair) / max(1, len(fair)) for way in Against}
        rows.append(
            ToneRow(
                change,
                len(mine),
                len(fair),
                rose.get(change.name),
                found[Against.REFERENCE],
                found[Against.VERSION],
                sum(trial.others for trial in fair),
            )
        )
    return rows


def tone_text(rows: Sequence[ToneRow]) -> str:
    """One line per change."""
    lines = [f"{'tone':26}   n fair  alone  reference  version  other bands"]
    for row in rows:
        alone = "" if row.alone is None else f"{row.alone:.2f}"
        found = f"{alone:>5}  {row.reference:9.2f}  {row.version:7.2f}  {row.others:11d}"
        lines.append(f"{row.change.name:26} {row.tracks:3d} {row.fair:4d}  {found}")
    return "\n".join(lines)


def tone_page(rows: Sequence[ToneRow]) -> Iterator[str]:
    """The table as Markdown."""
    if not rows:
        return
    place = f"within {PLACE_OCTAVES:.2g} octave and {SIZE_DB:g} dB"
    yield (
        f"Tone three ways: an equaliser of known size in one minute of each of {rows[0].tracks} real tracks. *Fair*: "
        "tracks in which something plays there. *Alone*: share in which the rule's finding appears or stands further "
        "out, judged by the genre. *Reference* and *version*: share in which one of the three largest moves is this "
        f"equaliser, {place}, with the clean twin as a reference and as the version before (a tilt: all moves together "
        "follow it within 1.5 dB). *Others*: further moves of more than 1.5 dB."
    )
    yield ""
    yield "| tone | fair | alone | reference | version | others |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        alone = "–" if row.alone is None else f"{row.alone:.0%}"
        yield (f"| {row.change.name} | {row.fair} | {alone} | {row.reference:.0%} | {row.version:.0%} | {row.others} |")
    yield ""
