"""The measurements of a report as labelled text, before any layout. Pure functions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from core.analysis.measurements import Analysis
from core.analysis.quantities import (
    ATTACKS,
    DYNAMICS,
    FAULTS,
    FORMAT,
    IMAGE,
    LOUDNESS,
    LOW_END,
    LOW_END_STEREO,
    PEAKS,
    TEMPO_AND_KEY,
    Quantity,
    chosen,
    without,
)
from core.diagnosis.finding_words import span_in_words
from core.diagnosis.findings import Finding, VersionChange, VersionOutcome
from core.rules.reading import Span
from core.text import numbers as fmt
from core.text.language import worded

SPANS_SHOWN = 5
"""Spans that are written out per finding; the others are counted."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, both as shown."""

    label: str
    value: str


_KEY_FIGURES = chosen("integrated_lufs", "true_peak_dbtp", "loudness_range_lu", "plr_db", "tempo_bpm", "key")

_TOLD_ELSEWHERE = frozenset(
    {
        *("codec", "bit_depth", "lossy"),  # together in one line
        "dc_offset_fs",  # listed by channel
        *("hum_dbfs", "noise_floor_dbfs", "dropout_count", "click_count"),  # listed with a finding about them
    }
)
"""Quantities that are not listed as facts of their own."""


def key_figures(analysis: Analysis) -> tuple[Fact, ...]:
    """The six figures at the head of the report."""
    return tuple(Fact(entry.label, entry.written(analysis)) for entry in _KEY_FIGURES)


class FactGroup(NamedTuple):
    """A topic and its facts."""

    name: str
    facts: tuple[Fact, ...]


def fact_groups(analysis: Analysis) -> tuple[FactGroup, ...]:
    """All quantities of the registry by topic, except the bands and their tilt."""
    return (
        _group("loudness", _facts(analysis, LOUDNESS)),
        _group("peaks", _facts(analysis, PEAKS)),
        _group("dynamics", _facts(analysis, (*DYNAMICS, *ATTACKS))),
        _group("stereo", _facts(analysis, IMAGE)),
        _group("low_end", _facts(analysis, (*LOW_END, *LOW_END_STEREO))),
        _group("tempo_and_key", _facts(analysis, TEMPO_AND_KEY)),
        _group("file", _file(analysis)),
    )


def _group(topic: str, facts: tuple[Fact, ...]) -> FactGroup:
    return FactGroup(worded(f"report.topics.{topic}"), facts)


def _facts(analysis: Analysis, entries: Iterable[Quantity]) -> tuple[Fact, ...]:
    """The facts of one topic, with short labels, because the topic is in the heading."""
    return tuple(Fact(entry.short, entry.told_in_full(analysis)) for entry in _listed(analysis, entries))


def _listed(analysis: Analysis, entries: Iterable[Quantity]) -> Iterator[Quantity]:
    for entry in without(entries, _TOLD_ELSEWHERE):
        if not entry.is_rare or entry.read(analysis) is not None:
            yield entry


def _file(analysis: Analysis) -> tuple[Fact, ...]:
    parts = (entry.written(analysis) for entry in chosen("codec", "bit_depth", "lossy"))
    kind = Fact(worded("report.topics.format"), ", ".join(part for part in parts if part != fmt.MISSING))
    length, *others = _facts(analysis, (*FORMAT, *FAULTS))
    return (length, kind, *others)


def spans_in_words(spans: tuple[Span, ...]) -> str:
    """Times of a finding: "1:04–1:32 (bars 33–46), 2:10 (bar 66) and 3 more", or the whole track."""
    if not spans:
        return worded("report.whole_track")
    shown = ", ".join(dict.fromkeys(span_in_words(span) for span in spans[:SPANS_SHOWN]))
    rest = len(spans) - SPANS_SHOWN
    return worded("report.and_more", spans=shown, count=rest) if rest > 0 else shown


def target_in_words(finding: Finding) -> str:
    """The target of a finding; "none of it" for a rule that judges a state."""
    if not finding.unit:
        return worded("report.none_of_it")
    return fmt.limits(finding.target.low, finding.target.high, finding.target.unit)


def change_in_words(version_change: VersionChange) -> str:
    """Values before and after: "5.2 dB → 3.8 dB"; one value for a new finding, "—" for one without a unit."""
    if not version_change.unit:
        return fmt.MISSING
    after = fmt.measurement(version_change.after, version_change.unit)
    if version_change.outcome is VersionOutcome.NEW:
        return after
    return f"{fmt.measurement(version_change.before, version_change.unit)} → {after}"
