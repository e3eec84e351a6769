"""Tone rules about a narrow stretch of the spectrum: boxiness, rumble, a resonance."""

import math
from dataclasses import replace

from core.analysis.measurements import Resonance
from core.analysis.tone.notes import note_name
from core.analysis.tone.resonances import usual_steady_db
from core.rules.curve import against_curve_db
from core.rules.reading import JudgedTrack, Reading, Severity
from core.rules.stretches import BOX
from core.rules.taste import judged
from core.text.language import worded
from core.text.numbers import clock, percent, written_level

RESONANCE_MOVE_SHARE = 0.6
"""Share of an excess that a first equaliser move corrects: a second move is better than overshooting."""

FREQUENT_SHARE = 0.05
"""Least share of the time with bass that a loud note sounds in: a single hit is played louder."""


NOTES_UP_TO_HZ = 900.0
"""Frequency up to which steady peaks of 101 test tracks are notes that come often; above it none has one."""

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
        facts={"size_of": written_level(abs(value))},
        amount_db=0.0,
        frequency_hz=RUMBLE_CUT_HZ,
    )


def resonance(subject: JudgedTrack) -> Reading | None:
    """Height that the clearest steady peak keeps in nine tenths of the loud time, judged by what is usual there, dB.

    Up to `NOTES_UP_TO_HZ` a drone or a note that comes often keeps its height as well: it is a note only.
    """
    peaks = subject.analysis.spectrum.resonances
    if peaks is None:
        return None
    # an analysis of an older version did not look for what is steady
    judged_peaks = [(_over_usual_db(peak), peak) for peak in peaks if peak.steady_db is not None]
    if not judged_peaks:
        return Reading(0.0)
    over, clearest = max(judged_peaks, key=lambda pair: (pair[1].frequency_hz > NOTES_UP_TO_HZ, pair[0]))
    usual = usual_steady_db(clearest.frequency_hz)
    return Reading(
        usual + over,
        judged=over,
        facts={
            "note": clearest.note or note_name(clearest.frequency_hz),
            "strongest": clock(clearest.strongest_s or 0.0),
        },
        ceiling=None if clearest.frequency_hz > NOTES_UP_TO_HZ else Severity.INFO,
        caveat=None if clearest.frequency_hz > NOTES_UP_TO_HZ else worded("resonance.may_be_a_note"),
        target=(0.0, usual),
        amount_db=-RESONANCE_MOVE_SHARE * clearest.excess_db,
        frequency_hz=clearest.frequency_hz,
    )


def _over_usual_db(peak: Resonance) -> float:
    return (peak.steady_db or 0.0) - usual_steady_db(peak.frequency_hz)


def boomy_note(subject: JudgedTrack) -> Reading | None:
    """How far the loudest bass note stands above the loudest other one near it, dB."""
    bass = subject.analysis.bass
    found = bass.loud_note if bass else None
    if found is None:
        return None
    return Reading(
        found.over_near_db,
        counts=found.share >= FREQUENT_SHARE,
        facts={"note": found.note, "share": percent(found.share)},
        ceiling=Severity.INFO,
        amount_db=-RESONANCE_MOVE_SHARE * found.over_near_db,
        frequency_hz=found.frequency_hz,
    )
