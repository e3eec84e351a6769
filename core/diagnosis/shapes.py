"""Shapes: findings at both ends of the spectrum that describe one tonal balance together.

A strong low end with a weak top is one dark balance, not two faults; a strong low end with a strong top is a scooped
middle. The most important finding of a shape names it; notes that belong to the shape are merged into that finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from core.diagnosis.finding_words import has_no_cure
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.rules.reading import Severity
from core.rules.rule import rules


@dataclass(frozen=True, slots=True)
class Shape:
    """Rule codes of a shape: at least one of `bottom` and one of `top` must be found."""

    bottom: frozenset[str]
    top: frozenset[str]


@cache
def shapes() -> Mapping[str, Shape]:
    """Shapes by name, in the order of `en.toml`; their codes come from the key `shapes` of the rules' sections."""
    return MappingProxyType({name: Shape(_codes(name, "bottom"), _codes(name, "top")) for name in phrases()["shapes"]})


def _codes(shape: str, end: str) -> frozenset[str]:
    return frozenset(code for code, rule in rules().items() if rule.shapes.get(shape) == end)


def shaped(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, with the first shape that they make.

    Args:
        findings: the most important first.

    Returns:
        The same order where there is no shape. Otherwise the first finding of the shape has its name in the fact
        "shape" and the shape's notes in `merged`; the other findings of the shape follow directly behind it.
    """
    codes = {finding.code for finding in findings if not has_no_cure(finding)}
    for name, shape in shapes().items():
        if codes & shape.bottom and codes & shape.top:
            return _led(findings, name, (shape.bottom | shape.top) & codes)
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
