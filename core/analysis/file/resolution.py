"""Resolution: whether the content uses the sample rate and the bit depth of the file.

Goal: content that was at a lower sample rate before, and the bits that are in use.

Conventions: a file is upsampled where the spectrum of the loud passages is whole up to nearly half of a lower standard
rate and gone soon above it, and stays gone. In a file of 88.2 kHz or more, "gone" is 35 dB down at 0.58 of the lower
rate, where every converter has finished; at 48 kHz only steep converters can be recognised, by 25 dB at 22 kHz. The
effective bit depth counts from the sign to the lowest bit that any sample uses; None for samples that lie on no
integer grid (lossy codecs, true floating point, a gain after the conversion).

Sources: definition of the formats; the transition bands are those of common converters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import TOP_STEP_HZ, ULTRA_STEP_HZ, top_edges_hz, ultra_edges_hz
from core.analysis.frames import Frames
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.tone.spectrum import gated_spectrum

LOWER_RATES_HZ = (96_000, 88_200, 48_000, 44_100)
"""Standard rates, highest first: a spectrum that reaches half of one rate is also whole below half of the next."""

WHOLE_DB = 5.0
"""Most that a whole spectrum loses from its reference band to its last band, in dB."""

NOTHING = 1e-20
"""Floor of the power density: −200 dBFS per hertz; 24-bit dither lies at −185."""

BITS = 24
"""Bits of the integers that samples are read as."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where a converter's edge is looked for, as shares of the lower rate.

    Attributes:
        reference: band in which nothing is missing yet.
        last: last band in which hardly anything is missing.
        stop: start of the range in which nothing is left.
        fall_db: least fall from the last band to everything from `stop` on.
    """

    reference: tuple[float, float]
    last: tuple[float, float]
    stop: float
    fall_db: float


HIGH_RATE_EDGE = _Edge(reference=(0.40, 0.46), last=(0.44, 0.48), stop=0.58, fall_db=35.0)
NARROW_EDGE = _Edge(reference=(0.40, 0.44), last=(0.44, 0.466), stop=0.5, fall_db=25.0)
"""Edges looked for in files above and below 50 kHz sample rate; the last band of the second ends at 20.5 kHz, above the
edges of encoders."""


def upsampled_from_hz(frames: Frames, curves: LoudnessCurves) -> int | None:
    """Find the lower sample rate that the content seems to come from.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        The lower rate in Hz; None where there is no sign of one, or where the frames lack the table (older versions).
    """
    high = frames.ultra_power
    if high is None:
        return None
    if high.size:
        edges, step, table, edge = ultra_edges_hz(frames.sample_rate_hz), ULTRA_STEP_HZ, high, HIGH_RATE_EDGE
    else:
        edges, step, table, edge = top_edges_hz(frames.sample_rate_hz), TOP_STEP_HZ, frames.top_power, NARROW_EDGE
    density_db = 10.0 * np.log10(gated_spectrum(table, curves.loud_slots) / step + NOTHING)
    for rate_hz in LOWER_RATES_HZ:
        if rate_hz < 0.95 * frames.sample_rate_hz and _falls(edges / rate_hz, density_db, edge):
            return rate_hz
    return None


def effective_bit_depth(frames: Frames) -> int | None:
    """Bits that are in use, 1 to 24; None where the samples lie on no integer grid or are all zero."""
    mask = frames.used_bits
    return BITS - ((mask & -mask).bit_length() - 1) if mask else None


def _falls(edges: NDArray[np.float64], density_db: NDArray[np.float64], edge: _Edge) -> bool:
    """Whether a spectrum ends at half of a rate; `edges`: edges of its bands as shares of that rate."""
    lower, upper = edges[:-1], edges[1:]
    reference = density_db[(lower >= edge.reference[0]) & (upper <= edge.reference[1])]
    last = density_db[(lower >= edge.last[0]) & (upper <= edge.last[1])]
    above = density_db[lower >= edge.stop]
    if not last.size or not above.size:
        return False
    whole = float(reference.max(initial=float(last.max()))) - float(last.min()) <= WHOLE_DB
    return whole and float(last.min()) - float(above.max()) >= edge.fall_db
