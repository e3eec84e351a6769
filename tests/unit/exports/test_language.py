"""A report is written in the language of its request: headings, tables, charts, dates, and nothing that is cut off."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from pypdf import PdfReader

from core.diagnosis.findings import VersionOutcome
from core.exports import ReportDocument, render_charts, render_report
from core.exports.labels import columns
from core.exports.report.glossary import TERMS, used_terms
from core.rules.reading import Severity
from core.text.language import ENGLISH, GERMAN, catalogue, in_language, language
from tests.unit.exports.documents import full_document, minimal_document
from tests.unit.targets.samples import comparison

ROOT = Path(__file__).resolve().parents[3]
SAME_IN_BOTH = {"Band", "Gain", "Format"}
DOCUMENTS = {"full": full_document, "minimal": minimal_document}


def in_german(document: ReportDocument) -> ReportDocument:
    """The document of a request in German; what was said and found in it stays what it is."""
    brief = document.brief
    return replace(document, brief=replace(brief, request=replace(brief.request, language=GERMAN)))


def sentences(code: str, section: str) -> dict[str, str]:
    """Key → sentence of a section and the sections inside it."""
    return dict(_leaves(catalogue(code)["sentences"][section], section))


def _leaves(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}.{name}")
        else:
            yield f"{path}.{name}", value


def _reader(document: ReportDocument) -> PdfReader:
    return PdfReader(io.BytesIO(render_report(document)), strict=True)


def _text(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module")
def german() -> PdfReader:
    document = in_german(full_document())
    return _reader(replace(document, brief=replace(document.brief, target=comparison())))


def test_a_german_report_has_none_of_the_english_headings(german: PdfReader) -> None:
    text = _text(german)
    english, others = sentences(ENGLISH, "report"), sentences(GERMAN, "report")
    told = {key for key, value in english.items() if " " in value or value.isupper()}

    assert len(told) > 40
    for key in told:
        parts = [part for part in re.split(r"\{\w+\}", english[key]) if len(part.strip()) > 4]
        assert english[key] == others[key] or not [part for part in parts if part in text], key


def test_its_outline_is_german(german: PdfReader) -> None:
    titles = {str(entry["/Title"]) for entry in german.outline if isinstance(entry, dict)}

    assert len(titles) >= 12
    assert titles <= set(sentences(GERMAN, "report").values()) | {catalogue(GERMAN)["sentences"]["versions"]["heading"]}


def test_its_frame_is_german(german: PdfReader) -> None:
    text = _text(german)

    assert "21. November 2026, 09:30 UTC" in text
    assert "Frage · 21. Nov., 09:30" in text
    assert "Kritik des Masters · House / tech house · Tech house · Profi" in text
    assert "DEIN FOKUS" in text
    assert "−8,6 LUFS" in text
    assert "„Grundlage“" in text
    assert text.count("111 Stellen/m") == text.count("111 Stellen/min") == 3  # not broken inside the unit
    assert german.trailer["/Root"]["/Lang"] == "de-DE"


def test_every_column_of_a_table_has_a_german_name() -> None:
    keys = list(catalogue(ENGLISH)["sentences"]["report"]["columns"])
    with in_language(GERMAN):
        names = columns(*keys)

    assert {name for name in columns(*keys) if name in names} <= SAME_IN_BOTH


@pytest.mark.parametrize("code", [ENGLISH, GERMAN])
def test_every_term_is_found_by_its_name(code: str) -> None:
    with in_language(code):
        named = used_terms([catalogue(code)["sentences"]["terms"][key]["name"] for key in TERMS])

        assert len(named) == len(TERMS)
        assert used_terms(["nothing"]) == ()


def test_terms_are_in_the_order_of_the_alphabet() -> None:
    with in_language(GERMAN):
        names = [term.name for term in used_terms(["True Peak, übersteuert, LU, Balance"])]

    assert names == ["Balance", "LU", "True Peak", "Übersteuerte Stelle"]


def test_every_sentence_of_the_exports_is_used_by_them() -> None:
    files = [*(ROOT / "core" / "exports").rglob("*.py"), ROOT / "core" / "review.py", *(ROOT / "cogs").rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    values = {entry.value for entry in (*Severity, *VersionOutcome)} | {"name", "pattern", "meaning"}
    sections = ("report", "charts", "terms", "idea")
    names = {key.rpartition(".")[2] for section in sections for key in sentences(ENGLISH, section)}

    assert [name for name in names - values if not re.search(rf'["._]{name}"', source)] == []


def test_the_language_ends_with_the_report() -> None:
    render_charts(in_german(minimal_document()))
    render_report(in_german(minimal_document()))

    assert language() == ENGLISH


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are saved as pictures."""
    figures: list[Figure] = []
    save = Figure.savefig

    def saved(figure: Figure, *args: Any, **options: Any) -> None:
        figures.append(figure)
        save(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", saved)
    return figures


def _texts(figure: Figure) -> list[Text]:
    """All texts of a figure; of axes that are switched off, those besides the axes."""
    found = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    axes_off = [axis for axes in figure.axes if not axes.axison for axis in (axes.xaxis, axes.yaxis)]
    off = {id(text) for axis in axes_off for text in axis.findobj(Text)}
    return [text for text in found if id(text) not in off]


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_german_charts_have_no_english_words(drawn: list[Figure], name: str) -> None:
    render_charts(in_german(DOCUMENTS[name]()))

    told = {text.get_text() for figure in drawn for text in _texts(figure)}
    english = {value for value in sentences(ENGLISH, "charts").values() if "{" not in value}
    assert len(told) > 4
    assert not told & english
    english_words = re.compile(r"\d\.\d|\b(over time|and|verse|build|presence)\b", re.IGNORECASE)
    assert not [text for text in told if english_words.search(text)]


@pytest.mark.parametrize("code", [ENGLISH, GERMAN])
@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_no_text_of_a_chart_is_cut_off_at_its_edge(drawn: list[Figure], name: str, code: str) -> None:
    document = DOCUMENTS[name]()
    brief = document.brief
    long = tuple(replace(entry, name="Übersteuerungswahrscheinlichkeit WWWW") for entry in brief.diagnosis.findings)
    brief = replace(brief, diagnosis=replace(brief.diagnosis, findings=long))
    render_charts(replace(document, brief=replace(brief, request=replace(brief.request, language=code))))

    for figure in drawn:
        width, height = figure.bbox.width, figure.bbox.height
        for text in _texts(figure):
            box = text.get_window_extent()
            assert box.x0 >= -1, text
            assert box.y0 >= -1, text
            assert box.x1 <= width + 1, text
            assert box.y1 <= height + 1, text
