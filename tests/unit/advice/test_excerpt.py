"""That a file is judged as an excerpt holds for the whole file: it is said once, behind the verdict."""

from dataclasses import replace

import pytest

from core.advice.arranging import arranged_review
from core.advice.measured.measured_review import measured_review
from core.advice.plan.plans import PlanItem, ReviewPlan
from core.advice.statements.table import table_of
from core.review import Brief, Review
from core.text.language import LANGUAGES, in_language, worded
from core.values.request import Detail, ReviewType
from tests.support.reviews.briefs import brief_of
from tests.support.reviews.fixed_analyses import master


def excerpt(detail: Detail) -> Brief:
    """A master of 40 s that begins with silence: the silence may be a part of the song that is not in the file."""
    track = master()
    return brief_of(replace(track, source=replace(track.source, duration_s=40.0)), ReviewType.MASTER, detail)


def texts(review: Review) -> str:
    """Everything a review says."""
    return " ".join((review.verdict, review.keep, *(f"{item.insight} {item.suggestion}" for item in review.items)))


@pytest.mark.parametrize("detail", Detail)
def test_it_is_said_once_in_the_verdict(detail: Detail) -> None:
    brief = excerpt(detail)
    assert brief.diagnosis.excerpt == worded("caveats.short")
    assert any(finding.caveat == brief.diagnosis.excerpt for finding in brief.diagnosis.findings)

    review = measured_review(brief, None)

    assert texts(review).casefold().count("excerpt") == 1
    assert review.verdict.endswith("The file is shorter than a minute, so it is judged as an excerpt.")


def test_a_plan_that_leaves_it_out_gets_it() -> None:
    brief = excerpt(Detail.DETAILED)
    code = brief.diagnosis.findings[0].code
    plan = ReviewPlan("{verdict}", "", [PlanItem([code], f"{{{code}.found}} {{{code}.fix}}")], "{first_step}")

    review = arranged_review(brief, table_of(brief), plan, ideas=False)

    assert review.items[0].insight
    assert review.verdict.endswith("so it is judged as an excerpt.")
    assert texts(review).casefold().count("excerpt") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_song_says_nothing_of_it(language: str) -> None:
    with in_language(language):
        brief = brief_of(master())
        assert brief.diagnosis.excerpt is None
        assert "excerpt" not in table_of(brief)
