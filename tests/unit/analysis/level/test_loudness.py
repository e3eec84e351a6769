"""Loudness that algebra gives."""

import numpy as np
import pytest

from core.analysis.analyser import analyse
from core.analysis.scanning.scan import scan
from core.diagnosis.comparing.references import compare_reference
from core.diagnosis.comparing.services import platform_effects
from core.values.errors import InputCode, InputError
from tests.support.audio.signals import level_steps, noise, sine
from tests.support.trials.measuring import measured, scanned, source_of

RATE_HZ = 48_000


def test_a_sine_at_997_hz_in_both_channels_reads_its_peak_level() -> None:
    loudness = measured(sine(997.0, 0.1, 10.0, RATE_HZ), RATE_HZ).loudness
    assert loudness.integrated_lufs == pytest.approx(-20.0, abs=0.02)
    assert loudness.max_momentary_lufs == pytest.approx(-20.0, abs=0.02)
    assert loudness.max_short_term_lufs == pytest.approx(-20.0, abs=0.02)
    assert loudness.loudness_range_lu == pytest.approx(0.0, abs=0.05)


def test_a_mono_file_is_one_channel_and_dual_mono_is_3_db_more() -> None:
    loudness = measured(sine(997.0, 0.1, 5.0, RATE_HZ, channels=1), RATE_HZ).loudness
    assert loudness.integrated_lufs == pytest.approx(-23.01, abs=0.02)
    assert loudness.dual_mono_integrated_lufs == pytest.approx(-20.0, abs=0.02)


def test_a_mono_file_is_judged_like_the_same_sound_in_two_channels() -> None:
    one = level_steps([(-30.0, 6.0), (-12.0, 6.0)], RATE_HZ)[:1]
    alone, both = (measured(np.ascontiguousarray(np.repeat(one, count, axis=0)), RATE_HZ) for count in (1, 2))
    assert alone.loudness.as_played_lufs == pytest.approx(both.loudness.as_played_lufs, abs=0.01)
    assert alone.dynamics.plr_db == pytest.approx(both.dynamics.plr_db, abs=0.01)
    assert alone.dynamics.psr_min_db == pytest.approx(both.dynamics.psr_min_db, abs=0.01)
    gains = [[effect.gain_db for effect in platform_effects(analysis)] for analysis in (alone, both)]
    assert gains[0] == pytest.approx(gains[1], abs=0.1)
    comparison = compare_reference(both, alone)
    assert comparison.loudness_lu == pytest.approx(0.0, abs=0.01)
    assert max(abs(value) for value in comparison.bands_db.values()) < 0.1


def test_a_stereo_file_has_no_dual_mono_loudness() -> None:
    assert measured(sine(997.0, 0.1, 5.0, RATE_HZ), RATE_HZ).loudness.dual_mono_integrated_lufs is None


def test_maxima_are_where_the_loud_part_begins() -> None:
    loudness = measured(level_steps([(-40.0, 5.0), (-20.0, 4.0), (-40.0, 5.0)], RATE_HZ), RATE_HZ).loudness
    assert loudness.max_short_term_at_s is not None
    assert 5.0 <= loudness.max_short_term_at_s <= 6.0
    assert loudness.max_momentary_at_s is not None
    assert 5.0 <= loudness.max_momentary_at_s <= 8.6


def test_the_timeline_has_a_value_per_100_ms_and_follows_the_level() -> None:
    timeline = measured(level_steps([(-40.0, 6.0), (-20.0, 6.0)], RATE_HZ), RATE_HZ).loudness.timeline
    assert timeline.hop_s == pytest.approx(0.1)
    assert len(timeline.short_term_lufs) == 91
    assert timeline.short_term_lufs[0] == pytest.approx(-40.0, abs=0.05)
    assert timeline.short_term_lufs[60] == pytest.approx(-20.0, abs=0.05)


def test_silence_around_the_music_does_not_change_integrated_loudness() -> None:
    bare = level_steps([(-20.0, 10.0)], RATE_HZ)
    padded = level_steps([(None, 7.0), (-20.0, 10.0), (None, 7.0)], RATE_HZ)
    first, second = (measured(signal, RATE_HZ).loudness.integrated_lufs for signal in (bare, padded))
    # three blocks at each end are partly filled
    assert first == pytest.approx(second, abs=0.15)


@pytest.mark.parametrize("level_db", [None, -75.0], ids=["digital silence", "below the absolute gate"])
def test_a_silent_file_is_refused(level_db: float | None) -> None:
    signal = level_steps([(level_db, 5.0)], RATE_HZ)
    frames = scanned(signal, RATE_HZ)
    with pytest.raises(InputError) as refusal:
        analyse(frames, source_of(signal, RATE_HZ))
    assert refusal.value.code is InputCode.SILENT


def test_a_file_shorter_than_a_gating_block_is_refused() -> None:
    signal = sine(997.0, 0.5, 0.3, RATE_HZ)
    with pytest.raises(InputError) as refusal:
        analyse(scanned(signal, RATE_HZ), source_of(signal, RATE_HZ))
    assert refusal.value.code is InputCode.TOO_SHORT


def test_between_400_ms_and_3_s_only_what_can_be_measured_is_stated() -> None:
    analysis = measured(sine(997.0, 0.5, 1.0, RATE_HZ), RATE_HZ)
    assert analysis.loudness.integrated_lufs == pytest.approx(-6.02, abs=0.05)
    assert analysis.loudness.max_short_term_lufs is None
    assert analysis.loudness.loudness_range_lu is None
    assert analysis.dynamics.psr_min_db is None
    assert analysis.dynamics.dr14_db is None


def test_an_empty_stream_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        scan([], RATE_HZ, 2)
    assert refusal.value.code is InputCode.EMPTY


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e20])
def test_samples_that_are_not_audio_are_refused(bad: float) -> None:
    signal = noise(1.0, RATE_HZ)
    signal[1, 12_345] = bad
    with pytest.raises(InputError) as refusal:
        scanned(signal, RATE_HZ)
    assert refusal.value.code is InputCode.NON_FINITE


def test_a_change_of_channels_is_refused() -> None:
    with pytest.raises(InputError) as refusal:
        scan([noise(0.5, RATE_HZ), noise(0.5, RATE_HZ)[:1]], RATE_HZ, 2)
    assert refusal.value.code is InputCode.FORMAT_CHANGE


def test_unscaled_integers_are_measured_as_what_they_are() -> None:
    """A float file written without scaling reads 90 dB too high, finite and consistent."""
    analysis = measured(sine(997.0, 0.1 * 32_768.0, 4.0, RATE_HZ), RATE_HZ)
    assert analysis.loudness.integrated_lufs == pytest.approx(-20.0 + 90.31, abs=0.05)
    assert analysis.peaks.true_peak_dbtp == pytest.approx(-20.0 + 90.31, abs=0.05)
