"""Named targets, and a track held against one."""

import pytest

from core.targets.named import (
    MEASURES,
    NAME_MAX_CHARACTERS,
    SET_BY_MASTERING,
    compare_with_target,
    make_target,
    name_key,
    target_name,
)
from core.values.errors import UsageCode, UsageError
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, neutral
from tests.unit.targets.samples import bassy, comparison, target, tracks


def deltas(kind: ReviewType = ReviewType.MASTER) -> dict[str, tuple[float, float]]:
    return {delta.measure: (delta.from_median, delta.outside) for delta in comparison(3.0, kind).deltas}


def test_a_track_is_compared_in_every_measure_in_the_order_they_are_shown() -> None:
    assert list(deltas()) == [measure for measure in MEASURES if measure in target().target.measures]
    assert deltas()["bass_60_200"] == pytest.approx((3.0, 1.4), abs=0.01)
    assert deltas()["plr_db"] == (0.0, 0.0)


@pytest.mark.parametrize("kind", [ReviewType.MIXDOWN, ReviewType.MASTERING])
def test_a_mix_is_never_held_against_loudness(kind: ReviewType) -> None:
    assert deltas(kind).keys() == deltas().keys() - SET_BY_MASTERING


def test_too_few_tracks_make_no_target() -> None:
    with pytest.raises(UsageError) as caught:
        make_target("four", tracks()[:4])

    assert caught.value.code is UsageCode.TOO_FEW_TRACKS


@pytest.mark.parametrize(
    ("low_side", "from_median", "outside"), [(-90.0, 0.0, 0.0), (-41.0, 0.0, 0.0), (-20.0, 40.0, 40.0)]
)
def test_below_the_floor_a_side_is_mono_and_differs_from_none(
    low_side: float, from_median: float, outside: float
) -> None:
    mono_bass = make_target("mono", [changed(neutral(), bass__side_to_mid_below_120_db=-60.0)] * 5)
    track = changed(neutral(), bass__side_to_mid_below_120_db=low_side)
    found = {delta.measure: delta for delta in compare_with_target(track, mono_bass, ReviewType.MASTER).deltas}
    delta = found["side_to_mid_below_120_db"]

    assert (delta.value, delta.from_median, delta.outside) == (low_side, from_median, outside)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Our drum & bass\n", "Our drum & bass"),
        ("a\u202eb\u200b c\x07", "ab c"),
        ("by <@123> <<@!4>", "by @123> @!4>"),
        ("two\nlines\tand more", "two lines and more"),
        ("cafe\u0301", "caf\u00e9"),
        ("x" * NAME_MAX_CHARACTERS, "x" * NAME_MAX_CHARACTERS),
    ],
)
def test_names_are_kept_as_one_visible_line(given: str, kept: str) -> None:
    assert target_name(given) == kept


@pytest.mark.parametrize("given", ["", "   ", "\u200b\u202e", "x" * (NAME_MAX_CHARACTERS + 1), "x" * 1_000_000])
def test_a_name_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        target_name(given)

    assert caught.value.code is UsageCode.TARGET_NAME


def test_names_are_the_same_whatever_their_case() -> None:
    assert name_key("Straße DnB") == name_key("STRASSE dnb")
    assert name_key("ＤｎＢ") == name_key("dnb")
    assert name_key("dnb") != name_key("dub")


def test_the_comparison_says_whom_it_is_with() -> None:
    found = compare_with_target(bassy(), target(), ReviewType.MASTER)

    assert (found.name, found.tracks) == ("Our drum & bass", 9)
