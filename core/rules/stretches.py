"""Stretches of the spectrum: how high one stands above its neighbours, both relative to a genre's curve.

Pure functions of third octaves, which the rules use on a track and the norms on the tracks they are made of.
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from core.analysis.measurements import MIDDLE_BAND
from core.text.numbers import frequency_range

HALF_A_THIRD_OCTAVE = 10.0**0.05
"""Ratio of a third octave's upper edge to its centre (IEC 61260-1, base ten)."""

EMPTY_DB = -20.0
"""Deviation from the genre's curve below which a neighbour is empty: a full stretch is not held against it. 5 of 100
finished tracks have such a stretch."""


def strongest(levels_db: Sequence[float]) -> float:
    """Level of the strongest third octave: bass is heard by its notes, and if the strongest is weak, all are."""
    return max(levels_db)


def median(levels_db: Sequence[float]) -> float:
    """Median level: a single note or hole does not represent the stretch."""
    return statistics.median(levels_db)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the spectrum and the neighbours it is compared with.

    Attributes:
        quantity: id of its height among the norms.
        inside: its third octaves.
        told_by: function that reduces their deviations from the genre's curve to one, dB.
        beside: its neighbours: weights, which sum up to one, and third octaves, of which the median counts.
        band: the wide band whose level over time shows where in the song it stands out.
        dial_hz: frequency of the equaliser move; None: the middle of what stands out.
        shelf_hz: corner of a low shelf that moves it.
        absent_db: level of its strongest third octave relative to the median of its last neighbour below which hardly
            anything plays there; relative to the track itself and not to the genre.
    """

    quantity: str
    inside: tuple[str, ...]
    told_by: Callable[[Sequence[float]], float]
    beside: tuple[tuple[float, tuple[str, ...]], ...]
    band: str
    dial_hz: float | None = None
    shelf_hz: float | None = None
    absent_db: float = -math.inf

    @property
    def words(self) -> str:
        """Its edges written for people, to two digits: "220–450 Hz"."""
        low, high = float(self.inside[0]) / HALF_A_THIRD_OCTAVE, float(self.inside[-1]) * HALF_A_THIRD_OCTAVE
        return frequency_range(_two_digits(low), _two_digits(high))

    def height_db(self, deviations_db: Mapping[str, float]) -> float | None:
        """Height above its neighbours, dB; None where the stretch or all neighbours are not known or empty.

        Args:
            deviations_db: third octave → level above the genre's curve.
        """
        over = self.over_db(deviations_db)
        weight = sum(share for (share, _), db in zip(self.beside, over, strict=True) if db is not None)
        if weight == 0.0:
            return None
        return sum(share * db for (share, _), db in zip(self.beside, over, strict=True) if db is not None) / weight

    def over_db(self, deviations_db: Mapping[str, float]) -> tuple[float | None, ...]:
        """Height above each neighbour, dB; None where the stretch or the neighbour is not known or the latter empty."""
        if any(name not in deviations_db for name in self.inside):
            return (None,) * len(self.beside)
        told = self.told_by([deviations_db[name] for name in self.inside])
        beside = ([deviations_db[name] for name in names if name in deviations_db] for _, names in self.beside)
        levels = (statistics.median(part) if part else None for part in beside)
        return tuple(None if level is None or level < EMPTY_DB else told - level for level in levels)

    def plays(self, third_octave_db: Mapping[str, float]) -> bool:
        """Whether anything to speak of plays there, by the levels of the track itself."""
        inside = [third_octave_db[name] for name in self.inside if name in third_octave_db]
        beside = [third_octave_db[name] for name in self.beside[-1][1] if name in third_octave_db]
        return not inside or not beside or max(inside) - statistics.median(beside) >= self.absent_db

    def dial(self, deviations_db: Mapping[str, float], *, above: bool) -> float:
        """Frequency for an equaliser, Hz: the middle of what stands out, to two digits, unless `dial_hz` is set."""
        if self.dial_hz is not None:
            return self.dial_hz
        sign = 1.0 if above else -1.0
        weights = [10.0 ** (sign * deviations_db[name] / 20.0) for name in self.inside]
        centre = np.average(np.log([float(name) for name in self.inside]), weights=weights)
        return _two_digits(math.exp(centre))


def _two_digits(hertz: float) -> float:
    return float(f"{hertz:.1e}")


MIDDLE_THIRD_OCTAVES = ("200", "250", "315", "400", "500", "630", "800", "1000", "1250", "1600", "2000", "2500")
"""Third octaves that the low end is compared with."""

LOW_END_STRETCH = Stretch(
    quantity="low_end",
    inside=("50", "63", "80", "100"),
    told_by=strongest,
    beside=((1.0, MIDDLE_THIRD_OCTAVES),),
    band="bass_60_200",
    shelf_hz=100.0,
    absent_db=-12.0,
)
"""Kick and bass. Below 50 Hz finished music shows no norm, since many tracks have nothing there."""

LOW_MIDS = Stretch(
    quantity="low_mids",
    inside=("250", "315", "400"),
    told_by=median,
    beside=((0.2, ("100", "125")), (0.8, ("500", "630", "800", "1000"))),
    band="lowmid_200_500",
)

BOX = Stretch(
    quantity="box",
    inside=("400", "500", "630", "800"),
    told_by=statistics.fmean,
    beside=((1.0, ("200", "250", "315", "1000", "1250", "1600")),),
    band=MIDDLE_BAND,
)

UPPER_MIDS = Stretch(
    quantity="upper_mids",
    inside=("2500", "3150", "4000", "5000"),
    told_by=median,
    beside=((0.65, ("1000", "1250", "1600", "2000")), (0.35, ("8000", "10000"))),
    band="presence_2k_5k",
)

TOP = Stretch(
    quantity="top",
    inside=("8000", "10000"),
    told_by=strongest,
    beside=((1.0, ("800", "1000", "1250", "1600", "2000", "2500", "3150")),),
    band="high_5k_10k",
    dial_hz=7_000.0,
    absent_db=-30.0,
)
"""The part of the top that encoders do not change."""

TONE_STRETCHES = (LOW_END_STRETCH, LOW_MIDS, BOX, UPPER_MIDS, TOP)
"""Stretches with a norm, from low to high."""

STRETCHES = MappingProxyType(
    {
        "low_end_buildup": replace(LOW_END_STRETCH, absent_db=-math.inf),
        "thin_low": LOW_END_STRETCH,
        "mud": LOW_MIDS,
        "harsh": UPPER_MIDS,
        "dull": TOP,
        "bright_excess": replace(TOP, absent_db=-math.inf),
    }
)
"""Rule → stretch, chosen on tracks with planted faults and finished ones (core/knowledge/pages/rules.md): many
stretches, neighbours and statistics were tried, and of those that distinguished faults from music about equally well
the simplest were taken."""


def heights_db(deviations_db: Mapping[str, float]) -> dict[str, float]:
    """Quantity → height of its stretch above its neighbours, dB; those that are not known are left out."""
    heights = {stretch.quantity: stretch.height_db(deviations_db) for stretch in TONE_STRETCHES}
    return {quantity: height for quantity, height in heights.items() if height is not None}
