"""The measurements of a report as labelled text: pure, before any layout."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.analysis.measurements import Analysis, Bass, ClippedRun, Faults, Peaks
from core.audio.source import SourceInfo
from core.diagnosis.findings import Finding, Outcome, VersionChange
from core.rules.reading import Span
from core.text import numbers as fmt

SPANS_SHOWN = 5
"""Times written out per finding; the rest is counted."""

_WHOLE_TRACK = "whole track"
_CHANNEL_NAMES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, both ready to read."""

    label: str
    value: str


def key_figures(analysis: Analysis) -> tuple[Fact, ...]:
    """The six figures at the head of the report."""
    return (
        Fact("Integrated loudness", fmt.level_db(analysis.loudness.integrated_lufs, "LUFS")),
        Fact("True peak", fmt.level_db(analysis.peaks.true_peak_dbtp, "dBTP")),
        Fact("Loudness range", fmt.level_db(analysis.loudness.loudness_range_lu, "LU")),
        Fact("PLR", fmt.level_db(analysis.dynamics.plr_db)),
        Fact("Tempo", fmt.tempo(analysis.rhythm.tempo_bpm)),
        Fact("Key", fmt.key_name(analysis.tonality.key)),
    )


def fact_groups(analysis: Analysis) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Every single measurement, by topic."""
    return (
        ("Loudness", _loudness(analysis)),
        ("Peaks", _peaks(analysis.peaks)),
        ("Dynamics and transients", _dynamics(analysis)),
        ("Stereo", _stereo(analysis)),
        ("Low end", _bass(analysis.bass)),
        ("Tempo and key", _music(analysis)),
        ("File", _file(analysis.source, analysis.faults)),
    )


def _loudness(analysis: Analysis) -> tuple[Fact, ...]:
    loudness = analysis.loudness
    facts = [
        Fact("Integrated", fmt.level_db(loudness.integrated_lufs, "LUFS")),
        Fact("Loudness range", fmt.level_db(loudness.loudness_range_lu, "LU")),
        Fact("Max short-term", _at(fmt.level_db(loudness.max_short_term_lufs, "LUFS"), loudness.max_short_term_at_s)),
        Fact("Max momentary", _at(fmt.level_db(loudness.max_momentary_lufs, "LUFS"), loudness.max_momentary_at_s)),
    ]
    if loudness.dual_mono_integrated_lufs is not None:
        facts.append(Fact("Integrated, as dual mono", fmt.level_db(loudness.dual_mono_integrated_lufs, "LUFS")))
    if loudness.second_meter is not None:
        facts.append(Fact("Confirmed by", "pyloudnorm (loudest 15 s)"))
    return tuple(facts)


def _peaks(peaks: Peaks) -> tuple[Fact, ...]:
    return (
        Fact("True peak", _at(fmt.level_db(peaks.true_peak_dbtp, "dBTP"), peaks.true_peak_at_s)),
        Fact("True peak by channel", " / ".join(fmt.level_db(p, "dBTP") for p in peaks.true_peak_per_channel_dbtp)),
        Fact("Sample peak", fmt.level_db(peaks.sample_peak_dbfs, "dBFS")),
        Fact("Clipped runs", _clipped_runs(peaks.clipped_run_count, peaks.clipped_runs)),
    )


def _clipped_runs(count: int, runs: tuple[ClippedRun, ...]) -> str:
    if not count or not runs:
        return str(count)
    longest = max(runs, key=lambda run: run.length_samples)
    return f"{count}, longest {longest.length_samples} samples at {fmt.clock(longest.start_s)}"


def _dynamics(analysis: Analysis) -> tuple[Fact, ...]:
    dynamics, transients = analysis.dynamics, analysis.transients
    crest = transients.attack_crest_db if transients else None
    bands = (crest.low, crest.mid, crest.high) if crest else ()
    return (
        Fact("PLR", fmt.level_db(dynamics.plr_db)),
        Fact("Lowest PSR", _at(fmt.level_db(dynamics.psr_min_db), dynamics.psr_min_at_s)),
        Fact("Crest factor", fmt.level_db(dynamics.crest_factor_db)),
        Fact("DR14", fmt.number(dynamics.dr14_db, 0)),
        Fact("Onsets", fmt.quantity(transients.onset_rate_hz if transients else None, "per second")),
        Fact("Attack crest low / mid / high", _list(fmt.level_db(band) for band in bands)),
    )


def _stereo(analysis: Analysis) -> tuple[Fact, ...]:
    stereo = analysis.stereo
    return (
        Fact("Correlation", fmt.number(stereo.correlation, 2)),
        Fact("Side to mid", fmt.level_db(stereo.side_to_mid_db)),
        Fact("Mono fold-down loss", fmt.level_db(stereo.mono_fold_loss_db)),
        Fact("Balance", _balance(stereo.balance_db)),
        Fact("Time with negative correlation", fmt.percent(stereo.negative_correlation_share)),
        Fact("Channels", _channel_state(analysis.faults)),
    )


def _balance(balance_db: float | None) -> str:
    if balance_db is None or fmt.number(abs(balance_db)) == "0.0":
        return fmt.level_db(balance_db)
    return f"{fmt.level_db(abs(balance_db))}, {'left' if balance_db > 0 else 'right'} louder"


def _channel_state(faults: Faults) -> str:
    if faults.dead_channel is not None:
        return f"{_CHANNEL_NAMES[faults.dead_channel % 2]} channel is silent"
    if faults.identical_channels:
        return "identical: mono in a stereo file"
    return "both carry sound" if len(faults.dc_offset_per_channel) > 1 else "one channel"


def _bass(bass: Bass | None) -> tuple[Fact, ...]:
    return (
        Fact("Sub against mid", fmt.signed_db(bass.sub_to_mid_db if bass else None)),
        Fact("Bass against mid", fmt.signed_db(bass.bass_to_mid_db if bass else None)),
        Fact("Side to mid below 120 Hz", fmt.level_db(bass.side_to_mid_below_120_db if bass else None)),
        Fact("Mono fold-down loss below 120 Hz", fmt.level_db(bass.mono_fold_loss_below_120_db if bass else None)),
        Fact("Strongest fundamental", fmt.frequency(bass.fundamental_hz if bass else None)),
    )


def _music(analysis: Analysis) -> tuple[Fact, ...]:
    rhythm, tonality = analysis.rhythm, analysis.tonality
    return (
        Fact("Tempo", _confident(fmt.tempo(rhythm.tempo_bpm), rhythm.confidence)),
        Fact(
            "Other tempi",
            _list(_confident(fmt.tempo(other.tempo_bpm), other.confidence) for other in rhythm.alternatives),
        ),
        Fact("Key", _confident(fmt.key_name(tonality.key), tonality.confidence)),
        Fact(
            "Other keys",
            _list(_confident(fmt.key_name(other.key), other.confidence) for other in tonality.alternatives),
        ),
        Fact("Tuning against 440 Hz", _with_sign(tonality.tuning_cents, "cents")),
    )


def _file(source: SourceInfo, faults: Faults) -> tuple[Fact, ...]:
    bits = "" if source.bit_depth is None else f", {source.bit_depth} bit{' float' if source.is_float else ''}"
    edge = faults.low_pass_edge
    cut = fmt.MISSING if edge is None else f"{fmt.frequency(edge.cutoff_hz)}, {fmt.level_db(edge.drop_db)} deep"
    return (
        Fact("Length", fmt.duration(source.duration_s)),
        Fact("Format", f"{source.codec}{bits}, {'lossy' if source.lossy else 'lossless'}"),
        Fact("Sample rate", fmt.frequency(source.sample_rate_hz)),
        Fact("Channels in the file", str(source.channels)),
        Fact("Silence at head / tail", f"{_seconds(faults.head_silence_s)} / {_seconds(faults.tail_silence_s)}"),
        Fact("DC offset", _list(fmt.measurement(offset, "FS") for offset in faults.dc_offset_per_channel)),
        Fact("Low-pass edge", cut),
    )


def where(spans: tuple[Span, ...]) -> str:
    """Times of a finding: "1:04–1:32, 2:10 and 3 more", or the whole track."""
    if not spans:
        return _WHOLE_TRACK
    shown = ", ".join(dict.fromkeys(fmt.span(span.start_s, span.end_s) for span in spans[:SPANS_SHOWN]))
    rest = len(spans) - SPANS_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def target(finding: Finding) -> str:
    """What a finding is held against, with its source; a state is held against nothing of the kind."""
    if not finding.unit:
        return f"none of it ({finding.target.source})" if finding.target.source else "none of it"
    bounds = fmt.limits(finding.target.low, finding.target.high, finding.target.unit)
    return f"{bounds} ({finding.target.source})" if finding.target.source else bounds


def change(version_change: VersionChange) -> str:
    """Before and after: "5.2 dB → 3.8 dB"; one value for a new finding; for a state its outcome says all."""
    if not version_change.unit:
        return fmt.MISSING
    after = fmt.measurement(version_change.after, version_change.unit)
    if version_change.outcome is Outcome.NEW:
        return after
    return f"{fmt.measurement(version_change.before, version_change.unit)} → {after}"


def _at(text: str, at_s: float | None) -> str:
    return text if at_s is None or text == fmt.MISSING else f"{text} at {fmt.clock(at_s)}"


def _confident(text: str, confidence: float | None) -> str:
    return text if confidence is None or text == fmt.MISSING else f"{text} ({fmt.percent(confidence)} sure)"


def _seconds(seconds: float) -> str:
    return fmt.quantity(seconds, "s")


def _with_sign(value: float | None, unit: str) -> str:
    return fmt.MISSING if value is None else f"{fmt.signed(value, 0)}{fmt.NO_BREAK_SPACE}{unit}"


def _list(texts: Iterable[str]) -> str:
    return " / ".join(texts) or fmt.MISSING
