"""What the command line prints for people."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.names import shown_name
from core.analysis.measurements import Analysis
from core.analysis.quantities import (
    BANDS,
    DETAILS,
    DYNAMICS,
    IMAGE,
    LOUDNESS,
    PEAKS,
    TEMPO_AND_KEY,
    TILT,
    Quantity,
    chosen,
    without,
    written,
)
from core.diagnosis.comparing import reference_words, version_words
from core.diagnosis.finding_words import measured, span_in_words
from core.diagnosis.findings import Diagnosis, ReferenceComparison
from core.knowledge.genres import genre_table
from core.review import Review, idea_line
from core.rules.reading import Severity
from core.service.file_to_review import Reviewed
from core.targets import words
from core.targets.named import TargetComparison
from core.text.language import in_language, name_in_language, worded
from core.text.numbers import lower_first, signed_db
from core.values.request import ReviewType

SEVERITY_STYLES = {Severity.INFO: "cyan", Severity.WARN: "yellow", Severity.SEVERE: "bold red"}


def print_analysis(path: Path, analysis: Analysis) -> None:
    """Print the main measurements of one file."""
    title = Text(shown_name(path), style="table.title")
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2))
    for name, value in analysis_rows(analysis):
        table.add_row(name, value)
    Console().print(table)


_LEFT_OUT = DETAILS | {"tuning_cents"}
"""Ids of quantities that are not printed; the report has them."""


class NamedValue(NamedTuple):
    """The label of a quantity and its value as text."""

    name: str
    value: str


def analysis_rows(analysis: Analysis) -> list[NamedValue]:
    """Labels and values of the main quantities: file, level, tone, stereo, tempo and key, in the registry's order."""
    file = ", ".join(entry.written(analysis) for entry in chosen("codec", "sample_rate_hz"))
    source = analysis.source
    assumed = f", read as {' '.join(source.speakers)}: the file does not say so" if source.speakers_assumed else ""
    return [
        NamedValue("File", f"{file}, {written('channels', analysis)} ch{assumed}, {written('duration_s', analysis)}"),
        *_rows(analysis, (*LOUDNESS, *PEAKS, *DYNAMICS, *TILT)),
        *(NamedValue(f"  {name}", value) for name, value in _rows(analysis, BANDS)),
        *_rows(analysis, (*IMAGE, *TEMPO_AND_KEY)),
    ]


def _rows(analysis: Analysis, entries: Iterable[Quantity]) -> list[NamedValue]:
    return [NamedValue(entry.label, _value(entry, analysis)) for entry in without(entries, _LEFT_OUT)]


def _value(entry: Quantity, analysis: Analysis) -> str:
    text = entry.with_confidence(analysis)
    is_confirmed = entry.id == "integrated_lufs" and analysis.loudness.second_meter is not None
    return f"{text}, confirmed by pyloudnorm" if is_confirmed else text


def print_review(reviewed: Reviewed) -> None:
    """Print the review, its findings, the dial card, player gains, the target and changes since the last version."""
    with in_language(reviewed.brief.request.language):
        _print_review(Console(), reviewed)


def _print_review(console: Console, reviewed: Reviewed) -> None:
    request, review, diagnosis = reviewed.brief.request, reviewed.review, reviewed.brief.diagnosis
    genre = genre_table().get(request.genre_id)
    subgenre = genre.subgenre(request.subgenre_id) if request.subgenre_id else None
    understood = (name_in_language("labels", request.type.label), genre.name, *((subgenre.name,) if subgenre else ()))
    console.print(Text(" · ".join(understood), style="bold"))
    _print_words(console, review)
    if diagnosis.findings:
        console.print()
        console.print(_findings_table(reviewed))
    if review.dial_card.rows:
        table = Table(
            title=worded("terminal.dial_card"), title_justify="left", box=None, padding=(0, 2), show_header=False
        )
        card = review.dial_card
        for row, reason in zip(card.rows, card.reasons(diagnosis), strict=True):
            table.add_row(row.processor, row.setting, reason)
        console.print()
        console.print(table)
    shown = diagnosis.platforms_shown(request.type)
    players = [f"{effect.name} {signed_db(effect.gain_db)}" for effect in shown if effect.gain_db is not None]
    if players:
        console.print(Text.assemble((f"\n{worded('terminal.players')} ", "bold"), ", ".join(players)))
    _print_reference(console, diagnosis.reference, request.type)
    _print_target(console, reviewed.brief.target)
    _print_versions(console, diagnosis)
    console.print(Text(f"\n{review.who_wrote_it}", style="dim"))


def _print_versions(console: Console, diagnosis: Diagnosis) -> None:
    for sentence in version_words.opening(diagnosis):
        console.print(Text(f"\n{sentence}"))
    for change in version_words.changes(diagnosis):
        values = version_words.before_and_after(change)
        outcome, name = worded(f"terminal.{change.outcome.value}"), version_words.name_of_change(change)
        console.print(Text(f"{outcome:>12}  {name}{values and f': {values}'}"))
    if tone := version_words.tone_line(diagnosis):
        console.print(Text(f"{version_words.versions_heading()}, {lower_first(tone)}"))


def _heading(name: str) -> tuple[str, str]:
    return (f"\n{worded(f'thread.{name}')} ", "bold")


def _print_words(console: Console, review: Review) -> None:
    """Verdict, answer to the focus, what to keep, the points and the first step."""
    console.print(Text(review.verdict))
    if review.focus_answer:
        console.print(Text.assemble(_heading("focus"), review.focus_answer))
    if review.keep:
        console.print(Text.assemble(_heading("keep"), review.keep))
    for number, item in enumerate(review.items, start=1):
        console.print(Text.assemble((f"\n{number}. ", "bold"), item.insight))
        console.print(Text(f"   → {item.suggestion}"))
        if item.receipt:
            console.print(Text(f"   {worded('thread.measured')} {item.receipt}", style="dim"))
        if item.idea:
            console.print(Text(f"   {idea_line(item.idea)}", style="dim italic"))
    console.print(Text.assemble(_heading("first_step"), review.first_step))


def _print_reference(console: Console, comparison: ReferenceComparison | None, kind: ReviewType) -> None:
    if comparison is not None:
        console.print(Text(f"\n{worded('reference.heading')}", style="bold"))
        for line in reference_words.reference_lines(comparison, kind):
            console.print(Text(f"  {line}"))


def _print_target(console: Console, comparison: TargetComparison | None) -> None:
    if comparison is not None:
        console.print(Text(f"\n{words.target_heading(comparison)}", style="bold"))
        for line in words.target_lines(comparison):
            console.print(Text(f"  {line}"))


def _findings_table(reviewed: Reviewed) -> Table:
    table = Table(title=worded("terminal.findings"), title_justify="left", box=None, padding=(0, 2))
    table.add_column("")
    for heading in ("what", "measured", "where"):
        table.add_column(worded(f"terminal.{heading}"))
    for finding in reviewed.brief.diagnosis.findings:
        where = ", ".join(span_in_words(item) for item in finding.spans) or worded("terminal.whole_song")
        table.add_row(
            Text(worded(f"terminal.{finding.severity.value}"), style=SEVERITY_STYLES[finding.severity]),
            finding.name,
            measured(finding),
            where,
        )
    return table
