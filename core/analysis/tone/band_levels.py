"""Level of each band against the integrated loudness, dB: used to compare the tone of two tracks at equal loudness."""

import math

from core.analysis.measurements import Analysis
from core.values.units import STEREO

LEAST_POWER = 1e-12
"""−120 dB, the floor of all levels."""


def band_levels_lu(analysis: Analysis) -> dict[str, float]:
    """Level of each band against the integrated loudness.

    The analysis states bands relative to the power of all of them, without the offset; that power follows from the
    sample peak and the crest factor.

    Args:
        analysis: what was measured on the file.

    Returns:
        Band name to level in dB; relative to all bands where there is no integrated loudness.
    """
    loudness = analysis.loudness.integrated_lufs
    if loudness is None:
        return dict(analysis.spectrum.bands)
    mean_power = 10 ** ((analysis.peaks.sample_peak_dbfs - analysis.dynamics.crest_factor_db) / 10.0)
    # surround is measured on its fold-down
    offsets = sum(offset**2 for offset in analysis.faults.dc_offset_per_channel[:STEREO])
    power = mean_power * min(STEREO, analysis.source.channels) - offsets
    total_db = 10.0 * math.log10(max(power, LEAST_POWER)) - loudness
    return {name: level + total_db for name, level in analysis.spectrum.bands.items()}
