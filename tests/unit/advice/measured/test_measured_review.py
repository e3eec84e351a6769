"""The review without a model: whole sentences, nothing left open, in every type, detail and comparison."""

import re
from dataclasses import replace
from typing import Any

import pytest

from core.advice.measured.measured_review import measured_item, measured_review
from core.advice.statements.first_step import first_step
from core.advice.statements.of_review import ITEMS, MINOR_SHOWN, select
from core.advice.statements.table import table_of
from core.knowledge.genres import genre_table
from core.review import Review, ReviewItem, WrittenBy
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.request import Detail, ReviewType
from tests.support.reviews import fixed_analyses
from tests.support.reviews.analyses import changed, neutral, standing_out
from tests.support.reviews.briefs import (
    ALL_CASES,
    Beside,
    brief_of,
    case_name,
    clean_analysis,
    demo_brief,
    fixed_brief,
    house,
)
from tests.unit.advice.samples import bare_analysis


def _texts(review: Review) -> list[str]:
    points = [text for item in review.items for text in (item.insight, item.suggestion)]
    return [review.verdict, *([review.keep] if review.keep else []), *points, review.first_step]


def _assert_clean(text: str) -> None:
    assert text == text.strip()
    assert not re.search(r"[{}]", text), f"a placeholder is left: {text}"
    assert "  " not in text, f"two spaces: {text}"
    assert not re.search(r"\b(None|nan|inf|null)\b|—", text), f"not a word for people: {text}"
    assert not re.search(r"\s[,.;:!?](?!\d)", text), f"a space before a mark: {text}"
    assert not re.search(r"[.,;]{2}", text), f"two marks: {text}"
    assert text[0].isupper() or text[0].isdigit() or text[0] in "−+", f"no beginning: {text}"
    assert text[-1] in ".!?", f"no end: {text}"


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
@pytest.mark.parametrize("make", [fixed_brief, demo_brief], ids=["fixed", "demo"])
def test_every_text_is_a_whole_clean_sentence(make: Any, case: Any) -> None:
    review = measured_review(make(*case), None)

    for text in _texts(review):
        _assert_clean(text)
    for item in review.items:
        assert item.receipt, item
        assert not re.search(r"[{}]|\b(None|nan)\b", item.receipt)


@pytest.mark.parametrize("genre", [genre.id for genre in genre_table().genres])
@pytest.mark.parametrize("kind", ReviewType)
@pytest.mark.parametrize("detail", Detail)
def test_every_genre_gets_clean_sentences(genre: str, kind: ReviewType, detail: Detail) -> None:
    brief = brief_of(fixed_analyses.master(), kind, detail, genre)

    for text in _texts(measured_review(brief, None)):
        _assert_clean(text)


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_a_review_has_as_many_points_as_its_detail_asks_for(case: Any) -> None:
    brief = fixed_brief(*case)
    review = measured_review(brief, None)

    serious = sum(finding.severity is not Severity.INFO for finding in brief.diagnosis.findings)
    notes = len(brief.diagnosis.findings) - serious
    assert len(review.items) == min(ITEMS[case[1]], serious + (min(notes, MINOR_SHOWN) if serious else notes))
    known = {finding.code for finding in brief.diagnosis.findings}
    assert all(set(item.finding_codes) <= known for item in review.items)
    assert review.writer is WrittenBy.MEASURED


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_the_same_track_reads_the_same_every_time(case: Any) -> None:
    assert measured_review(fixed_brief(*case), None) == measured_review(fixed_brief(*case), None)


def test_two_tracks_with_the_same_findings_do_not_read_alike() -> None:
    """Over a handful of lengths the same faults are told in different words."""
    track = fixed_analyses.master()
    texts = set()
    for length_s in range(180, 240, 5):
        other = replace(track, source=replace(track.source, duration_s=float(length_s)))
        review = measured_review(brief_of(other), None)
        texts.add((review.verdict, review.items[0].insight.split("412")[0]))

    assert len(texts) > 1


def test_notes_do_not_drown_warnings() -> None:
    findings = fixed_brief(ReviewType.MASTER).diagnosis.findings
    notes = [replace(finding, severity=Severity.INFO) for finding in findings[:3]]
    one_warning = next(finding for finding in findings if finding.severity is Severity.WARN)
    many = [*notes, *notes, one_warning]

    chosen = select(many, 4)

    assert chosen[0] is one_warning
    assert len(chosen) == 1 + MINOR_SHOWN


def test_a_clean_track_is_told_so_and_still_gets_a_step() -> None:
    brief = brief_of(clean_analysis())
    nothing = replace(brief, diagnosis=replace(brief.diagnosis, findings=()))

    review = measured_review(nothing, None)

    assert review.items == ()
    assert review.dial_card.rows == ()
    for text in (review.verdict, review.first_step):
        _assert_clean(text)


def test_a_file_on_which_nothing_can_be_measured_still_gets_a_review() -> None:
    review = measured_review(brief_of(bare_analysis()), "why")

    assert review.writer_note == "why"
    for text in _texts(review):
        _assert_clean(text)


# ------------------------------------------------------------------ the first step


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
@pytest.mark.parametrize("make", [fixed_brief, demo_brief], ids=["fixed", "demo"])
def test_the_first_step_is_no_points_suggestion_again(make: Any, case: Any) -> None:
    review = measured_review(make(*case), None)

    assert review.first_step not in {item.suggestion for item in review.items}


JARGON = re.compile(r"\b(LUFS|dBTP|PSR|PLR|Q \d|kHz|M/S|oversampling|correlation|dB)\b")


@pytest.mark.parametrize("kind", ReviewType)
@pytest.mark.parametrize("code", list(rules()))
def test_a_first_step_is_one_or_two_short_sentences_in_simple_words(kind: ReviewType, code: str) -> None:
    template = fixed_brief(ReviewType.MASTER).diagnosis.findings[0]

    for spans in ((), template.spans):
        step = first_step([replace(template, code=code, spans=spans)], kind, house())
        _assert_clean(step)
        assert not JARGON.search(step)
        assert len(step) <= 130
    assert "limiter" not in step or kind is not ReviewType.MIXDOWN or code in {"over_limited", "mix_loudness"}


def test_the_first_step_says_where_to_begin() -> None:
    brief = fixed_brief(ReviewType.MASTER)
    assert brief.diagnosis.findings[0].spans[0].start_s == pytest.approx(63.2)

    assert "1:03" in measured_review(brief, None).first_step


def test_the_first_step_begins_where_it_holds_most_and_not_where_it_holds_first() -> None:
    """Bass that comes at 0:00 by 8 dB and at 1:40 by 14 dB."""
    levels = [8.0] * 40 + [0.0] * 60 + [14.0] * 30 + [0.0] * 70
    track = standing_out(neutral("techno"), "low_end_buildup", 12.0)
    timeline = track.spectrum.timeline
    assert timeline is not None
    bass = tuple(level + timeline.bands_db["bass_60_200"][0] for level in levels)
    track = changed(track, spectrum__timeline__bands_db={**timeline.bands_db, "bass_60_200": bass})

    finding = next(f for f in brief_of(track, genre_id="techno").diagnosis.findings if f.code == "low_end_buildup")

    assert finding.spans[0].start_s == 0.0
    step = first_step([finding], ReviewType.MASTER, house())
    assert re.search(r"1:[34]\d", step), step
    assert "0:00" not in step


@pytest.mark.parametrize("code", list(rules()))
def test_only_a_place_that_is_the_loudest_is_called_so(code: str) -> None:
    first = rules()[code].first

    told = re.search(r"loudest part[^.]*\{there\}", " ".join([first.mix, first.master, first.mastering or ""]))

    assert not told or code == "chorus_lift"


# ------------------------------------------------------------------ caveats


def _low_stereo(caveat: str) -> ReviewItem:
    """The point on a wide low end with this caveat, for an engineer."""
    brief = fixed_brief(ReviewType.MASTER, Detail.PRO)
    finding = next(f for f in brief.diagnosis.findings if f.code == "low_stereo")
    told = replace(brief, diagnosis=replace(brief.diagnosis, findings=(replace(finding, caveat=caveat),)))
    return measured_item(told, table_of(told), "low_stereo")


def test_a_caveat_stands_once_and_short() -> None:
    insight = _low_stereo("acoustic basses are panned by seating; nothing is agreed on").insight

    assert insight.endswith("Keep in mind: acoustic basses are panned by seating.")


def test_a_condition_is_joined_to_the_sentence() -> None:
    assert _low_stereo("unless mono is meant").insight.endswith(", unless mono is meant.")


def test_simple_reviews_carry_no_caveats() -> None:
    review = measured_review(fixed_brief(ReviewType.MASTER, Detail.SIMPLE, Beside.NONE), None)

    assert not [item for item in review.items if "Keep in mind" in item.insight or "unless" in item.insight]
