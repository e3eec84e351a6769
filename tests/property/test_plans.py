"""Any string as a model's answer: an error of the model, or texts that read back into statements."""

import json

from hypothesis import given
from hypothesis import strategies as st

from core.advice.arranging import arranged_answer, arranged_review
from core.advice.plan.plans import AnswerPlan, ReviewPlan, paragraphs_so_far, plan_of
from core.advice.statements.table import table_of
from core.values.errors import ModelError
from core.values.request import Detail, ReviewType
from tests.support.properties import examples
from tests.support.reviews.briefs import Beside, fixed_brief
from tests.support.reviews.reading_back import clauses_of, is_read_back

BRIEFS = st.builds(fixed_brief, st.sampled_from(ReviewType), st.sampled_from(Detail), st.sampled_from(Beside))
NAMES = sorted({name for kind in ReviewType for name in table_of(fixed_brief(kind))})
REFERENCE = st.sampled_from(NAMES).map(lambda name: f"{{{name}}}")
SAY = st.lists(REFERENCE | st.sampled_from([" ", ". ", ", and ", "; ", ": ", " then "]) | st.text(max_size=8)).map(
    "".join
)
CODES = st.lists(st.sampled_from(sorted({name.split(".")[0] for name in NAMES})) | st.text(max_size=5), max_size=3)
ITEM = st.fixed_dictionaries({"codes": CODES, "say": SAY, "idea": st.text(max_size=60)})
PLAN = st.fixed_dictionaries(
    {"verdict": SAY, "keep": SAY, "items": st.lists(ITEM, max_size=5), "first_step": SAY}
    | {"paragraphs": st.lists(ITEM, max_size=5)}
).map(lambda plan: json.dumps(plan, ensure_ascii=False))
MEMBERS = st.sampled_from(["items", "say", "paragraphs", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBERS, inner),
).map(json.dumps)
ANSWER = PLAN | JSON | st.text()


@examples(60)
@given(BRIEFS, ANSWER)
def test_any_answer_to_a_review_shows_statements_alone(brief, text) -> None:
    table = table_of(brief)
    try:
        review = arranged_review(brief, table, plan_of(text, ReviewPlan), ideas=True)
    except ModelError:
        return

    points = [told for item in review.items for told in (item.insight, item.suggestion)]
    for told in (review.verdict, review.keep, review.first_step, *points):
        assert not told or is_read_back(told, clauses_of(table)), told
    assert not any(letter.isnumeric() for item in review.items for letter in item.idea)


@examples(60)
@given(BRIEFS, ANSWER)
def test_any_answer_to_a_question_shows_statements_alone(brief, text) -> None:
    table = table_of(brief)
    paragraphs_so_far(text)
    try:
        answer = arranged_answer(brief, table, plan_of(text, AnswerPlan), (), ideas=True)
    except ModelError:
        return

    assert answer is None or is_read_back(answer.text, clauses_of(table)), answer
