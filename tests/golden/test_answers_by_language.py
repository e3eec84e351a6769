"""A question gets the same statements in every language, in the words of that language."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from core.advice.measured.measured_answer import answer_plan, answer_table
from core.advice.measured.measured_review import measured_review
from core.advice.measured.question import question_of
from core.advice.plan.rendered_text import in_paragraphs, rendered_in_turn
from core.review import Brief, Review
from core.text.language import GERMAN, in_language
from core.values.request import ReviewType
from tests.support.reviews.briefs import both, fixed_brief

QUESTIONS = tomllib.loads((Path(__file__).parent / "asked.toml").read_text(encoding="utf-8"))["question"]

ENGLISH_WORDS = {"the", "and", "is", "with", "of", "you", "your", "that", "where", "not", "below", "above"}
"""Words that stand in nearly every English sentence and in no German one."""


@cache
def track(name: str, language: str) -> tuple[Brief, Review]:
    """A written track and its review, in a language."""
    if name == "alone":
        brief = fixed_brief(ReviewType.MASTER, language=language)
    else:
        brief = both(ReviewType.MASTER if name == "master" else ReviewType.MIXDOWN, language=language)
    return brief, measured_review(brief, None)


def answered(name: str, ask: str, language: str) -> tuple[list[str], str]:
    """The plan and the text of an answer."""
    with in_language(language):
        brief, review = track(name, language)
        asked = question_of(ask, None)
        table = answer_table(brief, review, asked)
        plan = answer_plan(brief, table, asked)
        return plan, in_paragraphs(rendered_in_turn(plan, table))


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["ask"][:40] for question in QUESTIONS])
def test_an_answer_has_the_same_statements_in_german(question: dict[str, str]) -> None:
    english, _ = answered(question["brief"], question["ask"], "en")
    german, text = answered(question["brief"], question["ask"], GERMAN)

    assert german == english
    assert text.strip()
    assert ENGLISH_WORDS.isdisjoint(text.casefold().replace(",", " ").replace(".", " ").split()), text
