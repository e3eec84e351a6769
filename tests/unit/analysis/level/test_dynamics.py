"""Ratios between peaks and levels that algebra gives."""

import numpy as np
import pytest

from tests.support.audio.signals import level_steps, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 48_000


def test_the_crest_factor_of_a_sine_is_3_db_and_of_a_square_wave_0() -> None:
    tone = sine(200.0, 0.5, 6.0, RATE_HZ)
    assert measured(tone, RATE_HZ).dynamics.crest_factor_db == pytest.approx(3.01, abs=0.01)
    square = np.where(tone >= 0.0, np.float32(0.5), np.float32(-0.5))
    assert measured(square, RATE_HZ).dynamics.crest_factor_db == pytest.approx(0.0, abs=0.01)


def test_plr_of_a_sine_at_997_hz_in_both_channels_is_0() -> None:
    assert measured(sine(997.0, 0.5, 6.0, RATE_HZ), RATE_HZ).dynamics.plr_db == pytest.approx(0.0, abs=0.05)


def test_psr_is_searched_in_loud_passages_only() -> None:
    """The quiet half is a bare sine (PSR 0), the loud half has peaks 12 dB above its sine."""
    signal = level_steps([(-40.0, 10.0), (-20.0, 10.0)], RATE_HZ)
    signal[:, 10 * RATE_HZ :: RATE_HZ // 2] = 10.0 ** (-8.0 / 20.0)
    dynamics = measured(signal, RATE_HZ).dynamics
    assert dynamics.psr_min_db == pytest.approx(12.0, abs=0.6)
    assert dynamics.psr_min_at_s is not None
    assert dynamics.psr_min_at_s > 8.0


def test_dr14_of_a_steady_sine_is_0() -> None:
    """Its RMS counts √2 times, so a sine's level is its peak."""
    assert measured(sine(440.0, 0.5, 12.0, RATE_HZ), RATE_HZ).dynamics.dr14_db == pytest.approx(0.0, abs=0.02)


def test_dr14_takes_the_second_highest_peak_against_the_loudest_fifth() -> None:
    signal = sine(440.0, 0.1, 30.0, RATE_HZ)
    for block, peak in ((2, 0.9), (5, 0.4)):
        signal[:, round((3 * block + 1.5) * RATE_HZ)] = peak
    expected = 20.0 * np.log10(0.4 / 0.1)
    assert measured(signal, RATE_HZ).dynamics.dr14_db == pytest.approx(expected, abs=0.05)


def test_gaussian_noise_has_more_crest_than_a_sine() -> None:
    assert 11.0 < measured(noise(6.0, RATE_HZ), RATE_HZ).dynamics.crest_factor_db < 15.0
