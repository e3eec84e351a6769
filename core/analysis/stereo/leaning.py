"""A passage that leans to one side while the rest of the song does not.

Conventions: the balance of every second, smoothed by a median over five, against the median of the song. A passage
leans where that is 2 dB or more to one side for eight seconds and more, and four fifths of the other seconds lie within
1 dB of the median: where the balance wanders, it leans nowhere in particular. `alike`: share of the bands that lean to
the same side by 1 dB or more; a channel that is turned down takes all of them, an instrument at one side only its own.
None of 101 tracks without a fault has such a passage.
"""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.measurements import Analysis, BandStereoTimeline

SMOOTH_SECONDS = 5
LEANS_DB, STAYS_DB = 2.0, 1.0
LEAST_PASSAGE_S = 8.0
STAYING_SHARE = 0.8
"""Seconds of the median; least lean of a passage and largest one of the rest; shortest passage; least share of the rest
that stays."""

LEAST_REST_S = 16.0
"""Least length of the rest of the song, in seconds."""


@dataclass(frozen=True, slots=True)
class LeaningPassage:
    """A passage and its balance against the song's, dB; positive: to the left. `alike`: share of the bands, 0 to 1."""

    start_s: float
    end_s: float
    lean_db: float
    alike: float


def leaning_passage(analysis: Analysis) -> LeaningPassage | None:
    """The longest passage that leans; None where there is none, or no balance over time."""
    timeline = analysis.stereo.timeline
    if timeline is None or not timeline.balance_db:
        return None
    balance = _filled(timeline.balance_db)
    known = ~np.isnan(balance)
    if np.count_nonzero(known) * timeline.hop_s < LEAST_PASSAGE_S + LEAST_REST_S:
        return None
    usual = float(np.median(balance[known]))
    lean = scipy.ndimage.median_filter(np.where(known, balance - usual, 0.0), SMOOTH_SECONDS, mode="nearest")
    longest: LeaningPassage | None = None
    for sign in (1.0, -1.0):
        labels, count = scipy.ndimage.label(sign * lean >= LEANS_DB)
        for number in range(1, count + 1):
            inside = labels == number
            first, end = int(np.argmax(inside)), int(inside.size - np.argmax(inside[::-1]))
            length_s, rest = (end - first) * timeline.hop_s, lean[~inside & known]
            is_passage = length_s >= LEAST_PASSAGE_S and rest.size * timeline.hop_s >= LEAST_REST_S
            if not is_passage or float(np.mean(np.abs(rest) <= STAYS_DB)) < STAYING_SHARE:
                continue
            found = LeaningPassage(
                start_s=stated(first * timeline.hop_s),
                end_s=stated(end * timeline.hop_s),
                lean_db=stated(float(np.median(lean[inside]))),
                alike=_alike(analysis, first * timeline.hop_s, end * timeline.hop_s),
            )
            if longest is None or found.end_s - found.start_s > longest.end_s - longest.start_s:
                longest = found
    return longest


def _filled(values: tuple[float | None, ...]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _alike(analysis: Analysis, start_s: float, end_s: float) -> float:
    """Share of the bands that lean to the side of most, by more than what stays."""
    timeline = analysis.stereo.timeline
    if timeline is None or not timeline.bands_hop_s:
        return 0.0
    first, end = int(start_s / timeline.bands_hop_s), int(end_s / timeline.bands_hop_s)
    leans = [lean for band in timeline.bands.values() if (lean := _band_lean(band, first, end)) is not None]
    whole = float(np.median(leans)) if leans else 0.0
    return stated(float(np.mean([lean * np.sign(whole) >= STAYS_DB for lean in leans]))) if leans else 0.0


def _band_lean(band: BandStereoTimeline, first: int, end: int) -> float | None:
    """Balance of a band inside a passage against that outside; None where it is silent in one of them."""
    balance = _filled(band.balance_db)
    inside, outside = balance[first:end], np.concatenate([balance[:first], balance[end:]])
    if np.all(np.isnan(inside)) or np.all(np.isnan(outside)):
        return None
    return float(np.nanmedian(inside) - np.nanmedian(outside))
