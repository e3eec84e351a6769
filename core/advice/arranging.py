"""From a plan to a review: what holds is rendered, the rest is said in the measured writer's words. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.advice.answer import Answer
from core.advice.measured.measured_review import (
    cure,
    measured_item,
    measured_review,
    part_of,
    references,
    shown,
    text_of,
    told_and_cures,
)
from core.advice.plan.ideas import idea_shown
from core.advice.plan.paragraphs import paragraphs_of
from core.advice.plan.plans import AnswerPlan, PlanItem, ReviewPlan
from core.advice.plan.rendered_text import Rendered, in_paragraphs, rendered
from core.advice.prompts.instructions import ITEMS_MAX
from core.advice.statements.of_findings import CURES, FindingPart
from core.advice.statements.of_review import ReviewPart
from core.advice.statements.statement import Statement, Table
from core.diagnosis.finding_words import receipt
from core.review import Brief, Review, ReviewItem, WrittenBy
from core.rules.reading import Severity


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a review that is shown, and whether it is the plan's own."""

    text: str
    is_own: bool


def arranged_review(brief: Brief, table: Table, plan: ReviewPlan, *, ideas: bool) -> Review:
    """The review of a model's plan.

    Args:
        brief: what the review is about.
        table: its statements.
        plan: what the model chose and arranged; anything may stand in it.
        ideas: whether ideas of the model are shown.

    Returns:
        The review; by the measured writer where no point of the plan holds.
    """
    measured = measured_review(brief, None)
    items = _items(brief, table, plan.items, ideas=ideas)
    if brief.diagnosis.findings and all(item.writer is WrittenBy.MEASURED for item in items):
        return measured
    verdict = _part(plan.verdict, table, measured.verdict, lambda told: _is_verdict(told, table))
    keep = _part(plan.keep, table, measured.keep, _is_praise)
    step = _part(plan.first_step, table, measured.first_step, lambda told: _is_first_step(told, table))
    is_own = verdict.is_own and keep.is_own and step.is_own
    if not brief.diagnosis.findings and not (verdict.is_own or keep.is_own):
        return measured
    by_model = is_own and all(item.writer is WrittenBy.MODEL for item in items)
    return replace(
        measured,
        verdict=_with_excerpt(verdict.text, table),
        keep=keep.text,
        items=items,
        first_step=step.text,
        writer=WrittenBy.MODEL if by_model else WrittenBy.MIXED,
    )


def _with_excerpt(verdict: str, table: Table) -> str:
    """The verdict with what holds for the whole file behind it, where a plan has left that out."""
    told = rendered(references(table.of(ReviewPart.EXCERPT)), table).text
    return verdict if not told or told in verdict else f"{verdict} {told}"


def _part(say: str, table: Table, otherwise: str, holds: Callable[[Sequence[Statement]], bool]) -> _Part:
    found = rendered(say, table, by_model=True)
    if found.dropped or not found.sentences or not holds(found.statements):
        return _Part(otherwise, is_own=not otherwise and not say.strip())
    return _Part(found.text, is_own=True)


def _is_verdict(told: Sequence[Statement], table: Table) -> bool:
    """Whether a verdict is Earshot's own, or names the most important finding before any other."""
    if told[0].name == ReviewPart.VERDICT:
        return True
    codes = [statement.code for statement in told if statement.code]
    return bool(codes) and codes[0] == table.ranks[0]


def _is_praise(told: Sequence[Statement]) -> bool:
    return all(statement.name.startswith("good.") for statement in told)


def _is_first_step(told: Sequence[Statement], table: Table) -> bool:
    """Whether a first step is Earshot's own, or a cure of the most important finding."""
    if told[0].name == ReviewPart.FIRST_STEP:
        return all(statement.name.startswith(ReviewPart.FIRST_STEP) for statement in told)
    return bool(table.ranks) and all(one.code == table.ranks[0] and part_of(one) in CURES for one in told)


def _items(brief: Brief, table: Table, planned: Sequence[PlanItem], *, ideas: bool) -> tuple[ReviewItem, ...]:
    """The points that hold, those that do not in measured words, and the severe findings that the plan left out."""
    findings = {finding.code: finding for finding in brief.diagnosis.findings}
    items: list[ReviewItem] = []
    named: set[str] = set()
    said: set[str] = set()
    for item in planned[:ITEMS_MAX]:
        codes = tuple(dict.fromkeys(code for code in item.codes if code in findings and code not in named))
        if not codes:
            continue
        point = _item(brief, table, item, codes, said, ideas=ideas)
        named.update(point.finding_codes)
        said.update(statement.name for statement in point.statements)
        items.append(point)
    forgotten = [one for one in findings.values() if one.severity is Severity.SEVERE and one.code not in named]
    items += [measured_item(brief, table, finding.code) for finding in forgotten]
    return tuple(sorted(items, key=lambda item: min(table.rank(code) for code in item.finding_codes)))


def _item(
    brief: Brief, table: Table, item: PlanItem, codes: tuple[str, ...], said: set[str], *, ideas: bool
) -> ReviewItem:
    found = rendered(item.say, table, said=said, only=codes, by_model=True)
    about, cures = told_and_cures(found)
    told = {statement.code for sentence in about for statement in sentence.statements if _is_found(statement)}
    if not about or not _is_found(about[0].statements[0]):
        return measured_item(brief, table, codes[0])
    # a finding of which the text says nothing is told elsewhere
    codes = tuple(code for code in codes if code in told)
    cures = [one for one in cures if all(statement.code in told for statement in one.statements)]
    cures = cures or list(rendered(cure(table, codes[0]), table, said=said).sentences)
    findings = [finding for finding in brief.diagnosis.findings if finding.code in codes]
    left_alone = any(f"{code}.{FindingPart.LEAVE}" in table for code in codes)
    idea = idea_shown(item.idea, brief.diagnosis.intent, brief.request.type) if ideas and not left_alone else ""
    return ReviewItem(
        insight=text_of(about),
        suggestion=text_of(cures),
        finding_codes=codes,
        writer=WrittenBy.MIXED if found.dropped else WrittenBy.MODEL,
        receipt="; ".join(map(receipt, findings)),
        statements=shown([*about, *cures]),
        idea=idea,
    )


def _is_found(statement: Statement) -> bool:
    """Whether a statement says which finding a point is about."""
    return part_of(statement) in {FindingPart.NAME, FindingPart.FOUND, FindingPart.MEASURED}


def arranged_answer(
    brief: Brief, table: Table, plan: AnswerPlan, own: Sequence[Rendered], *, ideas: bool
) -> Answer | None:
    """The answer of a model's plan.

    Args:
        brief: what the answer is about.
        table: its statements.
        plan: what the model chose and arranged; anything may stand in it.
        own: the paragraphs of the measured writer's answer (`paragraphs_of`).
        ideas: whether an idea of the model is shown.

    Returns:
        The answer, without its note; None where nothing of the plan holds.
    """
    shown = paragraphs_of(plan.paragraphs, table, own)
    if shown is None:
        return None
    proposed = (idea_shown(each.idea, brief.diagnosis.intent, brief.request.type) for each in plan.paragraphs)
    idea = next(filter(None, proposed), "") if ideas else ""
    writer = WrittenBy.MIXED if shown.begins_as_measured or shown.dropped else WrittenBy.MODEL
    # a paragraph of replies alone has no place beside a statement: "that is for your ears"
    beside = [part for part in own[1:] if all(statement.is_reply for statement in part.statements)]
    return Answer(in_paragraphs([*shown.parts, *beside]), writer, "", idea=idea)
