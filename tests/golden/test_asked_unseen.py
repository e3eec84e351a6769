"""Questions and conversations written from the analyses alone, without a look at the words that the program knows.

When they were first asked, 43 of 60 questions and 30 of 42 turns were answered rightly. Kinds that were missed were
mended afterwards, so that what they show now is no measure of unseen questions. The checks are those of `test_asked`.
Every miss and the share of each kind and language are printed; `-s` shows them.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from core.advice.measured.measured_answer import measured_answer
from core.advice.measured.measured_review import measured_review
from core.review import Brief, Review
from core.values.request import ReviewType
from tests.support.reviews.briefs import both, fixed_brief
from tests.unit.advice.samples import talk

HERE = Path(__file__).parent
ASKED: dict[str, Any] = tomllib.loads((HERE / "asked_unseen.toml").read_text(encoding="utf-8"))
TALKS: list[dict[str, Any]] = tomllib.loads((HERE / "talks_unseen.toml").read_text(encoding="utf-8"))["talk"]
OTHERS = ("asked.toml", "questions.toml")
"""Files of single questions that the program has met."""

SHOWN_CHARACTERS = 300
"""Of an answer that misses, in the printed list."""

KINDS = frozenset(
    "value where how_much why fix yes_no compare priority good moment".split()
    + "platforms stereo music file ears help offtopic".split()
)
FIELDS = frozenset("ask brief kind language facts not starts".split())
LANGUAGES = {"en": "English", "de": "German", "broken": "broken English"}


@dataclass(frozen=True)
class Answered:
    """A question with the answer it got and what is wrong with it; `wrong` is empty where nothing is."""

    question: dict[str, Any]
    brief: str
    answer: str
    wrong: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        """Key of `LANGUAGES`."""
        return str(self.question.get("language", "en"))


@cache
def _track(name: str) -> tuple[Brief, Review]:
    if name == "alone":
        brief = fixed_brief(ReviewType.MASTER)
    else:
        brief = both(ReviewType.MASTER if name == "master" else ReviewType.MIXDOWN)
    return brief, measured_review(brief, None)


def _holds(answer: str, fact: str) -> bool:
    """Whether one of the alternatives begins at a word or a number and does not go on as a longer number."""
    return any(
        re.search(rf"(?<![\w.]){re.escape(word)}(?!(?<=\d)\d)", answer, re.IGNORECASE) for word in fact.split("|")
    )


def _wrong(question: dict[str, Any], answer: str) -> list[str]:
    never = [*question.get("not", []), *(ASKED["findings"] if question["kind"] == "offtopic" else [])]
    wrong = [f"lacks {fact}" for fact in question["facts"] if not _holds(answer, fact)]
    wrong += [f"holds {word}" for word in never if _holds(answer, word)]
    starts = question.get("starts")
    if starts is not None and not re.match(rf"[*_\s]*(?:{starts})\b", answer, re.IGNORECASE):
        wrong.append(f"does not start with {starts}")
    return wrong if answer.strip() else [*wrong, "is empty"]


def _answered(name: str, question: dict[str, Any], *before: str) -> Answered:
    brief, review = _track(name)
    answer = measured_answer(brief, review, question["ask"], talk(*before) if before else None)
    plain = answer.replace("\u00a0", " ")
    return Answered(question, name, answer, _wrong(question, plain))


def _asked() -> list[Answered]:
    return [_answered(question["brief"], question) for question in ASKED["question"]]


def _talked() -> list[Answered]:
    answered = []
    for one in TALKS:
        before: list[str] = []
        for turn in one["turns"]:
            answered.append(_answered(one["brief"], turn, *before))
            before += [turn["ask"], answered[-1].answer]
    return answered


def _page(answered: list[Answered]) -> str:
    """The share right of each kind and language, and every miss: question, what is wrong, beginning of the answer."""
    groups = [(one.question["kind"], one) for one in answered]
    groups += [(LANGUAGES[one.language], one) for one in answered] + [("all", one) for one in answered]
    every = Counter(group for group, _ in groups)
    right = Counter(group for group, one in groups if not one.wrong)
    lines = [f"{group}: {right[group]} of {every[group]}" for group in every]
    for one in answered:
        if one.wrong:
            shown = " ".join(one.answer.split())[:SHOWN_CHARACTERS]
            lines.append(
                f"[{one.brief}, {one.question['kind']}] {one.question['ask']!r}: {'; '.join(one.wrong)} <- {shown}"
            )
    return "\n".join(lines)


def test_every_single_question_gets_an_answer() -> None:
    answered = _asked()
    print(_page(answered))  # noqa: T201 - the list is what the test is read for

    assert all(one.answer.strip() for one in answered)


def test_every_turn_of_a_conversation_gets_an_answer() -> None:
    answered = _talked()
    print(_page(answered))  # noqa: T201 - the list is what the test is read for

    assert all(one.answer.strip() for one in answered)


def test_the_questions_are_new_and_written_as_the_test_reads_them() -> None:
    turns = [turn for one in TALKS for turn in one["turns"]]
    asked = [question["ask"].casefold() for question in ASKED["question"]]
    met = {
        question["ask"].casefold()
        for name in OTHERS
        for question in tomllib.loads((HERE / name).read_text(encoding="utf-8"))["question"]
    }

    assert len(asked) == len(set(asked)) == 60
    assert (len(TALKS), len(turns)) == (10, 42)
    assert not set(asked) & met
    for question in [*ASKED["question"], *turns]:
        assert question["kind"] in KINDS
        assert question.get("language", "en") in LANGUAGES
        assert question.keys() <= FIELDS
        assert bool(question["facts"]) == (question["kind"] != "offtopic"), question["ask"]
