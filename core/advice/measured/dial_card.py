"""The dial card: one chain merged from the remedies, and the same settings as rows of text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from core.advice.measured.tone_settings import NO_TONE_SETTINGS, ToneSettings
from core.analysis.measurements import Analysis
from core.diagnosis.findings import Finding
from core.knowledge.genres import Genre
from core.review import DialCard, DialRow
from core.rules.loudness import PSR_FLOOR_DB
from core.rules.peaks import CEILING_DBTP
from core.rules.reading import Severity
from core.text.language import name_in_language, worded
from core.text.numbers import frequency, number, number_with_unit, signed_db, written_level
from core.values.chain import Chain, Compressor, EqBand, FilterKind, Limiter, Placement
from core.values.request import ReviewType

SAME_PLACE_OCTAVES = 1 / 3
"""Distance in octaves below which two bands of one kind are merged: otherwise their gains would add up."""

CHAIN_CODE = "mastering_chain"
"""Code of rows that follow from the type of review and not from a finding."""

MAX_DRIVE_DB = 6.0
"""Largest drive of a mastering limiter, in dB (Katz, James: 4–6 dB of limiting has consequences)."""

GLUE = Compressor(ratio=1.5, attack_ms=30.0, release_ms=250.0, gain_reduction_db=1.5)
"""Bus compression as is usual in mastering: 1.1–2:1, 1–3 dB, attack 20–30 ms, release from 250 ms."""

GLUE_FROM_PSR_DB = 11.0
"""Least PSR in dB of a mix that gets bus compression: a mix with less is compressed enough."""


def dial_card(
    findings: Sequence[Finding],
    kind: ReviewType,
    analysis: Analysis,
    genre: Genre,
    tone: ToneSettings = NO_TONE_SETTINGS,
) -> DialCard:
    """The settings that follow from the findings; notes set nothing.

    Args:
        findings: the findings, the most important first.
        kind: the type of review; for mastering, the card has a limiter and, where the PSR allows, bus compression.
        analysis: the track.
        genre: the genre, for the loudness of its releases.
        tone: settings of tone that follow from a comparison, and the findings whose own bands they stand for.

    Returns:
        The merged chain, and one row per setting in the order of the chain.
    """
    chain = Chain()
    serious = [finding for finding in findings if finding.severity is not Severity.INFO]
    for finding in serious:
        chain = _merged(chain, _without_tone(finding, tone))
    chain = replace(chain, eq=(*chain.eq, *(setting.band for setting in tone.settings)))
    if kind is ReviewType.MASTERING:
        chain = _mastering(chain, analysis, genre)
    rows = tuple(
        DialRow(name_in_language("processors", row.processor), row.setting, _asked_by(serious, tone, row.is_asked_by))
        for row in _rows(chain)
    )
    return DialCard(chain, rows)


class _Row(NamedTuple):
    """A processor, its setting in words, and whether a remedy's chain holds that setting."""

    processor: str
    setting: str
    is_asked_by: Callable[[Chain], bool]


def _shown(row: _Row, code: str) -> DialRow:
    return DialRow(name_in_language("processors", row.processor), row.setting, code)


def _asked_by(findings: Sequence[Finding], tone: ToneSettings, is_asked_by: Callable[[Chain], bool]) -> str:
    """Code of what asks for a setting: a comparison, or the most important finding; `CHAIN_CODE` where none does."""
    asked = [setting.code for setting in tone.settings if is_asked_by(Chain(eq=(setting.band,)))]
    asked += [finding.code for finding in findings if is_asked_by(_without_tone(finding, tone))]
    return next(iter(asked), CHAIN_CODE)


def _without_tone(finding: Finding, tone: ToneSettings) -> Chain:
    chain = finding.remedy.chain
    return replace(chain, eq=()) if finding.code in tone.instead_of else chain


def _merged(chain: Chain, part: Chain) -> Chain:
    eq = list(chain.eq)
    for band in part.eq:
        twin = next((index for index, other in enumerate(eq) if _same_place(band, other)), None)
        if twin is None:
            eq.append(band)
        elif abs(band.gain_db) > abs(eq[twin].gain_db):
            eq[twin] = band
    return Chain(
        trim_db=min(chain.trim_db, part.trim_db),
        eq=tuple(eq),
        compressor=chain.compressor or part.compressor,
        balance_db=chain.balance_db or part.balance_db,
        mono_below_hz=chain.mono_below_hz or part.mono_below_hz,
        width_percent=chain.width_percent or part.width_percent,
        limiter=_limiter(chain.limiter, part.limiter),
    )


def _limiter(first: Limiter | None, second: Limiter | None) -> Limiter | None:
    if first is None or second is None:
        return first or second
    return replace(first, drive_change_db=min(first.drive_change_db, second.drive_change_db))


def _same_place(one: EqBand, other: EqBand) -> bool:
    same_kind = one.kind is other.kind and one.placement is other.placement
    ratio = max(one.frequency_hz, other.frequency_hz) / min(one.frequency_hz, other.frequency_hz)
    return same_kind and ratio < 2**SAME_PLACE_OCTAVES


def _mastering(chain: Chain, analysis: Analysis, genre: Genre) -> Chain:
    """The chain with bus compression, where the PSR is high enough, and with a limiter that keeps `PSR_FLOOR_DB`."""
    dynamics, loudness = analysis.dynamics, analysis.loudness.as_played_lufs
    if chain.compressor is None and dynamics.psr_min_db is not None and dynamics.psr_min_db >= GLUE_FROM_PSR_DB:
        chain = replace(chain, compressor=GLUE)
    drive = _drive_db(dynamics.psr_min_db, loudness, genre)
    return replace(chain, limiter=Limiter(CEILING_DBTP, drive_change_db=drive))


def _drive_db(psr_db: float | None, integrated_lufs: float | None, genre: Genre) -> float:
    low, high = genre.release_lufs.low, genre.release_lufs.high
    if psr_db is None or integrated_lufs is None or low is None or high is None:
        return 0.0
    wanted = (low + high) / 2 - integrated_lufs
    return round(2 * max(0.0, min(wanted, psr_db - PSR_FLOOR_DB, MAX_DRIVE_DB))) / 2


def _rows(chain: Chain) -> Iterable[_Row]:
    """One row for each processor that is set, in the order of the chain."""
    if chain.trim_db:
        setting = worded("settings_of.gain", gain=signed_db(chain.trim_db))
        yield _Row("Gain", setting, lambda part: part.trim_db == chain.trim_db)
    for band in chain.eq:
        yield _Row("Dynamic EQ" if band.dynamic else "EQ", _band(band), partial(_has_band, band))
    if chain.compressor is not None:
        yield _Row("Compressor", _compressor(chain.compressor), lambda part: part.compressor is not None)
    if chain.balance_db:
        key = "settings_of.left" if chain.balance_db < 0 else "settings_of.right"
        yield _Row("Balance", worded(key, gain=signed_db(-abs(chain.balance_db))), lambda part: bool(part.balance_db))
    if chain.mono_below_hz is not None and not _cuts_low_side(chain):
        setting = worded("settings_of.mono_below", frequency=frequency(chain.mono_below_hz))
        yield _Row("Stereo", setting, lambda part: part.mono_below_hz is not None)
    if chain.width_percent is not None:
        setting = worded("settings_of.width", percent=number(chain.width_percent, 0))
        yield _Row("Width", setting, lambda part: part.width_percent is not None)
    if chain.limiter is not None:
        yield _Row("Limiter", _limiter_words(chain.limiter), lambda part: part.limiter is not None)


def _has_band(band: EqBand, part: Chain) -> bool:
    return band in part.eq


def _cuts_low_side(chain: Chain) -> bool:
    """Whether a high-pass on the side already makes the low end mono."""
    return any(band.kind is FilterKind.HIGH_PASS and band.placement is Placement.SIDE for band in chain.eq)


def _band(band: EqBand) -> str:
    place = "" if band.placement is Placement.STEREO else worded(f"settings_of.{band.placement.value}")
    told = {"kind": name_in_language("filters", band.kind.label), "frequency": frequency(band.frequency_hz)}
    if band.kind in {FilterKind.HIGH_PASS, FilterKind.LOW_PASS}:
        return worded("settings_of.pass", **told, slope=number_with_unit(12.0, "dB/oct", 0), place=place)
    return worded("settings_of.band", **told, gain=signed_db(band.gain_db), q=number(band.q), place=place)


def _compressor(compressor: Compressor) -> str:
    return worded(
        "settings_of.compressor",
        ratio=number(compressor.ratio),
        attack=number_with_unit(compressor.attack_ms, "ms", 0),
        release=number_with_unit(compressor.release_ms, "ms", 0),
        reduction=written_level(compressor.gain_reduction_db),
    )


def _limiter_words(limiter: Limiter) -> str:
    told = {"ceiling": written_level(limiter.ceiling_dbtp, "dBTP"), "oversampling": str(limiter.oversampling)}
    if not limiter.drive_change_db:
        return worded("settings_of.limiter", **told)
    return worded("settings_of.limiter_driven", **told, drive=signed_db(limiter.drive_change_db))
