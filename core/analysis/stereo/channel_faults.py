"""Channel faults: inverted polarity, and a delay between the channels.

Goal: whether one channel has inverted polarity, or is late.

Conventions: polarity counts as inverted where the low end (20–120 Hz), which nearly all music has in the middle, is
opposite in the channels and the whole is opposite too; without a low end the limit for the whole is stricter. The delay
is the lag at which the whitened correlation of the channels peaks, given where that peak is clearly above the value at
no lag; positive: the left channel is late. None: no delay, or no correlation to find it by.

Sources: Knapp & Carter (1976) for the delay; limits were set on the music described in
core/knowledge/pages/measurement.md.
"""

import math

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import LEFT, MID, RIGHT, SIDE, Frames
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.scanning.lags import LAG_SCALE
from core.analysis.stereo.image import SILENT_POWER
from core.analysis.stored_levels import to_power

INVERTED_LOW, INVERTED_WHOLE, INVERTED_WITHOUT_LOW = -0.7, -0.3, -0.7
"""Highest correlations of inverted channels: of the low end, of the whole, of the whole where there is no low end."""

LOW_SHARE = 1e-2
"""Least power of a low end relative to the whole: −20 dB."""


MIN_PEAK = 0.12
MIN_PEAK_RATIO = 3.0
"""Least correlation at the peak of a delayed channel, and its least ratio to the correlation at no lag."""

MIN_LAG_SAMPLES = 2
FINE_STEPS = 8
"""Shortest delay in samples, and steps per sample at which the peak is read."""

FINE_REACH = 32
"""Lags on each side of the peak that are interpolated."""


def has_inverted_polarity(frames: Frames, curves: LoudnessCurves) -> bool | None:
    """Whether one channel has inverted polarity.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        None for mono, and where a channel is silent in the loud passages.
    """
    if frames.channels == 1:
        return None
    whole = to_power(frames.power[:, curves.loud_slots]).sum(axis=1)
    low = to_power(frames.low_power[:, curves.loud_slots]).sum(axis=1)
    correlation, low_correlation = _correlation(whole), _correlation(low)
    if correlation is None:
        return None
    if low_correlation is None or low[LEFT] + low[RIGHT] < LOW_SHARE * (whole[LEFT] + whole[RIGHT]):
        return correlation <= INVERTED_WITHOUT_LOW
    return correlation <= INVERTED_WHOLE and low_correlation <= INVERTED_LOW


def interchannel_delay_ms(frames: Frames) -> float | None:
    """Measure the delay between the channels.

    Args:
        frames: time tables of the file.

    Returns:
        Milliseconds by which the left channel is late (negative: the right one); None where there is no clear delay,
        for mono, and where the frames lack the table (older versions).
    """
    if frames.lag_correlation is None or not frames.lag_correlation.size:
        return None
    table = frames.lag_correlation / LAG_SCALE
    middle = table.size // 2
    at = int(np.argmax(np.abs(table)))
    peak, centre = abs(table[at]), float(np.abs(table[middle - 1 : middle + 2]).max())
    if peak < MIN_PEAK or abs(at - middle) < MIN_LAG_SAMPLES or peak < MIN_PEAK_RATIO * centre:
        return None
    return stated((at - middle + _shift(table, at)) / frames.sample_rate_hz * 1_000.0)


def _correlation(lrms: NDArray[np.float64]) -> float | None:
    left, right, mid, side = (float(value) for value in lrms[[LEFT, RIGHT, MID, SIDE]])
    return (mid - side) / math.sqrt(left * right) if min(left, right) > SILENT_POWER else None


def _shift(table: NDArray[np.float64], at: int) -> float:
    """Offset of the peak from the sample `at`, in samples."""
    first = max(0, at - FINE_REACH)
    around = table[first : at + FINE_REACH + 1]
    fine = np.abs(scipy.signal.resample(around, around.size * FINE_STEPS))
    centre = (at - first) * FINE_STEPS
    near = fine[max(0, centre - FINE_STEPS) : centre + FINE_STEPS + 1]
    return (int(np.argmax(near)) - min(centre, FINE_STEPS)) / FINE_STEPS
