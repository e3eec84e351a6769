"""Statements that only answers use: yes and no, moments, rows of the dial card, what is left to the ears."""

from collections.abc import Iterator

from core.advice.statements.of_review import phrase
from core.advice.statements.of_track import moment_statements
from core.advice.statements.statement import Form, Statement, numbered
from core.diagnosis.finding_words import where
from core.review import Brief, DialCard
from core.text.numbers import clock

YES, NO, PARTLY, IN_ORDER, CANNOT, OFF_TOPIC, VOICES, NO_FINDING, NOTHING_MORE = (
    "yes",
    "no",
    "partly",
    "in_order",
    "cannot",
    "off_topic",
    "voices",
    "no_finding",
    "nothing_more",
)
"""Names of the sentences that say no measured value."""


def answer_statements(brief: Brief, card: DialCard, times_s: list[float]) -> Iterator[Statement]:
    """The statements that an answer may use besides those of a review.

    Args:
        brief: the request, the measurements and the findings.
        card: the dial card: "dial.1".
        times_s: the moments that the question names, in seconds: "at.1:10".
    """
    for name in (YES, NO, PARTLY, IN_ORDER, CANNOT, OFF_TOPIC, VOICES, NO_FINDING, NOTHING_MORE):
        yield from numbered(name, phrase("answers", name), is_reply=True)
    for time_s in times_s:
        yield from moment_statements(brief, time_s, clock(time_s))
    for finding in brief.diagnosis.findings:
        there = where(finding.spans).strip()
        told = f"It is {there}" if there else phrase("answers", "whole_song").rstrip(".")
        behind = (f"{finding.code}.",)
        yield Statement(f"{finding.code}.where", told, code=finding.code, leans_on=behind)
        source, evidence = finding.target.source.rstrip(". "), finding.target.evidence.label
        limit = f"The limit stands on {source} ({evidence})"
        yield Statement(f"{finding.code}.limit", limit, code=finding.code, leans_on=behind)
    for number, row in enumerate(card.rows, start=1):
        yield Statement(f"dial.{number}", f"{row.processor}: {row.setting}", Form.IMPERATIVE)
