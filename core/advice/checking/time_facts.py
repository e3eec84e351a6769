"""Moments and stretches of a song that an answer may name."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.advice.checking.finding_entries import tags_of
from core.analysis.measurements import Analysis
from core.review import Brief


@dataclass(frozen=True, slots=True)
class TimeFact:
    """A moment or stretch that may be named."""

    tags: frozenset[str]
    start_s: float
    end_s: float
    code: str | None = None


def time_facts(brief: Brief) -> Iterable[TimeFact]:
    """Where findings hold, where parts begin and end, where the extremes are, where the channels fight."""
    analysis = brief.analysis
    for finding in brief.diagnosis.findings:
        for span in finding.spans:
            yield TimeFact(tags_of(finding), span.start_s, span.end_s, finding.code)
    for part in analysis.sections or ():
        yield TimeFact(frozenset({f"section:{part.label}"}), part.start_s, part.end_s)
        for edge in (part.start_s, part.end_s):
            yield TimeFact(frozenset({"length", "level", "integrated", "short_term"}), edge, edge)
    moments = (
        ("true_peak", analysis.peaks.true_peak_at_s),
        ("psr plr", analysis.dynamics.psr_min_at_s),
        ("short_term integrated level", analysis.loudness.max_short_term_at_s),
        ("momentary", analysis.loudness.max_momentary_at_s),
        ("length file", analysis.source.duration_s),
    )
    for tags, at_s in moments:
        if at_s is not None:
            yield TimeFact(frozenset(tags.split()), at_s, at_s)
    yield from _out_of_phase(analysis)
    for run in analysis.peaks.clipped_runs:
        yield TimeFact(frozenset({"clips"}), run.start_s, run.start_s, "clip_samples")


def _out_of_phase(analysis: Analysis) -> Iterable[TimeFact]:
    """Passages whose correlation is negative."""
    timeline = analysis.stereo.timeline
    if timeline is None:
        return
    for number, value in enumerate(timeline.correlation):
        if value is not None and value < 0:
            at_s = number * timeline.hop_s
            yield TimeFact(frozenset({"correlation", "mono"}), at_s, at_s + timeline.hop_s)
