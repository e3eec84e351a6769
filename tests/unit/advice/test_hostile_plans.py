"""Whatever a model sends, what is shown is Earshot's: thousands of hostile answers, read back."""

import re
from dataclasses import replace
from functools import cache

import pytest
from msgspec import to_builtins

from core.advice.arranging import arranged_answer, arranged_review
from core.advice.measured.measured_answer import answer_plan, answer_table
from core.advice.measured.measured_review import measured_plan, measured_review
from core.advice.measured.question import question_of
from core.advice.plan.plans import AnswerPlan, ReviewPlan, plan_of
from core.advice.plan.rendered_text import rendered_in_turn
from core.advice.statements.statement import Table
from core.advice.statements.table import table_of
from core.diagnosis import diagnose
from core.review import Brief, Review, WrittenBy
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.errors import ModelError
from core.values.request import Detail, ReviewType
from tests.support.reviews.briefs import Beside, fixed_brief
from tests.support.reviews.hostile_plans import HostileModel
from tests.support.reviews.reading_back import clauses_of, is_read_back

SEED = 20_261_201
ANSWERS = [300, pytest.param(10_000, marks=pytest.mark.wide)]
LEAST_PLANS_SHARE = 0.3
LEAST_SHOWN_SHARE = 0.15
"""Of the answers, those of which something is shown: without them only the measured writer would be tested."""

QUESTION = "how loud is it, and is the low end too wide?"
ALIVE = re.compile(r"@|://|<[#@:/a-z]|discord\.|\]\(|\|\||`|\*\*")


@cache
def briefs() -> tuple[Brief, ...]:
    """Of all types and details, with a reference, an earlier version, and with parts that must stay."""
    plain = [fixed_brief(kind, detail, beside) for kind, detail, beside in zip(ReviewType, Detail, Beside, strict=True)]
    master = fixed_brief(ReviewType.MASTER)
    request = replace(master.request, focus="leave the bass and the low end alone, please")
    left = replace(master, request=request, diagnosis=diagnose(master.analysis, master.genre, request))
    return (*plain, master, left)


def shown(review: Review) -> list[str]:
    """All texts of a review but for ideas."""
    points = [text for item in review.items for text in (item.insight, item.suggestion)]
    return [text for text in (review.verdict, review.keep, review.first_step, *points) if text]


def assert_holds(brief: Brief, table: Table, review: Review) -> None:
    clauses = clauses_of(table)
    for text in shown(review):
        assert is_read_back(text, clauses), text
        assert not ALIVE.search(text), text
    severe = {one.code for one in brief.diagnosis.findings if one.severity is Severity.SEVERE}
    told = [code for item in review.items for code in item.finding_codes]
    assert severe <= set(told)
    ranks = [min(table.rank(code) for code in item.finding_codes) for item in review.items]
    assert ranks == sorted(ranks)
    names = {rules()[one.code].called: one.code for one in brief.diagnosis.findings}
    verdict = review.verdict.casefold()
    named = sorted((verdict.find(name.casefold()), code) for name, code in names.items() if name.casefold() in verdict)
    assert not named or named[0][1] == table.ranks[0]
    for item in review.items:
        assert not any(f"{code}.leave" in table and f"{code}.fix" in table for code in item.finding_codes)
        assert not any(letter.isnumeric() for letter in item.idea)
        assert not ALIVE.search(item.idea)


def test_there_is_a_brief_with_something_to_leave_alone() -> None:
    assert any(f"{code}.leave" in table_of(brief) for brief in briefs() for code in table_of(brief).ranks)


@pytest.mark.parametrize("count", ANSWERS)
def test_no_answer_shows_what_is_no_statement(count: int) -> None:
    plans = by_model = answers = 0
    for number, brief in enumerate(briefs()):
        table, asked = table_of(brief), question_of(QUESTION)
        beside = answer_table(brief, measured_review(brief, None), asked)
        own = rendered_in_turn(answer_plan(brief, beside, asked), beside)
        plan = to_builtins(measured_plan(brief, table))
        said = {"paragraphs": [{"say": say, "idea": ""} for say in answer_plan(brief, beside, asked)]}
        model = HostileModel(SEED + number, list(beside), table.ranks, [plan, {**plan, **said}])
        for _ in range(count // len(briefs())):
            text = model.answer()
            try:
                review = arranged_review(brief, table, plan_of(text, ReviewPlan), ideas=True)
            except ModelError:
                pass
            else:
                plans += 1
                by_model += review.writer is not WrittenBy.MEASURED
                assert_holds(brief, table, review)
            try:
                answer = arranged_answer(brief, beside, plan_of(text, AnswerPlan), own, ideas=True)
            except ModelError:
                continue
            if answer is not None:
                answers += 1
                assert is_read_back(answer.text, clauses_of(beside)), answer.text
                assert not ALIVE.search(answer.text + answer.idea)
                assert not any(letter.isnumeric() for letter in answer.idea)
    assert plans >= LEAST_PLANS_SHARE * count
    assert by_model >= LEAST_SHOWN_SHARE * count
    assert answers >= LEAST_SHOWN_SHARE * count


@pytest.mark.parametrize(
    ("true", "altered"),
    [
        ("412 runs", "411 runs"),
        ("I count", "I do not count"),
        ("I count", "Luckily I count"),
        ("clipped", "barely clipped"),
        ("1:03", "1:04"),
        (".", ", because the bass is loud."),
        (".", " and more."),
        ("samples", "vocals"),
        ("I count", "No, I count"),
        ("at 1:03", "twice at 1:03"),
    ],
)
def test_an_altered_text_is_not_read_back(true: str, altered: str) -> None:
    table = table_of(fixed_brief(ReviewType.MASTER))
    text = f"{table['clip_samples.found'].text}."

    assert is_read_back(text, clauses_of(table))
    assert true in text
    assert not is_read_back(text.replace(true, altered, 1), clauses_of(table))
