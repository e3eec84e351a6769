"""To which side of a level step the moments near it belong, by their level and by what they are like.

Conventions: a moment (a slot or a hop) is compared with those that are surely before and behind the step and most alike
in shape: the levels of its rows less their mean, dB.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

POWER_FLOOR = 1e-12
"""Least mean square and least sum of weights."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Steps in time by shape and level.

    Attributes:
        shape: (rows, steps): levels of the rows less their mean, dB.
        level: (steps,): that mean, dB.
    """

    shape: NDArray[np.float32]
    level: NDArray[np.float64]


def shape_distances(these: NDArray[np.float32], those: NDArray[np.float32]) -> NDArray[np.float32]:
    """Root mean square of the differences between shapes, dB; shape (these, those)."""
    squares = (these**2).sum(axis=0)[:, None] + (those**2).sum(axis=0) - 2.0 * these.T @ those
    found: NDArray[np.float32] = np.sqrt(np.maximum(squares, 0.0) / these.shape[0])
    return found


def split(votes: NDArray[np.float64], weights: NDArray[np.float64], at: int, start: int, end: int) -> float:
    """How clearly the hops near a step lie on their sides of it.

    Args:
        votes: to which side each hop belongs, −1 (before) to 1 (after), shape (votes of a hop, hops).
        weights: how much each vote counts, of the same shape.
        at: the hop at which the step is.
        start: first hop of each side that is looked at, counted from the step.
        end: hop after the last one.

    Returns:
        1 where all lie on their side, 0 where the votes do not tell the sides apart.
    """
    below = slice(max(0, at - end), max(0, at - start))
    above = slice(at + start, at + end)
    sides = [
        float((votes[:, side] * weights[:, side]).sum() / max(float(weights[:, side].sum()), POWER_FLOOR))
        for side in (below, above)
    ]
    return (sides[1] - sides[0]) / 2.0


class Votes(NamedTuple):
    """To which side of a step each moment belongs by its level.

    Attributes:
        votes: −1 (before) to 1 (after), shape (moments,).
        weights: how much each counts, above 0 and at most 1, shape (moments,).
    """

    votes: NDArray[np.float64]
    weights: NDArray[np.float64]


def votes_near(shapes: Shapes, bounds: tuple[int, ...], step_db: float, count: int) -> Votes:
    """Compare the moments near a step with those that are surely before and behind it.

    Args:
        shapes: the moments.
        bounds: first moment that is surely before the step, first and last one (exclusive) that are asked, last one
            that is surely after it (exclusive).
        step_db: size of the step, dB.
        count: moments on a side, those most alike, whose median level is compared.

    Returns:
        Votes and weights of the moments that are asked, shape (asked,) each.
    """
    asked = slice(bounds[1], bounds[2])
    from_before, unlike_before = _against(shapes, asked, slice(bounds[0], bounds[1]), count)
    from_after, unlike_after = _against(shapes, asked, slice(bounds[2], bounds[3]), count)
    size = abs(step_db)

    def off(changes: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.minimum(np.abs(changes), size)

    votes = off(from_before) - off(from_before - step_db) + off(from_after + step_db) - off(from_after)
    return Votes(votes / (2.0 * size), 1.0 / (1.0 + (unlike_before + unlike_after) / 2.0))


def _against(shapes: Shapes, asked: slice, side: slice, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Levels of moments over those most alike on a side, dB, and the distance of their shapes."""
    distances = shape_distances(shapes.shape[:, asked], shapes.shape[:, side])
    nearest = np.argpartition(distances, count - 1, axis=1)[:, :count]
    levels = np.median(shapes.level[side][nearest], axis=1)
    return shapes.level[asked] - levels, np.take_along_axis(distances, nearest, axis=1).mean(axis=1)
