"""Checked texts: what is left of a model's answer when every unbacked part is gone, and what takes its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.advice.checking.checker import Checker, Judged
from core.advice.measured.measured_review import keep, measured_item, measured_review, select
from core.advice.model.review_draft import DraftItem, ReviewDraft
from core.advice.prompts import instructions
from core.diagnosis.finding_words import receipt
from core.review import Brief, Review, ReviewItem, WrittenBy

KEPT_SHARE = 0.5
"""Least share of its sentences that an answer or an explanation keeps; with fewer it is replaced or not shown."""


@dataclass(frozen=True, slots=True)
class CheckedText:
    """An answer without its unbacked sentences; None where too little is left."""

    text: str | None
    problems: tuple[str, ...]


def checked_text(checker: Checker, text: str) -> CheckedText:
    """An answer or a summary, sentence by sentence. Its first sentence carries the rest."""
    judged = checker.judge(text, is_advice=True)
    problems = tuple(problem for item in judged for problem in item.problems)
    kept = [item for item in judged if not item.problems]
    if not kept or judged[0].problems or len(kept) < KEPT_SHARE * len(judged):
        return CheckedText(None, problems)
    return CheckedText(joined(kept), problems)


def joined(judged: Sequence[Judged]) -> str:
    """Sentences as one text, as they stood."""
    return "".join(f"{item.shown}{item.separator or ' '}" for item in judged).strip()


@dataclass(frozen=True, slots=True)
class CheckedReview:
    """The parts of a model's review that hold; None for each that does not."""

    verdict: str | None
    keep: str | None
    items: tuple[ReviewItem | None, ...]
    cited: tuple[tuple[str, ...], ...]
    first_step: str | None
    problems: tuple[str, ...]

    @property
    def failed(self) -> int:
        """How many parts do not hold."""
        return [self.verdict, self.keep, self.first_step, *self.items].count(None)


def checked_review(brief: Brief, checker: Checker, draft: ReviewDraft) -> CheckedReview:
    """Judge every part of a review."""
    problems: list[str] = []

    def text(name: str, written: str, *, is_advice: bool = False) -> str | None:
        judged = checker.judge(written.strip(), is_advice=is_advice)
        found = [problem for item in judged for problem in item.problems]
        problems.extend(f"{name}: {problem}" for problem in found)
        return None if found or not judged else joined(judged)

    verdict, praise = text("verdict", draft.verdict), text("keep", draft.keep)
    step = text("first_step", draft.first_step, is_advice=True)
    items: list[ReviewItem | None] = []
    cited: list[tuple[str, ...]] = []
    for number, raw in enumerate(draft.items[: instructions.ITEMS_MAX], start=1):
        item, found = _checked_item(brief, checker, raw)
        problems.extend(f"item {number}: {problem}" for problem in found)
        items.append(item)
        cited.append(tuple(raw.finding_codes))
    return CheckedReview(verdict, praise, tuple(items), tuple(cited), step, tuple(problems))


def _checked_item(brief: Brief, checker: Checker, raw: DraftItem) -> tuple[ReviewItem | None, list[str]]:
    """A point, or what is wrong with it."""
    codes = tuple(dict.fromkeys(raw.finding_codes))
    if not codes:
        return None, ["it cites no finding"]
    if unknown := [code for code in codes if code not in checker.codes]:
        return None, [f"there is no finding “{code[:40]}”" for code in unknown]
    cites = frozenset(codes)
    insight = checker.judge(raw.insight.strip(), codes=cites)
    suggestion = checker.judge(raw.suggestion.strip(), codes=cites, is_advice=True)
    found = [problem for judged in (*insight, *suggestion) for problem in judged.problems]
    if found or not insight or not suggestion:
        return None, found
    backed = [finding for finding in brief.diagnosis.findings if finding.code in cites]
    item = ReviewItem(
        insight=joined(insight),
        suggestion=joined(suggestion),
        finding_codes=codes,
        writer=WrittenBy.MODEL,
        receipt="; ".join(map(receipt, backed)),
    )
    return item, []


def completed(brief: Brief, checked: CheckedReview) -> Review:
    """The review that is shown: what holds, and the measured wording for everything else."""
    fallback = measured_review(brief, None)
    items = _completed_items(brief, checked)
    is_untouched = checked.failed == 0 and all(item.writer is WrittenBy.MODEL for item in items)
    nothing_held = not any((checked.verdict, checked.keep, checked.first_step, *checked.items))
    writer = WrittenBy.MODEL if is_untouched else WrittenBy.MEASURED if nothing_held else WrittenBy.MIXED
    return Review(
        verdict=checked.verdict or fallback.verdict,
        keep=checked.keep or keep(brief.diagnosis.strengths, brief.genre, 1),
        items=items,
        first_step=checked.first_step or fallback.first_step,
        writer=writer,
        dial_card=fallback.dial_card,
    )


def _completed_items(brief: Brief, checked: CheckedReview) -> tuple[ReviewItem, ...]:
    """Each refused point in the measured wording of the finding it cited, else of one that nobody has named."""
    findings = {finding.code: finding for finding in brief.diagnosis.findings}
    named = {code for item in checked.items if item is not None for code in item.finding_codes}
    spare = [finding.code for finding in select(brief.diagnosis.findings, instructions.ITEMS_MAX)]
    items: list[ReviewItem] = []
    for item, cited in zip(checked.items, checked.cited, strict=True):
        if item is not None:
            items.append(item)
            continue
        code = next((code for code in (*cited, *spare) if code in findings and code not in named), None)
        if code is not None:
            named.add(code)
            items.append(measured_item(findings[code], brief.genre, brief.request.type, brief.request.detail))
    return tuple(items) or measured_review(brief, None).items
