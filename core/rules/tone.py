"""Tone rules: a stretch of the spectrum against its neighbours, both relative to the genre's curve.

A stretch that stands out from its own neighbours is a fault in bright and dark tracks alike; its distance from the
middle of the song depends more on the arrangement. Measured on 33 tracks with planted faults
(core/knowledge/pages/rules.md).
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.rules import spans
from core.rules.curve import ALIGNED_ON, deviations_db
from core.rules.reading import NOTHING_THERE, JudgedTrack, Reading, Severity, Span
from core.text.numbers import frequency_range

HALF_A_THIRD_OCTAVE = 10.0**0.05
"""Ratio of a third octave's upper edge to its centre (IEC 61260-1, base ten)."""

ABSENT_CAVEAT = "hardly anything plays there, which is arrangement and not balance"

MOST_OVER_DB = 25.0
"""Largest height above a neighbour, dB: a neighbour that lies further below is empty, and the exact value has no
meaning."""

TOP_ONLY, BOTH_SIDES = "the top only", "both sides"
"""Neighbours that the upper mids stand out from: if only from the top, the top is weak."""

NO_TOP_CAVEAT = "hardly anything plays above it, so there is little to hold it against"

AUDIBLE_ABOVE_DB = -20.0
"""Level relative to the loudest passage: in quieter passages a tone fault is not located (the gate of the LTAS)."""

SMOOTH_S = 3.0
"""Seconds over which a tone is averaged: about a bar, like short-term loudness."""

MOVE_SHARE = 0.6
"""Share of an excess that a first equaliser move corrects: a second move is better than overshooting."""


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
        inside: its third octaves.
        told_by: function that reduces their deviations from the genre's curve to one, dB.
        beside: its neighbours: weights, which sum up to one, and third octaves, of which the median counts.
        band: the wide band whose level over time shows where in the song it stands out.
        dial_hz: frequency of the equaliser move; None: the middle of what stands out.
        shelf_hz: corner of a low shelf that moves it.
        absent_db: deviation below which hardly anything plays there.
    """

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

    def deviation_db(self, subject: JudgedTrack) -> float | None:
        """Height above its neighbours, dB; None where the stretch, all neighbours, or the curve is not known."""
        over = self.over_db(subject)
        weight = sum(share for (share, _), db in zip(self.beside, over, strict=True) if db is not None)
        if weight == 0.0:
            return None
        return sum(share * db for (share, _), db in zip(self.beside, over, strict=True) if db is not None) / weight

    def over_db(self, subject: JudgedTrack) -> tuple[float | None, ...]:
        """Height above each neighbour, dB; None where the stretch or the neighbour (low sample rates) is not known."""
        known = deviations_db(subject)
        if any(name not in known for name in self.inside):
            return (None,) * len(self.beside)
        told = self.told_by([known[name] for name in self.inside])
        levels = ([known[name] for name in names if name in known] for _, names in self.beside)
        return tuple(min(MOST_OVER_DB, told - statistics.median(part)) if part else None for part in levels)

    def dial(self, subject: JudgedTrack, *, above: bool) -> float:
        """Frequency for an equaliser, Hz: the middle of what stands out, to two digits, unless `dial_hz` is set."""
        if self.dial_hz is not None:
            return self.dial_hz
        known, sign = deviations_db(subject), 1.0 if above else -1.0
        weights = [10.0 ** (sign * known[name] / 20.0) for name in self.inside]
        centre = np.average(np.log([float(name) for name in self.inside]), weights=weights)
        return _two_digits(math.exp(centre))


def _two_digits(hertz: float) -> float:
    return float(f"{hertz:.1e}")


MIDDLE_THIRD_OCTAVES = ("200", "250", "315", "400", "500", "630", "800", "1000", "1250", "1600", "2000", "2500")
"""Third octaves that the low end is compared with."""

TOP = Stretch(
    inside=("8000", "10000"),
    told_by=strongest,
    beside=((1.0, ("800", "1000", "1250", "1600", "2000", "2500", "3150")),),
    band="high_5k_10k",
    dial_hz=7_000.0,
)
"""The part of the top that encoders do not change."""

STRETCHES = MappingProxyType(
    {
        "low_end_buildup": Stretch(
            inside=("50", "63", "80", "100"),
            told_by=strongest,
            beside=((0.25, ("25", "31.5")), (0.75, MIDDLE_THIRD_OCTAVES)),
            band="bass_60_200",
            shelf_hz=100.0,
        ),
        "thin_low": Stretch(
            inside=("40", "50", "63", "80", "100"),
            told_by=strongest,
            beside=((1.0, MIDDLE_THIRD_OCTAVES),),
            band="bass_60_200",
            shelf_hz=100.0,
            absent_db=-11.2,
        ),
        "mud": Stretch(
            inside=("250", "315", "400"),
            told_by=median,
            beside=((0.2, ("100", "125")), (0.8, ("500", "630", "800", "1000"))),
            band="lowmid_200_500",
        ),
        "harsh": Stretch(
            inside=("2500", "3150", "4000", "5000"),
            told_by=median,
            beside=((0.65, ("1000", "1250", "1600", "2000")), (0.35, ("8000", "10000"))),
            band="presence_2k_5k",
        ),
        "dull": replace(TOP, absent_db=-18.0),
        "bright_excess": TOP,
    }
)
"""Rule → stretch, chosen on 33 tracks with planted faults and 45 unchanged ones (core/knowledge/pages/rules.md): many
stretches, neighbours and statistics were tried, and of those that distinguished faults from music about equally well
the simplest were taken."""


def low_end_buildup(subject: JudgedTrack) -> Reading | None:
    """Height of kick and bass above sub and middle, dB."""
    return _reading(subject, "low_end_buildup", above=True)


def thin_low(subject: JudgedTrack) -> Reading | None:
    """Height of the strongest part of kick and bass above the middle, dB; None for an excerpt (it may be an intro)."""
    return None if subject.is_excerpt else _reading(subject, "thin_low", above=False)


def mud(subject: JudgedTrack) -> Reading | None:
    """Height of the lower mids above their neighbours, dB."""
    return _reading(subject, "mud", above=True)


def harsh(subject: JudgedTrack) -> Reading | None:
    """Height of the upper mids above their neighbours, dB; a fact says whether they only stand out from a weak top."""
    reading, over = _reading(subject, "harsh", above=True), STRETCHES["harsh"].over_db(subject)
    if reading is None or over[0] is None:
        return reading
    stands_over = TOP_ONLY if over[0] <= 0.0 else BOTH_SIDES
    top_db = STRETCHES["dull"].deviation_db(subject)
    hollow = stands_over == TOP_ONLY and top_db is not None and top_db < STRETCHES["dull"].absent_db
    return replace(
        reading,
        facts={**reading.facts, "stands_over": stands_over},
        ceiling=Severity.INFO if hollow else None,
        caveat=NO_TOP_CAVEAT if hollow else None,
    )


def dull(subject: JudgedTrack) -> Reading | None:
    """Height of the top below 11 kHz, which encoders do not change, above the middle, dB (negative: dull)."""
    return _reading(subject, "dull", above=False)


def bright_excess(subject: JudgedTrack) -> Reading | None:
    """Height of the same stretch above the middle, dB (positive: bright)."""
    return _reading(subject, "bright_excess", above=True)


def _reading(subject: JudgedTrack, code: str, *, above: bool) -> Reading | None:
    stretch = STRETCHES[code]
    deviation = stretch.deviation_db(subject)
    if deviation is None:
        return None
    plays = deviation >= stretch.absent_db
    return Reading(
        deviation,
        facts={"band": stretch.words, **({} if plays else {NOTHING_THERE: "yes"})},
        spans=_spans(subject, stretch.band, above=above) if (deviation > 0) is above else (),
        ceiling=None if plays else Severity.INFO,
        caveat=None if plays else ABSENT_CAVEAT,
        amount_db=-MOVE_SHARE * deviation if plays else None,
        frequency_hz=stretch.dial(subject, above=above),
        shelf_hz=stretch.shelf_hz,
        evidence=subject.genre.curve_evidence,
    )


def _spans(subject: JudgedTrack, band: str, *, above: bool) -> tuple[Span, ...]:
    """Passages in which the band stands out of `ALIGNED_ON` at least as far as in the audible song as a whole.

    The genre's curve is the same throughout, so it plays no part in where.
    """
    timeline = subject.analysis.spectrum.timeline
    if timeline is None:
        return ()
    size = max(1, round(SMOOTH_S / timeline.hop_s))
    power = {name: _smooth(10 ** (np.asarray(levels) / 10), size) for name, levels in timeline.bands_db.items()}
    total = np.sum(list(power.values()), axis=0)
    audible = total > total.max() * 10 ** (AUDIBLE_ABOVE_DB / 10)
    moving = _against_beside_db(power, band)
    overall = _against_beside_db({name: np.mean(levels[audible]) for name, levels in power.items()}, band)
    mask = audible & np.isfinite(moving) & ((moving >= overall) if above else (moving <= overall))
    return spans.from_mask(mask, timeline.hop_s, subject.analysis.source.duration_s)


def _against_beside_db(power: Mapping[str, NDArray[np.float64]], band: str) -> NDArray[np.float64]:
    """Level of a band above the weighted mean level of the bands beside it (`ALIGNED_ON`), dB."""
    with np.errstate(divide="ignore", invalid="ignore"):
        levels_db = {name: 10 * np.log10(power[name]) for name in (band, *ALIGNED_ON[band])}
        beside = sum(weight * levels_db[name] for name, weight in ALIGNED_ON[band].items())
        return np.asarray(levels_db[band] - beside)


def _smooth(power: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.convolve(power, np.ones(size) / size, mode="same")
