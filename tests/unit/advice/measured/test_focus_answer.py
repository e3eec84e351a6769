"""The paragraph that answers a focus: its subject with its figure, or what to listen for, in two sentences at most."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.cli.documents import feedback_json
from bot.cli.printing import print_review
from cogs.rendering import escaped, review_texts
from core.advice.measured.focus_answer import focus_answer
from core.advice.writer import Writer
from core.analysis.measurements.file import ContentKind
from core.diagnosis import diagnose
from core.exports import render_report
from core.exports.document import report_document
from core.review import Brief, Review
from core.service.file_to_review import Reviewed
from core.values.request import ReviewType
from core.values.serial import from_json, to_json
from tests.support.reviews.briefs import fixed_brief, house

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")

ANSWERED = [
    ("is the bass too loud?", ("the bass", "60–200 Hz", " dB")),
    ("is it loud enough", ("loudness", "LUFS")),
    ("how are the drums", ("the drums", "PSR")),
    ("the bass is meant to be that loud, check the stereo width", ("the stereo width", "correlation")),
    ("does it work in mono?", ("the stereo width", "mono", "−1.2 dB")),
    ("keep the bass check the highs", ("the top end", "10–20 kHz")),
    ("check the widht and the loudnes", ("the stereo width", "correlation")),
    ("what key is it in?", ("key", "F♯ minor")),
    ("how does the intro sound?", ("Intro 0:00–0:16", "LUFS")),
    ("is the drop at 1:10 too busy?", ("Around 1:10", "LUFS")),
    ("is the balance of the mids ok", ("the mids", "200–500 Hz")),
    ("what should I fix first?", ("Start with",)),
]

FOR_THE_EARS = [
    ("is the vocal loud enough?", ("the vocals", "cannot be measured", "for your ears", "turn the track down")),
    ("does the synth cut through?", ("the synth", "for your ears", "turn the track down")),
    ("is the reverb too much?", ("for your ears", "Listen once more")),
]

NOTHING_ASKED = [
    None,
    "",
    "   ",
    "don't touch the bass",
    "leave the low end alone",
    "hands off the loudness, it's on purpose",
    "everything except the vocals",
    "how is the bass? don't touch the bass",
    "first track ever, be nice with me",
    "warm, dark and airy",
    "a dark lofi tune",
]


def _brief(focus: str | None, kind: ReviewType = ReviewType.MASTER) -> Brief:
    brief = fixed_brief(kind)
    request = replace(brief.request, focus=focus)
    return replace(brief, request=request, diagnosis=diagnose(brief.analysis, house(), request))


def _answer(focus: str | None, kind: ReviewType = ReviewType.MASTER) -> str | None:
    text = focus_answer(_brief(focus, kind))
    return None if text is None else text.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", ReviewType)
@pytest.mark.parametrize(("focus", "parts"), [*ANSWERED, *FOR_THE_EARS])
def test_what_was_asked_is_named_with_its_figure_or_what_to_listen_for(
    focus: str, parts: tuple[str, ...], kind: ReviewType
) -> None:
    text = _answer(focus, kind)

    assert text is not None
    assert [part for part in parts if part not in text] == [], text
    assert len(SENTENCE_END.split(text)) <= 2, text
    assert text.endswith("."), text


@pytest.mark.parametrize("focus", NOTHING_ASKED)
def test_a_wish_to_leave_something_or_a_description_is_not_answered(focus: str | None) -> None:
    assert _answer(focus) is None


def test_what_must_stay_is_not_answered_beside_what_is_asked() -> None:
    text = _answer("the bass is meant to be that loud, check the stereo width")

    assert text is not None
    assert "the bass" not in text
    assert "60–200 Hz" not in text


def test_a_finding_on_what_was_asked_is_named() -> None:
    text = _answer("is the low end too wide?")

    assert text is not None
    assert "Found there: " in text
    assert "−3.3 dB" in text


def test_a_file_that_is_no_music_gets_no_answer() -> None:
    brief = _brief("is the bass too loud?")
    brief = replace(brief, diagnosis=replace(brief.diagnosis, content=ContentKind.LOOP))

    assert focus_answer(brief) is None


def _reviewed(focus: str | None) -> Reviewed:
    brief = _brief(focus)
    return Reviewed(brief, asyncio.run(Writer(None).review(brief)))


@pytest.mark.parametrize("focus", ["is the bass too loud?", "is the vocal loud enough?"])
def test_thread_command_line_and_report_show_the_same_paragraph(focus: str, capsys: pytest.CaptureFixture[str]) -> None:
    reviewed = _reviewed(focus)
    brief, review = reviewed.brief, reviewed.review
    answer = review.focus_answer
    assert answer is not None

    thread = "\n".join(review_texts(brief.request, brief.genre, review, brief.diagnosis, "KEY"))
    print_review(reviewed)
    printed = capsys.readouterr().out
    pdf = render_report(report_document(brief, review, title="T", created_at=datetime.now(UTC)))
    report = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)

    assert thread.index(escaped(review.verdict)) < thread.index(escaped(answer)) < thread.index("**1.**")
    for text in (printed, report):
        flat = _flat(text)
        told = (review.verdict, answer, review.items[0].insight)
        assert (places := [flat.index(_flat(part)) for part in told]) == sorted(places)
    assert feedback_json(Path("track.wav"), reviewed)["review"]["focus_answer"] == answer


def test_without_an_answer_nothing_is_said_of_a_focus() -> None:
    reviewed = _reviewed("don't touch the bass")
    brief, review = reviewed.brief, reviewed.review

    assert review.focus_answer is None
    assert "Your focus" not in "".join(review_texts(brief.request, brief.genre, review, brief.diagnosis, "KEY"))


def test_a_review_stored_before_there_was_an_answer_is_read() -> None:
    review = _reviewed(None).review
    stored = to_json(review).replace(b',"focus_answer":null', b"")
    assert b"focus_answer" not in stored

    assert from_json(Review, stored) == review


def _flat(text: str) -> str:
    """Without white space: every output breaks lines elsewhere."""
    return re.sub(r"\s+", "", text)
