"""Equaliser settings where the tone has something exact to be held against: a reference, or the version before.

There the fitted moves are the settings, in place of those that tone rules derive from the genre: one row for each
cause. A move further than a bus equaliser goes makes no row, since a limited one would be wrong; words name it as it
is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from core.analysis.tone.equaliser_response import response_db
from core.diagnosis.comparing.tone_moves import MOVES_TOLD, are_plausible, two_digits
from core.diagnosis.findings import Diagnosis, Finding, ToneMove, VersionOutcome
from core.review import REFERENCE_CODE
from core.rules.rule import rules
from core.rules.stretches import STRETCHES
from core.values.chain import EqBand
from core.values.request import ReviewType

REACH_DB = MappingProxyType({ReviewType.MIXDOWN: 6.0, ReviewType.MASTERING: 3.0, ReviewType.MASTER: 3.0})
"""Largest gain of a setting on the bus, in dB (practice): beyond it a mix is mended in its tracks, and a master in its
mix."""

TOOK_PART_DB = 1.0
"""Least part of a move in the excess of a finding, in dB: what `LEAST_GAIN_DB` is for a band as a whole."""

FROM_THE_GENRE = frozenset({*STRETCHES, "boxy"})
"""Rules whose settings follow from the genre's curve."""


@dataclass(frozen=True, slots=True)
class ToneSetting:
    """A band, and the code of what it follows from."""

    band: EqBand
    code: str


@dataclass(frozen=True, slots=True)
class ToneSettings:
    """Settings, and the codes of the findings whose own bands they stand for."""

    settings: tuple[ToneSetting, ...] = ()
    instead_of: frozenset[str] = frozenset()


NO_TONE_SETTINGS = ToneSettings()
"""Nothing exact to hold the tone against."""


def tone_settings(diagnosis: Diagnosis, kind: ReviewType) -> ToneSettings:
    """The settings that take back a difference from the reference, or else what a new version made worse."""
    if diagnosis.reference is not None:
        found = diagnosis.reference.moves
        moves = found[:MOVES_TOLD] if are_plausible(found) else ()
        told = (ToneSetting(_on_a_dial(move.band), REFERENCE_CODE) for move in moves)
        return ToneSettings(tuple(each for each in told if _may_be_set(each.band, diagnosis, kind)), FROM_THE_GENRE)
    since = diagnosis.tone_since if diagnosis.tone_since and are_plausible(diagnosis.tone_since) else ()
    causes = {
        finding.code: cause
        for finding in diagnosis.findings
        if finding.code in _worse(diagnosis) and (cause := _cause(finding, since)) is not None
    }
    # two findings of one cause get one row
    first = {band: code for code, band in reversed(causes.items())}
    settings = (ToneSetting(band, code) for band, code in first.items() if _may_be_set(band, diagnosis, kind))
    return ToneSettings(tuple(settings), frozenset(causes))


def _worse(diagnosis: Diagnosis) -> frozenset[str]:
    outcomes = {VersionOutcome.NEW, VersionOutcome.WORSE}
    return frozenset(change.code for change in diagnosis.versions or () if change.outcome in outcomes)


def _cause(finding: Finding, moves: Sequence[ToneMove]) -> EqBand | None:
    """What takes back the move since the last version that did most to a finding of tone; None where none did."""
    if finding.code not in STRETCHES or not moves:
        return None
    sign = 1.0 if rules()[finding.code].is_above else -1.0
    middle_hz = np.array([_middle_hz(finding.code)])
    parts_db = [sign * float(response_db(move.band, middle_hz)[0]) for move in moves]
    most = max(range(len(moves)), key=parts_db.__getitem__)
    if parts_db[most] < TOOK_PART_DB:
        return None
    band = moves[most].band
    return _on_a_dial(replace(band, gain_db=-band.gain_db))


def _may_be_set(band: EqBand, diagnosis: Diagnosis, kind: ReviewType) -> bool:
    """Whether a bus equaliser goes so far, and the focus does not leave alone what the nearest tone rule alters."""
    nearest = min(STRETCHES, key=lambda code: abs(math.log(_middle_hz(code) / band.frequency_hz)))
    must_stay = diagnosis.intent.left_alone_by(rules()[nearest].alters) is not None
    return abs(band.gain_db) <= REACH_DB[kind] and not must_stay


def _middle_hz(code: str) -> float:
    inside = STRETCHES[code].inside
    return math.sqrt(float(inside[0]) * float(inside[-1]))


def _on_a_dial(band: EqBand) -> EqBand:
    return replace(band, frequency_hz=two_digits(band.frequency_hz))
