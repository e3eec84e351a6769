"""Strengths: what measures well and should stay. A strength is named only where no finding contradicts it.

Their words are in `strengths.toml` beside this module.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from core.analysis.quantities import Quantity, chosen, quantity
from core.diagnosis.findings import Finding, Strength, Target
from core.knowledge.loading import load_toml
from core.rules.curve import aligned_deviation_db
from core.rules.reading import Evidence, JudgedTrack
from core.text.numbers import lower_first

BALANCED_SHARE = 0.8
"""Share of the bands that must lie within the genre's tolerance: of the six that have a figure, one may be outside."""

FURTHEST_TOLERANCES = 1.5
"""One band further out than this, in tolerances, rules out "balanced tone"."""

MONO_SAFE_DB = -1.0
"""Least mono fold-down of "mono-safe", in dB: level of the mono sum against the stereo level."""

SOLID_LOW_DB = -20.0
"""Highest side to mid below 120 Hz of a "solid low end", in dB (236 released club tracks)."""

CENTRED_DB = 0.5
"""Largest balance of "centred", in dB to either side (practice)."""

ALIVE_PSR_DB = 9.0
"""Least PSR of "live dynamics", in dB (AES e-Brief 373)."""

SAFE_TRUE_PEAK_DBTP = -1.0
"""Highest true peak of a master with a "safe true peak", in dBTP (AES TD1008)."""


@cache
def strength_texts() -> Mapping[str, str]:
    """The words for all strengths, by code; read once."""
    return MappingProxyType(load_toml("core.diagnosis", "strengths.toml"))


def strength_text(code: str) -> str:
    """The words for a strength.

    Raises:
        KeyError: there is no such code.
    """
    return strength_texts()[code]


def strengths(subject: JudgedTrack, findings: Sequence[Finding]) -> tuple[Strength, ...]:
    """The strengths of a track, the most valuable first.

    Args:
        subject: the track with what it is compared with.
        findings: its findings; some of them rule out a strength.
    """
    codes = {finding.code for finding in findings}
    found = (*_dynamics(subject, codes), *_tone(subject, codes), *_stereo(subject, codes), *_delivery(subject, codes))
    return tuple(found)


def _strength(
    code: str, name: str, measure: str, value: float, unit: str, low: float | None, high: float | None, source: str
) -> Strength:
    return Strength(code, name, measure, value, unit, Target(low, high, unit, source, Evidence.MEDIUM))


def _strength_of(
    code: str, name: str, entry: Quantity, value: float, low: float | None, high: float | None, source: str
) -> Strength:
    """A strength that is the value of one quantity."""
    return _strength(code, name, lower_first(entry.label), value, entry.unit, low, high, source)


def _dynamics(subject: JudgedTrack, codes: set[str]) -> list[Strength]:
    entry = quantity("psr_min_db")
    psr = entry.number(subject.analysis)
    if psr is None or psr < ALIVE_PSR_DB or codes & {"over_limited", "clip_samples", "dynamics_flat"}:
        return []
    return [_strength_of("dynamics_alive", "Live dynamics", entry, psr, ALIVE_PSR_DB, None, "AES e-Brief 373")]


def _tone(subject: JudgedTrack, codes: set[str]) -> list[Strength]:
    tolerance = subject.genre.tolerance_db
    deviations = {band: aligned_deviation_db(subject, band) for band in tolerance}
    known = {band: value for band, value in deviations.items() if value is not None}
    if not known or codes & {"low_end_buildup", "thin_low", "mud", "harsh", "dull", "bright_excess"}:
        return []
    off = [abs(value) / tolerance[band] for band, value in known.items()]
    share = sum(tolerances <= 1.0 for tolerances in off) / len(off)
    if share < BALANCED_SHARE or max(off) > FURTHEST_TOLERANCES:
        return []
    source = subject.genre.curve_source
    return [
        _strength(
            "balanced_tone",
            "Balanced tone",
            "bands within tolerance",
            share * 100,
            "%",
            100 * BALANCED_SHARE,
            None,
            source,
        )
    ]


def _stereo(subject: JudgedTrack, codes: set[str]) -> list[Strength]:
    stereo = subject.analysis.stereo
    side, fold = chosen("side_to_mid_below_120_db", "mono_fold_loss_db")
    found = []
    if stereo.correlation is None or codes & {"dual_mono"}:
        return []
    low = side.number(subject.analysis)
    if low is not None and low <= SOLID_LOW_DB and "low_stereo" not in codes:
        found.append(
            _strength_of(
                "solid_low",
                "Solid low end",
                side,
                low,
                None,
                SOLID_LOW_DB,
                "236 released club tracks",
            )
        )
    if stereo.mono_fold_loss_db is not None and stereo.mono_fold_loss_db >= MONO_SAFE_DB and "mono_fold" not in codes:
        found.append(
            _strength_of(
                "mono_safe",
                "Mono-safe",
                fold,
                stereo.mono_fold_loss_db,
                MONO_SAFE_DB,
                None,
                "definition",
            )
        )
    if stereo.balance_db is not None and abs(stereo.balance_db) <= CENTRED_DB and "lr_balance" not in codes:
        found.append(
            _strength_of(
                "centred",
                "Centred",
                quantity("balance_db"),
                abs(stereo.balance_db),
                None,
                CENTRED_DB,
                "practice",
            )
        )
    return found


def _delivery(subject: JudgedTrack, codes: set[str]) -> list[Strength]:
    analysis, release = subject.analysis, subject.genre.release_lufs
    found = []
    integrated, peak = analysis.loudness.as_played_lufs, analysis.peaks.true_peak_dbtp
    in_range = (
        integrated is not None
        and release.low is not None
        and release.high is not None
        and release.low <= integrated <= release.high
    )
    if subject.is_master and in_range and integrated is not None and "over_limited" not in codes:
        found.append(
            _strength_of(
                "loudness_in_range",
                "Loudness in range",
                quantity("integrated_lufs"),
                integrated,
                release.low,
                release.high,
                release.source,
            )
        )
    if subject.is_master and peak <= SAFE_TRUE_PEAK_DBTP:
        found.append(
            _strength_of(
                "true_peak_safe",
                "Safe true peak",
                quantity("true_peak_dbtp"),
                peak,
                None,
                SAFE_TRUE_PEAK_DBTP,
                "AES TD1008",
            )
        )
    if analysis.peaks.clipped_run_count == 0:
        measure = lower_first(quantity("clipped_run_count").label)
        found.append(_strength("clean_peaks", "No clipping", measure, 0.0, "runs/min", None, 0.0, "definition"))
    return found
