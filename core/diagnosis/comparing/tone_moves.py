"""How the tone of one track differs from that of another: the few equaliser bands that turn one into the other."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.tone.equaliser_fit import LEAST_THIRD_OCTAVES, fit_equaliser
from core.analysis.tone.equaliser_response import in_thirds_db
from core.diagnosis.findings import ToneMove
from core.rules.stretches import HALF_A_THIRD_OCTAVE
from core.text.language import worded
from core.text.numbers import frequency, number, signed_db
from core.values.chain import EqBand

MOVES_TOLD = 3
"""Equaliser moves that are named: what a person sets before listening again."""

MOST_PLAUSIBLE_DB = 15.0
"""Gain to which an equaliser is set at most (practice: the range of its knobs). Bands beyond it cancel each other, or
stand for another arrangement: none of a fit that holds one is a setting."""

EMPTY_BELOW_DB = 60.0
"""Level below its loudest third octave, in dB, at which a third octave of a track counts as empty."""


LOW_BELOW_HZ, LOW_EMPTY_BELOW_DB = 100.0, 45.0
"""The same below this frequency: at 50 Hz hearing begins 42 dB higher than at 1 kHz (ISO 226:2003), and an encoder
moves what is quieter by more than 1 dB."""


def tone_moves(start: Analysis, end: Analysis) -> tuple[ToneMove, ...]:
    """The equaliser bands that turn the tone of one track into that of another, the largest first.

    Args:
        start: the track that the bands are set on.
        end: the track whose tone comes out.

    Returns:
        Bands fitted where both have something to compare; none where the tone is the same within the error of the fit.
    """
    wanted = {name: -value for name, value in third_octave_differences_db(start, end).items()}
    return tuple(ToneMove(fitted.band, fitted.error_db) for fitted in fit_equaliser(wanted).bands)


def third_octave_differences_db(mine: Analysis, theirs: Analysis) -> dict[str, float]:
    """Third octave → level in one track minus that in another, both relative to 1 kHz, where neither is empty."""
    known = filled_third_octaves(mine) & filled_third_octaves(theirs)
    here, there = mine.spectrum.third_octave_db, theirs.spectrum.third_octave_db
    return {name: here[name] - there[name] for name in here if name in known}


def filled_third_octaves(analysis: Analysis) -> frozenset[str]:
    """Third octaves in which a track has something: not far below its loudest one, nor cut off by an encoder."""
    levels, edge = analysis.spectrum.third_octave_db, analysis.faults.low_pass_edge
    loudest_db = max(levels.values(), default=0.0)
    highest_hz = math.inf if edge is None else edge.cutoff_hz / HALF_A_THIRD_OCTAVE
    return frozenset(
        name
        for name, level in levels.items()
        if loudest_db - level <= (LOW_EMPTY_BELOW_DB if float(name) < LOW_BELOW_HZ else EMPTY_BELOW_DB)
        and float(name) <= highest_hz
    )


def empty_bands(analysis: Analysis) -> frozenset[str]:
    """Bands in which a track has nothing: their level is no figure to be compared."""
    levels = analysis.spectrum.bands
    least_db = max(levels.values(), default=0.0) - EMPTY_BELOW_DB
    return frozenset(name for name in BAND_EDGES_HZ if levels.get(name, least_db) < least_db)


def left_over_db(third_octave_db: Mapping[str, float], moves: Sequence[ToneMove]) -> dict[str, float] | None:
    """What the moves that are told leave of a difference, in each third octave; None for too few third octaves.

    A difference of the level is none of tone: the median is 0.
    """
    if len(third_octave_db) < LEAST_THIRD_OCTAVES:
        return None
    names = tuple(third_octave_db)
    left = np.array([third_octave_db[name] for name in names])
    for move in moves[:MOVES_TOLD]:
        left = left + in_thirds_db(move.band, names)
    return dict(zip(names, (left - np.median(left)).tolist(), strict=True))


def band_differences_db(third_octave_db: Mapping[str, float]) -> dict[str, float]:
    """Band → mean of the third octaves whose middle lies inside it; without the bands that have none."""
    inside = {
        band: [value for name, value in third_octave_db.items() if low <= float(name) < high]
        for band, (low, high) in BAND_EDGES_HZ.items()
    }
    return {band: float(np.mean(values)) for band, values in inside.items() if values}


def are_plausible(moves: Sequence[ToneMove]) -> bool:
    """Whether an equaliser does what these bands do together."""
    return all(abs(move.band.gain_db) <= MOST_PLAUSIBLE_DB for move in moves)


def moves_told(moves: Sequence[ToneMove]) -> str:
    """The largest bands in words, at most `MOVES_TOLD`; empty for none."""
    return ", ".join(_told(move.band) for move in moves[:MOVES_TOLD])


def _told(band: EqBand) -> str:
    """A band as on a dial: "bell −5.8 dB at 300 Hz (Q 0.9)", "high shelf +4.0 dB above 6 kHz"."""
    hertz = frequency(two_digits(band.frequency_hz))
    return worded(f"moves.{band.kind.value}", gain=signed_db(band.gain_db), frequency=hertz, q=number(band.q))


def two_digits(hertz: float) -> float:
    """A frequency as it is set on a dial."""
    return float(f"{hertz:.1e}")
