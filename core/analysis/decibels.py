"""Power to decibels; the result is always finite."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.measurements import LEVEL_FLOOR_DB

DECIMALS = 3
"""Decimals of reported values: finer digits are noise, and stored JSON stays small."""


def stated(value: float) -> float:
    """`value` rounded for the report."""
    return round(float(value), DECIMALS)


def level_db(power: float) -> float:
    """Level of a power in dB (10 lg), rounded, at least `LEVEL_FLOOR_DB`."""
    return stated(max(LEVEL_FLOOR_DB, 10.0 * math.log10(power))) if power > 0.0 else LEVEL_FLOOR_DB


def ratio_db(power: float, reference: float) -> float:
    """Ratio of two powers in dB, rounded, from `LEVEL_FLOOR_DB` to its negative; 0 where both powers are zero."""
    if power <= 0.0 and reference <= 0.0:
        return 0.0
    if reference <= 0.0:
        return -LEVEL_FLOOR_DB
    return min(-LEVEL_FLOOR_DB, level_db(power / reference))


def levels_db(power: ArrayLike) -> NDArray[np.float64]:
    """Level of each power (any shape) in dB (10 lg), at least `LEVEL_FLOOR_DB`."""
    values = np.asarray(power, np.float64)
    levels: NDArray[np.float64] = 10.0 * np.log10(np.maximum(values, 10.0 ** (LEVEL_FLOOR_DB / 10.0)))
    return levels
