"""Tone rules: bands against the genre's curve in dB, never in percent of energy."""

import math
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.analysis.measurements import BAND_EDGES_HZ
from core.diagnosis import spans
from core.diagnosis.findings import Severity, Span
from core.diagnosis.subject import REFERENCE_BAND, Reading, Subject
from core.diagnosis.wording import NOTHING_THERE
from core.formatting import frequency_range, measurement, percent

THIRD_OCTAVES = {
    "sub_20_60": ("31.5", "40", "50"),
    "bass_60_200": ("63", "80", "100", "125"),
    "lowmid_200_500": ("200", "250", "315", "400"),
    "mid_500_2k": ("630", "800", "1000", "1250", "1600"),
    "presence_2k_5k": ("2500", "3150", "4000", "5000"),
    "high_5k_10k": ("6300", "8000", "10000"),
    "air_10k_20k": ("12500", "16000"),
}
"""A band deviates by the mean of its third octaves in dB, so that its lower end does not outweigh the rest."""

ALIGNED_ON = {
    "sub_20_60": {"lowmid_200_500": 0.5, "mid_500_2k": 0.5},
    "bass_60_200": {"lowmid_200_500": 0.5, "mid_500_2k": 0.5},
    "lowmid_200_500": {"bass_60_200": 0.25, "mid_500_2k": 0.5, "presence_2k_5k": 0.25},
    "presence_2k_5k": {"lowmid_200_500": 0.2, "mid_500_2k": 0.5, "high_5k_10k": 0.3},
    "high_5k_10k": {"lowmid_200_500": 0.2, "mid_500_2k": 0.4, "presence_2k_5k": 0.4},
    "air_10k_20k": {"mid_500_2k": 0.5, "presence_2k_5k": 0.5},
}
"""What each band is measured against: the middle, and what lies beside it. On 45 real tracks the deviations of clean
music scatter less so than against the middle alone, and planted faults stand out further (docs/rules.md)."""

OWN_SHARE = 0.3
"""Share of a deviation that must show against the middle alone."""

EDGE_BANDS = MappingProxyType({"sub_20_60": 1.5, "air_10k_20k": 1.5})
"""The outermost octaves vary most: there it takes this many times the tolerance."""

LEAST_DB = -40.0
"""A third octave that falls shorter than this is empty; by how much means nothing."""

UNLIKE_TOLERANCES = 1.25
"""Where the median of the bands that do not border on a band lies further out than this, the track as a whole does
not have the genre's balance, and one band of it is no fault by itself."""

OVERWHELMING_TOLERANCES = 2.0
FIRM_BANDS = frozenset({"lowmid_200_500", "presence_2k_5k"})
"""The bands in which music differs least: so far above, they are a fault in any balance."""

UNLIKE_CAVEAT = "the balance as a whole is unlike this genre, so one band proves little; another genre may fit better"

ABSENT_TOLERANCES = 2.5
"""A band that falls shorter than this is empty by arrangement: no equaliser takes that much."""

ABSENT_CAVEAT = "hardly anything plays there, which is arrangement and not balance"

LOW_BANDS = ("sub_20_60", "bass_60_200")
TOP_BANDS = ("high_5k_10k", "air_10k_20k")

AUDIBLE_ABOVE_DB = -20.0
"""Passages quieter than this below the loudest are not asked where a tone fault holds (the gate of the LTAS)."""

SMOOTH_S = 3.0
"""A tone is judged over about a bar, as short-term loudness is."""

MOVE_SHARE = 0.6
"""Share of an excess that a first move takes back: overshooting costs more than a second move."""

_DIALS_HZ = {
    "sub_20_60": 50.0,
    "bass_60_200": 100.0,
    "lowmid_200_500": 300.0,
    "presence_2k_5k": 3_200.0,
    "high_5k_10k": 7_000.0,
    "air_10k_20k": 11_000.0,
}
"""Where to act when the third octaves point nowhere: the middle of the band on a logarithmic scale."""

SHELVES_HZ = MappingProxyType({"sub_20_60": 60.0, "bass_60_200": 100.0})
"""Corners of low shelves: at the upper end of what they lift or lower (practice: 80–120 Hz for the bass)."""


def low_end_buildup(subject: Subject) -> Reading | None:
    """The band below 200 Hz that exceeds its tolerance most."""
    return _worst(subject, LOW_BANDS, above=True)


def thin_low(subject: Subject) -> Reading | None:
    """The band below 200 Hz that falls short most; an excerpt may be an intro."""
    return None if subject.is_excerpt else _worst(subject, LOW_BANDS, above=False)


def mud(subject: Subject) -> Reading | None:
    """200–500 Hz."""
    return _reading(subject, "lowmid_200_500", above=True)


def harsh(subject: Subject) -> Reading | None:
    """2–5 kHz."""
    return _reading(subject, "presence_2k_5k", above=True)


BOX = ("400", "500", "630", "800")
AROUND_BOX = ("200", "250", "315", "1000", "1250", "1600")
"""The octave of a small box, and the octaves on both sides of it."""


def boxy(subject: Subject) -> Reading | None:
    """400–800 Hz against the octaves around it, both against the genre's curve."""
    deviations = _third_octave_deviations(subject)
    if any(name not in deviations for name in (*BOX, *AROUND_BOX)):
        return None
    excess = _mean(deviations, BOX) - _mean(deviations, AROUND_BOX)
    centre = max(BOX, key=lambda name: deviations[name])
    return Reading(
        excess,
        evidence=subject.genre.curve_evidence,
        amount_db=-MOVE_SHARE * excess,
        frequency_hz=float(centre),
    )


BELOW_25_HZ = {"20": 1.0, "25": 0.48}
FROM_30_TO_120_HZ = {"31.5": 0.76, "40": 1.0, "50": 1.0, "63": 1.0, "80": 1.0, "100": 1.0, "125": 0.3}
"""Shares of the third octaves that lie below 25 Hz, and between 30 and 120 Hz (edges by IEC 61260-1)."""


def rumble(subject: Subject) -> Reading | None:
    """Power below 25 Hz against that of 30 to 120 Hz."""
    levels = subject.analysis.spectrum.third_octave_db
    if any(name not in levels for name in (*BELOW_25_HZ, *FROM_30_TO_120_HZ)):
        return None
    below, low_end = (
        sum(share * 10 ** (levels[name] / 10) for name, share in shares.items())
        for shares in (BELOW_25_HZ, FROM_30_TO_120_HZ)
    )
    if below <= 0.0 or low_end <= 0.0:
        return None
    audible = 10 * math.log10(low_end) >= RUMBLE_BESIDE_DB
    value = 10 * math.log10(below / low_end)
    return Reading(
        value,
        counts=audible,
        facts={"size_of": measurement(abs(value), "dB")},
        amount_db=0.0,
        frequency_hz=RUMBLE_CUT_HZ,
    )


def resonance(subject: Subject) -> Reading | None:
    """The strongest narrow peak that no note explains."""
    peaks = subject.analysis.spectrum.resonances
    if peaks is None:
        return None
    if not peaks:
        return Reading(0.0)
    strongest = max(peaks, key=lambda peak: peak.excess_db)
    return Reading(
        strongest.excess_db,
        facts={"share": percent(strongest.share)},
        amount_db=-MOVE_SHARE * strongest.excess_db,
        frequency_hz=strongest.frequency_hz,
    )


RUMBLE_BESIDE_DB = -20.0
"""A low end that lies further below 1 kHz than this is not there: nothing to compare rumble with."""

RUMBLE_CUT_HZ = 25.0


def _third_octave_deviations(subject: Subject) -> dict[str, float]:
    mine, curve = subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db
    return {name: mine[name] - level for name, level in curve.items() if name in mine}


def _mean(levels: dict[str, float], names: tuple[str, ...]) -> float:
    return sum(levels[name] for name in names) / len(names)


def dull(subject: Subject) -> Reading | None:
    """The top; a lossy file is judged below 10 kHz only, for its encoder took the rest."""
    bands = TOP_BANDS[:1] if _top_is_cut(subject) else TOP_BANDS
    return _worst(subject, bands, above=False)


def bright_excess(subject: Subject) -> Reading | None:
    """The top."""
    return _worst(subject, TOP_BANDS, above=True)


def _top_is_cut(subject: Subject) -> bool:
    return subject.analysis.source.lossy or subject.analysis.faults.low_pass_edge is not None


def _worst(subject: Subject, bands: tuple[str, ...], *, above: bool) -> Reading | None:
    readings = [reading for band in bands if (reading := _reading(subject, band, above=above)) is not None]
    sign = 1.0 if above else -1.0
    return max(readings, key=lambda reading: sign * (reading.judged or 0.0), default=None)


def _reading(subject: Subject, band: str, *, above: bool) -> Reading | None:
    deviation = aligned_deviation_db(subject, band)
    tolerance = subject.genre.tolerance_db.get(band)
    if deviation is None or tolerance is None:
        return None
    tolerance *= EDGE_BANDS.get(band, 1.0)
    caveat = _caveat(subject, band, deviation / tolerance)
    plays = caveat != ABSENT_CAVEAT
    return Reading(
        deviation,
        judged=deviation / tolerance,
        counts=_stands_by_itself(subject, band, deviation),
        facts={
            "band": frequency_range(*BAND_EDGES_HZ[band]),
            "tolerance": f"±{measurement(tolerance, 'dB')}",
            **({} if plays else {NOTHING_THERE: "yes"}),
        },
        spans=_spans(subject, band, deviation) if (deviation > 0) is above else (),
        ceiling=Severity.INFO if caveat else None,
        caveat=caveat,
        amount_db=-MOVE_SHARE * deviation if plays else None,
        frequency_hz=_centre_hz(subject, band, above=above),
        shelf_hz=SHELVES_HZ.get(band),
        evidence=subject.genre.curve_evidence,
    )


def aligned_deviation_db(subject: Subject, band: str) -> float | None:
    """Level of a band against the genre's curve, both aligned on the bands of `ALIGNED_ON`."""
    deviation = _mean_deviation_db(subject, band)
    beside = {name: _mean_deviation_db(subject, name) for name in ALIGNED_ON[band]}
    known = {name: value for name, value in beside.items() if value is not None}
    if deviation is None or not known:
        return None
    weight = sum(ALIGNED_ON[band][name] for name in known)
    return deviation - sum(ALIGNED_ON[band][name] * value for name, value in known.items()) / weight


def _stands_by_itself(subject: Subject, band: str, deviation_db: float) -> bool:
    """Whether the band is off against the middle alone, too: else it is a neighbour that is off."""
    mine, middle = _mean_deviation_db(subject, band), _mean_deviation_db(subject, REFERENCE_BAND)
    if mine is None or middle is None:
        return False
    sign = 1.0 if deviation_db > 0 else -1.0
    return sign * (mine - middle) >= OWN_SHARE * abs(deviation_db)


def is_absent(subject: Subject, band: str) -> bool:
    """Whether hardly anything plays in a band."""
    deviation, tolerance = aligned_deviation_db(subject, band), subject.genre.tolerance_db.get(band)
    return deviation is not None and tolerance is not None and deviation < -ABSENT_TOLERANCES * tolerance


def _mean_deviation_db(subject: Subject, band: str) -> float | None:
    deviations = _third_octave_deviations(subject)
    inside = [max(LEAST_DB, deviations[name]) for name in THIRD_OCTAVES[band] if name in deviations]
    return sum(inside) / len(inside) if inside else None


def _caveat(subject: Subject, band: str, tolerances: float) -> str | None:
    """Why a deviation is no more than a note."""
    if tolerances < -ABSENT_TOLERANCES:
        return ABSENT_CAVEAT
    if band in FIRM_BANDS and tolerances >= OVERWHELMING_TOLERANCES:
        return None
    names = list(BAND_EDGES_HZ)
    at = names.index(band)
    apart = [name for name in names if abs(names.index(name) - at) > 1 and name != REFERENCE_BAND]
    if _top_is_cut(subject):
        apart = [name for name in apart if name != "air_10k_20k"]
    far = sorted(
        abs(deviation) / subject.genre.tolerance_db[name]
        for name in apart
        if (deviation := subject.deviation_db(name)) is not None
    )
    return UNLIKE_CAVEAT if far and float(np.median(far)) > UNLIKE_TOLERANCES else None


def _centre_hz(subject: Subject, band: str, *, above: bool) -> float:
    """The third octave of the band that deviates most: where a dial should stand."""
    mine, curve = subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db
    inside = [name for name in THIRD_OCTAVES[band] if name in mine and name in curve]
    if band not in {"lowmid_200_500", "presence_2k_5k", "sub_20_60", "bass_60_200"} or not inside:
        return _DIALS_HZ[band]
    sign = 1.0 if above else -1.0
    # where they all deviate alike, the dial belongs in the middle
    return float(max(inside, key=lambda name: (round(sign * (mine[name] - curve[name]), 1), -_octaves(name, band))))


def _octaves(name: str, band: str) -> float:
    return abs(math.log2(float(name) / _DIALS_HZ[band]))


def _spans(subject: Subject, band: str, deviation_db: float) -> tuple[Span, ...]:
    """Where the band stands at least as far out as it does on the whole."""
    timeline = subject.analysis.spectrum.timeline
    if timeline is None:
        return ()
    size = max(1, round(SMOOTH_S / timeline.hop_s))
    power = {name: _smooth(10 ** (np.asarray(levels) / 10), size) for name, levels in timeline.bands_db.items()}
    total = np.sum(list(power.values()), axis=0)
    audible = total > total.max() * 10 ** (AUDIBLE_ABOVE_DB / 10)
    curve = subject.genre.band_db
    beside = {name: weight for name, weight in ALIGNED_ON[band].items() if name in curve}
    with np.errstate(divide="ignore", invalid="ignore"):
        levels_db = {name: 10 * np.log10(power[name]) - curve[name] for name in (band, *beside)}
        moving = levels_db[band] - sum(w * levels_db[name] for name, w in beside.items()) / sum(beside.values())
    mask = audible & np.isfinite(moving) & ((moving >= deviation_db) if deviation_db > 0 else (moving <= deviation_db))
    return spans.from_mask(mask, timeline.hop_s, subject.analysis.source.duration_s)


def _smooth(power: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.convolve(power, np.ones(size) / size, mode="same")
