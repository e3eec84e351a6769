"""Merges findings with the same cause: one that another explains is dropped, and its code is kept in the other.

The key `explained_by` in the sections of the rules says which rule explains which, `explained_only_where` and
`only_under` in which of its cases: a channel that is late does not make the other one louder.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.diagnosis.findings import Finding
from core.rules.reading import JudgedTrack
from core.rules.rule import rules


def merged(found: Sequence[Finding], subject: JudgedTrack) -> tuple[Finding, ...]:
    """The findings that no other one explains, in the given order.

    Args:
        found: the findings of one track.
        subject: that track; on a master some rules are never explained by others (`apart_on_a_master`).

    Returns:
        Findings whose `merged` lists the codes of those that they explain.
    """
    by_code = {finding.code: finding for finding in found}
    speaks_for: dict[str, tuple[str, ...]] = {}
    for finding in found:
        if cause := _cause(finding, by_code, subject):
            speaks_for[cause] = (*speaks_for.get(cause, ()), finding.code)
    absorbed = {code for codes in speaks_for.values() for code in codes}
    return tuple(
        replace(finding, merged=_all_under(finding.code, speaks_for))
        for finding in found
        if finding.code not in absorbed
    )


def _cause(effect: Finding, by_code: dict[str, Finding], subject: JudgedTrack) -> str | None:
    rule = rules()[effect.code]
    if subject.is_master and rule.apart_on_a_master:
        return None
    causes = (by_code[code] for code in rule.explained_by if code in by_code)
    return next((cause.code for cause in causes if _explains(cause, effect)), None)


def _explains(cause: Finding, effect: Finding) -> bool:
    rule = rules()[effect.code]
    wanted, kinds = rule.explained_only_where.get(cause.code, {}), rule.only_under.get(cause.code)
    belongs = all((effect.facts or {}).get(fact) == value for fact, value in wanted.items())
    belongs = belongs and (kinds is None or (cause.facts or {}).get("fault") in kinds)
    return belongs and cause.severity.rank >= effect.severity.rank


def _all_under(code: str, speaks_for: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Codes that a finding explains, directly or through a finding that is itself explained by it."""
    direct = speaks_for.get(code, ())
    return (*direct, *(below for effect in direct for below in _all_under(effect, speaks_for)))
