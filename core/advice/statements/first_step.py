"""The first step: one thing to do first, in simple words, the same at every level of detail.

It does not repeat the first point's suggestion: the point says what to change, the step is a single action. The
sections of the rules hold the steps (key `first`).
"""

from collections.abc import Sequence

from core.diagnosis.finding_words import has_no_cure
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.knowledge.genre_words import in_words_of
from core.knowledge.genres import Genre
from core.rules.rule import rules
from core.text.language import worded
from core.text.numbers import clock_and_bar
from core.values.request import ReviewType


def first_step(findings: Sequence[Finding], kind: ReviewType, genre: Genre) -> str:
    """The step of the most important finding that has a remedy; a fixed sentence where there is none.

    Args:
        findings: the findings of the review, the most important first.
        kind: the type of review, which decides between the rule's steps.
        genre: the genre in whose words it is told.
    """
    first = next((finding for finding in findings if not has_no_cure(finding) and not finding.is_doubtful), None)
    if first is None:
        return str(phrases()["first_step_none"])
    # a finding that holds throughout has no place to begin at
    place = first.most_at or first.spans[0] if first.spans else None
    there = worded("places.at", places=clock_and_bar(place.start_s, place.first_bar)) if place is not None else ""
    return in_words_of(genre.tags, rules()[first.code].first.for_type(kind)).format(there=there)
