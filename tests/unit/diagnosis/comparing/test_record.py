"""Several tracks as one record."""

from itertools import pairwise, permutations

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis.comparing.record import Cohesion, Spread, cohesion
from core.knowledge.cohesion import cohesion_limits, join_limit
from core.values.serial import from_json, to_json
from tests.support.reviews.analyses import changed, neutral, tilted


def track(start_lufs: float = -10.0, end_lufs: float = -10.0) -> Analysis:
    """A song whose first and last halves have these short-term levels."""
    song = neutral(duration_s=60.0)
    half = len(song.loudness.timeline.short_term_lufs) // 2
    return changed(song, loudness__timeline__short_term_lufs=(start_lufs,) * half + (end_lufs,) * half)


def spread_of(found: Cohesion, measure_id: str) -> Spread:
    return next(spread for spread in found.spreads if spread.id == measure_id)


def louder(analysis: Analysis, by_db: float) -> Analysis:
    assert analysis.loudness.integrated_lufs is not None
    return changed(
        analysis,
        loudness__integrated_lufs=analysis.loudness.integrated_lufs + by_db,
        peaks__sample_peak_dbfs=analysis.peaks.sample_peak_dbfs + by_db,
        peaks__true_peak_dbtp=analysis.peaks.true_peak_dbtp + by_db,
    )


def test_equal_tracks_hold_together() -> None:
    found = cohesion([neutral()] * 4)

    assert found.tracks == 4
    assert {spread.id for spread in found.spreads} == {limit.id for limit in cohesion_limits()}
    assert all(spread.spread == 0.0 and spread.outliers == () for spread in found.spreads)
    assert found.order is None
    assert found.steps_lu == 0.0


@pytest.mark.parametrize(("by_db", "falls_out"), [(1.9, False), (2.1, True), (-1.9, False), (-2.1, True)])
def test_a_track_that_is_louder_or_quieter_falls_out(by_db: float, falls_out: bool) -> None:
    found = spread_of(cohesion([neutral(), neutral(), louder(neutral(), by_db)]), "loudness")

    assert found.spread == pytest.approx(abs(by_db))
    assert [outlier.track for outlier in found.outliers] == [2] * falls_out
    if falls_out:
        assert found.outliers[0].difference == pytest.approx(by_db)
        assert f"{abs(by_db):.1f}" in found.outliers[0].advice
        assert ("turn it down" in found.outliers[0].advice) is (by_db > 0)


@pytest.mark.parametrize("band", ["sub_20_60", "bass_60_200", "presence_2k_5k", "air_10k_20k"])
def test_tone_is_compared_at_equal_loudness(band: str) -> None:
    limit = next(limit.limit for limit in cohesion_limits() if limit.id == band)
    odd = louder(tilted(neutral(), band, limit + 0.5), -1.5)
    found = cohesion([neutral(), neutral(), odd, neutral()])

    assert [outlier.track for outlier in spread_of(found, band).outliers] == [2]
    assert spread_of(found, band).outliers[0].difference == pytest.approx(limit + 0.5)
    others = [spread for spread in found.spreads if spread.id not in {band, "loudness"}]
    assert all(spread.spread == pytest.approx(0.0, abs=1e-9) for spread in others)


@pytest.mark.parametrize(
    ("path", "measure_id", "values"),
    [
        ("dynamics__plr_db", "plr", (10.0, 10.0, 6.5)),
        ("loudness__loudness_range_lu", "lra", (5.0, 5.0, 9.5)),
        ("stereo__side_to_mid_db", "width", (-8.0, -8.0, -3.0)),
    ],
)
def test_dynamics_and_width_are_compared(path: str, measure_id: str, values: tuple[float, ...]) -> None:
    found = cohesion([changed(neutral(), **{path: value}) for value in values])

    assert [outlier.track for outlier in spread_of(found, measure_id).outliers] == [2]


def test_what_cannot_be_measured_on_a_track_is_left_out_for_that_track() -> None:
    found = cohesion([neutral(), changed(neutral(), stereo__side_to_mid_db=None), neutral()])

    assert spread_of(found, "width").values[1] is None
    alone = cohesion([neutral(), changed(neutral(), stereo__side_to_mid_db=None)])
    assert "width" not in {spread.id for spread in alone.spreads}


def test_steps_from_song_to_song_are_told_with_their_sign() -> None:
    found = cohesion([track(-10, -20), track(-9, -9), track(-14, -14)])

    assert [join.step_lu for join in found.transitions] == pytest.approx([11.0, -5.0])
    assert [join.is_large for join in found.transitions] == [True, False]
    assert found.steps_lu == pytest.approx(16.0)


def test_the_order_with_the_smallest_steps_is_found() -> None:
    songs = [track(-8, -20), track(-9, -8), track(-19, -14), track(-14, -9)]
    ends = [(-8, -20), (-9, -8), (-19, -14), (-14, -9)]
    found = cohesion(songs)
    by_hand = min(
        sum(abs(ends[b][0] - ends[a][1]) for a, b in pairwise(order)) for order in permutations(range(len(songs)))
    )

    assert found.order == (2, 3, 1, 0)
    assert found.order_steps_lu == pytest.approx(by_hand)


def test_an_order_that_saves_little_is_not_offered() -> None:
    assert cohesion([track(-10, -11), track(-10, -10), track(-11, -10)]).order is None


def test_a_long_record_keeps_its_order() -> None:
    assert cohesion([track(-10.0 - at % 5 * 3) for at in range(15)]).order is None


def test_a_song_that_is_silent_at_its_end_is_judged_by_its_last_sound() -> None:
    quiet = changed(
        neutral(duration_s=60.0), loudness__timeline__short_term_lufs=(-10.0,) * 300 + (-16.0,) * 100 + (-120.0,) * 170
    )
    found = cohesion([quiet, track()])

    assert found.transitions[0].step_lu == pytest.approx(6.0)


def test_a_record_has_two_tracks_at_least() -> None:
    with pytest.raises(ValueError, match="at least 2 tracks"):
        cohesion([neutral()])


def test_it_survives_storage() -> None:
    found = cohesion([neutral(), louder(neutral(), 3.0), track(-20, -8)])

    assert from_json(Cohesion, to_json(found)) == found


def test_limits_have_sources_and_words_for_both_directions() -> None:
    for limit in cohesion_limits():
        assert limit.source
        assert limit.evidence in {"H", "M", "L", "G"}
        assert limit.more.endswith(".")
        assert limit.less.endswith(".")
    assert join_limit().source
