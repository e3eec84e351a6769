"""A comparison with a reference: level apart, nothing depends on it."""

import math
from pathlib import Path

import numpy as np
import pytest

from core.analysis.measurements import Analysis, Section
from core.diagnosis import compare_reference, compare_references, diagnose
from core.diagnosis.findings import ToneMove
from core.knowledge.genres import genre_table
from tests.support.audio.music import read_music
from tests.support.audio.signals import noise
from tests.support.reviews.analyses import changed, neutral, request, tilted
from tests.support.trials.measuring import measured
from tests.support.trials.reference_trials import EQUALISERS, equalised, true_differences


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


def parts(*named: tuple[str, float, float]) -> tuple[Section, ...]:
    """Sections of 30 s each: name, loudness, confidence."""
    return tuple(
        Section(30.0 * at, 30.0 * at + 30.0, label, level, confidence)
        for at, (label, level, confidence) in enumerate(named)
    )


def test_parts_of_one_name_are_compared_each_against_its_own_song() -> None:
    track = changed(
        neutral(),
        loudness__integrated_lufs=-10.0,
        sections=parts(("intro", -16.0, 0.8), ("drop", -9.0, 0.9), ("A", -12.0, 0.0), ("drop", -9.0, 0.9)),
    )
    reference = changed(
        neutral(),
        loudness__integrated_lufs=-8.0,
        sections=parts(("intro", -12.0, 0.8), ("break", -13.0, 0.7), ("drop", -7.5, 0.9), ("A", -9.0, 0.0)),
    )
    sections = {delta.label: delta.level_lu for delta in compare_reference(track, reference).sections}

    assert sections == pytest.approx({"intro": -2.0, "drop": 0.5})


def test_a_gain_changes_nothing_about_the_parts() -> None:
    track = changed(neutral(), loudness__integrated_lufs=-10.0, sections=parts(("drop", -9.0, 0.9)))
    louder_track = changed(track, loudness__integrated_lufs=-4.0, sections=parts(("drop", -3.0, 0.9)))

    assert compare_reference(louder_track, track).sections[0].level_lu == pytest.approx(0.0)


def is_undone(moves: tuple[ToneMove, ...], hz: float, gain_db: float) -> bool:
    """Whether a move takes a filter back: within a third of an octave and 1.5 dB."""
    return any(
        abs(math.log2(move.band.frequency_hz / hz)) <= 1.0 / 3.0 and abs(move.band.gain_db + gain_db) <= 1.5
        for move in moves
    )


@pytest.mark.parametrize(("hz", "gain_db"), EQUALISERS)
def test_an_equalised_twin_is_recovered_within_half_a_decibel_at_equal_loudness(hz: float, gain_db: float) -> None:
    rate = 44_100
    twin = noise(12.0, rate, exponent=1.0, rms=0.05).astype(np.float64)
    track = equalised(twin, rate, hz, gain_db) * 0.4
    found = compare_reference(measured(track.astype(np.float32), rate), measured(twin.astype(np.float32), rate))
    true = true_differences(track, twin, rate)

    for name, value in found.bands_db.items():
        assert value == pytest.approx(true[name], abs=0.1), name
    assert is_undone(found.moves, hz, gain_db)


@pytest.mark.audio
@pytest.mark.parametrize("track", ["km_Blue_Ska.mp3", "lmms_Farbro-Tectonic.ogg", "eif_Caesium_stemsum.ogg"])
@pytest.mark.parametrize(("hz", "gain_db"), EQUALISERS[::2])
def test_an_equalised_twin_of_real_music_is_recovered(track: str, hz: float, gain_db: float, test_audio: Path) -> None:
    music = read_music(test_audio / track, 40.0)
    rate, twin = music.sample_rate_hz, music.samples[:, 10 * music.sample_rate_hz :].astype(np.float64)
    other = equalised(twin, rate, hz, gain_db) * 0.5
    found = compare_reference(measured(other.astype(np.float32), rate), measured(twin.astype(np.float32), rate))
    true = true_differences(other, twin, rate)

    for name, value in found.bands_db.items():
        assert value == pytest.approx(true[name], abs=0.5), name
    assert is_undone(found.moves, hz, gain_db)


def test_a_band_in_which_one_of_the_two_has_nothing_is_not_compared() -> None:
    spectrum = neutral().spectrum
    empty = changed(
        neutral(),
        spectrum__bands={**spectrum.bands, "air_10k_20k": -120.0},
        spectrum__third_octave_db={
            name: -120.0 if float(name) >= 10_000.0 else level for name, level in spectrum.third_octave_db.items()
        },
    )

    for found in (compare_reference(neutral(), empty), compare_reference(empty, neutral())):
        assert "air_10k_20k" not in found.bands_db
        assert "12500" not in found.third_octave_db
        assert found.moves == ()


def test_several_references_make_a_range_with_the_track_inside_or_outside_of_it() -> None:
    references = [changed(tilted(neutral(), "air_10k_20k", by), dynamics__plr_db=plr) for by, plr in ((0, 9), (4, 12))]
    track = changed(tilted(neutral(), "air_10k_20k", 1.0), dynamics__plr_db=7.5, loudness__integrated_lufs=-20.0)
    found = compare_references(track, references)
    plr = next(delta for delta in found.deltas if delta.measure.endswith("(PLR)"))
    alone = compare_reference(track, references[0]).bands_db["air_10k_20k"]
    air = found.bands_db["air_10k_20k"]

    assert found.references == 2
    assert (air.least, air.most) == pytest.approx((alone - 4.0, alone))
    assert (plr.least, plr.most, plr.outside) == pytest.approx((-4.5, -1.5, -1.5))


@pytest.mark.parametrize(("by_db", "outside"), [(-2.0, -2.0), (0.0, 0.0), (1.0, 0.0), (4.0, 0.0), (5.5, 1.5)])
def test_outside_is_the_distance_to_the_nearer_end_of_the_range(by_db: float, outside: float) -> None:
    references = [tilted(neutral(), "air_10k_20k", by) for by in (0.0, 4.0)]
    found = compare_references(tilted(neutral(), "air_10k_20k", by_db), references)

    assert found.bands_db["air_10k_20k"].outside == pytest.approx(outside)


def test_one_reference_is_a_range_of_one_and_none_is_refused() -> None:
    found = compare_references(tilted(neutral(), "air_10k_20k", 3.0), [neutral()])

    assert found.bands_db["air_10k_20k"].least == found.bands_db["air_10k_20k"].most == pytest.approx(3.0)
    with pytest.raises(ValueError, match="one reference"):
        compare_references(neutral(), [])
