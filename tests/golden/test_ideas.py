"""Ideas of a model: claims, names, figures and links are dropped; general craft is shown."""

import tomllib
from pathlib import Path

import pytest

from core.advice.plan.ideas import IDEA_MAX_CHARACTERS, idea_shown
from core.knowledge.focus import NO_INTENT, Intent
from core.values.request import ReviewType

IDEAS = tomllib.loads((Path(__file__).parent / "ideas.toml").read_text(encoding="utf-8"))
GOOD_REFUSED_MOST = 0.15


@pytest.mark.parametrize("idea", IDEAS["bad"])
def test_what_claims_names_counts_or_links_is_never_shown(idea: str) -> None:
    assert idea_shown(idea, NO_INTENT, ReviewType.MASTER) == ""


def test_most_ideas_of_an_engineer_are_shown() -> None:
    refused = [idea for idea in IDEAS["good"] if not idea_shown(idea, NO_INTENT, ReviewType.MASTER)]

    assert len(IDEAS["good"]) >= 95
    assert len(refused) <= GOOD_REFUSED_MOST * len(IDEAS["good"]), refused


@pytest.mark.parametrize("idea", IDEAS["good"])
def test_what_is_to_be_left_alone_is_not_touched(idea: str) -> None:
    shown = idea_shown(idea, Intent(left_alone=("drums", "vocals", "bass")), ReviewType.MASTER)

    assert not {"drums", "snare", "vocal", "vocals", "bass", "sub"} & set(shown.casefold().strip(".?").split())


def test_an_unfinished_mix_gets_no_idea_about_mastering() -> None:
    idea = "Try the limiter last."

    assert idea_shown(idea, NO_INTENT, ReviewType.MASTER) == idea
    assert idea_shown(idea, NO_INTENT, ReviewType.MIXDOWN) == ""


def test_a_long_idea_is_dropped_whole() -> None:
    idea = "Listen to it quietly and then listen to it again in the kitchen. "

    assert idea_shown(idea, NO_INTENT, ReviewType.MASTER)
    assert idea_shown(idea * (IDEA_MAX_CHARACTERS // len(idea) + 1), NO_INTENT, ReviewType.MASTER) == ""
