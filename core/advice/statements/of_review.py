"""Statements on a review as a whole: which findings become its points, the verdict, what to keep, the first step."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from core.advice.statements.first_step import first_step
from core.advice.statements.of_findings import by_rank, variant
from core.advice.statements.statement import Form, Statement, numbered
from core.diagnosis.finding_words import is_taste
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.diagnosis.positions import furthest_in_words
from core.review import Brief
from core.rules.reading import Severity
from core.rules.rule import Tier, rules
from core.values.request import Detail, ReviewType

ITEMS = {Detail.SIMPLE: 3, Detail.DETAILED: 4, Detail.PRO: 4}
"""Points of a review by detail: as many as a producer can work on in one session."""

MINOR_SHOWN = 2
"""Notes (info) that become points at most, where there are warnings as well."""


class ReviewPart(StrEnum):
    """Names of the statements on a review as a whole."""

    VERDICT = "verdict"
    FIRST_STEP = "first_step"
    KEEP_NOTHING = "keep_none"
    EXCERPT = "excerpt"


def review_statements(brief: Brief) -> Iterator[Statement]:
    """Verdict and first step, sentence by sentence, what holds for the whole file, and what is said without praise."""
    chosen = select(brief.diagnosis.findings, ITEMS[brief.request.detail])
    yield from numbered(ReviewPart.VERDICT, _verdict(brief, chosen))
    if excerpt := brief.diagnosis.excerpt:
        yield Statement(ReviewPart.EXCERPT, excerpt[:1].upper() + excerpt[1:])
    content = brief.diagnosis.content
    step = (
        first_step(chosen, brief.request.type, brief.genre)
        if content is None or chosen
        else phrase("content_first_step", content)
    )
    yield from numbered(ReviewPart.FIRST_STEP, step, form=Form.IMPERATIVE)
    yield from numbered(ReviewPart.KEEP_NOTHING, phrase("keep_none"), is_reply=True)


def select(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The findings that become points.

    Args:
        findings: the findings, the most important first.
        most: how many at most.

    Returns:
        Warnings and severe findings first, then notes: at most `MINOR_SHOWN` of them where there are others.
    """
    ranked = by_rank(findings)
    serious = sum(finding.severity is not Severity.INFO for finding in findings)
    return ranked[: serious + (MINOR_SHOWN if serious else most)][:most]


def phrase(*names: str) -> str:
    """A sentence of `en.toml`."""
    words: Any = phrases()
    for name in names:
        words = words[name]
    return str(words)


def _verdict(brief: Brief, chosen: Sequence[Finding]) -> str:
    words = phrases()
    if brief.diagnosis.content is not None:
        return phrase("content", brief.diagnosis.content)
    # notes on file and delivery hold no music back, and so do those that may be no fault
    if all(_is_footnote(item) for item in chosen):
        is_master = brief.request.type is ReviewType.MASTER
        variants = words["verdict_none_master" if is_master else "verdict_none_mix"]
        return f"{variants[0]}{_apart(brief)}"
    worst = max(chosen, key=lambda finding: finding.severity.rank)
    variants = words[_outcome(chosen, worst.severity)]
    first = rules()[chosen[0].code].called
    verdict = str(variants[variant(brief, "verdict") % len(variants)]).format(first=first)
    tells_taste = worst.severity is not Severity.INFO or any(map(is_taste, chosen))
    return verdict if tells_taste else f"{verdict}{_apart(brief)}"


def _is_footnote(item: Finding) -> bool:
    return item.severity is Severity.INFO and (item.is_doubtful or rules()[item.code].tier is Tier.NOTE)


def _outcome(chosen: Sequence[Finding], worst: Severity) -> str:
    """Name of the verdict."""
    if all(is_taste(item) or _is_footnote(item) for item in chosen):
        return "verdict_taste"
    is_unusual = chosen[0].severity is not Severity.INFO and rules()[chosen[0].code].tier is Tier.TASTE
    return "verdict_unusual" if is_unusual else f"verdict_{worst.value}"


def _apart(brief: Brief) -> str:
    """What sets a track apart where no point of its review says so; it begins with a space, and may be empty."""
    apart = furthest_in_words(brief.diagnosis.positions)
    return str(phrases()["apart"]).format(positions=apart) if apart else ""
