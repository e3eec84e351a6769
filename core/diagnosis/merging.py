"""One cause, one point: findings that another one explains are dropped, and it speaks for them.

Which rule explains which is told by the sections of the rules (`explained_by`).
"""

from collections.abc import Sequence
from dataclasses import replace

from core.diagnosis.findings import Finding
from core.rules.reading import JudgedTrack
from core.rules.rule import rules


def merged(found: Sequence[Finding], subject: JudgedTrack) -> tuple[Finding, ...]:
    """`found` without what is explained; each cause lists the codes it speaks for."""
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
    wanted = rules()[effect.code].explained_only_where.get(cause.code, {})
    belongs = all((effect.facts or {}).get(fact) == value for fact, value in wanted.items())
    return belongs and cause.severity.rank >= effect.severity.rank


def _all_under(code: str, speaks_for: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a cause speaks for, directly or through an effect that is absorbed itself."""
    direct = speaks_for.get(code, ())
    return (*direct, *(below for effect in direct for below in _all_under(effect, speaks_for)))
