"""The centre: the highest level that a centred voice can have against everything.

Goal: a figure that shows with certainty where a centred voice would be covered by sound at the sides.

Conventions: (mid − side) / (mid + side) of the powers in 500 Hz–5 kHz, where words are understood, in dB: the power
that both channels have in common over all power, per second of the loud passages. Sound that is mixed to the centre is
in mid only. If everything else is at least as strong in mid as in side (true of any sound that is not in opposite
polarity), the voice has at most mid − side: the figure is the *most* that a centred voice can have against everything.
A high figure proves nothing, since instruments in the centre raise it as a voice does. None: mono, or no loud second.

Sources: level of voices in released music, −2.7 ± 1.6 LU against the whole mix: De Man, Leonard, King & Reiss (2014),
"An analysis and evaluation of audio features for multitrack music mixtures".
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import MID, SIDE, Frames
from core.analysis.grid import SLOTS_PER_CHUNK
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import BAND_EDGES_HZ, CentreLevel
from core.analysis.stored_levels import to_power

VOICE_BANDS = ("mid_500_2k", "presence_2k_5k")
"""Bands in which words are understood: the articulation bands from 500 Hz to 5 kHz (ANSI S3.5)."""

LEAST_SHARE_DB = -20.0
"""Lowest figure in dB: when less than a hundredth of the power is common, the exact share has no meaning."""


def measure_centre(frames: Frames, curves: LoudnessCurves) -> CentreLevel | None:
    """Measure the power that both channels have in common in the range of voices.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        Levels in dB per second and their median over the loud seconds; None for mono, and without a loud second.
    """
    if frames.channels == 1:
        return None
    rows = [list(BAND_EDGES_HZ).index(name) for name in VOICE_BANDS]
    mid, side = (_seconds(frames.band_power[part, rows], frames.whole_slots) for part in (MID, SIDE))
    loud = _loud_seconds(curves, mid.size) & (mid + side > 0.0)
    if not np.any(loud):
        return None
    share = np.maximum(mid - side, 0.0) / np.where(loud, mid + side, 1.0)
    levels_db = 10.0 * np.log10(np.maximum(share, 10.0 ** (LEAST_SHARE_DB / 10.0)))
    return CentreLevel(
        centre_to_all_db=stated(float(np.median(levels_db[loud]))),
        hop_s=stated(frames.grid.slot_s * SLOTS_PER_CHUNK),
        timeline_db=tuple(
            stated(level) if counts else None for level, counts in zip(levels_db.tolist(), loud.tolist(), strict=True)
        ),
    )


def _seconds(bands: NDArray[np.int16], whole_slots: int) -> NDArray[np.float64]:
    """Power of all bands in each whole second, shape (seconds,)."""
    seconds = whole_slots // SLOTS_PER_CHUNK
    total = np.zeros(seconds)
    for band in bands:
        total += to_power(band[: seconds * SLOTS_PER_CHUNK]).reshape(seconds, SLOTS_PER_CHUNK).mean(axis=1)
    return total


def _loud_seconds(curves: LoudnessCurves, seconds: int) -> NDArray[np.bool_]:
    """Seconds of which more than half is loud."""
    slots = curves.loud_slots[: seconds * SLOTS_PER_CHUNK].reshape(seconds, SLOTS_PER_CHUNK)
    loud: NDArray[np.bool_] = slots.mean(axis=1) > 0.5
    return loud
