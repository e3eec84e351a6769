"""The first half of the report: head, verdict, points, settings, findings."""

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Table, TableStyle

from core.diagnosis.comparing import reference_words, version_words
from core.diagnosis.finding_words import measured
from core.diagnosis.findings import Diagnosis, Finding
from core.exports import palette
from core.exports.document import ReportDocument
from core.exports.labels import columns, date, evidence_name, severity_name
from core.exports.report import typesetting as ts
from core.exports.report.quantity_facts import change_in_words, key_figures, spans_in_words, target_in_words
from core.exports.report.typesetting import Typesetter
from core.review import ReviewItem, WrittenBy, author_of, idea_line
from core.rules.reading import Severity
from core.text import numbers as fmt
from core.text.language import name_in_language, worded

ON_PAGE_1 = 3
"""Differences from a reference that the first page names; the second half has all."""

_SEVERITY_STYLES = {
    Severity.INFO: ts.CELL_QUIET,
    Severity.WARN: ts.CELL_STRONG,
    Severity.SEVERE: ts.CELL_ACCENT,
}


def head(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    """Title, request and the six key figures."""
    request = document.brief.request
    genre = " · ".join(filter(None, (document.genre_name, document.subgenre_name)))
    kind, detail = (name_in_language("labels", label) for label in (request.type.label, request.detail.label))
    flowables: list[Flowable] = [
        Paragraph("EARSHOT", ts.BRAND),
        setter.paragraph(document.title, ts.TITLE),
        setter.paragraph(f"{kind} · {genre} · {detail}", ts.META),
        setter.paragraph(date(document.created_at), ts.META),
    ]
    if request.focus:
        flowables.append(setter.led(worded("report.your_focus"), request.focus, ts.META))
    return [*flowables, ts.gap(10), _figures(setter, document)]


def _figures(setter: Typesetter, document: ReportDocument) -> Table:
    facts = key_figures(document.brief.analysis)
    cells = [
        [setter.paragraph(fact.value, ts.FIGURE) for fact in facts],
        [setter.paragraph(fact.label, ts.CELL_QUIET) for fact in facts],
    ]
    shares = (1.25, 1.2, 1.0, 0.85, 1.0, 1.0)
    rules = [("LINEABOVE", (column, 0), (column, 0), 1.6, HexColor(palette.ACCENT)) for column in range(len(facts))]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, 0), 6),
            ("TOPPADDING", (0, 1), (-1, 1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            *rules,
        ]
    )
    return Table(cells, colWidths=[ts.TEXT_WIDTH * share / sum(shares) for share in shares], style=style)


def feedback(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    """Verdict, answer to the focus, what to keep, first step, what the comparisons say, and the points in order."""
    review, brief = document.review, document.brief
    diagnosis = brief.diagnosis
    flowables: list[Flowable] = [ts.gap(16)]
    if review.verdict:
        flowables += [setter.paragraph(review.verdict, ts.VERDICT, ts.LINE_LIMIT), ts.gap(6)]
    if review.focus_answer:
        flowables.append(setter.led(worded("report.on_your_focus"), review.focus_answer, ts.BODY))
    if review.keep:
        flowables.append(setter.led(worded("report.keep"), review.keep, ts.BODY))
    if review.first_step:
        flowables.append(setter.led(worded("report.first_step"), review.first_step, ts.STEP))
    if since := version_words.told(diagnosis):
        flowables.append(setter.led(worded("report.since_the_last_version"), since, ts.BODY))
    if diagnosis.reference is not None:
        against = reference_words.in_sentences(diagnosis.reference, brief.request.type, ON_PAGE_1)
        flowables.append(setter.led(worded("report.against_your_reference"), against, ts.BODY))
    if review.items:
        flowables += ts.heading(worded("report.what_to_change"))
    mixed = review.writer is WrittenBy.MIXED
    for number, item in enumerate(review.items, start=1):
        written = author_of(item.writer, is_arranged=review.is_arranged) if mixed else ""
        flowables.append(KeepTogether(_point(setter, number, item, written)))
    return flowables


def _point(setter: Typesetter, number: int, item: ReviewItem, written: str) -> list[Flowable]:
    receipt = " — ".join(filter(None, (item.receipt, written)))
    idea = [setter.paragraph(idea_line(item.idea), ts.IDEA_STYLE, ts.LINE_LIMIT)] if item.idea else []
    return [
        setter.led(worded("report.insight"), item.insight, ts.POINT, bulletText=str(number)),
        setter.led(worded("report.suggestion"), item.suggestion, ts.POINT),
        setter.led(worded("report.measured"), receipt, ts.RECEIPT)
        if item.receipt
        else setter.paragraph(written, ts.RECEIPT),
        *idea,
    ]


def settings(setter: Typesetter, document: ReportDocument) -> list[Flowable]:
    """The dial card: settings for the whole mix, each with the finding that it follows from."""
    card = document.review.dial_card
    rows = card.rows
    if not rows:
        return []
    table = setter.table(
        columns("processor", "setting", "because_of"),
        [
            (
                setter.paragraph(row.processor, ts.CELL_STRONG),
                row.setting,
                setter.paragraph(reason, ts.CELL_QUIET),
            )
            for row, reason in zip(rows, card.reasons(document.brief.diagnosis), strict=True)
        ],
        (2, 5, 2.5),
    )
    return [*ts.heading(worded("report.settings")), table, ts.sentence(worded("report.settings_note"))]


def versions(setter: Typesetter, diagnosis: Diagnosis) -> list[Flowable]:
    """What became of the findings of the earlier version; empty for a first version."""
    tone = version_words.tone_line(diagnosis)
    told = [setter.paragraph(sentence, ts.NOTE) for sentence in version_words.opening(diagnosis)]
    told += [setter.paragraph(tone, ts.NOTE)] if tone else []
    if not diagnosis.versions:
        return [*ts.heading(version_words.versions_heading()), *told] if told else []
    rows = [
        (
            setter.paragraph(worded(f"report.outcomes.{entry.outcome.value}"), ts.CELL_STRONG),
            version_words.name_of_change(entry),
            change_in_words(entry),
        )
        for entry in diagnosis.versions
    ]
    return [
        *ts.heading(version_words.versions_heading()),
        *told,
        setter.table(columns("outcome", "finding", "before_and_now"), rows, (2, 4, 3.5)),
    ]


def findings(setter: Typesetter, diagnosis: Diagnosis) -> list[Flowable]:
    """All findings, then all strengths."""
    flowables = ts.heading(worded("report.findings"))
    if diagnosis.findings:
        flowables.append(_findings_table(setter, diagnosis.findings))
    else:
        flowables.append(ts.sentence(worded("report.nothing_found"), ts.BODY))
    if diagnosis.strengths:
        rows = [
            (
                setter.paragraph(strength.name, ts.CELL_STRONG),
                strength.measure,
                fmt.measurement(strength.value, strength.unit),
                fmt.limits(strength.target.low, strength.target.high, strength.target.unit),
            )
            for strength in diagnosis.strengths
        ]
        table = setter.table(columns("what", "measure", "measured", "target"), rows, (3, 3.5, 1.6, 2))
        flowables += [*ts.heading(worded("report.strengths")), table]
    return flowables


def _findings_table(setter: Typesetter, entries: tuple[Finding, ...]) -> Table:
    """Two rows per finding: its values, and below them the remedy over the full width."""
    rows: list[tuple[str | Paragraph, ...]] = []
    joined = []
    for index, finding in enumerate(entries):
        fact_row, remedy_row = 1 + 2 * index, 2 + 2 * index
        joined += [
            ("SPAN", (1, remedy_row), (-1, remedy_row)),
            ("NOSPLIT", (0, fact_row), (-1, remedy_row)),
            ("LINEBELOW", (0, remedy_row), (-1, remedy_row), 0.4, HexColor(palette.RULE)),
            ("TOPPADDING", (0, remedy_row), (-1, remedy_row), 0),
            ("BOTTOMPADDING", (0, remedy_row), (-1, remedy_row), 6),
        ]
        rows += [_finding_facts(setter, finding), ("", _finding_remedy(setter, finding), "", "", "", "")]
    names = columns("severity", "what", "measured", "target", "where", "evidence")
    return setter.table(names, rows, (1.3, 2.75, 2.2, 2.0, 1.95, 1.7), joined, ruled=False)


def _finding_facts(setter: Typesetter, finding: Finding) -> tuple[str | Paragraph, ...]:
    what = f"<b>{setter.text(finding.name, ts.CELL_STRONG)}</b><br/>{setter.text(finding.measure, ts.CELL)}"
    return (
        setter.paragraph(severity_name(finding.severity), _SEVERITY_STYLES[finding.severity]),
        Paragraph(what, ts.CELL),
        setter.paragraph(measured(finding), ts.CELL_STRONG),
        target_in_words(finding),
        spans_in_words(finding.spans),
        setter.paragraph(evidence_name(finding.target.evidence), ts.CELL_QUIET),
    )


def _finding_remedy(setter: Typesetter, finding: Finding) -> Paragraph:
    markup = setter.text(finding.remedy.text, ts.CELL, ts.LINE_LIMIT)
    asides = (("report.caveat", finding.caveat), ("report.target_from", finding.target.source))
    aside = " ".join(worded(key, text=text) for key, text in asides if text)
    if aside:
        markup = f'{markup} <font color="{palette.QUIET}">{setter.text(aside, ts.CELL, ts.LINE_LIMIT)}</font>'
    return Paragraph(markup, ts.CELL)
