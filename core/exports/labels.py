"""Names for people that report and charts share."""

from types import MappingProxyType

from core.analysis.measurements import BAND_EDGES_HZ
from core.diagnosis.comparing.reference_words import BAND_NAMES
from core.rules.reading import Severity
from core.text import numbers

__all__ = ["BAND_NAMES", "SEVERITY_NAMES", "band_range"]

SEVERITY_NAMES = MappingProxyType({Severity.INFO: "Note", Severity.WARN: "Warning", Severity.SEVERE: "Severe"})


def band_range(band: str) -> str:
    """The edges of a band: "200–500 Hz"."""
    return numbers.frequency_range(*BAND_EDGES_HZ[band])
