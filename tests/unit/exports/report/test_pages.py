"""The PDF, read back with another library: complete, literal, quiet about what was not measured."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from core.diagnosis.comparing import reference_words
from core.exports import ReportDocument, render_report
from core.exports.report.measurements import DIFFERENCES_TOLD
from core.review import WrittenBy
from core.values.conversation import Role, Turn
from tests.unit.exports.documents import CREATED_AT, full_document, minimal_document
from tests.unit.targets.samples import comparison


def _reader(document: ReportDocument) -> PdfReader:
    return PdfReader(io.BytesIO(render_report(document)), strict=True)


def _text(document: ReportDocument) -> str:
    """All text of the report; lines that the layout broke are joined."""
    pages = "\n".join(page.extract_text() for page in _reader(document).pages)
    return re.sub(r"\s+", " ", pages.replace("\u00a0", " "))


@pytest.fixture(scope="module")
def full() -> str:
    return _text(full_document())


@pytest.mark.parametrize(
    "part",
    [
        "Track 12 · version 2",
        "21 November 2026",
        "Master review",
        "House / tech house",
        "Tech house",
        "Strong arrangement and a loud, confident drop",
        "Back the clipper off by 1–2 dB",
        "Bypass the clipper on the master bus",
        "Ceiling −1.0 dBTP, drive −1.5 dB, 4× oversampling",
        "Question 4: would a wider pad hide the mud at 280 Hz?",
        "No: that moves it to the sides.",
        "Two passes: unclip the master",
    ],
)
def test_what_was_said_stands_in_it(full: str, part: str) -> None:
    assert part in full


def test_every_finding_strength_platform_and_difference_stands_in_it(full: str) -> None:
    diagnosis = full_document().brief.diagnosis
    assert diagnosis.reference is not None
    assert diagnosis.versions is not None
    names = [entry.name for entry in (*diagnosis.findings, *diagnosis.strengths, *diagnosis.platforms)]
    names += [change.name for change in diagnosis.versions]

    assert not [name for name in names if name not in full]


def test_every_measured_level_stands_in_it(full: str) -> None:
    analysis = full_document().brief.analysis
    levels = {
        analysis.loudness.integrated_lufs: "LUFS",
        analysis.loudness.loudness_range_lu: "LU",
        analysis.peaks.true_peak_dbtp: "dBTP",
        analysis.dynamics.plr_db: "dB",
    }

    for value, unit in levels.items():
        assert value is not None
        assert f"{abs(value):.1f} {unit}" in full


def test_a_report_of_nothing_says_nothing_wrong() -> None:
    text = _text(minimal_document())

    assert "Track 1" in text
    assert not re.search(r"\b(None|nan|inf|NaN)\b", text)


HOSTILE = [
    "<b>bold</b> & <font color=red>red</font>",
    "</para><img src='file:///etc/hostname'/>",
    pytest.param("<a href='javascript:alert(1)'>click</a>", marks=pytest.mark.wide),
    "&lt;script&gt;&#0;&nonsense;",
    pytest.param("{{7*7}} %s %(x)s ${x} \\input{x}", marks=pytest.mark.wide),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_from_outside_is_shown_and_not_obeyed(text: str) -> None:
    document = full_document()
    review = replace(document.review, verdict=text, keep=text, first_step=text)
    said = Turn(Role.USER, text, 4711, CREATED_AT)

    shown = _text(replace(document, title=text, review=review, turns=(said,)))

    assert shown.count(text) >= 5


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "word " * 5_000, "\u202eevil\u202c\x00\x07 ok", "🎛️🎚️ 音 عربى", "\n" * 500 + "x"]
)
def test_text_that_breaks_layouts_is_laid_out(text: str) -> None:
    document = full_document()
    item = replace(document.review.items[0], insight=text, suggestion=text, receipt=text)
    said = Turn(Role.ASSISTANT, text, None, CREATED_AT, WrittenBy.MODEL.value)

    pages = _reader(replace(document, title=text, review=replace(document.review, items=(item,)), turns=(said,))).pages

    assert 3 <= len(pages) < 40
    assert "\u202e" not in "".join(page.extract_text() for page in pages)


def test_it_holds_nothing_that_acts_when_opened() -> None:
    data = render_report(full_document())

    assert not re.search(rb"/(JavaScript|JS|Launch|OpenAction|EmbeddedFile|URI|SubmitForm|AA)\b", data)


def test_each_page_is_numbered() -> None:
    pages = _reader(full_document()).pages

    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in " ".join(page.extract_text().split())


def test_it_has_a_title_and_an_outline() -> None:
    reader = _reader(full_document())

    assert reader.metadata is not None
    assert "Track 12" in (reader.metadata.title or "")
    assert [entry["/Title"] for entry in reader.outline if isinstance(entry, dict)]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_report(full_document()) == render_report(full_document())


def test_a_target_stands_beside_the_reference_and_its_name_is_only_text() -> None:
    document = full_document()
    name = "<b>Our</b> & {x} \u202ednb"
    target = replace(comparison(), name=name)
    text = _text(replace(document, brief=replace(document.brief, target=target)))

    assert "Against <b>Our</b> & {x} dnb (9 tracks)" in text
    assert re.search(r"60–200 Hz −?\d+\.\d dB \+3\.0 dB \+1\.4 dB", text)
    assert "PLR 10.0 dB 0.0 dB within" in text
    assert text.index("Against the reference") < text.index("Against the server's target")


def test_without_a_target_none_is_named(full: str) -> None:
    assert "server's target" not in full


def test_differences_from_the_reference_are_told_whole_above_their_table(full: str) -> None:
    document = full_document()
    against = document.brief.diagnosis.reference
    assert against is not None
    lines = reference_words.reference_lines(against, document.brief.request.type, DIFFERENCES_TOLD)

    told = full.replace("\u00a0", " ")
    assert [line.replace("\u00a0", " ") in told for line in lines] == [True] * len(lines)
    assert len(lines) > 1
