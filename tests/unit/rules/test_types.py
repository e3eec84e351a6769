"""What a type may be held against, and where its cures lie."""

import math
import re
from dataclasses import replace

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.diagnosis.finding_words import has_no_cure, suggestion
from core.diagnosis.findings import Diagnosis
from core.knowledge.genres import genre_table
from core.rules.rule import rules
from core.values.chain import EMPTY, FilterKind
from core.values.request import Detail, ReviewType
from tests.support.reviews.analyses import changed, neutral, request, standing_out
from tests.unit.rules.rule_cases import LEVELS, SETTERS, diagnosis_of

HOT = {
    "loudness__integrated_lufs": -3.0,
    "dynamics__psr_min_db": 4.0,
    "dynamics__plr_db": 4.5,
    "peaks__true_peak_dbtp": 1.5,
    "peaks__sample_peak_dbfs": 0.0,
}
MASTER_ONLY = {"loud_vs_genre", "codec_overshoot", "stream_gain", "lra_change"}
DRIVEN = re.compile(r"\b(drive|push|maximi[sz]e)\b(?! [\w ]*less)", re.IGNORECASE)
OUT_OF_THE_WAY = re.compile(
    r"(off|bypass\w*|without|no|unlimited|before)\b[^.;]*limiter|limiter[^.;]*\b(off|bypass\w*)", re.IGNORECASE
)


def diagnosed(analysis: Analysis, kind: ReviewType, genre_id: str = "pop") -> Diagnosis:
    return diagnose(analysis, genre_table().get(genre_id), request(kind, genre_id))


@pytest.mark.parametrize("integrated", [-40.0, -25.0, -14.0, -12.5])
@pytest.mark.parametrize("kind", [ReviewType.MIXDOWN, ReviewType.MASTERING])
def test_a_mix_is_never_held_against_a_loudness(kind: ReviewType, integrated: float) -> None:
    analysis = changed(neutral(mix=True), loudness__integrated_lufs=integrated)

    assert diagnosed(analysis, kind).findings == ()


def test_master_rules_are_silent_on_a_mix() -> None:
    for kind in (ReviewType.MIXDOWN, ReviewType.MASTERING):
        codes = {finding.code for finding in diagnosed(changed(neutral(mix=True), **HOT), kind).findings}
        assert not codes & MASTER_ONLY
        assert "mix_loudness" in codes


def test_mix_rules_are_silent_on_a_master() -> None:
    codes = {finding.code for finding in diagnosed(changed(neutral(), **HOT), ReviewType.MASTER).findings}

    assert not codes & {"mix_headroom", "mix_loudness"}
    assert {"over_limited", "true_peak"} <= codes


@pytest.mark.parametrize("code", list(LEVELS))
@pytest.mark.parametrize("detail", list(Detail))
def test_a_mixdown_is_never_told_to_use_a_limiter(code: str, detail: Detail) -> None:
    for kind, genre_id, steps in LEVELS[code]:
        if kind is not ReviewType.MIXDOWN:
            continue
        for value, _ in steps:
            for finding in diagnosis_of(code, ReviewType.MIXDOWN, genre_id, value).findings:
                assert finding.remedy.chain.limiter is None
                text = suggestion(finding, genre_table().get(genre_id), ReviewType.MIXDOWN, detail)
                for sentence in re.split(r"(?<=[.;])\s", text):
                    assert "limiter" not in sentence or OUT_OF_THE_WAY.search(sentence), sentence
                assert not DRIVEN.search(text)


def test_a_master_with_high_peaks_gets_a_true_peak_ceiling() -> None:
    analysis = changed(neutral(), peaks__true_peak_dbtp=0.4)
    finding = diagnosed(analysis, ReviewType.MASTER).findings[0]

    assert finding.code == "true_peak"
    assert finding.remedy.chain.limiter is not None
    assert finding.remedy.chain.limiter.ceiling_dbtp == -1.0
    assert "−1.0 dBTP" in finding.remedy.text.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", [ReviewType.MIXDOWN, ReviewType.MASTERING])
def test_a_mix_with_high_peaks_is_turned_down_to_a_decibel_below_full_scale(kind: ReviewType) -> None:
    analysis = changed(neutral(mix=True), peaks__true_peak_dbtp=0.5)
    finding = diagnosed(analysis, kind).findings[0]

    assert finding.code == "true_peak"
    assert finding.remedy.chain.trim_db == -1.5
    assert finding.remedy.chain.limiter is None


def test_mastering_guidance_is_judged_like_a_mix_and_cured_like_a_master() -> None:
    analysis = SETTERS["mud"](neutral(mix=True), 4.0, "pop")
    by_kind = {kind: diagnosed(analysis, kind).findings[0] for kind in (ReviewType.MIXDOWN, ReviewType.MASTERING)}
    in_mix, in_chain = by_kind[ReviewType.MIXDOWN], by_kind[ReviewType.MASTERING]

    assert in_mix.severity is in_chain.severity
    assert abs(in_mix.remedy.chain.eq[0].gain_db) >= 2.0
    assert abs(in_chain.remedy.chain.eq[0].gain_db) <= 1.5
    assert "tracks" in in_mix.remedy.text
    assert "tracks" not in in_chain.remedy.text


MOVES = [
    pytest.param(code, kind, genre_id, value, id=f"{code}-{kind.value}-{genre_id}-{value:g}")
    for code, rule in rules().items()
    if rule.moves
    for kind, genre_id, steps in LEVELS[code]
    for value, severity in steps
    if severity is not None
]


@pytest.mark.parametrize(("code", "kind", "genre_id", "value"), MOVES)
def test_an_equaliser_move_opposes_the_fault_within_the_rules_bounds(
    code: str, kind: ReviewType, genre_id: str, value: float
) -> None:
    finding = next(f for f in diagnosis_of(code, kind, genre_id, value).findings if f.code == code)
    move = rules()[code].moves.get("mix" if kind is ReviewType.MIXDOWN else "master")
    if move is None or has_no_cure(finding):
        assert finding.remedy.chain.eq == ()
        return
    band = finding.remedy.chain.eq[0]

    assert move.least_db <= abs(band.gain_db) <= move.most_db
    assert band.gain_db * 2 == int(band.gain_db * 2)
    if band.kind is not FilterKind.HIGH_PASS:
        assert (band.gain_db < 0) is rules()[code].is_above or code == "kick_bass"


@pytest.mark.parametrize(("code", "value"), [("thin_low", -40.0), ("dull", -40.0)])
def test_nothing_is_turned_up_where_nothing_plays(code: str, value: float) -> None:
    found = diagnosis_of(code, ReviewType.MASTER, "pop", value).findings
    finding = next(finding for finding in found if finding.code == code)

    assert finding.remedy.chain == EMPTY
    for kind in ReviewType:
        for detail in Detail:
            assert suggestion(finding, genre_table().get("pop"), kind, detail).startswith("Nothing to turn")


@pytest.mark.parametrize(("by_db", "is_sent_back"), [(5.0, False), (7.0, True)])
def test_what_mastering_should_not_carry_is_sent_back_to_the_mix(by_db: float, is_sent_back: bool) -> None:
    track = standing_out(neutral(), "mud", by_db)
    by_kind = {kind: diagnosed(track, kind).findings[0].remedy.text for kind in ReviewType}

    assert {kind: "mend it in the mix" in text for kind, text in by_kind.items()} == {
        ReviewType.MIXDOWN: False,
        ReviewType.MASTERING: is_sent_back,
        ReviewType.MASTER: is_sent_back,
    }


@pytest.mark.parametrize(
    ("code", "centre_hz"), [("mud", 260.0), ("mud", 390.0), ("harsh", 2_600.0), ("harsh", 4_300.0)]
)
def test_the_dial_stands_within_a_third_octave_of_the_bell(code: str, centre_hz: float) -> None:
    """A bell of 6 dB, an octave wide between its half-gain points, read at the centres of the third octaves."""
    thirds = {
        name: level + 6.0 * 2.0 ** -((2.0 * math.log2(float(name) / centre_hz)) ** 2)
        for name, level in neutral().spectrum.third_octave_db.items()
    }
    found = diagnosed(changed(neutral(), spectrum__third_octave_db=thirds), ReviewType.MASTER).findings
    frequency_hz = next(finding for finding in found if finding.code == code).remedy.chain.eq[0].frequency_hz

    assert abs(math.log2(frequency_hz / centre_hz)) < 0.35


@pytest.mark.parametrize(("code", "by_db"), [("low_end_buildup", 9.0), ("thin_low", -4.0)])
def test_a_low_shelf_turns_at_the_upper_end_of_what_it_moves(code: str, by_db: float) -> None:
    track = standing_out(neutral(), code, by_db)
    finding = next(finding for finding in diagnosed(track, ReviewType.MASTER).findings if finding.code == code)
    shelf = finding.remedy.chain.eq[0]

    assert (shelf.kind, shelf.frequency_hz) == (FilterKind.LOW_SHELF, 100.0)
    assert "100\u00a0Hz" in finding.remedy.text


@pytest.mark.parametrize(("offset", "is_harmless"), [(0.015, True), (0.25, False)])
def test_a_large_offset_is_not_called_harmless(offset: float, is_harmless: bool) -> None:
    track = changed(neutral(), faults__dc_offset_per_channel=(offset, 0.0))
    finding = next(finding for finding in diagnosed(track, ReviewType.MASTER).findings if finding.code == "dc")

    assert str(finding.caveat).startswith("often harmless") is is_harmless


def test_balance_is_cured_by_the_opposite_trim() -> None:
    analysis = changed(neutral(), stereo__balance_db=2.0)
    finding = diagnosed(analysis, ReviewType.MASTER).findings[0]

    assert finding.remedy.chain.balance_db == -2.0
    assert "left" in finding.remedy.text


def test_a_stereo_low_end_is_cured_by_a_high_pass_on_the_side_between_100_and_120_hertz() -> None:
    analysis = changed(neutral("house"), bass__side_to_mid_below_120_db=-5.0)
    chain = diagnosed(analysis, ReviewType.MASTER, "house").findings[0].remedy.chain

    assert chain.eq[0].kind is FilterKind.HIGH_PASS
    assert chain.eq[0].placement.value == "side"
    assert 100.0 <= chain.eq[0].frequency_hz <= 120.0
    assert chain.mono_below_hz == chain.eq[0].frequency_hz


def test_a_detail_changes_words_and_nothing_else() -> None:
    analysis = changed(neutral(), **HOT)
    genre = genre_table().get("pop")
    asked = request(ReviewType.MASTER)
    results = [diagnose(analysis, genre, replace(asked, detail=detail)) for detail in Detail]

    assert results[0] == results[1] == results[2]
