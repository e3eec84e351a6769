"""Bursts of noise and pops planted into carriers, and sounds of music that are neither."""

import numpy as np
import pytest

from core.analysis.measurements import Faults
from tests.support.audio.signals import Signal, db_to_amplitude, noise
from tests.support.trials.measuring import measured
from tests.unit.analysis.carriers import CARRIERS, DURATION_S, MUSIC, RATE_HZ

TIMES_S = (2.137, 5.411, 8.893)


def faults_of(signal: Signal) -> Faults:
    return measured(np.ascontiguousarray(signal, np.float32), RATE_HZ).faults


def samples(seconds: float) -> int:
    return round(seconds * RATE_HZ)


def with_noise(signal: Signal, times_s: tuple[float, ...], length_s: float, level_dbfs: float) -> Signal:
    generator = np.random.default_rng(4)
    for time_s in times_s:
        burst = generator.standard_normal((len(signal), samples(length_s))) * db_to_amplitude(level_dbfs)
        signal[:, samples(time_s) : samples(time_s) + samples(length_s)] += burst.astype(np.float32)
    return signal


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_clean_carrier_has_none(carrier: str) -> None:
    faults = faults_of(CARRIERS[carrier](RATE_HZ))
    assert faults.noise_bursts == ()
    assert faults.pops == ()


@pytest.mark.parametrize("carrier", ["chords", "sine"])
@pytest.mark.parametrize(("length_s", "level_dbfs"), [(0.02, -20.0), (0.1, -25.0), (0.4, -30.0)])
def test_bursts_are_found_with_time_length_and_level(carrier: str, length_s: float, level_dbfs: float) -> None:
    found = faults_of(with_noise(CARRIERS[carrier](RATE_HZ), TIMES_S, length_s, level_dbfs)).noise_bursts
    assert found is not None
    assert [burst.at_s for burst in found] == pytest.approx(TIMES_S, abs=0.005)
    assert [burst.length_s for burst in found] == pytest.approx([length_s] * 3, abs=0.01)
    assert [burst.level_dbfs for burst in found] == pytest.approx([level_dbfs] * 3, abs=1.5)
    assert {burst.channel for burst in found} == {None}
    assert not any(burst.on_beat for burst in found)


def test_noise_that_decays_or_swells_is_no_burst() -> None:
    bed = noise(DURATION_S, RATE_HZ, exponent=1.0, rms=0.02)
    for envelope in (np.exp(-np.arange(samples(0.4)) / samples(0.06)), np.linspace(0.02, 1.0, samples(1.0)) ** 2):
        signal = bed.copy()
        hiss = np.random.default_rng(5).standard_normal((2, envelope.size)) * envelope * 0.2
        for time_s in TIMES_S:
            signal[:, samples(time_s) : samples(time_s) + envelope.size] += hiss.astype(np.float32)
        assert faults_of(signal).noise_bursts == ()


def test_gated_noise_that_comes_back_is_a_sound_of_the_music() -> None:
    signal = noise(DURATION_S, RATE_HZ, exponent=1.0, rms=0.02)
    times_s = tuple((1.0 + np.arange(9) + np.random.default_rng(6).uniform(0.0, 0.7, 9)).tolist())
    assert faults_of(with_noise(signal, times_s, 0.06, -22.0)).noise_bursts == ()


@pytest.mark.parametrize("carrier", MUSIC)
@pytest.mark.parametrize(("length_s", "height"), [(0.008, 0.8), (0.02, 0.4), (0.04, -0.25)])
def test_pops_are_found_with_their_time(carrier: str, length_s: float, height: float) -> None:
    signal = CARRIERS[carrier](RATE_HZ)
    thump = height * np.sin(np.pi * np.arange(samples(length_s)) / samples(length_s))
    for time_s in TIMES_S:
        signal[:, samples(time_s) : samples(time_s) + thump.size] += thump.astype(np.float32)
    found = faults_of(signal).pops
    assert found is not None
    assert [pop.at_s for pop in found] == pytest.approx([time_s + length_s / 2 for time_s in TIMES_S], abs=0.015)


def test_a_low_drum_is_no_pop() -> None:
    """A sweep from 120 to 45 Hz, decaying, at irregular times: it has no mean of its own."""
    signal = noise(DURATION_S, RATE_HZ, exponent=1.0, rms=0.01)
    time = np.arange(samples(0.35)) / RATE_HZ
    drum = 0.8 * np.sin(2 * np.pi * (45.0 * time + 75.0 * 0.03 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.09)
    for time_s in TIMES_S:
        signal[:, samples(time_s) : samples(time_s) + drum.size] += drum.astype(np.float32)
    assert faults_of(signal).pops == ()
