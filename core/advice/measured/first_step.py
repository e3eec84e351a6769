"""The first step: one thing to do right now, in simple words, at every level of detail.

It is never the first point's suggestion again: the point says what to change, the step says where to put the hand. The
sections of the rules hold the steps (`first`).
"""

from collections.abc import Sequence

from core.diagnosis.finding_words import has_no_cure
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.rules.rule import rules
from core.text.numbers import clock_and_bar
from core.values.request import ReviewType


def first_step(findings: Sequence[Finding], kind: ReviewType) -> str:
    """The step that the most important of the chosen findings asks for."""
    first = next((finding for finding in findings if not has_no_cure(finding)), None)
    if first is None:
        return str(phrases()["first_step_none"])
    there = f" at {clock_and_bar(first.spans[0].start_s, first.spans[0].first_bar)}" if first.spans else ""
    return rules()[first.code].first.for_type(kind).format(there=there)
