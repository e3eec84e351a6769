"""Rows of the dial card where the tone has a reference or an earlier version to be held against."""

from dataclasses import replace

import pytest

from core.advice.measured.measured_review import card
from core.advice.measured.tone_settings import tone_settings
from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.diagnosis.comparing import reference_words, version_words
from core.diagnosis.findings import VersionOutcome
from core.knowledge.genres import genre_table
from core.review import REFERENCE_CODE, Brief
from core.text.language import worded
from core.values.chain import FilterKind
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, neutral, request
from tests.unit.analysis.tone.test_equaliser_fit import difference

Filter = tuple[FilterKind, float, float, float]


def equalised(analysis: Analysis, *filters: Filter) -> Analysis:
    """An analysis as if its music had gone through scipy's filters."""
    by_db = difference(*filters)
    thirds = analysis.spectrum.third_octave_db
    return changed(
        analysis, spectrum__third_octave_db={name: level + by_db.get(name, 0.0) for name, level in thirds.items()}
    )


def brief(
    track: Analysis, *, reference: Analysis | None = None, earlier: Analysis | None = None, focus: str | None = None
) -> Brief:
    genre, asked = genre_table().get("pop"), replace(request(ReviewType.MASTER), focus=focus)
    before = diagnose(earlier, genre, asked).findings if earlier is not None else None
    found = diagnose(track, genre, asked, reference=reference, previous=before, earlier=earlier)
    return Brief(asked, genre, track, found, reference)


def test_against_a_reference_the_rows_are_the_moves_that_lead_there() -> None:
    track = equalised(neutral(), (FilterKind.BELL, 300.0, 2.5, 1.0), (FilterKind.HIGH_SHELF, 6_000.0, -2.0, 0.7))
    shown = card(brief(track, reference=neutral()))

    rows = [row for row in shown.rows if row.finding_code == REFERENCE_CODE]
    assert len(rows) == len([row for row in shown.rows if row.processor.endswith("EQ")]) == 2
    bell, shelf = sorted(shown.chain.eq, key=lambda band: band.frequency_hz)
    assert (bell.kind, shelf.kind) == (FilterKind.BELL, FilterKind.HIGH_SHELF)
    assert (bell.gain_db, shelf.gain_db) == pytest.approx((-2.5, 2.0), abs=0.5)
    assert (bell.frequency_hz, shelf.frequency_hz) == pytest.approx((300.0, 6_000.0), rel=0.15)


def test_a_tone_rule_sets_no_second_row_beside_them() -> None:
    track = equalised(neutral(), (FilterKind.BELL, 300.0, 14.0, 1.0))
    alone, against = card(brief(track)), card(brief(track, reference=track))

    assert [row.finding_code for row in alone.rows] == ["mud"]
    assert against.rows == ()


def test_a_move_beyond_reach_makes_no_row_and_is_told_as_it_is() -> None:
    found = brief(equalised(neutral(), (FilterKind.BELL, 300.0, 9.0, 1.0)), reference=neutral())

    assert found.diagnosis.reference is not None
    assert found.diagnosis.reference.moves[0].band.gain_db == pytest.approx(-9.0, abs=0.5)
    assert card(found).rows == ()


def test_what_must_stay_is_not_set() -> None:
    track = equalised(neutral(), (FilterKind.BELL, 70.0, 2.5, 1.0))

    assert len(card(brief(track, reference=neutral())).rows) == 1
    assert card(brief(track, reference=neutral(), focus="leave the bass alone")).rows == ()


def test_a_finding_that_the_last_change_made_is_taken_back_by_it() -> None:
    earlier = equalised(neutral(), (FilterKind.BELL, 300.0, 3.0, 1.0))
    found = brief(equalised(earlier, (FilterKind.BELL, 300.0, 2.5, 1.0)), earlier=earlier)

    mud = next(change for change in found.diagnosis.versions or () if change.code == "mud")
    settings = tone_settings(found.diagnosis, ReviewType.MASTER).settings
    assert mud.outcome in {VersionOutcome.NEW, VersionOutcome.WORSE}
    assert [setting.code for setting in settings] == ["mud"]
    assert settings[0].band.gain_db == pytest.approx(-2.5, abs=0.5)


def test_an_equal_version_sets_nothing() -> None:
    track = equalised(neutral(), (FilterKind.BELL, 300.0, 14.0, 1.0))

    assert tone_settings(brief(track, earlier=track).diagnosis, ReviewType.MASTER).settings == ()


def test_a_track_that_is_built_differently_is_told_so_without_moves() -> None:
    track = equalised(neutral(), (FilterKind.HIGH_SHELF, 3_000.0, 19.0, 0.7))
    found = brief(track, reference=neutral(), earlier=neutral())

    assert found.diagnosis.reference is not None
    assert reference_words.moves_line(found.diagnosis.reference) == [worded("reference.built_differently")]
    assert version_words.tone_line(found.diagnosis) == worded("versions.another_tone")
    assert not [row for row in card(found).rows if row.finding_code == REFERENCE_CODE]
