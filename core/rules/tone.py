"""Tone rules: a stretch of the spectrum against its neighbours, both relative to the genre's curve.

What is judged is where that height stands among finished tracks of the genre's group (`core.rules.taste`): tone is
taste, and only what hardly any finished track has is a warning.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.rules import spans
from core.rules.curve import ALIGNED_ON, against_curve_db
from core.rules.genre_fit import fit_of, may_be_named
from core.rules.reading import NOTHING_THERE, JudgedTrack, Reading, Severity
from core.rules.stretches import STRETCHES
from core.rules.taste import judged, with_facts
from core.text.language import worded

RARE_TOGETHER_PERCENT = 5.0
"""Share of finished tracks further out from which a position is a warning where the tone as a whole is rare."""

TOP_ONLY, BOTH_SIDES = "the top only", "both sides"
"""Neighbours that the upper mids stand out from: if only from the top, the top is weak."""

AUDIBLE_ABOVE_DB = -20.0
"""Level relative to the loudest passage: in quieter passages a tone fault is not located (the gate of the LTAS)."""

COMES_AND_GOES_DB = 3.0
"""Least difference of a tone between the passages that are named and the rest, dB: less is there throughout."""

SMOOTH_S = 3.0
"""Seconds over which a tone is averaged: about a bar, like short-term loudness."""


def low_end_buildup(subject: JudgedTrack) -> Reading | None:
    """Height of the strongest part of kick and bass above the middle, dB."""
    return _reading(subject, "low_end_buildup", above=True)


def thin_low(subject: JudgedTrack) -> Reading | None:
    """Height of the strongest part of kick and bass above the middle, dB; None for an excerpt (it may be an intro)."""
    return None if subject.is_excerpt else _reading(subject, "thin_low", above=False)


def mud(subject: JudgedTrack) -> Reading | None:
    """Height of the lower mids above their neighbours, dB."""
    return _reading(subject, "mud", above=True)


def harsh(subject: JudgedTrack) -> Reading | None:
    """Height of the upper mids above their neighbours, dB; a fact says whether they only stand out from a weak top."""
    reading, over = _reading(subject, "harsh", above=True), STRETCHES["harsh"].over_db(_deviations_db(subject))
    if reading is None or over[0] is None:
        return reading
    return with_facts(reading, stands_over=TOP_ONLY if over[0] <= 0.0 else BOTH_SIDES)


def dull(subject: JudgedTrack) -> Reading | None:
    """Height of the top below 11 kHz, which encoders do not change, above the middle, dB (negative: dull)."""
    return _reading(subject, "dull", above=False)


def bright_excess(subject: JudgedTrack) -> Reading | None:
    """Height of the same stretch above the middle, dB (positive: bright)."""
    return _reading(subject, "bright_excess", above=True)


def genre_fit(subject: JudgedTrack) -> Reading | None:
    """Number of tone positions far out; it counts where another genre's curve lies much nearer."""
    found = fit_of(subject)
    if found.nearest is None:
        return Reading(float(found.far), counts=False)
    return Reading(
        float(found.far),
        counts=found.is_another and may_be_named(found.nearest, subject.genre),
        facts={"nearest": found.nearest.name, "state": worded("tone_rules.far_out", count=found.far)},
        ceiling=Severity.INFO,
    )


def _deviations_db(subject: JudgedTrack) -> dict[str, float]:
    return against_curve_db(subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db)


def _reading(subject: JudgedTrack, code: str, *, above: bool) -> Reading | None:
    stretch, deviations = STRETCHES[code], _deviations_db(subject)
    height = stretch.height_db(deviations)
    if height is None:
        return None
    reading = judged(subject, stretch.quantity, height, above=above)
    plays, fit = stretch.plays(subject.analysis.spectrum.third_octave_db), fit_of(subject)
    where, most_at_s = _spans(subject, stretch.band, above=above) if reading.counts else ((), None)
    is_rare = (reading.further_out_percent or 100.0) < RARE_TOGETHER_PERCENT
    return replace(
        reading,
        facts={**reading.facts, "band": stretch.words, **({} if plays else {NOTHING_THERE: "yes"})},
        spans=where,
        most_at_s=most_at_s,
        ceiling=Severity.INFO if fit.is_another or not plays else None,
        floor=Severity.WARN if fit.is_unfinished and is_rare else None,
        caveat=_caveat(plays=plays, is_another=fit.is_another),
        amount_db=reading.amount_db if plays else None,
        frequency_hz=stretch.dial(deviations, above=above),
        shelf_hz=stretch.shelf_hz,
        evidence=subject.genre.curve_evidence,
    )


def _caveat(*, plays: bool, is_another: bool) -> str | None:
    if not plays:
        return worded("tone_rules.absent")
    return worded("tone_rules.other_style") if is_another else None


def _spans(subject: JudgedTrack, band: str, *, above: bool) -> spans.Places:
    """Passages in which the band stands out of `ALIGNED_ON` at least as far as in the audible song as a whole.

    With the second of them in which it does so furthest.

    None where it does so throughout: inside and outside of them it differs by less than `COMES_AND_GOES_DB`. The
    genre's curve is the same throughout, so it plays no part in where.
    """
    timeline = subject.analysis.spectrum.timeline
    if timeline is None:
        return spans.Places((), None)
    size = max(1, round(SMOOTH_S / timeline.hop_s))
    power = {name: _smooth(10 ** (np.asarray(levels) / 10), size) for name, levels in timeline.bands_db.items()}
    total = np.sum(list(power.values()), axis=0)
    audible = total > total.max() * 10 ** (AUDIBLE_ABOVE_DB / 10)
    moving = _against_beside_db(power, band)
    overall = _against_beside_db({name: np.mean(levels[audible]) for name, levels in power.items()}, band)
    known = audible & np.isfinite(moving)
    mask = known & ((moving >= overall) if above else (moving <= overall))
    outside = known & ~mask
    if not mask.any() or not outside.any() or abs(np.mean(moving[mask]) - np.mean(moving[outside])) < COMES_AND_GOES_DB:
        return spans.Places((), None)
    furthest = np.argmax(np.where(mask, moving if above else -moving, -np.inf))
    where = spans.from_mask(mask, timeline.hop_s, subject.analysis.source.duration_s)
    return spans.Places(where, float(furthest) * timeline.hop_s)


def _against_beside_db(power: Mapping[str, NDArray[np.float64]], band: str) -> NDArray[np.float64]:
    """Level of a band above the weighted mean level of the bands beside it (`ALIGNED_ON`), dB."""
    with np.errstate(divide="ignore", invalid="ignore"):
        levels_db = {name: 10 * np.log10(power[name]) for name in (band, *ALIGNED_ON[band])}
        beside = sum(weight * levels_db[name] for name, weight in ALIGNED_ON[band].items())
        return np.asarray(levels_db[band] - beside)


def _smooth(power: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.convolve(power, np.ones(size) / size, mode="same")
