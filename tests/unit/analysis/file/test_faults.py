"""Faults put in on purpose."""

import numpy as np
import pytest

from core.analysis.measurements import Faults
from tests.support.audio.signals import Signal, db_to_amplitude, level_steps, low_passed, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 44_100


def faults_of(signal: Signal, rate_hz: int = RATE_HZ) -> Faults:
    return measured(signal, rate_hz).faults


def test_a_clean_file_has_no_faults() -> None:
    faults = faults_of(noise(8.0, RATE_HZ))
    assert faults.dc_offset_per_channel == pytest.approx((0.0, 0.0), abs=0.001)
    assert faults.head_silence_s == 0.0
    assert faults.tail_silence_s == pytest.approx(0.0, abs=0.02)
    assert faults.low_pass_edge is None
    assert not faults.identical_channels
    assert faults.dead_channel is None


def test_the_offset_of_each_channel_is_its_mean() -> None:
    signal = sine(441.0, 0.3, 5.0, RATE_HZ)
    signal[0] += np.float32(0.01)
    signal[1] -= np.float32(0.004)
    assert faults_of(signal).dc_offset_per_channel == pytest.approx((0.01, -0.004), abs=1e-5)


@pytest.mark.parametrize(("head_s", "tail_s"), [(0.0, 0.0), (1.23, 0.0), (0.5, 4.56), (0.0, 2.0)])
def test_silence_at_the_ends_is_measured_to_20_ms(head_s: float, tail_s: float) -> None:
    faults = faults_of(level_steps([(None, head_s), (-20.0, 6.0), (None, tail_s)], RATE_HZ))
    assert faults.head_silence_s == pytest.approx(head_s, abs=0.02)
    assert faults.tail_silence_s == pytest.approx(tail_s, abs=0.02)


def test_silence_means_below_60_dbfs_rms() -> None:
    just_above, just_below = -60.0 + 3.01 + 0.5, -60.0 + 3.01 - 0.5
    assert faults_of(level_steps([(just_above, 3.0), (-20.0, 6.0)], RATE_HZ)).head_silence_s == 0.0
    assert faults_of(level_steps([(just_below, 3.0), (-20.0, 6.0)], RATE_HZ)).head_silence_s == pytest.approx(
        3.0, abs=0.02
    )


def test_one_channel_that_sounds_is_enough() -> None:
    signal = level_steps([(-20.0, 6.0)], RATE_HZ)
    signal[0, : 3 * RATE_HZ] = 0.0
    assert faults_of(signal).head_silence_s == 0.0


@pytest.mark.parametrize("cutoff_hz", [15_000.0, 16_000.0, 17_250.0, 19_000.0, 20_100.0])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_the_edge_of_an_encoder_is_found_where_it_is(cutoff_hz: float, rate_hz: int) -> None:
    edge = faults_of(low_passed(noise(10.0, rate_hz, exponent=0.5), cutoff_hz, rate_hz), rate_hz).low_pass_edge
    assert edge is not None
    assert edge.cutoff_hz == pytest.approx(cutoff_hz, abs=150.0)
    assert edge.drop_db >= 30.0


def test_a_gentle_roll_off_is_no_edge() -> None:
    assert faults_of(noise(10.0, RATE_HZ, exponent=4.0)).low_pass_edge is None


def test_an_edge_that_comes_and_goes_is_music() -> None:
    """Every fourth second has the full bandwidth, 20 dB down: the mean still falls, but not steadily."""
    signal = low_passed(noise(24.0, RATE_HZ), 16_000.0, RATE_HZ)
    bright = noise(24.0, RATE_HZ, seed=2) * np.float32(db_to_amplitude(-20.0))
    for second in range(0, 24, 4):
        part = slice(second * RATE_HZ, (second + 1) * RATE_HZ)
        signal[:, part] += bright[:, part]
    assert faults_of(signal).low_pass_edge is None


@pytest.mark.parametrize("cutoff_hz", [None, 16_000.0])
def test_where_there_is_nothing_to_cut_an_edge_is_not_missed(cutoff_hz: float | None) -> None:
    """A cymbal every three seconds over music without a top."""
    signal = low_passed(noise(60.0, RATE_HZ, exponent=2.0), 8_000.0, RATE_HZ)
    for second in range(0, 60, 3):
        part = slice(second * RATE_HZ, second * RATE_HZ + RATE_HZ // 2)
        signal[:, part] += np.float32(0.2) * noise(0.5, RATE_HZ, seed=second)
    edge = faults_of(signal if cutoff_hz is None else low_passed(signal, cutoff_hz, RATE_HZ)).low_pass_edge
    assert (edge is None) if cutoff_hz is None else (edge is not None and abs(edge.cutoff_hz - cutoff_hz) <= 150.0)


def test_a_low_rate_has_no_top_to_look_at() -> None:
    assert faults_of(noise(5.0, 22_050), 22_050).low_pass_edge is None


@pytest.mark.parametrize("dead", [0, 1])
def test_a_dead_channel_is_named(dead: int) -> None:
    signal = noise(5.0, RATE_HZ)
    signal[dead] *= np.float32(db_to_amplitude(-70.0))
    assert faults_of(signal).dead_channel == dead


def test_channels_that_differ_by_dither_only_are_identical() -> None:
    signal = np.tile(noise(5.0, RATE_HZ, rms=0.2)[:1], (2, 1))
    signal[1] += noise(5.0, RATE_HZ, rms=1e-5, seed=2)[1]
    assert faults_of(signal).identical_channels
    signal[1] += noise(5.0, RATE_HZ, rms=1e-3, seed=3)[1]
    assert not faults_of(signal).identical_channels


@pytest.mark.parametrize("gain_db", [0.0, -12.0, -24.0])
def test_a_sound_that_dies_away_below_the_level_of_silence_is_not_cut(gain_db: float) -> None:
    time = np.arange(20 * RATE_HZ) / RATE_HZ
    decay = np.where(time < 15.0, 1.0, 10.0 ** (-20.0 * (time - 15.0) / 20.0))
    signal = noise(20.0, RATE_HZ, rms=0.2) * (decay * 10.0 ** (gain_db / 20.0)).astype(np.float32)

    assert (faults_of(signal).end_level_lu or 0.0) < -60.0


@pytest.mark.parametrize("after_s", [0.0, 2.0])
def test_a_sound_that_breaks_off_is_cut_also_above_a_noise_floor(after_s: float) -> None:
    floor = noise(10.0 + after_s, RATE_HZ, rms=2e-4, seed=3)
    floor[:, : 10 * RATE_HZ] = noise(10.0, RATE_HZ, rms=0.1)

    assert faults_of(floor).end_level_lu == pytest.approx(0.0, abs=1.0)
