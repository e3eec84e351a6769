"""Resonances put into noise and music, and notes that are none; sixth octaves."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.signal

from core.analysis.level.loudness import loudness_curves
from core.analysis.measurements import Resonance
from core.analysis.music.key import measure_tonality
from core.analysis.tone.notes import note_name
from core.analysis.tone.resonances import find_resonances
from tests.support.audio.signals import Signal, cadences, noise, sine
from tests.support.trials.measuring import measured, scanned

RATE_HZ = 44_100


def ringing(signal: Signal, frequency_hz: float, gain_db: float, q: float = 30.0) -> Signal:
    """A peaking filter (RBJ cookbook)."""
    amplitude = 10.0 ** (gain_db / 40.0)
    turn = 2.0 * np.pi * frequency_hz / RATE_HZ
    alpha = np.sin(turn) / (2.0 * q)
    over = [1.0 + alpha * amplitude, -2.0 * np.cos(turn), 1.0 - alpha * amplitude]
    under = [1.0 + alpha / amplitude, -2.0 * np.cos(turn), 1.0 - alpha / amplitude]
    return scipy.signal.lfilter(over, under, signal, axis=1).astype(np.float32)


def resonances_of(signal: Signal) -> tuple[Resonance, ...]:
    found = measured(signal, RATE_HZ).spectrum.resonances
    assert found is not None
    return found


@pytest.mark.parametrize("frequency_hz", [72.0, 150.0, 622.0, 1_537.0, 3_210.0, 6_300.0, 12_500.0])
@pytest.mark.parametrize("exponent", [0.5, 1.5])
def test_a_ringing_frequency_is_found_with_its_height(frequency_hz: float, exponent: float) -> None:
    signal = noise(20.0, RATE_HZ, exponent=exponent)
    (found,) = resonances_of(ringing(signal, frequency_hz, 18.0))
    assert found.frequency_hz == pytest.approx(frequency_hz, rel=0.015)
    assert found.note == note_name(found.frequency_hz)
    # the band is about as wide as the peak: its mean is lower than the peak's top
    assert 12.0 <= found.excess_db <= 18.5
    assert found.share > 0.9
    assert found.steady_db is not None
    assert 4.0 <= found.steady_db <= found.excess_db


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_noise_has_no_resonances(exponent: float) -> None:
    assert resonances_of(noise(20.0, RATE_HZ, exponent=exponent)) == ()


def test_a_broad_boost_is_no_resonance() -> None:
    assert resonances_of(ringing(noise(20.0, RATE_HZ, exponent=1.0), 900.0, 15.0, q=1.4)) == ()


def music() -> Signal:
    return cadences(0, minor=False, rate_hz=RATE_HZ, rounds=10) + noise(20.0, RATE_HZ, exponent=1.0, rms=0.003)


def test_notes_are_no_resonances() -> None:
    assert resonances_of(music()) == ()


def test_it_tells_where_it_is_strongest() -> None:
    louder = np.ones(20 * RATE_HZ, np.float32)
    louder[12 * RATE_HZ : 16 * RATE_HZ] = 1.6
    (found,) = resonances_of(ringing(noise(20.0, RATE_HZ, exponent=1.0) * louder, 1_537.0, 18.0))
    assert found.strongest_s == 12.0


def test_the_bands_of_older_frames_tell_the_same_between_100_hz_and_10_khz() -> None:
    frames = scanned(ringing(noise(20.0, RATE_HZ, exponent=1.0), 1_537.0, 18.0), RATE_HZ)
    assert frames.fine_power is not None
    curves, tonality = loudness_curves(frames), measure_tonality(frames)
    older = replace(frames, fine_power=frames.fine_power[34:194])
    assert find_resonances(older, curves, tonality) == find_resonances(frames, curves, tonality)


def test_a_resonance_between_the_notes_is_found_in_music() -> None:
    found = resonances_of(music() + ringing(noise(20.0, RATE_HZ, exponent=1.0, rms=0.01), 3_046.0, 24.0))
    assert [resonance.frequency_hz for resonance in found] == pytest.approx([3_046.0], rel=0.015)


def test_three_loud_seconds_are_too_few() -> None:
    assert measured(noise(3.0, RATE_HZ), RATE_HZ).spectrum.resonances is None


@pytest.mark.parametrize("centre", ["29.9", "237", "1060", "8410"])
def test_a_tone_lies_in_its_sixth_octave(centre: str) -> None:
    levels = measured(sine(float(centre), 0.3, 6.0, RATE_HZ), RATE_HZ).spectrum.sixth_octave_db
    # where 1 kHz holds nothing, levels are clamped
    highest = max(levels.values())
    assert levels[centre] == highest


def test_sixth_octaves_are_halves_of_third_octaves() -> None:
    spectrum = measured(noise(30.0, RATE_HZ, exponent=1.0), RATE_HZ).spectrum
    sixths = list(spectrum.sixth_octave_db.values())
    assert len(sixths) >= 2 * len(spectrum.third_octave_db) - 1
    for place, level in enumerate(spectrum.third_octave_db.values()):
        pair = np.mean(10.0 ** (np.array(sixths[2 * place : 2 * place + 2]) / 10.0))
        assert 10.0 * np.log10(pair) == pytest.approx(level, abs=0.01)


def test_pink_noise_is_flat_in_sixth_octaves() -> None:
    levels = measured(noise(40.0, RATE_HZ, exponent=1.0), RATE_HZ).spectrum.sixth_octave_db
    audible = [level for centre, level in levels.items() if 100.0 <= float(centre) <= 16_000.0]
    assert audible == pytest.approx([0.0] * len(audible), abs=0.6)
