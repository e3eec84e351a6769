"""Names for people that report and charts share."""

from types import MappingProxyType

from core import formatting
from core.analysis.measurements import BAND_EDGES_HZ
from core.diagnosis.findings import Severity

BAND_NAMES = MappingProxyType(
    {
        "sub_20_60": "Sub",
        "bass_60_200": "Bass",
        "lowmid_200_500": "Low-mid",
        "mid_500_2k": "Mid",
        "presence_2k_5k": "Presence",
        "high_5k_10k": "High",
        "air_10k_20k": "Air",
    }
)
"""The seven bands of `BAND_EDGES_HZ`."""

SEVERITY_NAMES = MappingProxyType({Severity.INFO: "Note", Severity.WARN: "Warning", Severity.SEVERE: "Severe"})


def band_range(band: str) -> str:
    """The edges of a band: "200–500 Hz"."""
    return formatting.frequency_range(*BAND_EDGES_HZ[band])
