"""A comparison with a reference: level apart, nothing depends on it."""

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis import compare_reference, diagnose
from core.knowledge.genres import genre_table
from tests.support.analyses import changed, neutral, request, tilted
from tests.support.measuring import measured
from tests.support.signals import noise


def louder(analysis: Analysis, by_db: float) -> Analysis:
    """What the same track measures after a fader move."""
    loudness, peaks = analysis.loudness, analysis.peaks
    assert loudness.integrated_lufs is not None
    return changed(
        analysis,
        loudness__integrated_lufs=loudness.integrated_lufs + by_db,
        peaks__true_peak_dbtp=peaks.true_peak_dbtp + by_db,
        peaks__sample_peak_dbfs=peaks.sample_peak_dbfs + by_db,
    )


@pytest.mark.parametrize("gain", [-14.0, -3.0, 0.0, 5.5])
def test_a_gain_changes_the_loudness_difference_and_nothing_else(gain: float) -> None:
    track, reference = tilted(neutral(), "lowmid_200_500", 2.5), neutral("house")
    before, after = compare_reference(track, reference), compare_reference(louder(track, gain), reference)

    assert before.loudness_lu is not None
    assert after.loudness_lu == pytest.approx(before.loudness_lu + gain)
    assert (after.bands_db, after.third_octave_db, after.deltas) == (
        before.bands_db,
        before.third_octave_db,
        before.deltas,
    )


def test_a_gain_on_real_samples_changes_the_loudness_difference_and_nothing_else() -> None:
    signal = noise(12.0, 44_100, exponent=1.0, rms=0.05)
    loud, soft = measured(signal, 44_100), measured(signal * 0.25, 44_100)
    comparison = compare_reference(loud, soft)

    assert comparison.loudness_lu == pytest.approx(12.04, abs=0.02)
    assert all(abs(value) <= 0.02 for value in comparison.bands_db.values())
    assert all(abs(delta.value) <= 0.02 for delta in comparison.deltas)


def test_differences_are_the_track_minus_the_reference() -> None:
    track = changed(tilted(neutral(), "air_10k_20k", 3.0), dynamics__plr_db=8.0, stereo__side_to_mid_db=-4.0)
    reference = changed(neutral(), dynamics__plr_db=12.0, stereo__side_to_mid_db=-10.0)
    comparison = compare_reference(track, reference)
    deltas = {delta.measure: delta.value for delta in comparison.deltas}

    assert comparison.bands_db["air_10k_20k"] == pytest.approx(3.0)
    assert comparison.bands_db["mid_500_2k"] == pytest.approx(0.0)
    assert comparison.third_octave_db["12500"] == pytest.approx(3.0)
    assert deltas["true peak above loudness (PLR)"] == pytest.approx(-4.0)
    assert deltas["side against mid"] == pytest.approx(6.0)


def test_what_one_of_the_two_does_not_have_is_not_compared() -> None:
    comparison = compare_reference(changed(neutral(), bass=None, dynamics__psr_min_db=None), neutral())
    named = {delta.measure for delta in comparison.deltas}

    assert not {"side against mid below 120 Hz", "smallest PSR"} & named
    assert "loudness range" in named


def test_a_diagnosis_compares_only_when_asked() -> None:
    genre = genre_table().get("pop")

    assert diagnose(neutral(), genre, request()).reference is None
    assert diagnose(neutral(), genre, request(), reference=neutral()).reference is not None
