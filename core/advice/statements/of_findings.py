"""Statements about findings and strengths: name, what was found, why it matters, when it is no fault, what to do."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from core.advice.statements.statement import Form, Statement, clause, sentences_of
from core.diagnosis.finding_words import has_no_cure, insight, receipt, suggestion
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.diagnosis.strengths import strength_sentence
from core.review import Brief
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.request import Detail


class FindingPart(StrEnum):
    """What a statement tells of a finding: the last part of its name. Further sentences of WHY and HOW are numbered."""

    NAME = "name"
    FOUND = "found"
    WHY = "why"
    UNLESS = "unless"
    MEASURED = "measured"
    FIX = "fix"
    HOW = "how"
    LEAVE = "leave"


CURES = frozenset({FindingPart.FIX, FindingPart.HOW, FindingPart.LEAVE})
"""Parts that say what to do, or that nothing is to be done."""


def by_rank(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in the order in which they are named: warnings and severe findings, then notes."""
    return sorted(findings, key=lambda finding: finding.severity is Severity.INFO)


def finding_statements(brief: Brief) -> Iterator[Statement]:
    """All statements about the findings of a brief, the most important finding first."""
    picked = wordings(brief)
    for finding in brief.diagnosis.findings:
        yield from _of(brief, finding, picked[finding.code])


def _of(brief: Brief, finding: Finding, picked: int) -> Iterator[Statement]:
    request, code = brief.request, finding.code

    def told(part: str, text: str, form: Form = Form.STATEMENT, behind: tuple[str, ...] = ()) -> Statement:
        return Statement(
            f"{code}.{part}", clause(text), form, code, leans_on=tuple(f"{code}.{each}" for each in behind)
        )

    yield told(FindingPart.NAME, rules()[code].called, Form.NAME)
    found, *more = sentences_of(insight(finding, brief.genre, request.detail, picked))
    yield told(FindingPart.FOUND, found)
    for at, sentence in enumerate(more, start=1):
        behind = (FindingPart.FOUND, *(_part(FindingPart.WHY, before) for before in range(1, at)))
        yield told(_part(FindingPart.WHY, at), sentence, behind=behind)
    if finding.caveat and finding.caveat != brief.diagnosis.excerpt:
        # that the file is an excerpt is said once, behind the verdict
        yield told(FindingPart.UNLESS, _first_clause(finding.caveat), behind=("",))
    yield told(FindingPart.MEASURED, receipt(finding))
    first, *rest = sentences_of(suggestion(finding, brief.genre, request.type, request.detail, picked))
    yield told(FindingPart.LEAVE if has_no_cure(finding) else FindingPart.FIX, first, Form.IMPERATIVE)
    for at, sentence in enumerate(rest, start=1):
        behind = (FindingPart.FIX, FindingPart.LEAVE, *(_part(FindingPart.HOW, before) for before in range(1, at)))
        yield told(_part(FindingPart.HOW, at), sentence, Form.IMPERATIVE, behind)


def _part(part: str, at: int) -> str:
    return part if at == 1 else f"{part}{at}"


def _first_clause(caveat: str) -> str:
    """The first part of a caveat, for a sentence that may have a colon already."""
    first = caveat.split(";", maxsplit=1)[0].strip()
    return first if is_condition(first) else first.replace(": ", " – ", 1)


def is_condition(caveat: str) -> bool:
    """Whether a caveat is a condition, which stands behind a comma: "unless …"."""
    return caveat.startswith(phrases()["unless"])


def says_its_caveat(brief: Brief, finding: Finding) -> bool:
    """Whether a point tells when the finding is no fault.

    Not at the simple level, at the detailed level only with a note, and not where the insight says most of it already.
    """
    detail = brief.request.detail
    if not finding.caveat or finding.caveat == brief.diagnosis.excerpt or detail is Detail.SIMPLE:
        return False
    if detail is not Detail.PRO and finding.severity.rank > 0:
        return False
    words = _long_words(_first_clause(finding.caveat))
    told = insight(finding, brief.genre, detail, wordings(brief)[finding.code])
    is_told = len(words & _long_words(told)) * 2 > len(words)
    return is_condition(finding.caveat) or not is_told


def _long_words(text: str) -> set[str]:
    """The first five letters of the words with four or more letters, to compare two texts."""
    return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text.casefold())}


def strength_statements(brief: Brief) -> Iterator[Statement]:
    """One statement for each strength: "good.contrast"."""
    for strength in brief.diagnosis.strengths:
        yield Statement(f"good.{strength.code}", clause(strength_sentence(strength, brief.genre)))


OPENING_WORDS = 2
"""Words by which two sentences begin alike."""


def wordings(brief: Brief) -> dict[str, int]:
    """Code → number of the wording of a finding: always the same for one track, different between tracks.

    No two findings of a review begin with the same words where one of them has another wording.
    """
    begun: set[str] = set()
    picked: dict[str, int] = {}
    for finding in by_rank(brief.diagnosis.findings):
        first = variant(brief, finding.code)
        tried = range(first, first + MOST_WORDINGS)
        number = next((each for each in tried if _opening(brief, finding, each) not in begun), first)
        begun.add(_opening(brief, finding, number))
        picked[finding.code] = number
    return picked


MOST_WORDINGS = 3
"""Wordings that are tried for another beginning."""


def _opening(brief: Brief, finding: Finding, number: int) -> str:
    text = insight(finding, brief.genre, brief.request.detail, number)
    return " ".join(text.casefold().split()[:OPENING_WORDS])


def variant(brief: Brief, what: str) -> int:
    """A number from 0 to 255 that picks text variants: always the same for one track, different between tracks."""
    loudness = brief.analysis.loudness.integrated_lufs
    seed = f"{brief.analysis.source.duration_s:.3f} {loudness} {what}".encode()
    return hashlib.sha256(seed).digest()[0]
