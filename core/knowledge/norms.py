"""Norms: how a measured quantity lies among finished tracks of a group of genres (`data/norms.json`).

The file is made by `python -m tests.support.norms.make` from measurements of finished music; it holds percentiles only.
Groups of genres with few tracks of their own are pooled, and a norm says over how many tracks it was taken.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from core.knowledge.loading import load

LOW_PERCENT, MIDDLE_PERCENT, HIGH_PERCENT = 10.0, 50.0, 90.0
"""Percentiles of the lower end, the middle and the upper end of what is usual."""

EVERYTHING = "all"
"""Group of all tracks: the spread for genres without measured tracks (speech)."""

RAREST_PERCENT = 0.05
"""Least share of tracks, percent: beyond the furthest of the measured tracks no smaller share can be told."""


@dataclass(frozen=True, slots=True)
class Norm:
    """One quantity among the finished tracks of a group.

    Attributes:
        quantity: id of the quantity ("top", "width" …).
        unit: its unit.
        group: what the tracks are called ("dance tracks"); None where the genre has none of its own.
        tracks: number of tracks.
        percents: percentages of `values`, rising.
        values: the percentiles of the quantity, in `unit`.
        rarity: side ("below", "above") → multiples of the distance from the middle to the end of what is usual, and the
            percentages of finished tracks that lie further out than that: pooled over the groups.
    """

    quantity: str
    unit: str
    group: str | None
    tracks: int
    percents: tuple[float, ...]
    values: tuple[float, ...]
    rarity: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]

    def at(self, percent: float) -> float:
        """A percentile of the quantity."""
        return float(np.interp(percent, self.percents, self.values))

    @property
    def low(self) -> float:
        """Lower end of what is usual."""
        return self.at(LOW_PERCENT)

    @property
    def middle(self) -> float:
        """The median."""
        return self.at(MIDDLE_PERCENT)

    @property
    def high(self) -> float:
        """Upper end of what is usual."""
        return self.at(HIGH_PERCENT)

    def percentile(self, value: float) -> float:
        """Share of the tracks that lie below a value, percent; at most what as many tracks can tell."""
        most = 100.0 * self.tracks / (self.tracks + 1.0)
        return min(most, max(100.0 - most, self._share_below(value)))

    def is_beyond_ends(self, value: float) -> bool:
        """Whether a value lies beyond the outermost percentiles that are kept (1 and 99): one in 100 lies there."""
        return self._share_below(value) in (0.0, 100.0)

    def _share_below(self, value: float) -> float:
        return float(np.interp(value, self.values, self.percents, left=0.0, right=100.0))

    def multiple(self, value: float) -> float:
        """Distance from the middle in units of that from the middle to the end of what is usual on the same side."""
        away = value - self.middle
        return away / ((self.high if away > 0 else self.low) - self.middle) * math.copysign(1.0, away)

    def further_out_percent(self, value: float) -> float:
        """Share of finished tracks that lie as far out on the same side, percent: 50 in the middle, 10 at either end.

        The tails of all groups are pooled, each in multiples of its own spread, since no group alone has enough tracks
        to tell one in a hundred. Where more of the own group than that lie further out, theirs is the share.
        """
        multiple = self.multiple(value)
        multiples, shares = self.rarity["above" if multiple > 0 else "below"]
        pooled = 10.0 ** np.interp(abs(multiple), multiples, np.log10(shares), right=math.log10(RAREST_PERCENT))
        below = self._share_below(value)
        return float(max(pooled, 100.0 - below if multiple > 0 else below))

    def value_at(self, side: str, percent: float) -> float:
        """The value on one side ("below", "above") beyond which `percent` of finished tracks lie."""
        multiples, shares = self.rarity[side]
        multiple = float(np.interp(-math.log10(percent), -np.log10(shares), multiples))
        is_above = side == "above"
        pooled = self.middle + multiple * ((self.high if is_above else self.low) - self.middle)
        own = self.at(100.0 - percent if is_above else percent)
        return max(pooled, own) if is_above else min(pooled, own)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a track stands among finished tracks in one quantity.

    Attributes:
        quantity: id of the quantity.
        value: the track's value, in `unit`.
        unit: its unit.
        percentile: share of the tracks that lie below the value, percent.
        tracks: number of the tracks.
        group: what they are called ("dance tracks"); None where the genre has none of its own.
        low: lower end of what is usual (10th percentile).
        high: upper end (90th percentile).
        further_out_percent: share of finished tracks that lie as far out on the same side, percent.
        is_beyond_ends: whether it lies beyond the 1st or the 99th percentile of the group, the outermost that are kept.
    """

    quantity: str
    value: float
    unit: str
    percentile: float
    tracks: int
    group: str | None
    low: float
    high: float
    further_out_percent: float
    is_beyond_ends: bool = False


def position_among_tracks(quantity: str, value: float, genre_id: str) -> Position:
    """Where a value stands among finished tracks.

    Args:
        quantity: id of the quantity (`quantities_with_norms()`).
        value: the value, in the quantity's unit.
        genre_id: the genre that the track is compared with.

    Raises:
        KeyError: there is no such quantity.
    """
    usual = norm(quantity, genre_id)
    return Position(
        quantity,
        value,
        usual.unit,
        usual.percentile(value),
        usual.tracks,
        usual.group,
        usual.low,
        usual.high,
        usual.further_out_percent(value),
        usual.is_beyond_ends(value),
    )


def quantities_with_norms() -> tuple[str, ...]:
    """Ids of all quantities with a norm."""
    return tuple(_data()["quantities"])


def group_of(genre_id: str) -> str:
    """Id of the group that a genre belongs to; `EVERYTHING` where it has none."""
    groups: dict[str, Any] = _data()["groups"]
    return next((name for name, group in groups.items() if genre_id in group["genres"]), EVERYTHING)


@cache
def norm(quantity: str, genre_id: str) -> Norm:
    """The norm of a quantity for a genre.

    Raises:
        KeyError: there is no such quantity.
    """
    entry, groups = _data()["quantities"][quantity], _data()["groups"]
    own = genre_id if genre_id in entry["norms"] else group_of(genre_id)
    found = entry["norms"][own]
    sides = {side: (tuple(row["multiples"]), tuple(row["percents"])) for side, row in entry["rarity"].items()}
    return Norm(
        quantity,
        entry["unit"],
        None if own == EVERYTHING else found.get("group") or groups[own]["name"],
        found["tracks"],
        tuple(found.get("percents") or _data()["percents"]),
        tuple(found["values"]),
        MappingProxyType(sides),
    )


def source(quantity: str, genre_id: str) -> str:
    """Where the norm of a quantity comes from, in words."""
    usual = norm(quantity, genre_id)
    return f"{usual.tracks} finished {usual.group or 'tracks'}"


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load("norms.json")
    return data
