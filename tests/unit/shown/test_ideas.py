"""An idea is shown behind its label, in another typeface, and never within statements; old forms still load."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.cli import printing
from bot.cli.documents import feedback_json
from cogs.rendering import MESSAGE_MAX_CHARACTERS, answer_message, review_texts
from core.advice.measured.question import question_of
from core.exports import render_report
from core.exports.report import typesetting
from core.review import (
    IDEA_LABEL,
    Review,
    ShownStatement,
    WrittenBy,
    author_of,
    idea_line,
    with_idea,
    without_idea,
    writer_note,
)
from core.service.file_to_review import Reviewed
from core.service.job_payloads import AnswerStep
from core.text.language import GERMAN, in_language
from core.values.conversation import Conversation, Role, Turn
from core.values.serial import from_json, to_builtins, to_json
from tests.unit.exports.documents import CREATED_AT, full_document

IDEA = "Mute the pad for a while and *listen* to the vocal."
SAID = ShownStatement("clip.found", "Both drops run into a hard clipper")


def with_an_idea() -> Review:
    """The full review, arranged by a model, with an idea at its first point."""
    given = full_document().review
    items = (replace(given.items[0], idea=IDEA, writer=WrittenBy.MODEL, statements=(SAID,)), *given.items[1:])
    return replace(given, items=items, writer=WrittenBy.MODEL, writer_note=None)


def posted(review: Review) -> str:
    """The review as Discord gets it."""
    brief = full_document().brief
    return "\n".join(review_texts(brief.request, brief.genre, review, brief.diagnosis, "KEY"))


def test_in_a_thread_an_idea_has_a_line_of_its_own_in_italics() -> None:
    lines = posted(with_an_idea()).splitlines()

    (line,) = [line for line in lines if IDEA_LABEL in line]
    assert line == f"*{IDEA_LABEL}: Mute the pad for a while and \\*listen\\* to the vocal.*"
    before = lines[lines.index(line) - 1]
    assert before.startswith("-# Measured:")
    assert IDEA_LABEL not in posted(full_document().review)


def test_an_answers_idea_comes_last_and_is_never_cut() -> None:
    (shown,) = answer_message("It is loud.", note="By whom.", quote=None, asker_id=None, key="KEY", idea=IDEA)
    told = f"*{IDEA_LABEL}: Mute the pad for a while and \\*listen\\* to the vocal.*"
    assert shown == f"It is loud.\n\n{told}\n-# By whom. KEY"

    for length in range(1700, 2010, 7):
        words = ("word " * 500)[:length]
        parts = answer_message(words, note="By whom.", quote=None, asker_id=None, key="KEY", idea="Try it. " * 20)
        assert all(len(part) <= MESSAGE_MAX_CHARACTERS for part in parts)
        (holder,) = [part for part in parts if IDEA_LABEL in part]
        assert re.search(rf"^\*{IDEA_LABEL}: (Try it\. ?)+\*$", holder, re.MULTILINE)


def test_an_answer_without_an_idea_has_no_label() -> None:
    assert IDEA_LABEL not in answer_message("It is loud.", note=None, quote=None, asker_id=None, key="KEY")[0]


def fonts_of(data: bytes) -> dict[str, str]:
    """Font → all text of a report that is set in it."""
    found: dict[str, str] = {}

    def note(text: str, _matrix: Any, _place: Any, font: Any, _size: Any) -> None:
        name = font["/BaseFont"].split("+")[-1] if font else ""
        found[name] = found.get(name, "") + text

    for page in PdfReader(io.BytesIO(data), strict=True).pages:
        page.extract_text(visitor_text=note)
    return {name: " ".join(text.split()) for name, text in found.items()}


def test_in_the_report_ideas_are_in_italics_and_nothing_else_is() -> None:
    answer = Turn(Role.ASSISTANT, with_idea("It is loud.", "Step back."), None, CREATED_AT, WrittenBy.MODEL.value)
    document = replace(full_document(), review=with_an_idea(), turns=(answer,))

    told = fonts_of(render_report(document))

    italic = told[typesetting.ITALIC]
    assert italic.replace(" ", "") == f"{IDEA_LABEL}: {IDEA}{IDEA_LABEL}: Step back.".replace(" ", "")
    assert "It is loud." in told[typesetting.REGULAR]
    assert IDEA_LABEL not in told[typesetting.REGULAR] + told[typesetting.BOLD]
    assert typesetting.ITALIC not in fonts_of(render_report(full_document()))


def test_on_a_terminal_an_idea_is_dim_and_italic(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printing.Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=200)
    monkeypatch.setattr(printing, "Console", lambda: shown)

    printing.print_review(Reviewed(full_document().brief, with_an_idea()))

    text = shown.file.getvalue()
    assert f"\x1b[2;3m   {IDEA_LABEL}: {IDEA}\x1b[0m" in text
    assert writer_note(WrittenBy.MODEL) in text


def test_the_json_has_statements_idea_and_writer_of_each_point() -> None:
    value = json.loads(json.dumps(feedback_json(Path("a.wav"), Reviewed(full_document().brief, with_an_idea()))))

    first, second, *_ = value["review"]["items"]
    assert first["statements"] == [{"name": SAID.name, "text": SAID.text}]
    assert (first["idea"], first["writer"], value["writer"]) == (IDEA, "model", "model")
    assert (second["idea"], second["writer"], second["statements"]) == ("", "measured", [])


@pytest.mark.parametrize(
    ("text", "idea"), [("It is loud.", ""), ("One.\n\nTwo.", IDEA), ("A.", f"{IDEA_LABEL}: twice"), ("", "")]
)
def test_a_stored_answer_comes_apart_as_it_was_put_together(text: str, idea: str) -> None:
    stored = with_idea(text, idea)

    assert without_idea(stored) == (text, idea)
    assert stored.startswith(text)
    assert (IDEA_LABEL in stored) == bool(idea)


def test_each_text_says_who_arranged_it() -> None:
    for writer in WrittenBy:
        note = writer_note(writer)
        review = replace(full_document().review, writer=writer, writer_note=None)
        document = replace(full_document(), review=review)
        report = " ".join(fonts_of(render_report(document)).values())

        assert f"-# {note} KEY" in posted(review)
        assert note in report
        assert author_of(writer) in report
    assert writer_note(WrittenBy.MODEL) == "Arranged by a language model; every figure and statement is Earshot's."


def earlier_form(review: Review) -> dict[str, Any]:
    """A review as versions before statements and ideas stored it."""
    value = to_builtins(review)
    for item in value["items"]:
        del item["statements"], item["idea"]
    return {**value, "schema_version": 1}


@pytest.mark.parametrize("writer", list(WrittenBy))
def test_a_review_of_the_earlier_form_loads_and_is_shown(writer: WrittenBy) -> None:
    given = replace(full_document().review, writer=writer, writer_note=None)

    review = from_json(Review, json.dumps(earlier_form(given)))

    assert [(item.insight, item.statements, item.idea) for item in review.items] == [
        (item.insight, (), "") for item in given.items
    ]
    note = (
        writer_note(WrittenBy.MEASURED)
        if writer is WrittenBy.MEASURED
        else writer_note(WrittenBy.MODEL, is_arranged=False)
    )
    report = " ".join(fonts_of(render_report(replace(full_document(), review=review))).values())
    assert f"-# {note} KEY" in posted(review)
    assert note in report
    assert "Arranged" not in posted(review) + report
    assert given.items[0].suggestion in posted(review)


def test_an_answer_of_the_earlier_form_is_still_posted() -> None:
    stored = to_builtins(AnswerStep(1, "It is loud.", note="By whom."))
    del stored["idea"]

    answer = from_json(AnswerStep, json.dumps(stored))

    assert answer == AnswerStep(1, "It is loud.", note="By whom.")
    assert from_json(AnswerStep, to_json(replace(answer, idea=IDEA))).idea == IDEA


def test_what_was_answered_last_is_read_without_its_idea() -> None:
    turns = (
        Turn(Role.USER, "how loud is it?", 7, CREATED_AT),
        Turn(Role.ASSISTANT, with_idea("It is loud.", IDEA), None, CREATED_AT, WrittenBy.MODEL.value),
    )

    assert question_of("why?", Conversation(1, turns)).answered == "It is loud."


def test_an_idea_is_shown_in_german_and_stored_as_ever() -> None:
    with in_language(GERMAN):
        stored = with_idea("Es ist laut.", IDEA)

        assert idea_line(without_idea(stored).idea) == f"Idee, nicht gemessen: {IDEA}"
    assert stored == f"Es ist laut.\n\n{IDEA_LABEL}: {IDEA}"
