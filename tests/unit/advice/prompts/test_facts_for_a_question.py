"""A question gets the facts it needs, and a long conversation stays within its budget."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.advice.measured.measured_review import measured_review
from core.advice.prompts.facts_for_a_question import facts_for, timeline_around
from core.advice.prompts.instructions import PROMPT_TOKENS_MAX, answer_prompt, summary_prompt, tokens
from core.values.conversation import Conversation, Role, Summary, Turn
from core.values.request import QUESTION_MAX_CHARACTERS, Detail, ReviewType
from tests.support.reviews.briefs import both, fixed_brief
from tests.unit.advice.samples import AT, talk

BRIEF = both(ReviewType.MASTER, Detail.PRO)
REVIEW = measured_review(BRIEF, None)

BLOCKS = {
    "bands_against_genre_curve",
    "stereo_by_band",
    "platforms",
    "reference_differences_at_equal_loudness",
    "since_last_version",
    "sections",
    "dial_card",
    "file_faults",
    "strengths",
}


def _facts(question: str, conversation: Conversation | None = None) -> dict[str, Any]:
    return facts_for(BRIEF, REVIEW, conversation or Conversation(1), question)


@pytest.mark.parametrize(
    ("question", "blocks"),
    [
        ("will spotify turn it down", {"platforms"}),
        ("is it muddy", {"bands_against_genre_curve"}),
        ("is it wide enough", {"stereo_by_band"}),
        ("what changed since the last version", {"since_last_version"}),
        ("how loud is the intro", {"sections", "platforms"}),
        ("give me eq settings", {"dial_card"}),
        ("any dc offset", {"file_faults"}),
        ("what key is it in", set()),
        ("bpm?", set()),
    ],
)
def test_a_question_gets_the_blocks_of_its_subject_and_no_others(question: str, blocks: set[str]) -> None:
    facts = _facts(question)

    assert facts.keys() & BLOCKS == blocks
    assert {"measurements", "findings", "genre", "type"} <= facts.keys()


def test_only_the_findings_of_the_subject_come_with_their_remedy() -> None:
    findings = {finding["code"]: finding for finding in _facts("is it clipping")["findings"]}

    assert "remedy" in findings["clip_samples"]
    assert "remedy" in findings["true_peak"]
    assert "remedy" not in findings["low_stereo"]
    assert "measured" in findings["low_stereo"]


def test_a_time_brings_the_seconds_around_it() -> None:
    facts = _facts("what happens at 1:10")

    assert "in the drop, 1:02–1:33" in facts["at 1:10"]
    around = facts["short-term loudness around 1:10"]
    assert next(iter(around)) == "1:04"
    assert list(around)[-1] == "1:16"
    assert all(level.endswith("LUFS") for level in around.values())


def test_the_seconds_are_those_of_the_timeline() -> None:
    """The value under 1:10 is that of the three seconds from 1:08 or 1:09 on: its window is centred on it."""
    values = BRIEF.analysis.loudness.timeline.short_term_lufs

    level = timeline_around(BRIEF, 70.0)["1:10"].replace("−", "-").split("\u00a0")[0]

    assert min(abs(float(level) - values[68]), abs(float(level) - values[69])) <= 0.051


def test_a_time_after_the_end_brings_nothing() -> None:
    assert not [name for name in _facts("what about 9:59") if "9:59" in name]


def test_a_question_without_a_subject_is_about_what_the_one_before_was_about() -> None:
    facts = _facts("and by how much?", talk("will spotify turn it down", "yes"))

    assert "platforms" in facts


def test_without_reference_and_version_their_blocks_are_missing() -> None:
    alone = fixed_brief(ReviewType.MASTER)
    facts = facts_for(alone, REVIEW, Conversation(1), "how far from the reference since the last version")

    assert not facts.keys() & {"reference_differences_at_equal_loudness", "since_last_version"}


def test_a_pointed_question_costs_less_than_everything() -> None:
    pointed = answer_prompt(BRIEF, REVIEW, Conversation(1), "what key is it in")
    everything = summary_prompt(BRIEF, REVIEW, Conversation(1))

    assert tokens(pointed) < 0.8 * tokens(everything)


# ------------------------------------------------------------------ the budget


def _long_talk(turns: int, length: int) -> Conversation:
    texts = [f"turn {number} " + "x" * (length - 10) for number in range(turns)]
    return replace(talk(*texts), summary=Summary(3, "- summary so far " + "y" * 2000, AT))


@pytest.mark.parametrize("length", [40, 400, 1000, 4000])
@pytest.mark.parametrize("kind", ReviewType)
def test_forty_turns_stay_within_the_budget(kind: ReviewType, length: int) -> None:
    brief = both(kind, Detail.PRO)
    review = measured_review(brief, None)
    question = "what eq at 1:10 and 2:20 for the muddy low mids, the wide bass and spotify vs the reference? "
    question = (question * 20)[:QUESTION_MAX_CHARACTERS]
    conversation = _long_talk(40, length)

    for messages in (
        answer_prompt(brief, review, conversation, question),
        summary_prompt(brief, review, conversation),
    ):
        assert tokens(messages) <= PROMPT_TOKENS_MAX
        assert sum(len(message.content) for message in messages) <= 4 * PROMPT_TOKENS_MAX + 3


def test_the_latest_turns_are_the_ones_that_stay() -> None:
    conversation = _long_talk(40, 1000)
    messages = answer_prompt(BRIEF, REVIEW, conversation, "how loud")

    block = json.loads(messages[1].content.removeprefix("DATA\n").removesuffix("\nEND OF DATA"))
    kept = [turn["said"].split(" x")[0] for turn in block["turns_since"]]
    assert kept == [f"turn {number}" for number in range(40 - len(kept), 40)]
    assert 4 <= len(kept) < 40
    assert block["summary_so_far"].startswith("- summary so far")
    assert list(block)[-1] == "question"


def test_a_short_conversation_is_kept_whole() -> None:
    conversation = talk("is it loud", "−8.1 LUFS", "and the peaks", "+0.8 dBTP")
    messages = answer_prompt(BRIEF, REVIEW, conversation, "how loud")

    block = json.loads(messages[1].content.removeprefix("DATA\n").removesuffix("\nEND OF DATA"))
    assert [(turn["who"], turn["said"]) for turn in block["turns_since"]] == [
        ("producer" if turn.role is Role.USER else "you", turn.text) for turn in conversation.turns
    ]


def test_a_turn_is_capped() -> None:
    conversation = Conversation(1, (Turn(Role.USER, "z" * 5000, 1, AT),))
    messages = answer_prompt(BRIEF, REVIEW, conversation, "how loud")

    assert messages[1].content.count("z") <= 1100
