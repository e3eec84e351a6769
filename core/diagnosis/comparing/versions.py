"""Compares the findings of two versions of a track: fixed, improved, unchanged, worse, new."""

import statistics
from collections.abc import Sequence

import numpy as np

from core.analysis.quantities import noticeable_change, quantity
from core.analysis.tone.band_levels import band_levels_lu
from core.analysis.tone.equaliser_fit import LEAST_GAIN_DB
from core.analysis.tone.equaliser_response import in_thirds_db
from core.diagnosis.comparing.tone_moves import (
    MOVES_TOLD,
    are_plausible,
    band_differences_db,
    empty_bands,
    tone_moves,
)
from core.diagnosis.findings import Finding, VersionChange, VersionOutcome
from core.rules.all_rules import measures
from core.rules.peaks import PEAK_HEIGHT
from core.rules.reading import JudgedTrack
from core.rules.rule import rules
from core.rules.stretches import STRETCHES

CLIPPING = "clip_samples"
"""The rule whose finding is only fixed where peaks came back."""

PEAKS_BACK_DB, LOSSY_PEAKS_BACK_DB = 0.5, 3.0
"""Growth of the PLR from which peaks have come back. Resampling or filtering a clipped file rounds its flat tops off,
and an encoder makes ripples of them and raises them by up to 3 dB; neither brings back what was cut off (own
proposal)."""

ABOUT_PEAK_HEIGHT = frozenset({"over_limited"})
"""Rules on the height of peaks above the loudness, which an encoder alone raises."""

ABOUT_LOUDNESS = frozenset({"loud_vs_genre", "mix_loudness"})
"""Rules on the integrated loudness, which every boost and cut moves as well."""

ABOUT_CHANNELS = "stereo"
"""Family of the rules that find nothing in a file of one channel."""


def compare_versions(
    previous: Sequence[Finding],
    findings: Sequence[Finding],
    subject: JudgedTrack,
    earlier: JudgedTrack | None = None,
) -> tuple[VersionChange, ...]:
    """Find out what became of each earlier finding.

    Args:
        previous: findings of the earlier version.
        findings: findings of the new version.
        subject: the new version; the rules measure the values of fixed findings on it.
        earlier: the earlier version, whose values show which findings are new only by a hair; None where unknown.

    Returns:
        The earlier findings in their order, then the new ones. An earlier finding that cannot be judged on the new
        version (an excerpt, another type, no reference) is left out, because it is not known to be fixed. So is each
        finding that came or went although its value hardly moved.
    """
    now = {finding.code: finding for finding in findings}
    spoken_for = {code for finding in findings for code in finding.merged}
    followed = [
        _follow(before, now.get(before.code), subject, earlier, still=before.code in spoken_for)
        for before in previous
        if before.code in now or before.code in spoken_for or _can_be_judged(before.code, subject)
    ]
    known = {code for before in previous for code in (before.code, *before.merged)}
    new = [
        VersionChange(finding.code, finding.name, VersionOutcome.NEW, None, finding.value, finding.unit)
        for finding in findings
        if finding.code not in known and not _was_almost_found(finding, earlier)
    ]
    return (*(change for change in followed if change is not None), *new)


def _follow(
    before: Finding, now: Finding | None, subject: JudgedTrack, earlier: JudgedTrack | None, *, still: bool
) -> VersionChange | None:
    """The change of one finding; None where it is gone although its value hardly moved.

    `still`: it is still found, but merged into another one with the same cause.
    """
    after = now.value if now is not None else _value_now(before.code, subject)
    if before.code == CLIPPING and not _peaks_came_back(before, subject):
        outcome = _outcome(now, before, now.value) if now is not None else VersionOutcome.FIXED
        if outcome in {VersionOutcome.FIXED, VersionOutcome.IMPROVED}:
            # fewer counted samples are no value of the same damage
            return VersionChange(before.code, before.name, VersionOutcome.UNCHANGED, before.value, None, before.unit)
    least = _noticeable(before, subject, earlier)
    if now is None and (not still or after is None):
        if after is not None and abs(after - before.value) < least:
            return None
        outcome = VersionOutcome.FIXED
    else:
        outcome = _outcome(now, before, before.value if after is None else after)
        if outcome is VersionOutcome.IMPROVED and after is not None and abs(after - before.value) < least:
            outcome = VersionOutcome.UNCHANGED
        if (
            outcome is not VersionOutcome.UNCHANGED
            and earlier is not None
            and _is_by_tone(before.code, earlier, subject)
        ):
            unchanged = VersionOutcome.UNCHANGED
            return VersionChange(before.code, before.name, unchanged, before.value, after, before.unit, is_by_tone=True)
    return VersionChange(before.code, before.name, outcome, before.value, after, before.unit)


def _is_by_tone(code: str, earlier: JudgedTrack, subject: JudgedTrack) -> bool:
    """Whether the loudness, or a stretch of the tone against it, moved only because another band was changed.

    For the loudness: apart from what was fitted, levels are the same. For a stretch: no fitted band reaches its middle.
    """
    before_lufs, now_lufs = (track.analysis.loudness.integrated_lufs for track in (earlier, subject))
    if code not in {*ABOUT_LOUDNESS, *STRETCHES} or before_lufs is None or now_lufs is None:
        return False
    moves = tone_moves(earlier.analysis, subject.analysis)
    if not moves or len(moves) > MOVES_TOLD or not are_plausible(moves):
        return False
    if code in STRETCHES:
        inside = STRETCHES[code].inside
        middle = inside[len(inside) // 2]
        return abs(sum(float(in_thirds_db(move.band, (middle,))[0]) for move in moves)) < LEAST_GAIN_DB
    names = tuple(subject.analysis.spectrum.third_octave_db)
    made = np.sum([in_thirds_db(move.band, names) for move in moves], axis=0)
    made_db = band_differences_db(dict(zip(names, made.tolist(), strict=True)))
    before_db, now_db = band_levels_lu(earlier.analysis), band_levels_lu(subject.analysis)
    shared = (before_db.keys() & now_db.keys() & made_db.keys()) - empty_bands(subject.analysis)
    gains = [now_db[band] + now_lufs - before_db[band] - before_lufs - made_db[band] for band in shared]
    return bool(gains) and abs(statistics.median(gains)) < noticeable_change(now_lufs, quantity("integrated_lufs").unit)


def _noticeable(before: Finding, subject: JudgedTrack, earlier: JudgedTrack | None) -> float:
    """The least change for the better that is told, in the unit of the finding."""
    is_encoded = subject.analysis.source.lossy and (earlier is None or not earlier.analysis.source.lossy)
    if before.code in ABOUT_PEAK_HEIGHT and is_encoded:
        return LOSSY_PEAKS_BACK_DB
    return noticeable_change(before.value, before.unit)


def _was_almost_found(finding: Finding, earlier: JudgedTrack | None) -> bool:
    """Whether the earlier version has almost the same value, so that the finding is no news."""
    before = _value_now(finding.code, earlier) if earlier is not None else None
    return before is not None and abs(finding.value - before) < noticeable_change(before, finding.unit)


def _peaks_came_back(before: Finding, subject: JudgedTrack) -> bool:
    """Whether the peaks of a file that was clipped stand higher above its loudness now."""
    earlier, now = (before.facts or {}).get(PEAK_HEIGHT), subject.analysis.dynamics.plr_db
    is_lossy = subject.analysis.source.lossy
    if not isinstance(earlier, float) or now is None:
        # stored before this fact was kept: the flat tops of a lossless file are gone, or they are not
        return not is_lossy
    return now - earlier >= (LOSSY_PEAKS_BACK_DB if is_lossy else PEAKS_BACK_DB)


def _can_be_judged(code: str, subject: JudgedTrack) -> bool:
    rule = rules()[code]
    applies = rule.levels_for(subject.request.type, subject.genre.tags) is not None
    in_one_channel = subject.analysis.source.channels == 1 and rule.family == ABOUT_CHANNELS
    return applies and (in_one_channel or _value_now(code, subject) is not None)


def _value_now(code: str, subject: JudgedTrack) -> float | None:
    measure = measures().get(code)
    reading = measure(subject) if measure is not None else None
    return reading.value if reading is not None else None


def _outcome(now: Finding | None, before: Finding, after: float) -> VersionOutcome:
    """The outcome by the distances from the target before and after; a change too small to notice is none.

    The target is that of the finding now, or that of the earlier one, where it has no ends or there is none.
    """
    target = before.target
    if now is not None and (now.target.low is not None or now.target.high is not None):
        target = now.target
    worse = target.distance(after) - target.distance(before.value)
    if abs(worse) < noticeable_change(before.value, before.unit):
        return VersionOutcome.UNCHANGED
    return VersionOutcome.WORSE if worse > 0 else VersionOutcome.IMPROVED
