"""The measured writer: the review without a model, rendered from a plan with the findings in their order."""

from collections.abc import Sequence

from core.advice.measured.dial_card import dial_card
from core.advice.measured.tone_settings import tone_settings
from core.advice.plan.plans import PlanItem, ReviewPlan
from core.advice.plan.rendered_text import Rendered, Sentence, rendered
from core.advice.statements.of_findings import CURES, FindingPart, is_condition, says_its_caveat
from core.advice.statements.of_review import ITEMS, ReviewPart, select
from core.advice.statements.statement import Statement, Table
from core.advice.statements.table import table_of
from core.diagnosis.finding_words import receipt
from core.diagnosis.findings import Finding
from core.review import Brief, DialCard, Review, ReviewItem, ShownStatement, WrittenBy
from core.values.chain import Chain
from core.values.request import Detail

KEEP = {Detail.SIMPLE: 1, Detail.DETAILED: 2, Detail.PRO: 3}
"""Strengths that are named, by detail."""


def measured_review(brief: Brief, note: str | None) -> Review:
    """Write a review without a model.

    Args:
        brief: the request, the measurements and the findings.
        note: why no model arranged it, in words for the producer; None to say nothing.
    """
    table = table_of(brief)
    plan = measured_plan(brief, table)
    items = tuple(measured_item(brief, table, code) for item in plan.items for code in item.codes)
    return Review(
        verdict=rendered(plan.verdict, table).text,
        keep=rendered(plan.keep, table).text,
        items=items,
        first_step=rendered(plan.first_step, table).text,
        writer=WrittenBy.MEASURED,
        dial_card=card(brief),
        writer_note=note,
    )


def measured_plan(brief: Brief, table: Table) -> ReviewPlan:
    """The plan of a review: its findings in their order, each with its own words.

    Args:
        brief: the request, the measurements and the findings.
        table: its statements.
    """
    chosen = select(brief.diagnosis.findings, ITEMS[brief.request.detail])
    return ReviewPlan(
        verdict=references([*table.of(ReviewPart.VERDICT), *table.of(ReviewPart.EXCERPT)]),
        keep=keep(brief, KEEP[brief.request.detail]),
        items=[own_words(brief, table, finding) for finding in chosen],
        first_step=references(table.of(ReviewPart.FIRST_STEP)),
    )


def keep(brief: Brief, most: int) -> str:
    """At most `most` strengths; empty where there is none."""
    return references([f"good.{strength.code}" for strength in brief.diagnosis.strengths[:most]])


def own_words(brief: Brief, table: Table, finding: Finding) -> PlanItem:
    """One finding in its own words: what was found and why it matters, when it is no fault, what to do."""
    code = finding.code
    told = [
        name
        for name in (f"{code}.{FindingPart.FOUND}", *_numbered(table, f"{code}.{FindingPart.WHY}"))
        if name in table
    ]
    unless = f"{code}.{FindingPart.UNLESS}"
    say = references(told)
    if says_its_caveat(brief, finding):
        is_clause = is_condition(table[unless].text) and table[told[-1]].is_joinable
        say += f", {{{unless}}}" if is_clause else f". Keep in mind: {{{unless}}}"
    return PlanItem([code], f"{say}. {cure(table, code)}")


def cure(table: Table, code: str) -> str:
    """What to do about a finding, or that nothing is to be done."""
    names = [f"{code}.{FindingPart.LEAVE}", f"{code}.{FindingPart.FIX}", *_numbered(table, f"{code}.{FindingPart.HOW}")]
    return references([name for name in names if name in table])


def references(names: Sequence[str]) -> str:
    """References to statements, each a sentence of its own."""
    return " ".join(f"{{{name}}}" for name in names)


def _numbered(table: Table, prefix: str) -> list[str]:
    """Names of a part's sentences: "mud.why", "mud.why2" and so on."""
    names, number = [], 1
    while (name := prefix if number == 1 else f"{prefix}{number}") in table:
        names.append(name)
        number += 1
    return names


def card(brief: Brief) -> DialCard:
    """The dial card of a brief; empty where the file holds no music."""
    if brief.diagnosis.content is not None:
        return DialCard(Chain(), ())
    kind = brief.request.type
    tone = tone_settings(brief.diagnosis, kind)
    return dial_card(brief.diagnosis.findings, kind, brief.analysis, brief.genre, tone)


def measured_item(brief: Brief, table: Table, code: str) -> ReviewItem:
    """One finding in its own words."""
    finding = next(one for one in brief.diagnosis.findings if one.code == code)
    about, cures = told_and_cures(rendered(own_words(brief, table, finding).say, table))
    return ReviewItem(
        insight=text_of(about),
        suggestion=text_of(cures),
        finding_codes=(code,),
        receipt=receipt(finding),
        statements=shown([*about, *cures]),
    )


def told_and_cures(found: Rendered) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of a point that say what was found, and those that say what to do."""
    cures = [sentence for sentence in found.sentences if any(part_of(each) in CURES for each in sentence.statements)]
    return [sentence for sentence in found.sentences if sentence not in cures], cures


def part_of(statement: Statement) -> str:
    """What a statement tells of a finding ("fix"), without the number of its sentence; empty for other statements."""
    return statement.name.rpartition(".")[2].rstrip("23456789") if statement.code else ""


def text_of(sentences: Sequence[Sentence]) -> str:
    """Sentences as one text."""
    return " ".join(sentence.text for sentence in sentences)


def shown(sentences: Sequence[Sentence]) -> tuple[ShownStatement, ...]:
    """The statements that sentences are made of, for the review that is stored."""
    return tuple(ShownStatement(each.name, each.text) for sentence in sentences for each in sentence.statements)
