"""The report as an A4 PDF, made from stored data only.

ReportLab's Platypus does the layout; only `core.exports.report.typesetting` turns data into markup. The file is written
in ReportLab's invariant mode, without time stamp and random id, so that the same document gives the same bytes.
"""

import io
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import ActionFlowable, BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from core.exports import palette
from core.exports.charts.draw import render_charts
from core.exports.document import ReportDocument
from core.exports.plain_text import clean_text
from core.exports.report import feedback, measurements
from core.exports.report import typesetting as ts
from core.exports.report.typesetting import Typesetter
from core.review import author_of
from core.text.language import in_language, name_in_language, worded

_FOOTER_POINTS = 7.5
_FOOTER_Y = 24
_FOOTER_TITLE_LIMIT = 60
_PAGE_COUNT_FORM = "page_count"


def render_report(document: ReportDocument) -> bytes:
    """Render the report as an A4 PDF, in the language of its request.

    Args:
        document: the content. It may hold any text; empty parts are left out, missing values are shown as "—".

    Returns:
        The PDF. The same document always gives the same bytes, on the same versions of the libraries.
    """
    setter = Typesetter()
    buffer = io.BytesIO()
    with in_language(document.brief.request.language):
        template = _template(buffer, document)
        template.build(_story(setter, document))
    return buffer.getvalue()


def _story(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    diagnosis = document.brief.diagnosis
    return [
        *feedback.head(setter, document),
        *feedback.feedback(setter, document),
        *feedback.settings(setter, document),
        *feedback.versions(setter, diagnosis),
        *feedback.findings(setter, diagnosis),
        *measurements.body(setter, document, render_charts(document)),
        ActionFlowable(("writePageCount",)),
    ]


def _template(buffer: io.BytesIO, document: ReportDocument) -> BaseDocTemplate:
    title = clean_text(document.title, _FOOTER_TITLE_LIMIT, one_line=True)
    template = BaseDocTemplate(
        buffer,
        pagesize=(ts.PAGE_WIDTH, ts.PAGE_HEIGHT),
        leftMargin=ts.PAGE_MARGIN,
        rightMargin=ts.PAGE_MARGIN,
        topMargin=ts.PAGE_MARGIN,
        bottomMargin=ts.PAGE_MARGIN,
        title=f"Earshot: {title}",
        author="Earshot",
        subject=name_in_language("labels", document.brief.request.type.label),
        lang=worded("report.locale"),
        invariant=1,
        pageCompression=1,
    )
    frame = Frame(ts.PAGE_MARGIN, ts.PAGE_MARGIN, ts.TEXT_WIDTH, ts.PAGE_HEIGHT - 2 * ts.PAGE_MARGIN, 0, 0, 0, 0)
    footer = f"Earshot · {title} · {author_of(document.review.writer, is_arranged=document.review.is_arranged)}"
    template.addPageTemplates(PageTemplate(frames=[frame], onPageEnd=lambda canvas, _: _draw_footer(canvas, footer)))
    template.handle_writePageCount = lambda: _write_page_count(template.canv)
    template.afterFlowable = lambda flowable: _add_to_outline(template.canv, flowable)
    return template


def _add_to_outline(canvas: Any, flowable: Flowable) -> None:
    """Add a heading to the PDF's outline."""
    if isinstance(flowable, Paragraph) and flowable.style is ts.HEADING:
        key = f"heading-{canvas.getPageNumber()}-{flowable.getPlainText()}"
        canvas.bookmarkPage(key)
        canvas.addOutlineEntry(flowable.getPlainText(), key)


def _draw_footer(canvas: Any, text: str) -> None:
    """Draw a line, the text and "2 / 7"; the total is a form that is filled when the last page is known."""
    canvas.saveState()
    canvas.setStrokeColor(HexColor(palette.RULE))
    canvas.setLineWidth(0.4)
    canvas.line(ts.PAGE_MARGIN, _FOOTER_Y + 12, ts.PAGE_WIDTH - ts.PAGE_MARGIN, _FOOTER_Y + 12)
    canvas.setFillColor(HexColor(palette.QUIET))
    canvas.setFont(ts.REGULAR, _FOOTER_POINTS)
    canvas.drawString(ts.PAGE_MARGIN, _FOOTER_Y, text)
    right = ts.PAGE_WIDTH - ts.PAGE_MARGIN - 16
    canvas.drawRightString(right, _FOOTER_Y, f"{canvas.getPageNumber()} /")
    canvas.translate(right + 2.5, _FOOTER_Y)
    canvas.doForm(_PAGE_COUNT_FORM)
    canvas.restoreState()


def _write_page_count(canvas: Any) -> None:
    canvas.beginForm(_PAGE_COUNT_FORM)
    canvas.setFillColor(HexColor(palette.QUIET))
    canvas.setFont(ts.REGULAR, _FOOTER_POINTS)
    canvas.drawString(0, 0, str(canvas.getPageNumber()))
    canvas.endForm()
