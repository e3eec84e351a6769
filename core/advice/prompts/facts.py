"""Facts as a model is given them: measured values, rounded as people read them, with units and targets. Pure.

Each function makes one block of the data that a prompt carries; `core.advice.prompts.facts_for_a_question` decides
which a question needs.
"""

from typing import Any

from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.quantities import band_name
from core.diagnosis.finding_words import receipt
from core.diagnosis.findings import Delta, Finding, PlatformEffect, VersionChange
from core.review import Brief
from core.targets import words
from core.targets.named import MEASURES
from core.targets.percentiles import TargetDelta
from core.text.numbers import (
    MISSING,
    clock,
    duration,
    frequency,
    key_name,
    limits,
    measurement,
    percent,
    signed,
    signed_db,
    span,
    tempo,
)


def facts_of(brief: Brief) -> dict[str, Any]:
    """Everything measured that a review may name."""
    facts: dict[str, Any] = {
        **headline(brief),
        "measurements": measurements(brief.analysis),
        "bands_against_genre_curve": bands(brief),
        "findings": [finding_of(finding) for finding in brief.diagnosis.findings],
        "strengths": strengths(brief),
        "platforms": platforms(brief),
        "sections": sections(brief.analysis),
        "reference_differences_at_equal_loudness": reference(brief),
        "differences_to_the_servers_target": target(brief),
        "since_last_version": versions(brief),
    }
    return {name: value for name, value in facts.items() if value not in ({}, [], None)}


def headline(brief: Brief) -> dict[str, Any]:
    """What is being judged, and as what."""
    genre = brief.genre
    subgenre = genre.subgenre(brief.request.subgenre_id) if brief.request.subgenre_id else None
    facts = {"genre": f"{genre.name}, {subgenre.name}" if subgenre else genre.name, "type": brief.request.type.label}
    if brief.request.type.value == "master":
        release = genre.release_lufs
        facts["usual_loudness_of_the_genre"] = limits(release.low, release.high, "LUFS")
    return facts


def measurements(analysis: Analysis) -> dict[str, str]:
    """The song's own numbers; what could not be measured is left out."""
    values = {**_levels(analysis), **_stereo(analysis), **_music(analysis)}
    return {name: value for name, value in values.items() if not value.startswith(MISSING)}


def _levels(analysis: Analysis) -> dict[str, str]:
    loudness, peaks, dynamics = analysis.loudness, analysis.peaks, analysis.dynamics
    return {
        "length": clock(analysis.source.duration_s),
        "file": _file(analysis),
        "integrated loudness": measurement(loudness.integrated_lufs, "LUFS"),
        "short-term maximum": _at(measurement(loudness.max_short_term_lufs, "LUFS"), loudness.max_short_term_at_s),
        "momentary maximum": _at(measurement(loudness.max_momentary_lufs, "LUFS"), loudness.max_momentary_at_s),
        "loudness range": measurement(loudness.loudness_range_lu, "LU"),
        "true peak": _at(measurement(peaks.true_peak_dbtp, "dBTP"), peaks.true_peak_at_s),
        "sample peak": measurement(peaks.sample_peak_dbfs, "dBFS"),
        "clipped runs": str(peaks.clipped_run_count),
        "PLR": measurement(dynamics.plr_db, "dB"),
        "smallest PSR": _at(measurement(dynamics.psr_min_db, "dB"), dynamics.psr_min_at_s),
        "crest factor": measurement(dynamics.crest_factor_db, "dB"),
        "DR14": measurement(dynamics.dr14_db, "dB"),
    }


def _stereo(analysis: Analysis) -> dict[str, str]:
    stereo, bass = analysis.stereo, analysis.bass
    values = {
        "correlation": measurement(stereo.correlation, ""),
        "side against mid": measurement(stereo.side_to_mid_db, "dB"),
        "mono fold-down": measurement(stereo.mono_fold_loss_db, "dB"),
        "balance": _leaning(stereo.balance_db),
    }
    if bass is not None:
        values["side against mid below 120 Hz"] = measurement(bass.side_to_mid_below_120_db, "dB")
        values["mono fold-down below 120 Hz"] = measurement(bass.mono_fold_loss_below_120_db, "dB")
    return values


def _leaning(balance_db: float | None) -> str:
    if balance_db is None:
        return MISSING
    size = measurement(abs(balance_db), "dB")
    if size == measurement(0.0, "dB"):
        return "left and right equally loud"
    return f"{'left' if balance_db > 0 else 'right'} louder by {size}"


def _music(analysis: Analysis) -> dict[str, str]:
    rhythm, tonality, tilt = analysis.rhythm, analysis.tonality, analysis.spectrum.tilt_db_per_octave
    tempi = [tempo(candidate.tempo_bpm) for candidate in rhythm.alternatives[:2]]
    keys = [key_name(candidate.key) for candidate in tonality.alternatives[:2]]
    return {
        "spectral tilt": measurement(tilt, "dB/oct"),
        "tempo": _with_doubt(tempo(rhythm.tempo_bpm), rhythm.confidence, tempi),
        "key": _with_doubt(key_name(tonality.key), tonality.confidence, keys),
        "tuning against A = 440 Hz": measurement(tonality.tuning_cents, "cents"),
    }


def _with_doubt(text: str, confidence: float | None, others: list[str]) -> str:
    doubts = [f"{percent(confidence)} sure"] if confidence is not None else []
    doubts += [f"or {' or '.join(others)}"] if others else []
    return f"{text} ({', '.join(doubts)})" if doubts and text != MISSING else text


def _at(text: str, at_s: float | None) -> str:
    return text if at_s is None or text == MISSING else f"{text} at {clock(at_s)}"


def _file(analysis: Analysis) -> str:
    source = analysis.source
    bits = f", {source.bit_depth} bit" if source.bit_depth else ""
    return f"{source.codec}{bits}, {frequency(source.sample_rate_hz)}, {'lossy' if source.lossy else 'lossless'}"


def bands(brief: Brief) -> dict[str, str]:
    """Deviations of the bands from the genre's curve."""
    deviations = {band_name(band): brief.band_deviation_db(band) for band in BAND_EDGES_HZ}
    return {name: signed_db(value) for name, value in deviations.items() if value is not None}


def band_stereo(analysis: Analysis) -> dict[str, str]:
    """Correlation, side against mid and mono loss of each band."""
    return {
        band_name(name): f"correlation {measurement(band.correlation, '')}, side against mid "
        f"{measurement(band.side_to_mid_db, 'dB')}, mono fold-down {measurement(band.mono_fold_loss_db, 'dB')}"
        for name, band in analysis.stereo.bands.items()
        if band.correlation is not None
    }


def file_faults(analysis: Analysis) -> dict[str, str]:
    """What is measured on the file itself, faulty or not."""
    faults = analysis.faults
    edge = faults.low_pass_edge
    values = {
        "DC offset": measurement(max(map(abs, faults.dc_offset_per_channel), default=0.0), "FS"),
        "silence at the start": measurement(faults.head_silence_s, "s"),
        "silence at the end": measurement(faults.tail_silence_s, "s"),
        "low-pass edge": frequency(edge.cutoff_hz) if edge is not None else MISSING,
        "mains hum": measurement(faults.hum.level_dbfs, "dBFS") if faults.hum is not None else MISSING,
        "noise floor": measurement(faults.noise_floor_dbfs, "dBFS"),
        "dropouts": MISSING if faults.dropout_count is None else str(faults.dropout_count),
        "clicks": MISSING if faults.click_count is None else str(faults.click_count),
    }
    return {name: value for name, value in values.items() if value != MISSING}


def finding_of(finding: Finding) -> dict[str, Any]:
    """A finding with its target, place and remedy."""
    facts = {
        "code": finding.code,
        "severity": finding.severity.value,
        "measured": receipt(finding),
        "target": limits(finding.target.low, finding.target.high, finding.target.unit) if finding.unit else "",
        "where": ", ".join(span(item.start_s, item.end_s) for item in finding.spans) or "whole song",
        "remedy": finding.remedy.text,
        "not a fault when": finding.caveat,
    }
    return {name: value for name, value in facts.items() if value}


def strengths(brief: Brief) -> list[str]:
    """What measures well."""
    return [
        f"{strength.name}: {strength.measure} {measurement(strength.value, strength.unit)}"
        for strength in brief.diagnosis.strengths
    ]


def platforms(brief: Brief) -> list[str]:
    """What services do to the level."""
    return [_platform(effect) for effect in brief.diagnosis.platforms]


def _platform(effect: PlatformEffect) -> str:
    target = "" if effect.target_lufs is None else f", target {measurement(effect.target_lufs, 'LUFS')}"
    gain = "" if effect.gain_db is None or effect.target_lufs is None else f" {signed_db(effect.gain_db)}"
    note = f" ({effect.note})" if effect.note else ""
    return f"{effect.name}:{gain}{note}{target}"


def sections(analysis: Analysis) -> list[str]:
    """The parts of the song with their loudness."""
    return [
        f"{span(part.start_s, part.end_s)} {part.label}: {measurement(part.short_term_lufs, 'LUFS')}, "
        f"{duration(part.end_s - part.start_s)} long"
        for part in analysis.sections or ()
    ]


def reference(brief: Brief) -> dict[str, str]:
    """The track minus the reference."""
    comparison = brief.diagnosis.reference
    if comparison is None:
        return {}
    level = {} if comparison.loudness_lu is None else {"integrated loudness": signed_db(comparison.loudness_lu, "LU")}
    tone = {band_name(name): signed_db(value) for name, value in comparison.bands_db.items() if name in BAND_EDGES_HZ}
    return {**level, **tone, **{delta.measure: _delta(delta) for delta in comparison.deltas}}


def _delta(delta: Delta) -> str:
    return signed_db(delta.value, delta.unit) if delta.unit else signed(delta.value)


def target(brief: Brief) -> dict[str, str]:
    """The track against the middle and the usual range of the server's target; its name is nothing a model needs."""
    comparison = brief.target
    if comparison is None:
        return {}
    return {MEASURES[delta.measure].label: _against_usual(delta) for delta in comparison.deltas}


def _against_usual(delta: TargetDelta) -> str:
    beyond = f"{words.difference(delta.outside, delta)} beyond" if words.is_outside(delta) else "within"
    return f"{words.difference(delta.from_median, delta)} against their middle, {beyond} their usual range"


def versions(brief: Brief) -> list[dict[str, str]]:
    """What became of the earlier findings."""
    return [_change(change) for change in brief.diagnosis.versions or ()]


def _change(change: VersionChange) -> dict[str, str]:
    facts = {
        "finding": change.name,
        "outcome": change.outcome.value,
        "before": measurement(change.before, change.unit) if change.unit else MISSING,
        "after": measurement(change.after, change.unit) if change.unit else MISSING,
    }
    return {name: value for name, value in facts.items() if value != MISSING}
