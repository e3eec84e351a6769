"""Statements that only answers use: yes and no, moments, rows of the dial card, what is left to the ears."""

from collections.abc import Iterator

from core.advice.statements.of_review import phrase
from core.advice.statements.of_track import moment_statements, service_statements
from core.advice.statements.statement import Form, Statement, numbered
from core.analysis.measurements import Analysis
from core.analysis.quantities import QUANTITIES, Quantity
from core.diagnosis.finding_words import at_spans
from core.review import Brief, DialCard
from core.text.language import name_in_language, worded
from core.text.numbers import MISSING, clock

YES, NO, PARTLY, MIXED, IN_ORDER, CANNOT, OFF_TOPIC, VOICES, EARS, SERVICES, NO_FINDING, NOTHING_MORE = (
    "yes",
    "no",
    "partly",
    "mixed",
    "in_order",
    "cannot",
    "off_topic",
    "voices",
    "ears",
    "services",
    "no_finding",
    "nothing_more",
)
"""Names of the sentences that say no measured value."""

_SENTENCES = (
    *(YES, NO, PARTLY, MIXED, IN_ORDER, CANNOT),
    *(OFF_TOPIC, VOICES, EARS, SERVICES, NO_FINDING, NOTHING_MORE),
)


def answer_statements(brief: Brief, card: DialCard, times_s: list[float]) -> Iterator[Statement]:
    """The statements that an answer may use besides those of a review.

    Args:
        brief: the request, the measurements and the findings.
        card: the dial card: "dial.1".
        times_s: the moments that the question names, in seconds: "at.1:10".
    """
    for name in _SENTENCES:
        yield from numbered(name, phrase("answers", name), is_reply=name != SERVICES)
    for time_s in times_s:
        yield from moment_statements(brief, time_s, clock(time_s))
    for finding in brief.diagnosis.findings:
        there = at_spans(finding.spans).strip()
        told = worded("statements.where", place=there) if there else phrase("answers", "whole_song").rstrip(".")
        behind = (f"{finding.code}.",)
        yield Statement(f"{finding.code}.where", told, code=finding.code, leans_on=behind)
        source, evidence = finding.target.source.rstrip(". "), finding.target.evidence.label
        limit = worded("statements.limit", source=source, evidence=name_in_language("evidence", evidence))
        yield Statement(f"{finding.code}.limit", limit, code=finding.code, leans_on=behind)
    if brief.diagnosis.content is None:
        # also those of a mix, which nobody releases, where they are asked about
        yield from service_statements(brief.diagnosis.platforms)
    yield from _reference_values(brief)
    for number, row in enumerate(card.rows, start=1):
        yield Statement(f"dial.{number}", f"{row.processor}: {row.setting}", Form.IMPERATIVE)


def _reference_values(brief: Brief) -> Iterator[Statement]:
    """Each quantity of the track beside that of its reference: "ref_value.tempo_bpm"."""
    reference = brief.reference
    if reference is None:
        return
    for entry in QUANTITIES.values():
        own, other = entry.written(brief.analysis), entry.written(reference)
        if MISSING not in {own, other}:
            size = _difference(entry, brief.analysis, reference)
            key = "reference.value_and_difference" if size else "reference.value"
            told = worded(key, label=entry.label, own=own, other=other, difference=size)
            yield Statement(f"ref_value.{entry.id}", told)


def _difference(entry: Quantity, own: Analysis, other: Analysis) -> str:
    """The difference between both values: "+1.8 LU"; empty for a text."""
    first, second = entry.number(own), entry.number(other)
    if first is None or second is None:
        return ""
    return entry.write_difference(first - second)
