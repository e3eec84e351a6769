"""What the command line prints for people."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.analysis.measurements import Analysis, Loudness
from core.diagnosis.finding_words import measured
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.service.file_to_review import Reviewed
from core.targets import words
from core.targets.named import TargetComparison
from core.text.numbers import clock, frequency, key_name, measurement, percent, signed_db, span, tempo

SEVERITY_STYLES = {Severity.INFO: "cyan", Severity.WARN: "yellow", Severity.SEVERE: "bold red"}


def print_analysis(path: Path, analysis: Analysis) -> None:
    """One file's numbers."""
    table = Table(title=path.name, title_justify="left", show_header=False, box=None, padding=(0, 2))
    for name, value in analysis_rows(analysis):
        table.add_row(name, value)
    Console().print(table)


def analysis_rows(analysis: Analysis) -> list[tuple[str, str]]:
    """Name and value of what a person looks at first."""
    source, loudness, peaks = analysis.source, analysis.loudness, analysis.peaks
    dynamics, stereo, rhythm, tonality = analysis.dynamics, analysis.stereo, analysis.rhythm, analysis.tonality
    rows = [
        (
            "File",
            f"{source.codec}, {frequency(source.sample_rate_hz)}, {source.channels} ch, {clock(source.duration_s)}",
        ),
        ("Integrated loudness", f"{measurement(loudness.integrated_lufs, 'LUFS')}{_confirmed(loudness)}"),
        ("Short-term maximum", measurement(loudness.max_short_term_lufs, "LUFS")),
        ("Momentary maximum", measurement(loudness.max_momentary_lufs, "LUFS")),
        ("Loudness range", measurement(loudness.loudness_range_lu, "LU")),
        ("True peak", measurement(peaks.true_peak_dbtp, "dBTP")),
        ("Sample peak", measurement(peaks.sample_peak_dbfs, "dBFS")),
        ("Clipped runs", str(peaks.clipped_run_count)),
        ("PLR", measurement(dynamics.plr_db, "dB")),
        ("PSR minimum", measurement(dynamics.psr_min_db, "dB")),
        ("Crest factor", measurement(dynamics.crest_factor_db, "dB")),
        ("DR14", measurement(dynamics.dr14_db, "dB")),
        ("Spectral tilt", measurement(analysis.spectrum.tilt_db_per_octave, "dB/oct")),
    ]
    rows += [(f"  {name}", measurement(value, "dB")) for name, value in analysis.spectrum.bands.items()]
    rows += [
        ("Correlation", measurement(stereo.correlation, "")),
        ("Side to mid", measurement(stereo.side_to_mid_db, "dB")),
        ("Mono fold-down", measurement(stereo.mono_fold_loss_db, "dB")),
        ("Balance (left +)", measurement(stereo.balance_db, "dB")),
        ("Tempo", f"{tempo(rhythm.tempo_bpm)} ({percent(rhythm.confidence)} sure)"),
        ("Key", f"{key_name(tonality.key)} ({percent(tonality.confidence)} sure)"),
    ]
    return rows


def _confirmed(loudness: Loudness) -> str:
    return ", confirmed by pyloudnorm" if loudness.second_meter is not None else ""


def print_review(reviewed: Reviewed) -> None:
    """The review, its findings and the dial card."""
    console = Console()
    request, review, diagnosis = reviewed.brief.request, reviewed.review, reviewed.brief.diagnosis
    genre = genre_table().get(request.genre_id)
    console.print(Text(f"{request.type.label} · {genre.name}", style="bold"))
    console.print(Text(review.verdict))
    if review.keep:
        console.print(Text.assemble(("\nKeep: ", "bold"), review.keep))
    for number, item in enumerate(review.items, start=1):
        console.print(Text.assemble((f"\n{number}. ", "bold"), item.insight))
        console.print(Text(f"   → {item.suggestion}"))
        if item.receipt:
            console.print(Text(f"   measured: {item.receipt}", style="dim"))
    console.print(Text.assemble(("\nFirst step: ", "bold"), review.first_step))
    if diagnosis.findings:
        console.print()
        console.print(_findings_table(reviewed))
    if review.dial_card.rows:
        table = Table(title="Dial card", title_justify="left", box=None, padding=(0, 2), show_header=False)
        for row in review.dial_card.rows:
            table.add_row(row.processor, row.setting, row.finding_code)
        console.print()
        console.print(table)
    players = [f"{p.name} {signed_db(p.gain_db)}" for p in diagnosis.platforms if p.gain_db is not None]
    if players:
        console.print(Text.assemble(("\nOn players: ", "bold"), ", ".join(players)))
    _print_target(console, reviewed.brief.target)
    for change in diagnosis.versions or ():
        console.print(Text(f"{change.outcome.value:>10}  {change.name}"))
    console.print(Text(f"\n{review.writer_note or 'Written by: ' + review.writer.value}", style="dim"))


def _print_target(console: Console, comparison: TargetComparison | None) -> None:
    if comparison is not None:
        console.print(Text(f"\n{words.heading(comparison)}", style="bold"))
        for line in words.lines(comparison):
            console.print(Text(f"  {line}"))


def _findings_table(reviewed: Reviewed) -> Table:
    table = Table(title="Findings", title_justify="left", box=None, padding=(0, 2))
    for heading in ("", "What", "Measured", "Where"):
        table.add_column(heading)
    for finding in reviewed.brief.diagnosis.findings:
        where = ", ".join(span(s.start_s, s.end_s) for s in finding.spans) or "whole song"
        table.add_row(
            Text(finding.severity.value, style=SEVERITY_STYLES[finding.severity]),
            finding.name,
            measured(finding),
            where,
        )
    return table
