"""The dial card: one row for each processor that is set, in numbers that fit any plug-in."""

import re
from dataclasses import replace
from typing import Any

import pytest

from core.advice.measured.dial_card import CHAIN_CODE, MAX_DRIVE_DB, dial_card
from core.diagnosis.findings import Finding, Remedy
from core.review import DialCard
from core.rules.loudness import PSR_FLOOR_DB
from core.values.chain import EMPTY, Chain, EqBand, FilterKind, Limiter, Placement
from core.values.request import Detail, ReviewType
from tests.support.reviews import fixed_analyses
from tests.support.reviews.analyses import changed
from tests.support.reviews.briefs import ALL_CASES, Beside, brief_of, case_name, fixed_brief, house

MASTER = fixed_analyses.master()


def _findings(*chains: Chain) -> list[Finding]:
    template = fixed_brief(ReviewType.MASTER).diagnosis.findings[0]
    return [replace(template, code=f"code{n}", remedy=Remedy("", chain)) for n, chain in enumerate(chains)]


def _card(*chains: Chain, kind: ReviewType = ReviewType.MASTER) -> DialCard:
    return dial_card(_findings(*chains), kind, MASTER, house())


def test_a_master_that_is_too_hot_and_over_limited_gets_one_limiter_with_the_deeper_drive() -> None:
    brief = brief_of(changed(fixed_analyses.master(), dynamics__psr_min_db=5.0), ReviewType.MASTER)
    assert {"true_peak", "over_limited"} <= {finding.code for finding in brief.diagnosis.findings}

    card = dial_card(brief.diagnosis.findings, ReviewType.MASTER, brief.analysis, house())

    limiters = [row for row in card.rows if row.processor == "Limiter"]
    assert len(limiters) == 1
    assert "−1.5\u00a0dB" in limiters[0].setting
    assert card.chain.limiter is not None
    assert card.chain.limiter.drive_change_db == -1.5


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_rows_and_chain_tell_the_same(case: Any) -> None:
    brief = fixed_brief(*case)
    card = dial_card(brief.diagnosis.findings, brief.request.type, brief.analysis, house())

    chain = card.chain
    parts = [
        *(["Gain"] if chain.trim_db else []),
        *("Dynamic EQ" if band.dynamic else "EQ" for band in chain.eq),
        *(["Compressor"] if chain.compressor else []),
        *(["Balance"] if chain.balance_db else []),
        *(["Width"] if chain.width_percent is not None else []),
        *(["Limiter"] if chain.limiter else []),
    ]
    assert [row.processor for row in card.rows] == parts
    codes = {finding.code for finding in brief.diagnosis.findings} | {CHAIN_CODE}
    assert all(row.finding_code in codes for row in card.rows)
    assert not [row for row in card.rows if re.search(r"None|nan|[{}]|  ", row.setting)]


def test_a_mixdown_gets_no_limiter() -> None:
    brief = fixed_brief(ReviewType.MIXDOWN)
    card = dial_card(brief.diagnosis.findings, ReviewType.MIXDOWN, brief.analysis, house())

    assert "Limiter" not in {row.processor for row in card.rows}


def test_two_bells_in_one_place_become_the_deeper_one() -> None:
    soft, deep = EqBand(FilterKind.BELL, 300.0, -1.5, 1.0), EqBand(FilterKind.BELL, 330.0, -3.0, 1.2)

    card = _card(Chain(eq=(soft,)), Chain(eq=(deep,)))

    assert card.chain.eq == (deep,)
    assert [row.finding_code for row in card.rows] == ["code1"]


def test_bells_further_apart_or_on_other_signals_stay_apart() -> None:
    bands = (
        EqBand(FilterKind.BELL, 300.0, -1.5, 1.0),
        EqBand(FilterKind.BELL, 600.0, -1.5, 1.0),
        EqBand(FilterKind.BELL, 300.0, -1.5, 1.0, Placement.SIDE),
        EqBand(FilterKind.HIGH_SHELF, 300.0, -1.5, 1.0),
    )

    assert _card(*(Chain(eq=(band,)) for band in bands)).chain.eq == bands


def test_trims_do_not_add_up() -> None:
    card = _card(Chain(trim_db=-1.0), Chain(trim_db=-3.0))

    assert card.chain.trim_db == -3.0
    assert [(row.processor, row.finding_code) for row in card.rows] == [("Gain", "code1")]


def test_a_mono_low_end_is_told_once() -> None:
    side = EqBand(FilterKind.HIGH_PASS, 110.0, 0.0, 0.71, Placement.SIDE)

    with_filter = _card(Chain(eq=(side,), mono_below_hz=110.0))
    without = _card(Chain(mono_below_hz=110.0))

    assert [row.processor for row in with_filter.rows] == ["EQ"]
    assert [row.setting for row in without.rows] == ["mono below 110\u00a0Hz"]


@pytest.mark.parametrize(("balance_db", "words"), [(-1.9, "left −1.9\u00a0dB"), (1.9, "right −1.9\u00a0dB")])
def test_the_louder_side_is_turned_down(balance_db: float, words: str) -> None:
    assert [row.setting for row in _card(Chain(balance_db=balance_db)).rows] == [words]


def test_nothing_to_set_is_an_empty_card() -> None:
    assert _card(EMPTY) == DialCard(Chain(), ())


# ------------------------------------------------------------------ mastering


def test_mastering_ends_in_one_limiter_whose_drive_keeps_the_dynamics() -> None:
    mix = fixed_analyses.mix()  # −16.6 LUFS, PSR 11.7 dB; house releases −10.5 to −7.3 LUFS, so 7.7 dB are wanted
    card = dial_card([], ReviewType.MASTERING, mix, house())

    limiter = card.chain.limiter
    assert limiter is not None
    assert limiter.ceiling_dbtp == -1.0
    assert limiter.drive_change_db <= 11.7 - PSR_FLOOR_DB + 0.25
    assert limiter.drive_change_db == 3.5
    assert [row.processor for row in card.rows] == ["Compressor", "Limiter"]


@pytest.mark.parametrize(
    ("psr_db", "integrated_lufs", "drive_db"),
    [(6.0, -12.0, 0.0), (30.0, -30.0, MAX_DRIVE_DB), (12.0, -6.0, 0.0), (None, -12.0, 0.0), (12.0, None, 0.0)],
)
def test_the_drive_never_pushes_past_dynamics_genre_or_reason(
    psr_db: float | None, integrated_lufs: float | None, drive_db: float
) -> None:
    mix = fixed_analyses.mix()
    changed = replace(
        mix,
        dynamics=replace(mix.dynamics, psr_min_db=psr_db),
        loudness=replace(mix.loudness, integrated_lufs=integrated_lufs),
    )
    card = dial_card([], ReviewType.MASTERING, changed, house())

    assert card.chain.limiter == Limiter(-1.0, drive_db)


def test_a_dense_mix_gets_no_more_compression() -> None:
    mix = fixed_analyses.mix()
    dense = replace(mix, dynamics=replace(mix.dynamics, psr_min_db=9.0))

    assert dial_card([], ReviewType.MASTERING, dense, house()).chain.compressor is None


@pytest.mark.parametrize("detail", Detail)
def test_the_card_does_not_depend_on_how_the_review_is_written(detail: Detail) -> None:
    brief = fixed_brief(ReviewType.MASTER, detail, Beside.NONE)
    plain = fixed_brief(ReviewType.MASTER, Detail.DETAILED, Beside.NONE)

    assert dial_card(brief.diagnosis.findings, ReviewType.MASTER, brief.analysis, house()) == dial_card(
        plain.diagnosis.findings, ReviewType.MASTER, plain.analysis, house()
    )
