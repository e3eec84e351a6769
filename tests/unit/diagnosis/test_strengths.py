"""Strengths: what measures well, and never what a finding contradicts."""

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.diagnosis.strengths import strength_text, strength_texts
from core.knowledge.genres import genre_table
from core.text.numbers import measurement
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, neutral, request, tilted


def codes(analysis: Analysis, kind: ReviewType = ReviewType.MASTER) -> set[str]:
    return {strength.code for strength in diagnose(analysis, genre_table().get("pop"), request(kind)).strengths}


def test_a_good_master_has_every_strength() -> None:
    assert codes(neutral()) == set(strength_texts())


def test_a_mix_is_not_praised_for_delivery() -> None:
    assert not codes(neutral(mix=True), ReviewType.MIXDOWN) & {"loudness_in_range", "true_peak_safe"}


@pytest.mark.parametrize(
    ("strength", "fault"),
    [
        ("dynamics_alive", {"dynamics__psr_min_db": 8.9}),
        ("solid_low", {"bass__side_to_mid_below_120_db": -15.0}),
        ("mono_safe", {"stereo__mono_fold_loss_db": -1.2}),
        ("centred", {"stereo__balance_db": 0.6}),
        ("loudness_in_range", {"loudness__integrated_lufs": -14.0}),
        ("true_peak_safe", {"peaks__true_peak_dbtp": -0.9}),
        ("clean_peaks", {"peaks__clipped_run_count": 1}),
    ],
)
def test_a_strength_ends_where_its_measure_does(strength: str, fault: dict[str, float]) -> None:
    assert strength in codes(neutral())
    assert strength not in codes(changed(neutral(), **fault))


@pytest.mark.parametrize(
    ("band", "by_db"),
    [("lowmid_200_500", 3.5), ("presence_2k_5k", 3.5), ("air_10k_20k", -9.0), ("bass_60_200", 9.0)],
)
def test_a_track_with_a_tone_finding_is_not_called_balanced(band: str, by_db: float) -> None:
    assert "balanced_tone" not in codes(tilted(neutral(), band, by_db))


@pytest.mark.parametrize("code", list(strength_texts()))
def test_a_strength_is_a_sentence_with_its_value(code: str) -> None:
    genre = genre_table().get("pop")
    strength = next(s for s in diagnose(neutral(), genre, request()).strengths if s.code == code)
    text = strength_text(code).format(value=measurement(strength.value, strength.unit), genre=genre.name)

    assert text.endswith(".")
    assert "{" not in text
    assert strength.target.source
