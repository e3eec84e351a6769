"""The charts of a report as PNG images, by file name.

They are drawn on Matplotlib's Agg canvas, without pyplot, which keeps figures in global state. No text from a user, a
file or a model is drawn. The same document gives the same bytes on the same version of Matplotlib.
"""

from core.exports.charts.loudness import loudness_png
from core.exports.charts.spectrum import spectrum_png
from core.exports.charts.stereo import stereo_png
from core.exports.document import ReportDocument
from core.text.language import in_language


def render_charts(document: ReportDocument) -> dict[str, bytes]:
    """Draw all charts of a document, in the language of its request.

    Returns:
        PNG images by file name: loudness over time with the findings' spans, the third-octave spectrum against the
        genre, stereo per band. Every document has all three; a chart without data says so.
    """
    analysis = document.brief.analysis
    with in_language(document.brief.request.language):
        return {
            "loudness.png": loudness_png(analysis, document.brief.diagnosis.findings),
            "spectrum.png": spectrum_png(document),
            "stereo.png": stereo_png(analysis),
        }
