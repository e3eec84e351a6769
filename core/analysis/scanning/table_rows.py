"""Rows of tables: collected piece by piece, joined at the end, and repaired at the ends of the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.stored_levels import to_levels, to_power

FIRST_PIECES = 3_700
"""Pieces allocated at first: an hour of chunks. Memory that is not written to takes only addresses; growing copies."""

GROWTH = 1.5
"""Factor by which a table grows when it is full."""

MUCH_SOFTER = 0.1
"""Power ratio of −10 dB: a softer step contains more of its neighbours' sound than of its own, so its spectrum is not
used for a louder step."""

POWER_PIECES = 16
"""Pieces of power that are converted to levels together: a call costs more than the conversion of a piece."""


class TableRows:
    """Pieces of named tables, joined along their last axis, which is time."""

    def __init__(self, *names: str) -> None:
        self._names = names
        # time is the first axis here, so that the part not filled yet is contiguous
        self._rows: dict[str, NDArray[Any]] = {}
        self._filled = dict.fromkeys(names, 0)
        self._powers: dict[str, list[NDArray[np.floating[Any]]]] = {name: [] for name in names}

    def add(self, name: str, piece: NDArray[Any]) -> None:
        """Append the next piece of a table, shape (…, steps): time along its last axis."""
        self._append(name, piece, 1)

    def add_power(self, name: str, piece: NDArray[np.floating[Any]]) -> None:
        """Append the next piece of a table of levels, given as power (full scale = 1), shape (…, steps).

        The piece must not change afterwards.
        """
        waiting = self._powers[name]
        waiting.append(piece)
        if len(waiting) == POWER_PIECES:
            self._convert(name)

    def joined(self, steps: Mapping[str, int]) -> dict[str, NDArray[Any]]:
        """Each table, cut to its number of time steps, shape (…, steps); the collected rows are released."""
        for name in self._names:
            self._convert(name)
        return {name: np.ascontiguousarray(self._rows.pop(name)[: steps[name]].T) for name in self._names}

    def _append(self, name: str, joined: NDArray[Any], pieces: int) -> None:
        steps = joined.T
        if name not in self._rows:
            room = FIRST_PIECES * len(steps) // pieces
            self._rows[name] = np.empty((room, *steps.shape[1:]), joined.dtype)
        rows, filled = self._rows[name], self._filled[name]
        if filled + len(steps) > len(rows):
            rows.resize((int(GROWTH * len(rows)) + len(steps), *rows.shape[1:]), refcheck=False)
        rows[filled : filled + len(steps)] = steps
        self._filled[name] += len(steps)

    def _convert(self, name: str) -> None:
        waiting = self._powers[name]
        if waiting:
            self._append(name, to_levels(np.concatenate(waiting, axis=-1)), len(waiting))
            waiting.clear()


@dataclass(frozen=True, slots=True)
class EdgeRepair:
    """Repair of the spectra at the ends of a file.

    A window that reaches over the end of a file contains a hard cut, which spreads over the spectrum. The few steps
    there take the spectrum of the nearest step that is about as loud and whose windows lie inside the file, scaled to
    the level in their own windows.

    Attributes:
        sources: the step each step takes its spectrum from, shape (steps,).
        gains: what its power is multiplied by, shape (steps,).
    """

    sources: NDArray[np.intp]
    gains: NDArray[np.float64]

    @classmethod
    def of(cls, power: NDArray[np.float64], step: int, reach: int, samples: int) -> "EdgeRepair":
        """Find the steps to repair.

        Args:
            power: mean square of each step, shape (steps,).
            step: samples in a step.
            reach: samples by which the windows of a step reach over it on each side.
            samples: samples in the file.

        Returns:
            The repair; where no window lies inside the file, every step keeps its own spectrum.
        """
        steps = np.arange(power.size)
        inside = np.flatnonzero((steps * step >= reach) & ((steps + 1) * step + reach <= samples))
        seen = _as_windows_see(power, round(reach / step))
        sources = steps.copy()
        for broken in np.setdiff1d(steps, inside) if inside.size else ():
            loud = inside[seen[inside] >= MUCH_SOFTER * seen[broken]]
            candidates = loud if loud.size else inside
            sources[broken] = candidates[np.argmin(np.abs(candidates - broken))]
        reference = seen[sources]
        gains = np.where(reference > 0.0, seen / np.where(reference > 0.0, reference, 1.0), 0.0)
        return cls(sources, gains)

    def repair(self, table: NDArray[np.int16]) -> None:
        """Repair a table of levels, shape (…, steps), in place."""
        broken = np.flatnonzero(self.sources != np.arange(self.sources.size))
        table[..., broken] = to_levels(to_power(table[..., self.sources[broken]]) * self.gains[broken])


def _as_windows_see(power: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Power of each step averaged as by a Hann window that reaches over `reach` steps on each side."""
    window = np.hanning(2 * reach + 3)[1:-1]
    total: NDArray[np.float64] = np.convolve(power, window)[reach : reach + power.size]
    weight = np.convolve(np.ones(power.size), window)[reach : reach + power.size]
    return total / weight
