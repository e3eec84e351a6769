"""Fonts, colours and tables of the PDF. `Typesetter.text` is the only function that turns data into markup."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Spacer, Table, TableStyle

from core.exports import palette
from core.exports.plain_text import clean_text, printable

PAGE_WIDTH, PAGE_HEIGHT = A4
PAGE_MARGIN = 18 * mm
TEXT_WIDTH = PAGE_WIDTH - 2 * PAGE_MARGIN

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
ITALIC = "DejaVuSans-Oblique"

CELL_LIMIT = 240
"""Longest text in a table cell, in characters: a row must fit on a page even with wide letters."""

LINE_LIMIT = 600
"""Longest single statement (verdict, first step, insight), in characters."""

BODY_LIMIT = 8_000
"""Longest running text (answer, summary), in characters."""


_UNIT_GAP = re.compile(r"(?<=\d) (?=(?:dB(?:TP|FS)?|LUFS|LU|k?Hz|BPM|ms|s|[Cc]ents?)\b|%)")
"""The space inside "−1.0 dBTP": no line may break there."""


@cache
def register_fonts() -> None:
    """Register the report's three fonts with ReportLab, once per process.

    DejaVu comes with Matplotlib, has Latin, Greek, Cyrillic and the signs of units, and may be embedded.
    """
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)


def _style(name: str, size: float, leading: float, **rest: Any) -> ParagraphStyle:
    given = {"fontName": REGULAR, "textColor": HexColor(palette.INK), "splitLongWords": 1, **rest}
    return ParagraphStyle(name, fontSize=size, leading=leading, **given)


_QUIET = HexColor(palette.QUIET)
_ACCENT = HexColor(palette.ACCENT)

TITLE = _style("title", 19, 24, fontName=BOLD)
BRAND = _style("brand", 8, 14, fontName=BOLD, textColor=_ACCENT)
META = _style("meta", 9, 13, textColor=_QUIET)
VERDICT = _style("verdict", 12.5, 17.5, fontName=BOLD)
HEADING = _style("heading", 12.5, 16, fontName=BOLD, spaceBefore=16, spaceAfter=5)
BODY = _style("body", 9.5, 14, spaceAfter=4)
POINT = _style(
    "point", 9.5, 14, leftIndent=20, spaceAfter=3, bulletFontName=BOLD, bulletFontSize=12, bulletColor=_ACCENT
)
RECEIPT = _style("receipt", 8, 11, leftIndent=20, textColor=_QUIET, spaceAfter=9)
IDEA_STYLE = _style("idea", 9, 13, fontName=ITALIC, leftIndent=20, textColor=_QUIET, spaceAfter=9)
STEP = _style(
    "step", 10, 14.5, backColor=HexColor(palette.ACCENT_TINT), borderPadding=(8, 9, 8, 9), leftIndent=9, rightIndent=9,
    spaceBefore=15, spaceAfter=12,
)  # fmt: skip
NOTE = _style("note", 8, 11.5, textColor=_QUIET, spaceAfter=4)
SPEAKER = _style("speaker", 8, 11, textColor=_QUIET, spaceBefore=7, spaceAfter=1, keepWithNext=1)
QUESTION = _style("question", 9.5, 14, fontName=BOLD, spaceAfter=3, keepWithNext=1)
CELL = _style("cell", 8.5, 11.5)
CELL_STRONG = _style("cell-strong", 8.5, 11.5, fontName=BOLD)
CELL_QUIET = _style("cell-quiet", 8, 11, textColor=_QUIET)
CELL_HEAD = _style("cell-head", 7.5, 10, textColor=_QUIET, fontName=BOLD)
CELL_ACCENT = _style("cell-accent", 8.5, 11.5, textColor=_ACCENT, fontName=BOLD)
GROUP = _style("group", 9, 12, textColor=_ACCENT, fontName=BOLD)
FIGURE = _style("figure", 12, 15, fontName=BOLD)


class Typesetter:
    """Makes paragraphs and tables from data, and keeps all their texts for the glossary."""

    def __init__(self) -> None:
        register_fonts()
        self._glyphs = {name: pdfmetrics.getFont(name).face.charToGlyph for name in (REGULAR, BOLD, ITALIC)}
        self.texts: list[str] = []
        self.replaced = False

    def text(self, value: str, style: ParagraphStyle = BODY, limit: int = CELL_LIMIT, *, one_line: bool = True) -> str:
        """`value` as ReportLab markup that shows exactly its characters: cleaned, capped, escaped.

        Every string that is not a constant of this package passes through this function. Its result has no tag other
        than line breaks, no link and no image.

        Args:
            value: untrusted text.
            style: the style whose font decides which characters can be shown.
            limit: longest result in characters.
            one_line: whether line breaks become spaces.
        """
        cleaned = clean_text(value, limit, one_line=one_line)
        joined = _UNIT_GAP.sub("\u00a0", cleaned)
        shown = printable(joined, self._glyphs[style.fontName].__contains__)
        self.replaced = self.replaced or "\ufffd" in shown
        self.texts.append(shown)
        return escape(shown).replace("\n", "<br/>")

    def paragraph(self, value: str, style: ParagraphStyle = BODY, limit: int = CELL_LIMIT, **options: Any) -> Paragraph:
        """A paragraph of data. `options` are those of ReportLab's `Paragraph`."""
        return Paragraph(self.text(value, style, limit), style, **options)

    def running_text(self, value: str, style: ParagraphStyle = BODY) -> list[Flowable]:
        """Longer text, one flowable per paragraph, so that a page can break inside it."""
        parts = clean_text(value, BODY_LIMIT).split("\n\n")
        return [Paragraph(self.text(part, style, BODY_LIMIT, one_line=False), style) for part in parts]

    def led(self, lead: str, value: str, style: ParagraphStyle, **options: Any) -> Paragraph:
        """A paragraph of data after a small label in the accent colour ("INSIGHT")."""
        label = f'<font name="{BOLD}" size="7" color="{palette.ACCENT}">{escape(lead)}</font>&nbsp; '
        return Paragraph(label + self.text(value, style, LINE_LIMIT), style, **options)

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[str | Paragraph]],
        widths: Sequence[float],
        extra: Sequence[tuple[Any, ...]] = (),
        *,
        ruled: bool = True,
    ) -> Table:
        """A table over the text width; `widths` are shares of it. Strings become cells, paragraphs stay.

        Args:
            head: column names, or none.
            rows: the cells.
            widths: one share per column.
            extra: more ReportLab style commands.
            ruled: draw a line under every row.
        """
        body = [[self._cell(cell) for cell in row] for row in rows]
        cells = ([[self.paragraph(name, CELL_HEAD) for name in head]] if head else []) + body
        total = sum(widths)
        columns = [TEXT_WIDTH * width / total for width in widths]
        rules = [*([_ROW_RULE] if ruled else []), *([_HEAD_RULE] if head else [])]
        style = TableStyle([*_TABLE_STYLE, *rules, *extra])
        return Table(cells, colWidths=columns, style=style, repeatRows=1 if head else 0, spaceAfter=6)

    def _cell(self, cell: str | Paragraph) -> Paragraph:
        return self.paragraph(cell, CELL) if isinstance(cell, str) else cell


_TABLE_STYLE: tuple[tuple[Any, ...], ...] = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
)
_ROW_RULE = ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(palette.RULE))
_HEAD_RULE = ("LINEBELOW", (0, 0), (-1, 0), 0.9, HexColor(palette.INK))


def sentence(text: str, style: ParagraphStyle = NOTE) -> Paragraph:
    """A paragraph of a sentence of the program; it is not looked through for terms."""
    return Paragraph(escape(text), style)


def heading(text: str, needed: float = 90) -> list[Flowable]:
    """A heading; it moves to the next page where fewer than `needed` points are left on this one."""
    return [CondPageBreak(needed), Paragraph(escape(text), HEADING)]


def gap(points: float) -> Spacer:
    """Vertical space of a height in points."""
    return Spacer(1, points)
