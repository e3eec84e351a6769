"""Targets made from several uploads."""

import random

import pytest

from core.analysis.measurements import Analysis
from core.targets.percentiles import TARGET_TRACKS_MIN, ServerTarget, compare_target, target_from
from core.values.serial import from_json, to_json
from tests.support.reviews.analyses import changed, neutral, tilted


def tracks(values: list[float]) -> list[Analysis]:
    """Tracks with these PLRs."""
    return [changed(neutral(), dynamics__plr_db=value) for value in values]


def test_percentiles_are_those_of_the_tracks() -> None:
    usual = target_from(tracks([float(value) for value in range(21)])).measures["plr_db"]

    assert (usual.p10, usual.p50, usual.p90, usual.tracks) == (2.0, 10.0, 18.0, 21)


def test_the_order_of_the_uploads_does_not_matter() -> None:
    values = [7.0, 8.5, 9.0, 9.5, 12.0, 13.0]
    shuffled = random.Random(1).sample(values, len(values))

    assert target_from(tracks(values)) == target_from(tracks(shuffled))


def test_too_few_tracks_make_no_target() -> None:
    with pytest.raises(ValueError, match="5 tracks"):
        target_from(tracks([9.0] * (TARGET_TRACKS_MIN - 1)))


def test_a_measure_that_too_few_have_is_left_out() -> None:
    several = [changed(neutral(), stereo__side_to_mid_db=None) for _ in range(3)] + [neutral() for _ in range(4)]
    target = target_from(several)

    assert "side_to_mid_db" not in target.measures
    assert target.measures["plr_db"].tracks == 7


@pytest.mark.parametrize(
    ("value", "from_median", "outside"), [(1.0, -9.0, -1.0), (2.0, -8.0, 0.0), (10.0, 0.0, 0.0), (20.5, 10.5, 2.5)]
)
def test_a_track_lies_inside_or_outside_of_what_is_usual(value: float, from_median: float, outside: float) -> None:
    target = target_from(tracks([float(number) for number in range(21)]))
    delta = next(delta for delta in compare_target(tracks([value])[0], target) if delta.measure == "plr_db")

    assert (delta.value, delta.from_median, delta.outside) == (value, from_median, outside)


def test_a_gain_changes_the_loudness_and_nothing_else() -> None:
    target = target_from([neutral()] * TARGET_TRACKS_MIN)
    song = tilted(neutral(), "air_10k_20k", 3.0)
    louder = changed(
        song,
        loudness__integrated_lufs=(song.loudness.integrated_lufs or 0.0) + 4.0,
        peaks__sample_peak_dbfs=song.peaks.sample_peak_dbfs + 4.0,
    )
    before, after = (
        {delta.measure: delta.outside for delta in compare_target(track, target)} for track in (song, louder)
    )

    assert before["air_10k_20k"] == pytest.approx(3.0)
    assert after.pop("integrated_lufs") == pytest.approx(before.pop("integrated_lufs") + 4.0)
    assert after == before


def test_a_target_holds_percentiles_only_and_survives_storage() -> None:
    target = target_from(tracks([8.0, 9.0, 10.0, 11.0, 12.0]))
    text = to_json(target)

    assert from_json(ServerTarget, text) == target
    assert len(text) < 2_000
    for word in (b"codec", b"key", b"timeline", b"duration"):
        assert word not in text
