"""Tone rules about a narrow stretch of the spectrum: boxiness, rumble, a resonance."""

import math
from dataclasses import replace

from core.rules.curve import against_curve_db
from core.rules.reading import JudgedTrack, Reading
from core.rules.stretches import BOX
from core.rules.taste import judged
from core.text.numbers import level_db, percent

RESONANCE_MOVE_SHARE = 0.6
"""Share of an excess that a first equaliser move corrects: a second move is better than overshooting."""

BELOW_25_HZ = {"20": 1.0, "25": 0.48}
FROM_30_TO_120_HZ = {"31.5": 0.76, "40": 1.0, "50": 1.0, "63": 1.0, "80": 1.0, "100": 1.0, "125": 0.3}
"""Shares of the third octaves that lie below 25 Hz, and between 30 and 120 Hz (edges by IEC 61260-1)."""

RUMBLE_BESIDE_DB = -20.0
"""Least level of 30–120 Hz relative to 1 kHz, dB: below it there is no low end to compare rumble with."""

RUMBLE_CUT_HZ = 25.0
"""Corner of the high-pass against rumble."""


def boxy(subject: JudgedTrack) -> Reading | None:
    """Level of 400–800 Hz against the octaves around it, both relative to the genre's curve, dB."""
    deviations = against_curve_db(subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db)
    excess = BOX.height_db(deviations)
    if excess is None:
        return None
    return replace(
        judged(subject, BOX.quantity, excess, above=True),
        evidence=subject.genre.curve_evidence,
        frequency_hz=float(max(BOX.inside, key=lambda name: deviations[name])),
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
        amount_db=-RESONANCE_MOVE_SHARE * strongest.excess_db,
        frequency_hz=strongest.frequency_hz,
    )
