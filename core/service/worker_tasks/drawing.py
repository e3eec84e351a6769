"""Drawing in a child process: a report document in, PDF or PNG files out."""

import importlib
from collections.abc import Mapping

from core.exports import ReportDocument, render_charts, render_report
from core.service.worker_tasks.measuring import HEADER
from core.values.serial import from_json, to_json


def draw_report(document: bytes) -> bytes:
    """Render a `ReportDocument` (JSON) as PDF."""
    return render_report(from_json(ReportDocument, document))


def draw_charts(document: bytes) -> bytes:
    """Render the charts of a `ReportDocument` (JSON).

    Returns:
        The length of a JSON table (`HEADER`), the table (file name → size in bytes), then the PNG files.
    """
    pictures: Mapping[str, bytes] = render_charts(from_json(ReportDocument, document))
    sizes = to_json({name: len(data) for name, data in pictures.items()})
    return HEADER.pack(len(sizes)) + sizes + b"".join(pictures.values())


def unpack_charts(result: bytes) -> dict[str, bytes]:
    """File name → PNG file, from the result of `draw_charts`."""
    (length,) = HEADER.unpack_from(result)
    at = HEADER.size + length
    pictures = {}
    for name, size in from_json(dict[str, int], result[HEADER.size : at]).items():
        pictures[name] = result[at : at + size]
        at += size
    return pictures


def warm_up_reports() -> None:
    """Load the drawing libraries, so that the first report need not wait a second for them."""
    importlib.import_module("core.exports.report.pages")
