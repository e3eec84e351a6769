"""Tone rules about a narrow stretch of the spectrum: boxiness, rumble, a resonance."""

import math

from core.rules.curve import deviations_db
from core.rules.reading import JudgedTrack, Reading
from core.rules.tone import MOVE_SHARE
from core.text.numbers import level_db, percent

BOX = ("400", "500", "630", "800")
AROUND_BOX = ("200", "250", "315", "1000", "1250", "1600")
"""Third octaves of boxiness (400–800 Hz), and those of the octaves on both sides."""

BELOW_25_HZ = {"20": 1.0, "25": 0.48}
FROM_30_TO_120_HZ = {"31.5": 0.76, "40": 1.0, "50": 1.0, "63": 1.0, "80": 1.0, "100": 1.0, "125": 0.3}
"""Shares of the third octaves that lie below 25 Hz, and between 30 and 120 Hz (edges by IEC 61260-1)."""

RUMBLE_BESIDE_DB = -20.0
"""Least level of 30–120 Hz relative to 1 kHz, dB: below it there is no low end to compare rumble with."""

RUMBLE_CUT_HZ = 25.0
"""Corner of the high-pass against rumble."""


def boxy(subject: JudgedTrack) -> Reading | None:
    """Level of 400–800 Hz against the octaves around it, both relative to the genre's curve, dB."""
    deviations = deviations_db(subject)
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


def rumble(subject: JudgedTrack) -> Reading | None:
    """Power below 25 Hz relative to that of 30 to 120 Hz, dB."""
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
        facts={"size_of": level_db(abs(value))},
        amount_db=0.0,
        frequency_hz=RUMBLE_CUT_HZ,
    )


def resonance(subject: JudgedTrack) -> Reading | None:
    """Height of the strongest narrow peak that is probably not a note, dB above the median of its octave."""
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


def _mean(levels: dict[str, float], names: tuple[str, ...]) -> float:
    return sum(levels[name] for name in names) / len(names)
