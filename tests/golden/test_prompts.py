"""What a model is sent is what stands in the golden files, and keeps its promises in every case."""

import json

import pytest

from core.advice.plan.plans import ReviewPlan, schema_of
from core.advice.prompts import instructions
from core.advice.prompts.instructions import WITH_REFERENCE, WITH_VERSIONS, tokens
from core.values.request import Detail, ReviewType
from tests.support.reviews.briefs import ALL_CASES, Beside, case_name, house
from tests.support.reviews.golden import FOCUS, PROMPTS, prompt_file, prompt_messages, prompt_text

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
    system, data = (message.content for message in prompt_messages(case))

    has_reference = case[2] is Beside.REFERENCE
    assert (WITH_REFERENCE in system) is has_reference
    assert ("ref.1 = " in data) is has_reference
    assert (WITH_VERSIONS in system) is (case[2] is Beside.PREVIOUS)
    assert ("\nsince." in data) is (case[2] is Beside.PREVIOUS)


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_foreign_text_stands_only_inside_the_data_block(case: Case) -> None:
    system, data = (message.content for message in prompt_messages(case))

    assert FOCUS not in system
    block = data.partition("\nDATA\n")[2].removesuffix("\nEND OF DATA")
    assert json.loads(block)["producer_wants_ears_on"] == FOCUS


@pytest.mark.parametrize("kind", ReviewType)
def test_each_type_has_its_role(kind: ReviewType) -> None:
    system = prompt_messages((kind, Detail.DETAILED, Beside.NONE))[0].content

    assert instructions.ROLES[kind].format(genre=house().name) in system
    assert not [role for other, role in instructions.ROLES.items() if other is not kind and role[:40] in system]


@pytest.mark.parametrize("detail", Detail)
def test_the_example_of_a_detail_is_a_valid_item_of_the_schema(detail: Detail) -> None:
    properties = schema_of(ReviewPlan)["properties"]["items"]["items"]["properties"]

    assert instructions.EXAMPLES[detail].keys() == properties.keys()


def test_mixdown_data_holds_no_loudness_target() -> None:
    data = prompt_messages((ReviewType.MIXDOWN, Detail.PRO, Beside.NONE))[1].content

    assert "releases are usually at" not in data


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_no_prompt_of_a_review_is_longer_than_it_was_by_half(case: Case) -> None:
    """Before there were statements the prompts of these cases had 7,500 characters in the mean, 1,890 tokens."""
    assert tokens(prompt_messages(case)) <= 1300
