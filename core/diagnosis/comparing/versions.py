"""Compares the findings of two versions of a track: fixed, improved, unchanged, worse, new."""

from collections.abc import Sequence

from core.analysis.quantities import noticeable_change
from core.diagnosis.findings import Finding, Target, VersionChange, VersionOutcome
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

ABOUT_CHANNELS = "stereo"
"""Family of the rules that find nothing in a file of one channel."""


def compare_versions(
    previous: Sequence[Finding], findings: Sequence[Finding], subject: JudgedTrack
) -> tuple[VersionChange, ...]:
    """Find out what became of each earlier finding.

    Args:
        previous: findings of the earlier version.
        findings: findings of the new version.
        subject: the new version; the rules measure the values of fixed findings on it.

    Returns:
        The earlier findings in their order, then the new ones. An earlier finding that cannot be judged on the new
        version (an excerpt, another type, no reference) is left out, because it is not known to be fixed.
    """
    now = {finding.code: finding for finding in findings}
    spoken_for = {code for finding in findings for code in finding.merged}
    changes = [
        _follow(before, now.get(before.code), subject, still=before.code in spoken_for)
        for before in previous
        if before.code in now or before.code in spoken_for or _can_be_judged(before.code, subject)
    ]
    earlier = {code for before in previous for code in (before.code, *before.merged)}
    new = [
        VersionChange(finding.code, finding.name, VersionOutcome.NEW, None, finding.value, finding.unit)
        for finding in findings
        if finding.code not in earlier
    ]
    return (*changes, *new)


def _follow(before: Finding, now: Finding | None, subject: JudgedTrack, *, still: bool) -> VersionChange:
    """The change of one finding. `still`: it is still found, but merged into another one with the same cause."""
    after = now.value if now is not None else _value_now(before.code, subject)
    if now is None and (not still or after is None):
        if before.code == CLIPPING and not _peaks_came_back(before, subject):
            return VersionChange(before.code, before.name, VersionOutcome.UNCHANGED, before.value, None, before.unit)
        outcome = VersionOutcome.FIXED
    else:
        target = now.target if now is not None else before.target
        outcome = _outcome(target, before, before.value if after is None else after)
    return VersionChange(before.code, before.name, outcome, before.value, after, before.unit)


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


def _outcome(target: Target, before: Finding, after: float) -> VersionOutcome:
    """The outcome by the distances from `target` before and after; a change too small to notice counts as unchanged."""
    worse = target.distance(after) - target.distance(before.value)
    if abs(worse) < noticeable_change(before.value, before.unit):
        return VersionOutcome.UNCHANGED
    return VersionOutcome.WORSE if worse > 0 else VersionOutcome.IMPROVED
