"""A comparison in words."""

from dataclasses import replace

import pytest

from core.targets import words
from core.targets.named import LOUDNESS_ID, MEASURES, TargetComparison
from core.targets.percentiles import TargetDelta
from core.text.language import worded
from core.text.numbers import lower_first
from core.values.request import ReviewType
from tests.unit.targets.samples import comparison, target


def lines(found: TargetComparison, most: int | None = None) -> list[str]:
    return [line.replace("\u00a0", " ") for line in words.target_lines(found, most)]


def test_what_lies_outside_comes_first_then_the_rest_then_loudness() -> None:
    assert lines(comparison(3.0)) == [
        "60–200 Hz: 3.0 dB above their middle, 1.4 dB beyond their usual range",
        worded("target.rest_within"),
        f"Loudness: {_lufs()}, right at their middle, within their usual range",
    ]
    assert words.target_heading(comparison()) == "Against Our drum & bass (9 tracks)"


def test_below_is_said_as_below() -> None:
    assert lines(comparison(-3.0))[0] == "60–200 Hz: 3.0 dB below their middle, 1.4 dB beyond their usual range"


@pytest.mark.parametrize(("by_db", "says"), [(1.5, "brighter than"), (-1.5, "darker than")])
def test_a_tilt_is_said_as_what_is_heard(by_db: float, says: str) -> None:
    delta = TargetDelta("tilt_db_per_octave", -6.0 + by_db, by_db, by_db / 2)

    assert words.delta_line(delta).replace("\u00a0", " ") == (
        f"Spectral tilt: 1.5 dB/oct {says} their middle, 0.8 dB/oct beyond their usual range"
    )


def test_where_nothing_lies_outside_that_is_said() -> None:
    assert lines(comparison(1.0))[0] == worded("target.within")


def test_what_lies_outside_by_less_than_its_margin_is_inside() -> None:
    assert lines(comparison(2.0))[0] == worded("target.within")
    assert lines(comparison(2.12))[0].endswith("0.5 dB beyond their usual range")


def test_of_a_mix_it_is_said_why_loudness_is_missing() -> None:
    told = lines(comparison(3.0, ReviewType.MIXDOWN))

    assert told[-1] == worded("reference.left_to_mastering")
    assert not any("LUFS" in line or "PLR:" in line for line in told)


def test_a_loudness_that_could_not_be_measured_is_said_to_be_missing() -> None:
    found = comparison()
    without = replace(found, deltas=tuple(delta for delta in found.deltas if delta.measure != LOUDNESS_ID))

    assert lines(without)[-1] == worded("target.no_loudness")


def test_a_long_list_is_cut_after_the_farthest() -> None:
    found = comparison()
    bands = [delta for delta in found.deltas if delta.measure not in {LOUDNESS_ID, "plr_db"}]
    far = tuple(replace(delta, outside=-1.0 - number, from_median=-9.0) for number, delta in enumerate(bands))
    told = lines(replace(found, deltas=far), 3)

    assert [line.split(", ")[1] for line in told[:3]] == [
        f"{len(far) - number}.0 {MEASURES[far[-1 - number].measure].difference_unit} beyond their usual range"
        for number in range(3)
    ]
    assert told[3] == worded("target.more", count=len(far) - 3)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_its_row_in_the_table(measure: str) -> None:
    usual = target().target.measures["plr_db"]

    assert words.usual_rows({measure: usual}) == [
        (lower_first(MEASURES[measure].label), MEASURES[measure].unit, "6.8", "10.0", "13.2")
    ]


def _lufs() -> str:
    delta = next(delta for delta in comparison().deltas if delta.measure == LOUDNESS_ID)
    return f"−{abs(delta.value):.1f} LUFS"
