"""A passage that leans to one side while the rest of the song does not.

Conventions: every two seconds the balance of each band against its own median; the median over the bands, smoothed over
three steps, is the lean: an instrument at one side takes only its own bands along, a channel that is turned down all.
A passage leans where that is 2 dB or more to one side for eight seconds and more, and four fifths of the other steps
lie within 1 dB: where the balance wanders, it leans nowhere in particular. One of 101 test tracks has such a
passage, of 2.2 dB.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.measurements import Analysis

SMOOTH_STEPS = 3
"""Steps of the running median."""

LEANS_DB, STAYS_DB = 2.0, 1.0
STAYING_SHARE = 0.8
"""Least lean of a passage, largest one of the rest, and the least share of the rest that stays within it."""

LEAST_PASSAGE_S, LEAST_REST_S = 8.0, 16.0
"""Shortest passage, and least length of the rest of the song, in seconds."""


@dataclass(frozen=True, slots=True)
class LeaningPassage:
    """A passage and its lean against the rest, dB; positive: to the left.

    `alike`: share of the bands that lean to that side by more than what stays, 0 to 1.
    """

    start_s: float
    end_s: float
    lean_db: float
    alike: float


def leaning_passage(analysis: Analysis) -> LeaningPassage | None:
    """The longest passage that leans; None where there is none, or no balance of bands over time."""
    timeline = analysis.stereo.timeline
    if timeline is None or not timeline.bands_hop_s or not timeline.bands:
        return None
    hop_s = timeline.bands_hop_s
    balance = np.array([_filled(band.balance_db) for band in timeline.bands.values()])
    with warnings.catch_warnings():
        # a step, or a band, without any sound
        warnings.simplefilter("ignore", RuntimeWarning)
        balance -= np.nanmedian(balance, axis=1, keepdims=True)
        lean = np.nanmedian(balance, axis=0)
    known = ~np.isnan(lean)
    lean = scipy.ndimage.median_filter(np.where(known, lean, 0.0), SMOOTH_STEPS, mode="nearest")
    longest: slice | None = None
    for sign in (1.0, -1.0):
        for (inside,) in scipy.ndimage.find_objects(scipy.ndimage.label(sign * lean >= LEANS_DB)[0]):
            length = inside.stop - inside.start
            is_longer = longest is None or length > longest.stop - longest.start
            if is_longer and length * hop_s >= LEAST_PASSAGE_S and _stays_elsewhere(lean, known, inside, hop_s):
                longest = inside
    if longest is None:
        return None
    whole = float(np.median(lean[longest]))
    of_bands = [float(np.nanmedian(band)) for band in balance[:, longest] if not np.all(np.isnan(band))]
    return LeaningPassage(
        start_s=stated(longest.start * hop_s),
        end_s=stated(longest.stop * hop_s),
        lean_db=stated(whole),
        alike=stated(float(np.mean([np.sign(whole) * band > STAYS_DB for band in of_bands]))),
    )


def _stays_elsewhere(lean: NDArray[np.float64], known: NDArray[np.bool_], inside: slice, hop_s: float) -> bool:
    rest = known.copy()
    rest[inside] = False
    is_enough = np.count_nonzero(rest) * hop_s >= LEAST_REST_S
    return bool(is_enough and float(np.mean(np.abs(lean[rest]) <= STAYS_DB)) >= STAYING_SHARE)


def _filled(values: tuple[float | None, ...]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
