"""Facts for a model: measured values, rounded as they are shown to people, with units and targets. Pure functions.

Each function makes one block of the data in a prompt; `core.advice.prompts.facts_for_a_question` decides which blocks a
question needs.
"""

from typing import Any

from core.analysis.measurements import Analysis
from core.analysis.quantities import (
    BANDS_AT_EQUAL_LOUDNESS,
    DETAILS,
    DYNAMICS,
    FAULTS,
    IMAGE,
    LOUDNESS,
    LOW_END_STEREO,
    PEAKS,
    TEMPO_AND_KEY,
    TILT,
    Quantity,
    band_name,
    chosen,
    label_of_stored,
    of_band,
    quantity,
    times_and_bars,
    without,
)
from core.diagnosis.finding_words import receipt, span_in_words
from core.diagnosis.findings import Delta, Finding, PlatformEffect, VersionChange
from core.review import Brief
from core.targets import words
from core.targets.named import MEASURES
from core.targets.percentiles import TargetDelta
from core.text.numbers import (
    MISSING,
    duration,
    limits,
    lower_first,
    measurement,
    percent,
    signed,
    signed_db,
)


def facts_of(brief: Brief) -> dict[str, Any]:
    """The data of a prompt for a review: block name → values; empty blocks are left out."""
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
    """Genre and type of the review; for a master also the usual loudness of the genre."""
    genre = brief.genre
    subgenre = genre.subgenre(brief.request.subgenre_id) if brief.request.subgenre_id else None
    facts = {"genre": f"{genre.name}, {subgenre.name}" if subgenre else genre.name, "type": brief.request.type.label}
    if brief.request.type.value == "master":
        release = genre.release_lufs
        facts["usual_loudness_of_the_genre"] = limits(release.low, release.high, quantity("integrated_lufs").unit)
    return facts


def measurements(analysis: Analysis) -> dict[str, str]:
    """Quantity → value of the whole song; what could not be measured is left out."""
    length, single = quantity("duration_s"), (*LOUDNESS, *PEAKS, *DYNAMICS, *IMAGE, *LOW_END_STEREO, *TILT)
    values = {
        _name(length): length.written(analysis),
        "file": _file(analysis),
        **{_name(entry): entry.at_its_moment(analysis) for entry in without(single, DETAILS)},
        **{_name(entry): _with_doubt(entry, analysis) for entry in without(TEMPO_AND_KEY, DETAILS)},
    }
    return {name: value for name, value in values.items() if not value.startswith(MISSING)}


def _name(entry: Quantity) -> str:
    return lower_first(entry.label)


def _with_doubt(entry: Quantity, analysis: Analysis) -> str:
    """A value with its confidence and up to two alternatives: "124 BPM (87% sure, or 62 BPM)"."""
    text = entry.written(analysis)
    confidence = entry.confidence(analysis) if entry.confidence is not None else None
    others = [other.text for other in entry.alternatives(analysis)[:2]] if entry.alternatives is not None else []
    doubts = [f"{percent(confidence)} sure"] if confidence is not None else []
    doubts += [f"or {' or '.join(others)}"] if others else []
    return f"{text} ({', '.join(doubts)})" if doubts and text != MISSING else text


def _file(analysis: Analysis) -> str:
    parts = (entry.written(analysis) for entry in chosen("codec", "bit_depth", "sample_rate_hz", "lossy"))
    return ", ".join(part for part in parts if part != MISSING)


def bands(brief: Brief) -> dict[str, str]:
    """Band → deviation from the genre's curve, in dB."""
    deviations = {band: brief.band_deviation_db(band.id) for band in BANDS_AT_EQUAL_LOUDNESS}
    return {_name(band): band.write_difference(value) for band, value in deviations.items() if value is not None}


def band_stereo(analysis: Analysis) -> dict[str, str]:
    """Correlation, side to mid and mono fold-down of each band."""
    told = chosen("correlation", "side_to_mid_db", "mono_fold_loss_db")
    return {
        band_name(name): ", ".join(f"{_name(entry)} {entry.write(of_band(entry.id, band))}" for entry in told)
        for name, band in analysis.stereo.bands.items()
        if band.correlation is not None
    }


def file_faults(analysis: Analysis) -> dict[str, str]:
    """Quantity → value of the file itself (silence, noise, clicks …), also where it is no fault."""
    entries = without(FAULTS, frozenset({"dc_offset_per_channel"}))
    values = {_name(entry): entry.written(analysis) for entry in entries}
    return {name: value for name, value in values.items() if value != MISSING}


def finding_of(finding: Finding) -> dict[str, Any]:
    """Code, severity, value, target, place, remedy and caveat of a finding; empty entries are left out."""
    facts = {
        "code": finding.code,
        "severity": finding.severity.value,
        "measured": receipt(finding),
        "target": limits(finding.target.low, finding.target.high, finding.target.unit) if finding.unit else "",
        "where": ", ".join(span_in_words(item) for item in finding.spans) or "whole song",
        "remedy": finding.remedy.text,
        "not a fault when": finding.caveat,
    }
    return {name: value for name, value in facts.items() if value}


def strengths(brief: Brief) -> list[str]:
    """One line for each strength."""
    return [
        f"{strength.name}: {strength.measure} {measurement(strength.value, strength.unit)}"
        for strength in brief.diagnosis.strengths
    ]


def platforms(brief: Brief) -> list[str]:
    """One line for each service: what it does to the level."""
    return [_platform(effect) for effect in brief.diagnosis.platforms]


def _platform(effect: PlatformEffect) -> str:
    loudness = quantity("integrated_lufs")
    target = "" if effect.target_lufs is None else f", target {loudness.write(effect.target_lufs)}"
    gain = "" if effect.gain_db is None or effect.target_lufs is None else f" {signed_db(effect.gain_db)}"
    note = f" ({effect.note})" if effect.note else ""
    return f"{effect.name}:{gain}{note}{target}"


def sections(analysis: Analysis) -> list[str]:
    """One line for each part of the song: time, name, loudness and length."""
    level = quantity("max_short_term_lufs")
    return [
        f"{times_and_bars(analysis, part.start_s, part.end_s)} {part.label}: {level.write(part.short_term_lufs)}, "
        f"{duration(part.end_s - part.start_s)} long"
        for part in analysis.sections or ()
    ]


def reference(brief: Brief) -> dict[str, str]:
    """Quantity → the track minus the reference; empty where there is no reference."""
    comparison = brief.diagnosis.reference
    if comparison is None:
        return {}
    loudness = quantity("integrated_lufs")
    differences = {loudness: comparison.loudness_lu}
    differences |= {band: comparison.bands_db.get(band.id) for band in BANDS_AT_EQUAL_LOUDNESS}
    told = {_name(entry): entry.write_difference(value) for entry, value in differences.items() if value is not None}
    return {**told, **{lower_first(label_of_stored(delta.measure)): _delta(delta) for delta in comparison.deltas}}


def _delta(delta: Delta) -> str:
    return signed_db(delta.value, delta.unit) if delta.unit else signed(delta.value)


def target(brief: Brief) -> dict[str, str]:
    """Quantity → the track against the middle and the usual range of the server's target, which is not named."""
    comparison = brief.target
    if comparison is None:
        return {}
    return {_name(MEASURES[delta.measure]): _against_usual(delta) for delta in comparison.deltas}


def _against_usual(delta: TargetDelta) -> str:
    beyond = f"{words.difference(delta.outside, delta)} beyond" if words.is_outside(delta) else "within"
    return f"{words.difference(delta.from_median, delta)} against their middle, {beyond} their usual range"


def versions(brief: Brief) -> list[dict[str, str]]:
    """What became of each finding of the earlier version."""
    return [_change(change) for change in brief.diagnosis.versions or ()]


def _change(change: VersionChange) -> dict[str, str]:
    facts = {
        "finding": change.name,
        "outcome": change.outcome.value,
        "before": measurement(change.before, change.unit) if change.unit else MISSING,
        "after": measurement(change.after, change.unit) if change.unit else MISSING,
    }
    return {name: value for name, value in facts.items() if value != MISSING}
