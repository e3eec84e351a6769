"""Compares the findings of two versions of a track: fixed, improved, unchanged, worse, new."""

from collections.abc import Sequence

from core.analysis.quantities import noticeable_change
from core.diagnosis.comparing.tone_causes import ABOUT_A_STRETCH, is_by_tone
from core.diagnosis.findings import Finding, VersionChange, VersionOutcome
from core.rules.all_rules import measures
from core.rules.peaks import PEAK_HEIGHT
from core.rules.reading import JudgedTrack
from core.rules.rule import rules

CLIPPING = "clip_samples"
"""The rule whose finding is only fixed where peaks came back."""

PEAKS_BACK_DB, LOSSY_PEAKS_BACK_DB = 0.5, 3.0
"""Growth of the PLR from which peaks have come back. Resampling or filtering a clipped file rounds its flat tops off,
and an encoder makes ripples of them and raises them by up to 3 dB; neither brings back what was cut off (own
proposal)."""

ABOUT_PEAK_HEIGHT = frozenset({"over_limited"})
"""Rules on the height of peaks above the loudness, which an encoder alone raises."""

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
        finding that came or went although its value hardly moved, and one on the tone that went because an equaliser
        was set beside it.
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
    """The change of one finding; None where it is gone although its value hardly moved, or not by what was set on it.

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
        is_small = after is not None and abs(after - before.value) < least
        if is_small or (before.code in ABOUT_A_STRETCH and _moved_by_tone(before, after, earlier, subject)):
            return None
        outcome = VersionOutcome.FIXED
    else:
        outcome = _outcome(now, before, before.value if after is None else after)
        if outcome is VersionOutcome.IMPROVED and after is not None and abs(after - before.value) < least:
            outcome = VersionOutcome.UNCHANGED
        if outcome is not VersionOutcome.UNCHANGED and _moved_by_tone(before, after, earlier, subject):
            unchanged = VersionOutcome.UNCHANGED
            return VersionChange(before.code, before.name, unchanged, before.value, after, before.unit, is_by_tone=True)
    return VersionChange(before.code, before.name, outcome, before.value, after, before.unit)


def _moved_by_tone(before: Finding, after: float | None, earlier: JudgedTrack | None, subject: JudgedTrack) -> bool:
    """Whether its value is known to have moved only because an equaliser was set somewhere else."""
    return earlier is not None and after is not None and is_by_tone(before.code, earlier, subject, after - before.value)


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
