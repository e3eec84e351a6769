"""Collecting clipped runs: which flat tops are clipping, the count of all, the places of the longest.

A clipper holds the wave at one level, a few quantisation steps wide where the result was dithered. So flat tops are
clipping where one level takes up most of those that are about as high, and where they are longer or more than chance
gives: a limiter that turns its gain down ahead of a peak also meets its ceiling for three samples now and then.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import BEYOND_FULL_SCALE, FLAT_HIGH, FLAT_LOW
from core.analysis.kernels.clipped_runs import (
    HIGHEST,
    LOWEST,
    MIN_RUN,
    OVER_STATE,
    TOPS_FROM_SHARE,
    WAITING,
    WAITING_LEVEL,
    WAITING_START,
    flat_state,
    flat_tops,
    runs_beyond,
)
from core.analysis.kernels.jit import compiled

KEPT_RUNS = 256
"""Longest runs kept of each channel and kind."""

KEPT_TOPS = 1_024
"""Longest flat tops kept of each channel and side until it is known which of them are clipping."""

QUANTUM_16_BIT = 1.0 / 32_768.0
"""Quantisation step of a 16-bit file, full scale = 1."""

NEAR_QUANTA, SPREAD_QUANTA = 2.5, 3.2
"""Largest difference of two neighbours in a flat top, and of its highest and lowest sample: dither of triangular
density and rounding spread one level over three steps, which differ by two."""

STEP_QUANTA = 16.0
"""Least step onto or off a flat top: the rounded top of a sine leaves a stretch `SPREAD_QUANTA` high by three times
that at most."""

STEP_COARSE_QUANTA = 4.01
"""The same in quantisation steps of a coarser file (8 bits, a bit crusher): a rounded top leaves its stretch by one or
two."""

MOST_COARSE_LEVELS = 4_096
"""Different values of a coarse file at most: 12 bits."""

LEVEL_QUANTA = 4
"""Highest tops of one level differ by this at most."""

ABOUT_AS_HIGH = 0.8
"""Share of a level from which the other flat tops of its side are compared with it (−2 dB)."""

LEAST_OF_ALL = 0.5
"""Least share of a clipper's level of all flat tops about as high or higher. On music through a limiter it is mostly
below, on clipped music 0.9 and more."""

LEAST_EXCESS_SAMPLES, LEAST_COUNT = 4, 12
"""A level is clipped where its tops have so many samples in all beyond `MIN_RUN` each, or are so many. Music driven 8
dB into a limiter or into a hyperbolic tangent has up to 4 tops a minute of 3 to 5 samples at one level; music clipped
by 1 dB has tops of 4 to 15 samples on average."""

MOST_LEVELS = 16
"""Levels of clipping that are told apart on one side of a channel (parts of an album side with gains of their own)."""


@dataclass(frozen=True, slots=True)
class Clipped:
    """Number of tops at the levels of a clipper, and rows (start, length) of the longest, shape (runs, 2)."""

    count: int
    longest: NDArray[np.int64]


class RunCollector:
    """The clipped runs of a file, chunk by chunk."""

    def __init__(self, channels: int, chunk_samples: int) -> None:
        self._rows = np.zeros((chunk_samples // MIN_RUN + 2, 2), np.int64)
        self._values = np.zeros(self._rows.shape[0], np.float64)
        self._flat_state = np.stack([flat_state() for _ in range(channels)])
        self._over_state = np.zeros((channels, OVER_STATE))
        self._tops = [(_Tops(), _Tops()) for _ in range(channels)]
        self._overs = [np.zeros((0, 2), np.int64) for _ in range(channels)]
        self._over_counts = np.zeros(channels, np.int64)
        self._quantum = np.inf

    def feed(self, samples: NDArray[np.float32], offset: int, highest: NDArray[np.float64]) -> None:
        """Take in the next samples.

        Args:
            samples: shape (channels, n).
            offset: index of the first of them in the file.
            highest: shape (channels,): the highest of them as absolute value.
        """
        if self._quantum > QUANTUM_16_BIT:
            self._quantum = max(QUANTUM_16_BIT, min(self._quantum, _quantum(samples)))
        limits = _limits(self._quantum)
        for channel, signal in enumerate(samples):
            found = compiled(flat_tops)(signal, offset, limits, self._flat_state[channel], self._rows, self._values)
            if found:
                self._take_tops(channel, self._rows[:found], self._values[:found])
            if highest[channel] >= 1.0 or self._over_state[channel, 0]:
                found = compiled(runs_beyond)(signal, offset, 1.0, self._over_state[channel], self._rows)
                self._over_counts[channel] += found
                self._overs[channel] = _longest(np.concatenate([self._overs[channel], self._rows[:found]]), KEPT_RUNS)

    @property
    def extremes(self) -> NDArray[np.float64]:
        """Highest and lowest sample of each channel, shape (channels, 2)."""
        return self._flat_state[:, [HIGHEST, LOWEST]]

    def tables(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The runs at the end of the file.

        Returns:
            Number of each kind, shape (channels, 3); rows of channel, kind, start sample, length of the longest, shape
            (rows, 4).
        """
        counts = np.zeros((len(self._tops), 3), np.int64)
        tables = []
        for channel, state in enumerate(self._flat_state):
            if state[WAITING]:
                row = np.array([[state[WAITING_START], state[WAITING]]], np.int64)
                self._take_tops(channel, row, state[[WAITING_LEVEL]])
                state[WAITING] = 0.0
            floor = TOPS_FROM_SHARE * float(np.abs(self.extremes[channel]).max())
            for kind, tops in zip((FLAT_HIGH, FLAT_LOW), self._tops[channel], strict=True):
                found = tops.clipped(floor)
                counts[channel, kind], rows = found.count, found.longest
                tables.append(_labelled(channel, kind, rows))
            counts[channel, BEYOND_FULL_SCALE] = self._over_counts[channel]
            tables.append(_labelled(channel, BEYOND_FULL_SCALE, self._overs[channel]))
        return counts, np.concatenate(tables)

    def _take_tops(self, channel: int, rows: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        for kind, side in ((FLAT_HIGH, values > 0.0), (FLAT_LOW, values < 0.0)):
            if np.any(side):
                self._tops[channel][kind].take(rows[side], np.abs(values[side]))


class _Tops:
    """Flat tops on one side of a channel: how many at each level, and the longest."""

    def __init__(self) -> None:
        # level in steps of `QUANTUM_16_BIT` → number of tops, and their samples beyond `MIN_RUN` each
        self._levels: dict[int, tuple[int, int]] = {}
        self._longest = np.zeros((0, 3), np.int64)

    def take(self, rows: NDArray[np.int64], heights: NDArray[np.float64]) -> None:
        """Take in tops as rows of start and length, with their distances from zero."""
        steps = np.rint(heights / QUANTUM_16_BIT).astype(np.int64)
        levels, of_level, counts = np.unique(steps, return_inverse=True, return_counts=True)
        excess = np.bincount(of_level, rows[:, 1] - MIN_RUN)
        for level, count, samples in zip(levels.tolist(), counts.tolist(), excess.tolist(), strict=True):
            before = self._levels.get(level, (0, 0))
            self._levels[level] = (before[0] + count, before[1] + int(samples))
        self._longest = _longest(np.concatenate([self._longest, np.column_stack([rows, steps])]), KEPT_TOPS)

    def clipped(self, floor: float) -> Clipped:
        """The tops at the levels of a clipper from `floor` on."""
        known = sorted(level for level in self._levels if level * QUANTUM_16_BIT >= floor)
        levels = np.array(known, np.int64)
        counts, excess = np.array([self._levels[level] for level in known], np.int64).reshape(-1, 2).T
        total, rows = 0, [self._longest[:0, :2]]
        for _ in range(MOST_LEVELS):
            ends = np.searchsorted(levels, levels + LEVEL_QUANTA, side="right")
            sums = np.concatenate([[0], np.cumsum(counts)])
            at_level = sums[ends] - sums[:-1]
            about_as_high = sums[-1] - sums[np.searchsorted(levels, ABOUT_AS_HIGH * levels)]
            beyond = np.concatenate([[0], np.cumsum(excess)])
            evident = (beyond[ends] - beyond[:-1] >= LEAST_EXCESS_SAMPLES) | (at_level >= LEAST_COUNT)
            clipped = np.flatnonzero(evident & (at_level >= LEAST_OF_ALL * about_as_high))
            if not clipped.size:
                break
            first = int(clipped[np.argmax(at_level[clipped])])
            top = self._longest[:, 2]
            rows.append(self._longest[(top >= levels[first]) & (top <= levels[first] + LEVEL_QUANTA), :2])
            total += int(at_level[first])
            left = np.ones(levels.size, np.bool_)
            left[first : ends[first]] = False
            levels, counts, excess = levels[left], counts[left], excess[left]
        return Clipped(total, _longest(np.concatenate(rows), KEPT_RUNS))


def _limits(quantum: float) -> tuple[float, float, float]:
    """Limits for `flat_tops` in a file with this quantisation step; in a coarse one only equal samples are flat."""
    near = NEAR_QUANTA * QUANTUM_16_BIT
    if quantum > near:
        near = 0.0
    step = max(STEP_QUANTA * QUANTUM_16_BIT, STEP_COARSE_QUANTA * quantum if np.isfinite(quantum) else 0.0)
    return near, SPREAD_QUANTA * QUANTUM_16_BIT, step


def _quantum(samples: NDArray[np.float32]) -> float:
    """Quantisation step of samples; `QUANTUM_16_BIT` where they are as fine, infinite where all are zero."""
    levels = np.unique(samples).astype(np.float64)
    if levels.size > MOST_COARSE_LEVELS:
        return QUANTUM_16_BIT
    steps = np.diff(levels)
    if not steps.size:
        return np.inf if not levels.any() else QUANTUM_16_BIT
    single = float(np.mean(steps[steps < 1.5 * steps.min()]))
    beside = np.abs(levels - single * np.rint(levels / single)).max()
    return single if beside <= QUANTUM_16_BIT else QUANTUM_16_BIT


def _longest(rows: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The rows of the greatest length (second column), in their order."""
    if len(rows) <= count:
        return rows
    return rows[np.sort(np.argsort(-rows[:, 1], kind="stable")[:count])]


def _labelled(channel: int, kind: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.column_stack([np.full(len(rows), channel), np.full(len(rows), kind), rows]).astype(np.int64)
