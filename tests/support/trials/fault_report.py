"""What came of the trials: as text, and as the figures that `core/knowledge/pages/rules.md` and the rules carry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.diagnosis.findings import VersionOutcome
from core.rules.rule import rules
from core.values.request import ReviewType
from tests.support.trials.fault_trials import FAIR_TRACKS, Row, Trial
from tests.support.trials.firing import warned_share
from tests.support.trials.tone_report import ToneRow, tone_page

FIRING_KINDS = (ReviewType.MASTER, ReviewType.MIXDOWN)

EMPTY = "–"
"""A cell of the page in which there is nothing to say."""


class Groups(StrEnum):
    """Tracks as they are."""

    REAL = "real tracks"
    FOLK = "folk renders"
    UNSEEN = "recordings no limit was chosen by"


@dataclass(frozen=True)
class Fired:
    """What fired in a group of tracks: type of review → rule → severity → tracks."""

    tracks: int
    by_kind: Mapping[ReviewType, dict[str, dict[str, list[str]]]]

    def counts(self, kind: ReviewType, code: str) -> list[int]:
        """Tracks per severity."""
        return [len(names) for names in self.by_kind[kind][code].values()]


Firing = Mapping[Groups, Fired]


def faults_text(rows: Sequence[Row]) -> str:
    """One line per fault."""
    lines = [f"{'fault':26} {'family':10}   n fair  found  warn  rose  in all tracks  error dB  placed  by"]
    for row in rows:
        error = f"{row.median_error_db:.2f}/{row.largest_error_db:.2f}" if row.median_error_db is not None else ""
        placed = f"{row.placed:.2f}" if row.placed is not None else ""
        shares = f"{row.found:6.2f} {row.warned:5.2f} {row.rose:5.2f}"
        in_all = f"{row.warned_in_all:5.2f} {row.rose_in_all:5.2f}"
        name = f"{row.fault.name:26} {row.fault.family:10} {row.tracks:3d} {row.in_order:4d}"
        lines.append(f"{name} {shares}   {in_all} {error:>9} {placed:>7}  {', '.join(row.codes)}")
    return "\n".join(lines)


def firing_text(title: str, fired: Fired) -> str:
    """One line per rule that fires."""
    lines = []
    for kind, table in fired.by_kind.items():
        lines.append(f"On {fired.tracks} {title} as {kind.value}: tracks per severity")
        for code, by_severity in table.items():
            counts = " ".join(f"{severity} {len(names):2d}" for severity, names in by_severity.items())
            if any(by_severity.values()):
                lines.append(f"{code:18} {counts}  warn or above {warned_share(by_severity, fired.tracks):4.0%}")
    return "\n".join(lines)


def versions_figures(found: Sequence[Trial]) -> dict[str, int]:
    """How findings are followed from a fault to its clean twin, and into the same file."""
    repaired = [change.outcome for trial in found for change in trial.repaired]
    same = [change.outcome for trial in found for change in trial.same]
    return {
        "repaired": len(repaired),
        "fixed": repaired.count(VersionOutcome.FIXED),
        "same": len(same),
        "unchanged": same.count(VersionOutcome.UNCHANGED),
    }


def support(
    rows: Sequence[Row],
    firing: Firing,
    versions: dict[str, int],
    references: dict[str, float],
    tone: Sequence[ToneRow],
) -> dict[str, object]:
    """What the tables say about each rule, and the tables as Markdown: the content of `support.json`."""
    real = firing[Groups.REAL]
    by_rule = {code: " ".join(filter(None, [_planted(code, rows), _fired(code, real)])) for code in rules()}
    page = [*_faults_page(rows), *tone_page(tone), *_versions_page(versions, references), *_firing_page(firing)]
    three_ways = {row.change.name: row.figures for row in tone}
    figures = {**_figures(rows, firing), "versions": versions, "references": references, "tone": three_ways}
    return {"rules": by_rule, "figures": figures, "page": page}


def _figures(rows: Sequence[Row], firing: Firing) -> dict[str, object]:
    """The figures that the bars are held against."""
    return {
        "tracks": firing[Groups.REAL].tracks,
        "faults": {
            row.fault.name: {
                "tracks": row.tracks,
                "fair": row.in_order,
                "found": round(row.found, 3),
                "warned": round(row.warned, 3),
                "rose": round(row.rose, 3),
                "warned_in_all": round(row.warned_in_all, 3),
                "rose_in_all": round(row.rose_in_all, 3),
                "median_error_db": _rounded(row.median_error_db),
                "largest_error_db": _rounded(row.largest_error_db),
                "placed": _rounded(row.placed),
            }
            for row in rows
        },
        "firing": {code: firing[Groups.REAL].counts(ReviewType.MASTER, code) for code in rules()},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _planted(code: str, rows: Sequence[Row]) -> str:
    mine = [row for row in rows if row.fault.codes[0] == code]
    parts = [
        f"{row.fault.name}: found in {row.found:.0%}, warned of in {row.warned:.0%} of {row.in_order} tracks"
        for row in mine
    ]
    return f"Planted faults: {'; '.join(parts)}." if parts else ""


def _fired(code: str, fired: Fired) -> str:
    kind = ReviewType.MASTER if rules()[code].levels_for(ReviewType.MASTER, frozenset()) else ReviewType.MIXDOWN
    info, warn, severe = fired.counts(kind, code)
    return (
        f"On {fired.tracks} real tracks as they are, judged as a {kind.value}: {info} notes, {warn} warnings, "
        f"{severe} severe."
    )


def _faults_page(rows: Sequence[Row]) -> Iterable[str]:
    yield "## How the rules were checked"
    yield ""
    yield (
        f"Faults of known size were put into one minute of each of {rows[0].tracks} real tracks "
        "(`tests/support/trials/faults.py`; `python -m tests.support.trials.fault_table` prints this). *Fair*: tracks "
        "in which the fault is one; six decibels in a band that lies eight below the genre's curve mend it. Tone "
        "faults are counted "
        f"in the {FAIR_TRACKS} tracks whose band lay nearest to the curve before, by one transform of all samples; the "
        "low-pass where there was something to cut. *Rose*: the finding appeared, or stands further out than in the "
        "clean twin. *In all*: warned of and rose in all tracks, fair or not. *Error*: of the change that the rule "
        "states against that of its stretch of the spectrum, median and largest. *Placed*: share of the events that "
        "one of the finding's times meets within a second; a hole counts where the music is above −50 dBFS right "
        "before and after it."
    )
    yield ""
    yield "| fault | fair | found | warned | rose | in all | error (dB) | placed |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        error = EMPTY if row.median_error_db is None else f"{row.median_error_db:.1f}, {row.largest_error_db:.1f}"
        placed = EMPTY if row.placed is None else f"{row.placed:.0%}"
        yield (
            f"| {row.fault.name} | {row.in_order} | {row.found:.0%} | {row.warned:.0%} | {row.rose:.0%} "
            f"| {row.warned_in_all:.0%}, {row.rose_in_all:.0%} | {error} | {placed} |"
        )
    yield ""


def _versions_page(versions: dict[str, int], references: dict[str, float]) -> Iterable[str]:
    yield (
        f"Versions: of {versions['repaired']} findings of planted faults, {versions['fixed']} read *fixed* in the "
        f"clean twin; of {versions['same']} findings followed into the same file, {versions['unchanged']} read "
        "*unchanged*."
    )
    yield ""
    yield (
        f"References: of {references['bands']:.0f} bands of twins with an equaliser of 3 to 6 dB, at half the level, "
        f"{references['within']:.0f} are told within 0.5 dB; the largest error is "
        f"{references['largest_error_db']:.1f} dB."
    )
    yield ""


def _firing_page(firing: Firing) -> Iterable[str]:
    real, folk, unseen = firing.values()
    yield (
        f"On tracks as they are, each judged by the genre that its title and instruments suggest: {real.tracks} real "
        "ones (free music: soundtracks, chip tunes, unmastered mixes and masters alike); apart from them "
        f"{folk.tracks} renders of folk tunes by a sound font, and {unseen.tracks} recordings by which no limit was "
        "chosen (piano, guitar, a few mixes). Tracks with a note, a warning, a severe finding:"
    )
    yield ""
    yield "| rule | real, as a master | real, as a mixdown | folk renders, as a master | unseen, as a master |"
    yield "| --- | --- | --- | --- | --- |"
    columns = [(real, kind) for kind in FIRING_KINDS] + [(group, ReviewType.MASTER) for group in (folk, unseen)]
    for code, rule in rules().items():
        counts = [fired.counts(kind, code) for fired, kind in columns]
        if any(map(any, counts)):
            yield f"| {rule.name} | " + " | ".join(", ".join(map(str, row)) for row in counts) + " |"
