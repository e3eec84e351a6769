"""Shapes: what several bands say together is named before each of them.

A heavy low end with a short top is one dark balance, not two faults; low end and top both too strong are a scooped
middle. The finding that comes first names the shape; notes that belong to it are merged into it.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.diagnosis.finding_words import has_no_cure
from core.diagnosis.findings import Finding
from core.rules.reading import Severity

SHAPES = {
    "dark": (frozenset({"low_end_buildup"}), frozenset({"dull"})),
    "bright": (frozenset({"thin_low"}), frozenset({"bright_excess", "harsh"})),
    "scoop": (frozenset({"low_end_buildup"}), frozenset({"bright_excess", "harsh"})),
    "hump": (frozenset({"thin_low"}), frozenset({"dull"})),
}
"""Name → what must be found at the bottom and what at the top. Words: `phrases.shapes`."""


def shaped(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings in their order, with the shape they make together; the leader is followed by what belongs to it."""
    codes = {finding.code for finding in findings if not has_no_cure(finding)}
    for shape, (bottom, top) in SHAPES.items():
        if codes & bottom and codes & top:
            return _led(findings, shape, (bottom | top) & codes)
    return tuple(findings)


def _led(findings: Sequence[Finding], shape: str, members: frozenset[str]) -> tuple[Finding, ...]:
    first, *others = (finding for finding in findings if finding.code in members)
    notes = [finding for finding in others if finding.severity is Severity.INFO]
    leader = replace(
        first,
        facts={**(first.facts or {}), "shape": shape},
        merged=(*first.merged, *(code for note in notes for code in (note.code, *note.merged))),
    )
    followers = [finding for finding in others if finding not in notes]
    group = [leader, *followers]
    rest = [finding for finding in findings if finding.code not in members]
    at = next(index for index, finding in enumerate(findings) if finding is first)
    before = [finding for finding in findings[:at] if finding.code not in members]
    return (*before, *group, *rest[len(before) :])
