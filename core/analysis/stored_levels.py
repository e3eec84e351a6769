"""Power as a 16-bit level, the form in which tables of power are kept.

A level counts steps of 0.005 dB: a mean square of 1 (a full-scale square wave) is 0, one of 0.1 is −2000. The lowest
16-bit number stands for exactly zero. The rounding is at most 0.0025 dB, a fortieth of the tightest tolerance of
EBU Tech 3341, and the range is ±163 dB.
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVEL_STEP_DB = 0.005
"""One step of a level."""

ZERO = -32_768
"""The level of exactly no power."""

_LOWEST, _HIGHEST = -32_767, 32_767


def to_levels(power: ArrayLike) -> NDArray[np.int16]:
    """Mean squares (any shape, ≥ 0) as levels."""
    values = np.asarray(power, np.float64)
    with np.errstate(divide="ignore"):
        steps = np.rint(10.0 / LEVEL_STEP_DB * np.log10(values))
    return np.where(values > 0.0, np.clip(steps, _LOWEST, _HIGHEST), ZERO).astype(np.int16)


def to_power(levels: NDArray[np.int16]) -> NDArray[np.float64]:
    """Levels (any shape) as mean squares."""
    return _power_of_levels()[levels.view(np.uint16)]


def summed_power(tables: NDArray[np.int16]) -> NDArray[np.float64]:
    """Sum of the mean squares of several tables, shape (tables, rows, steps), one row at a time in memory."""
    total = np.zeros(tables.shape[1:])
    for table in tables:
        for row, levels in zip(total, table, strict=True):
            np.add(row, to_power(levels), out=row)
    return total


@cache
def _power_of_levels() -> NDArray[np.float64]:
    """Mean square of each level, indexed by its bits as an unsigned number."""
    levels = np.arange(2**16, dtype=np.uint16).view(np.int16)
    power: NDArray[np.float64] = 10.0 ** (levels.astype(np.float64) * (LEVEL_STEP_DB / 10.0))
    power[levels == ZERO] = 0.0
    return power
