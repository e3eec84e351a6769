"""Whether a value moved between two versions only because the tone was changed somewhere else."""

import statistics
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from core.analysis.quantities import noticeable_change, quantity
from core.analysis.tone.band_levels import band_levels_lu
from core.analysis.tone.equaliser_response import in_thirds_db
from core.diagnosis.comparing.tone_moves import (
    MOVES_TOLD,
    are_plausible,
    band_differences_db,
    empty_bands,
    tone_moves,
)
from core.diagnosis.findings import ToneMove
from core.rules.reading import JudgedTrack
from core.rules.stretches import BOX, HALF_A_THIRD_OCTAVE, STRETCHES, Stretch
from core.values.chain import EqBand, FilterKind

ABOUT_LOUDNESS = frozenset({"loud_vs_genre", "mix_loudness"})
"""Rules on the integrated loudness, which every boost and cut moves as well."""

ABOUT_A_STRETCH = MappingProxyType({**STRETCHES, "boxy": BOX})
"""Rule → the stretch of the spectrum that it judges against what lies beside it."""

WIDE_SHARE, SHELF_SHARE = 0.7, 0.5
"""Least share of its gain that an equaliser band keeps on average inside a stretch, in dB, to be set on it although its
frequency lies outside: a wide bell; and a shelf, which has half of its gain at its corner (own proposal)."""

LEAST_AIMED_DB = 0.5
"""Least mean gain inside the stretch of the bands that are set on it: the least change of a value that is told."""


def is_by_tone(code: str, earlier: JudgedTrack, subject: JudgedTrack, change: float) -> bool:
    """Whether the loudness, or a stretch of the tone against what lies beside it, moved by an equaliser set elsewhere.

    For the loudness: apart from what was fitted, levels are the same. For a stretch: no fitted band is set on it, or
    none that moves it the way its value went; a bell at its edge is none, although its flank reaches in.

    Args:
        code: the rule.
        earlier: the earlier version.
        subject: the new version.
        change: by how much the value of the rule has changed, in its unit.
    """
    if code not in {*ABOUT_LOUDNESS, *ABOUT_A_STRETCH}:
        return False
    moves = tone_moves(earlier.analysis, subject.analysis)
    if not moves or len(moves) > MOVES_TOLD or not are_plausible(moves):
        return False
    if code in ABOUT_A_STRETCH:
        inside = (_set_on_db(move.band, ABOUT_A_STRETCH[code]) for move in moves)
        return float(np.sign(change)) * sum(inside) < LEAST_AIMED_DB
    return _is_loudness_alike(moves, earlier, subject)


def _set_on_db(band: EqBand, stretch: Stretch) -> float:
    """Mean gain of a band inside a stretch, dB; 0 where it is not set on it."""
    mean_db = float(in_thirds_db(band, stretch.inside).mean())
    is_bell = band.kind is FilterKind.BELL
    low_hz = float(stretch.inside[0]) / HALF_A_THIRD_OCTAVE
    high_hz = float(stretch.inside[-1]) * HALF_A_THIRD_OCTAVE
    is_within = is_bell and low_hz <= band.frequency_hz <= high_hz
    is_set = is_within or abs(mean_db) >= (WIDE_SHARE if is_bell else SHELF_SHARE) * abs(band.gain_db)
    return mean_db if is_set else 0.0


def _is_loudness_alike(moves: Sequence[ToneMove], earlier: JudgedTrack, subject: JudgedTrack) -> bool:
    """Whether the levels of the bands, apart from what was fitted, are the same."""
    before_lufs, now_lufs = (track.analysis.loudness.integrated_lufs for track in (earlier, subject))
    if before_lufs is None or now_lufs is None:
        return False
    names = tuple(subject.analysis.spectrum.third_octave_db)
    made = np.sum([in_thirds_db(move.band, names) for move in moves], axis=0)
    made_db = band_differences_db(dict(zip(names, made.tolist(), strict=True)))
    before_db, now_db = band_levels_lu(earlier.analysis), band_levels_lu(subject.analysis)
    shared = (before_db.keys() & now_db.keys() & made_db.keys()) - empty_bands(subject.analysis)
    gains = [now_db[band] + now_lufs - before_db[band] - before_lufs - made_db[band] for band in shared]
    return bool(gains) and abs(statistics.median(gains)) < noticeable_change(now_lufs, quantity("integrated_lufs").unit)
