"""Curves of the genres: weighted medians of finished tracks, drawn towards a prior where few stand behind them."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.norms.table import Track

LITERATURE = Path(__file__).parent / "literature.json"

MEASURED_FROM_HZ, MEASURED_TO_HZ = 50.0, 10_000.0
"""Range in which the measured curves are used: below it many tracks have nothing, above it encoders cut."""

LEVEL_FROM_HZ = 63.0
"""The level of a track that is removed is its mean from here to `MEASURED_TO_HZ`."""

PRIOR_TRACKS = 12.0
"""Tracks that the prior weighs as much as; 8 to 24 predict held-out sources equally well."""

GENRE_TRACKS_MAX = 20.0
"""Tracks that a genre counts at most in the median of all."""

MEASURED_ELSEWHERE = ("house", "minimal_deep", "techno")
"""Genres that keep the curve of 236 club tracks: the house rows of the table are radio EDM and library music."""

NOT_MEASURED = ("podcast_spoken",)

Curve = dict[str, float]


@cache
def literature() -> dict[str, Any]:
    """Genre → what was known of it before music was measured."""
    genres: dict[str, Any] = json.loads(LITERATURE.read_text(encoding="utf-8"))["genres"]
    return genres


def fitted(tracks: Sequence[Track], genre_ids: Sequence[str]) -> dict[str, Curve]:
    """Genre → curve, dB relative to 1 kHz: a · median + (1 − a) · prior with a = n / (n + `PRIOR_TRACKS`) per band.

    The prior is the mean of the median of all genres and the curve of the literature.
    """
    levels = [without_level(track.third_octave_db) for track in tracks]
    shares = _shares(tracks)
    weighted = list(zip(levels, shares, strict=True))
    of_all = {
        name: _median([(row[name], share) for row, share in weighted if name in row])
        for name in literature()["pop"]["third_octave_db_rel_1k"]
    }
    return {genre_id: _curve(genre_id, tracks, levels, of_all) for genre_id in genre_ids}


def _shares(tracks: Sequence[Track]) -> list[float]:
    total: dict[str, float] = {}
    for track in tracks:
        total[track.genre_id] = total.get(track.genre_id, 0.0) + track.weight
    return [track.weight * min(1.0, GENRE_TRACKS_MAX / total[track.genre_id]) for track in tracks]


def _curve(genre_id: str, tracks: Sequence[Track], levels: Sequence[Curve], of_all: Mapping[str, float]) -> Curve:
    known = without_level(literature()[genre_id]["third_octave_db_rel_1k"])
    mine = [(row, track.weight) for track, row in zip(tracks, levels, strict=True) if track.genre_id == genre_id]
    curve = {}
    for name, level in of_all.items():
        prior = (level + known[name]) / 2.0
        here = [(row[name], weight) for row, weight in mine if name in row]
        count = sum(weight for _, weight in here)
        share = count / (count + PRIOR_TRACKS)
        curve[name] = share * (_median(here) if here else 0.0) + (1.0 - share) * prior
    return {name: level - curve["1000"] for name, level in curve.items()}


def without_level(third_octave_db: Mapping[str, float]) -> Curve:
    """A curve with the mean of its levels taken off."""
    inside = [level for name, level in third_octave_db.items() if LEVEL_FROM_HZ <= float(name) <= MEASURED_TO_HZ]
    mean = sum(inside) / len(inside)
    return {name: level - mean for name, level in third_octave_db.items()}


def _median(weighted: Sequence[tuple[float, float]]) -> float:
    values, weights = np.array(sorted(weighted)).T
    reached = np.cumsum(weights)
    return float(np.interp(reached[-1] / 2.0, reached - weights / 2.0, values))


def joined(measured: Curve, known: Curve) -> Curve:
    """The measured curve from `MEASURED_FROM_HZ` to `MEASURED_TO_HZ`; outside, the known one goes on from its ends."""
    low, high = f"{MEASURED_FROM_HZ:g}", f"{MEASURED_TO_HZ:g}"
    curve = {}
    for name, level in known.items():
        edge = low if float(name) < MEASURED_FROM_HZ else high if float(name) > MEASURED_TO_HZ else None
        curve[name] = round(measured[name] if edge is None else level + measured[edge] - known[edge], 1)
    return curve
