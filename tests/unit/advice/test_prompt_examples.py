"""The examples of the prompts hold: a model that copies them is shown, and their ideas are ideas."""

import pytest

from core.advice.plan.ideas import idea_shown
from core.advice.plan.rendered_text import rendered
from core.advice.prompts.instructions import ANSWER_EXAMPLE, EXAMPLES, RULES
from core.advice.statements.statement import Form, Statement, Table
from core.knowledge.focus import NO_INTENT
from core.values.request import Detail, ReviewType

TABLE = Table(
    [
        Statement("mud.name", "the fullness of the lower mids", Form.NAME, "mud"),
        Statement("mud.found", "The lower middle is full", code="mud"),
        Statement("mud.why", "Words get lost there", code="mud", leans_on=("mud.found",)),
        Statement("mud.unless", "cellos have their energy there", code="mud", leans_on=("mud.",)),
        Statement("mud.fix", "Take a little off", Form.IMPERATIVE, "mud"),
        Statement("mud.how", "Shorten the reverbs", Form.IMPERATIVE, "mud", leans_on=("mud.fix",)),
        Statement("loudness", "Integrated loudness is −8.1 LUFS"),
        Statement("loudness.2", "Releases are usually louder", leans_on=("loudness",)),
    ],
    ["mud"],
)
SAYS = [example["say"] for example in EXAMPLES.values()] + [part["say"] for part in ANSWER_EXAMPLE["paragraphs"]]


@pytest.mark.parametrize("say", SAYS)
def test_an_example_is_shown_whole(say: str) -> None:
    found = rendered(say, TABLE, by_model=True)

    assert found.sentences
    assert found.dropped == 0


@pytest.mark.parametrize("detail", Detail)
def test_an_example_of_an_idea_is_one(detail: Detail) -> None:
    idea = EXAMPLES[detail]["idea"]

    assert idea == "" or idea_shown(idea, NO_INTENT, ReviewType.MIXDOWN) == idea


@pytest.mark.parametrize(
    "say",
    [
        "{mud.found} And {mud.fix}", "{mud.found}, and {mud.why}", "Then {mud.fix}", "Also {mud.found}",
        "Next, {mud.fix}", "In short: {mud.found}", "To do: {mud.fix}", "{mud.found} Keep in mind: {mud.unless}",
        "Measured: {loudness}", "Start with {mud.name}", "On {mud.name}: {mud.found}",
    ],
)  # fmt: skip
def test_the_joining_words_that_the_rules_name_are_known(say: str) -> None:
    named = ("“and”", "“then”", "“also”", "“next”", "“in short:”", "“to do:”", "“keep in mind:”", "“measured:”")

    assert all(word in RULES for word in named)
    assert rendered(say, TABLE, by_model=True).dropped == 0
