"""What a model is sent is what stands in the golden files, and keeps its promises in every case."""

import json

import pytest

from core.advice.model.review_draft import review_schema
from core.advice.prompts import instructions
from core.advice.prompts.instructions import NO_REFERENCE, WITH_REFERENCE, WITH_VERSIONS, review_prompt
from core.values.request import Detail, ReviewType
from tests.support.reviews.briefs import ALL_CASES, Beside, case_name, house
from tests.support.reviews.golden import FOCUS, PROMPTS, golden_brief, prompt_file, prompt_text

Case = tuple[ReviewType, Detail, Beside]


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_the_prompt_is_the_golden_one(case: Case) -> None:
    stored = prompt_file(case).read_text(encoding="utf-8")

    assert prompt_text(case) == stored, (
        "if this is meant: python -m tests.support.reviews.golden, and read the difference"
    )


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in PROMPTS.iterdir()} == {prompt_file(case).name for case in ALL_CASES}


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_a_reference_is_named_only_where_one_was_given(case: Case) -> None:
    system, data = (message.content for message in review_prompt(golden_brief(*case)))

    has_reference = case[2] is Beside.REFERENCE
    assert (WITH_REFERENCE in system) is has_reference
    assert (NO_REFERENCE in system) is not has_reference
    assert ("reference" in data) is has_reference
    assert (WITH_VERSIONS in system) is (case[2] is Beside.PREVIOUS)
    assert ("since_last_version" in data) is (case[2] is Beside.PREVIOUS)


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_foreign_text_stands_only_inside_the_data_block(case: Case) -> None:
    system, data = (message.content for message in review_prompt(golden_brief(*case)))

    assert FOCUS not in system
    block = data.removeprefix("DATA\n").removesuffix("\nEND OF DATA")
    assert json.loads(block)["producer_wants_ears_on"] == FOCUS


@pytest.mark.parametrize("kind", ReviewType)
def test_each_type_has_its_role(kind: ReviewType) -> None:
    brief = golden_brief(kind, Detail.DETAILED, Beside.NONE)
    system = review_prompt(brief)[0].content

    assert instructions.ROLES[kind].format(genre=house().name) in system
    assert not [role for other, role in instructions.ROLES.items() if other is not kind and role[:40] in system]


@pytest.mark.parametrize("detail", Detail)
def test_the_example_of_a_detail_is_a_valid_item_of_the_schema(detail: Detail) -> None:
    properties = review_schema()["properties"]["items"]["items"]["properties"]

    assert instructions.EXAMPLES[detail].keys() == properties.keys()


def test_mixdown_data_holds_no_loudness_target() -> None:
    data = review_prompt(golden_brief(ReviewType.MIXDOWN, Detail.PRO, Beside.NONE))[1].content

    assert "usual_loudness_of_the_genre" not in data
