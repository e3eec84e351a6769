"""The words for a comparison with the version before, which the thread, the report and answers share."""

from collections.abc import Sequence

from core.diagnosis.comparing.tone_moves import are_plausible, moves_told
from core.diagnosis.finding_words import named_in_a_list
from core.diagnosis.findings import Diagnosis, Likeness, VersionChange, VersionOutcome
from core.rules.rule import rules
from core.text.language import worded
from core.text.numbers import MISSING, measurement


def versions_heading() -> str:
    """The heading of the comparison."""
    return worded("versions.heading")


def told(diagnosis: Diagnosis) -> str:
    """What became of the earlier findings and of the tone, as sentences; empty where nothing is to be told."""
    line = tone_line(diagnosis)
    return " ".join([*opening(diagnosis), *outcomes(changes(diagnosis)), *([f"{line}."] if line else [])])


def opening(diagnosis: Diagnosis) -> list[str]:
    """The sentence on a version before that is none of this track; none for an earlier version."""
    likeness = diagnosis.previous_is
    return [] if likeness is None else [worded(f"versions.{likeness.value.replace(' ', '_')}")]


def changes(diagnosis: Diagnosis) -> tuple[VersionChange, ...]:
    """The changes that are told: none where both versions are the same recording."""
    is_same = diagnosis.previous_is is Likeness.SAME_RECORDING
    return () if is_same else diagnosis.versions or ()


def outcomes(changes: Sequence[VersionChange]) -> list[str]:
    """What became of the earlier findings, a sentence for each outcome: "Improved: muddiness (5.2 dB → 3.8 dB)."."""
    grouped = {
        outcome: [_change(change) for change in changes if change.outcome is outcome] for outcome in VersionOutcome
    }
    return [
        worded(f"versions.{outcome.value}", changes=", ".join(names)) for outcome, names in grouped.items() if names
    ]


def tone_line(diagnosis: Diagnosis) -> str:
    """What happened to the tone: "Tone: bell +6.2 dB at 3.1 kHz (Q 1.0)".

    Empty where it is the same within the error of the fit, or where there is no earlier version.
    """
    moves = diagnosis.tone_since or ()
    if not moves:
        return ""
    return worded("versions.tone", moves=moves_told(moves)) if are_plausible(moves) else worded("versions.another_tone")


def name_of_change(change: VersionChange) -> str:
    """The name of the finding, in the present language; as it is stored for a rule that is no more."""
    rule = rules().get(change.code)
    return change.name if rule is None else rule.name


def _change(change: VersionChange) -> str:
    name = named_in_a_list(change.code) if change.code in rules() else change.name
    told = before_and_after(change)
    is_told = change.outcome is not VersionOutcome.UNCHANGED or change.is_by_tone
    return f"{name} ({told})" if told and is_told else name


def before_and_after(change: VersionChange) -> str:
    """The values of a finding in both versions: "5.2 dB → 3.8 dB"; empty where one is not known or has no unit."""
    before, after = measurement(change.before, change.unit), measurement(change.after, change.unit)
    if not change.unit or MISSING in {before, after}:
        return ""
    values = f"{before} → {after}"
    return worded("versions.by_tone", change=values) if change.is_by_tone else values
