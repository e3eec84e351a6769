"""Names of measured quantities, as people read them."""

from core.analysis.measurements import BAND_EDGES_HZ
from core.text.numbers import frequency_range


def band_name(band: str) -> str:
    """A band as people read it: "200–500 Hz"."""
    return frequency_range(*BAND_EDGES_HZ[band])
