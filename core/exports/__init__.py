"""The files that a producer gets: the PDF report and its charts.

The drawing libraries are loaded when something is drawn, not when this package is imported: measuring a file from the
command line needs neither of them. A process that draws often imports `core.exports.report.pages` at its start.
"""

from core.exports.document import ReportDocument

__all__ = ["ReportDocument", "render_charts", "render_report"]


def render_report(document: ReportDocument) -> bytes:
    """Render the report as an A4 PDF; see `core.exports.report.pages.render_report`."""
    from core.exports.report.pages import render_report as render  # noqa: PLC0415 - reportlab and matplotlib load on demand

    return render(document)


def render_charts(document: ReportDocument) -> dict[str, bytes]:
    """Render the charts as PNG images by file name; see `core.exports.charts.draw.render_charts`."""
    from core.exports.charts.draw import render_charts as render  # noqa: PLC0415 - matplotlib loads on demand

    return render(document)
