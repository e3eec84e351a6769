"""The measured writer: makes a review from the findings and the rules' texts, without a model."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from core.advice.measured.dial_card import dial_card
from core.advice.measured.first_step import first_step
from core.advice.measured.tone_settings import tone_settings
from core.diagnosis.finding_words import insight, is_taste, receipt, suggestion
from core.diagnosis.findings import Finding, Strength
from core.diagnosis.phrases import phrases
from core.diagnosis.positions import furthest_in_words
from core.diagnosis.strengths import strength_sentence
from core.knowledge.genres import Genre
from core.review import Brief, DialCard, Review, ReviewItem, WrittenBy
from core.rules.reading import Severity
from core.rules.rule import Tier, rules
from core.values.chain import Chain
from core.values.request import Detail, ReviewType

ITEMS = {Detail.SIMPLE: 3, Detail.DETAILED: 4, Detail.PRO: 4}
"""Points of a review by detail: as many as a producer can work on in one session."""

KEEP = {Detail.SIMPLE: 1, Detail.DETAILED: 2, Detail.PRO: 3}
"""Strengths that are named, by detail."""

MINOR_SHOWN = 2
"""Notes (info) that become points at most, where there are warnings as well."""


def measured_review(brief: Brief, note: str | None) -> Review:
    """Write a review without a model.

    Args:
        brief: the request, the measurements and the findings.
        note: why no model wrote it, in words for the producer; None to say nothing.
    """
    kind, detail = brief.request.type, brief.request.detail
    chosen = select(brief.diagnosis.findings, ITEMS[detail])
    content = brief.diagnosis.content
    items = tuple(
        measured_item(finding, brief.genre, kind, detail, _variant(brief, finding.code)) for finding in chosen
    )
    return Review(
        verdict=_verdict(brief, chosen),
        keep=keep(brief.diagnosis.strengths, brief.genre, KEEP[detail]),
        items=items,
        first_step=first_step(chosen, kind, brief.genre)
        if content is None or chosen
        else _phrase("content_first_step", content),
        writer=WrittenBy.MEASURED,
        dial_card=card(brief),
        writer_note=note,
    )


def card(brief: Brief) -> DialCard:
    """The dial card of a brief; empty where the file holds no music."""
    if brief.diagnosis.content is not None:
        return DialCard(Chain(), ())
    kind = brief.request.type
    tone = tone_settings(brief.diagnosis, kind)
    return dial_card(brief.diagnosis.findings, kind, brief.analysis, brief.genre, tone)


def select(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The findings that become points.

    Args:
        findings: the findings, the most important first.
        most: how many at most.

    Returns:
        Warnings and severe findings first, then notes: at most `MINOR_SHOWN` of them where there are others.
    """
    serious = [finding for finding in findings if finding.severity is not Severity.INFO]
    notes = [finding for finding in findings if finding.severity is Severity.INFO]
    return (serious + notes[: MINOR_SHOWN if serious else most])[:most]


def measured_item(finding: Finding, genre: Genre, kind: ReviewType, detail: Detail, variant: int = 0) -> ReviewItem:
    """One point of a review, in the words of its rule.

    Args:
        finding: what was found.
        genre: the genre it is named with.
        kind: the type of review, which decides where the remedy applies.
        detail: which of the rule's texts.
        variant: any number; it picks one of the variants of those texts.
    """
    found = insight(finding, genre, detail, variant)
    if finding.caveat and detail is not Detail.SIMPLE and (detail is Detail.PRO or finding.severity is Severity.INFO):
        found = _with_caveat(found, finding.caveat)
    return ReviewItem(
        insight=found,
        suggestion=suggestion(finding, genre, kind, detail, variant),
        finding_codes=(finding.code,),
        writer=WrittenBy.MEASURED,
        receipt=receipt(finding),
    )


def _with_caveat(found: str, caveat: str) -> str:
    """The caveat's first part after the insight, unless the insight says most of it already."""
    clause = caveat.split(";", maxsplit=1)[0].strip()
    if clause.startswith("unless "):
        return f"{found.removesuffix('.')}, {clause}."
    words = _long_words(clause)
    if len(words & _long_words(found)) * 2 > len(words):
        return found
    # the sentence has a colon already
    return f"{found} Keep in mind: {clause.replace(': ', ' – ', 1)}."


def _long_words(text: str) -> set[str]:
    """The first five letters of the words with four or more letters, to compare two texts."""
    return {word[:5] for word in re.findall("[a-z]{4,}", text.casefold())}


def keep(strengths: Sequence[Strength], genre: Genre, most: int) -> str:
    """At most `most` strengths in sentences; empty where there is none."""
    return " ".join(strength_sentence(strength, genre) for strength in strengths[:most])


def _phrase(*names: str) -> str:
    """A sentence of `phrases.toml`."""
    words: Any = phrases()
    for name in names:
        words = words[name]
    return str(words)


def _verdict(brief: Brief, chosen: Sequence[Finding]) -> str:
    words = phrases()
    if brief.diagnosis.content is not None:
        return _phrase("content", brief.diagnosis.content)
    # notes on file and delivery hold no music back, and so do those that may be no fault
    if all(_is_footnote(item) for item in chosen):
        is_master = brief.request.type is ReviewType.MASTER
        variants = words["verdict_none_master" if is_master else "verdict_none_mix"]
        return f"{variants[0]}{_apart(brief)}"
    worst = max(chosen, key=lambda finding: finding.severity.rank)
    variants = words[_outcome(chosen, worst.severity)]
    first = rules()[chosen[0].code].called
    verdict = str(variants[_variant(brief, "verdict") % len(variants)]).format(first=first)
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


def _variant(brief: Brief, what: str) -> int:
    """A number from 0 to 255 that picks text variants: always the same for one track, different between tracks."""
    loudness = brief.analysis.loudness.integrated_lufs
    seed = f"{brief.analysis.source.duration_s:.3f} {loudness} {what}".encode()
    return hashlib.sha256(seed).digest()[0]
