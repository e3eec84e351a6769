"""What counts as a question in a member's own thread, and whose track a guest asks about."""

import tomllib
from pathlib import Path

import pytest

from core.advice.asking import asks_about_own, is_question
from core.knowledge.chat_words import chat_words
from tests.unit.advice import chat_lines as lines

QUESTIONS = Path(__file__).parents[2] / "golden" / "questions.toml"
SET_ASIDE_SHARE = 0.9
"""Least share of the lines that were set aside (before the rule, and after it) that must be told right."""


@pytest.mark.parametrize("line", lines.ASKS)
def test_what_asks_or_names_something_measured_is_a_question(line: str) -> None:
    assert is_question(line)


@pytest.mark.parametrize("line", lines.TALK)
def test_thanks_announcements_and_comments_are_none(line: str) -> None:
    assert not is_question(line)


def test_lines_that_were_set_aside_are_told_apart_as_well() -> None:
    for asks, talk in (
        (lines.HELD_OUT_ASKS, lines.HELD_OUT_TALK),
        (lines.LATER_ASKS, lines.LATER_TALK),
    ):
        wrong = [line for line in asks if not is_question(line)] + [line for line in talk if is_question(line)]
        assert len(wrong) <= (1.0 - SET_ASIDE_SHARE) * len(asks + talk), wrong


def test_every_question_that_answers_are_held_to_is_one() -> None:
    asked = [entry["ask"] for entry in tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["question"]]

    assert len(asked) >= 60
    assert not [question for question in asked if not is_question(question)]


@pytest.mark.parametrize("line", lines.ASKS)
@pytest.mark.parametrize("change", [str.upper, str.title, "  {}  ".format, "🔥 {} 🔥".format, "lol {}".format])
def test_neither_case_nor_decoration_hides_a_question(change, line: str) -> None:
    assert is_question(change(line))


@pytest.mark.parametrize(
    "line",
    [
        "<@123456789012345678> is the bass too loud?",
        "<@!123456789012345678> how loud is yours",
        "https://example.com/what-is?q=bass",
        "`how loud is it?`",
        "> how loud is it?\nhaha",
        "<:bass:123456789012345678>",
        "<t:1700000000:R>",
        "see <#123456789012345678>",
    ],
)
def test_what_others_said_and_what_is_no_text_is_not_read(line: str) -> None:
    assert not is_question(line)


@pytest.mark.parametrize("line", ["", " ", "\n", "😀" * 200, "a" * 4000, "?" * 4000, "`" * 4000, "<" * 4000, "ⓦⓗⓨ"])
def test_any_text_is_judged(line: str) -> None:
    assert is_question(line) in {True, False}


@pytest.mark.parametrize("line", lines.OWN)
def test_a_guest_asks_about_the_guests_own_track(line: str) -> None:
    assert asks_about_own(line)


@pytest.mark.parametrize("line", lines.NOT_OWN)
def test_a_guest_asks_about_the_track_of_the_thread(line: str) -> None:
    assert not asks_about_own(line)


def test_words_are_written_as_they_are_compared() -> None:
    words = chat_words()

    for phrase in (*words.requests, *words.wondering, *words.leads, *words.idle, *words.exclamations):
        assert phrase == phrase.casefold()
        assert "'" not in phrase
