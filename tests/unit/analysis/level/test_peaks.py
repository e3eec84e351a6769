"""Peaks and clipped runs that can be counted by hand."""

import numpy as np
import pytest

from core.analysis.measurements import Peaks
from tests.support.audio.signals import Signal, noise, quantised, sine
from tests.support.trials.measuring import measured

RATE_HZ = 44_100


def peaks_of(signal: Signal, *, lossy: bool = False, rate_hz: int = RATE_HZ) -> Peaks:
    return measured(signal, rate_hz, lossy=lossy).peaks


def test_peaks_of_a_sine_are_its_amplitude() -> None:
    peaks = peaks_of(sine(1_000.0, 0.5, 4.0, RATE_HZ))
    assert peaks.sample_peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert peaks.true_peak_dbtp == pytest.approx(-6.02, abs=0.01)
    assert peaks.clipped_run_count == 0


def test_channels_have_their_own_peaks() -> None:
    signal = sine(1_000.0, 0.5, 4.0, RATE_HZ)
    signal[1] *= 0.5
    peaks = peaks_of(signal)
    assert peaks.true_peak_per_channel_dbtp == pytest.approx((-6.02, -12.04), abs=0.01)
    assert peaks.sample_peak_per_channel_dbfs == pytest.approx((-6.02, -12.04), abs=0.01)


def test_a_single_sample_peaks_where_it_is() -> None:
    signal = noise(4.0, RATE_HZ, rms=0.01)
    signal[0, 100_000] = 0.9
    peaks = peaks_of(signal)
    assert peaks.true_peak_at_s == pytest.approx(100_000 / RATE_HZ, abs=0.001)
    assert peaks.true_peak_dbtp >= peaks.sample_peak_dbfs


@pytest.mark.parametrize("position", [0, 1, -2, -1])
def test_a_peak_at_the_very_edge_of_the_file_is_measured(position: int) -> None:
    signal = noise(3.0, RATE_HZ, rms=0.01)
    signal[:, position] = 0.8
    peaks = peaks_of(signal)
    assert peaks.sample_peak_dbfs == pytest.approx(20.0 * np.log10(0.8), abs=0.001)
    # the file is silent outside, and a lone sample is no step: nothing rings above it by much
    assert 0.0 <= peaks.true_peak_dbtp - peaks.sample_peak_dbfs < 0.5


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 96_000, 192_000])
def test_the_worst_phase_of_a_quarter_rate_sine_is_found_at_any_rate(rate_hz: int) -> None:
    signal = sine(rate_hz / 4.0, 0.5, 2.0, rate_hz, phase=np.pi / 4.0)
    peaks = peaks_of(signal, rate_hz=rate_hz)
    assert peaks.sample_peak_dbfs == pytest.approx(-9.03, abs=0.01)
    # the sine begins at once: its first period overshoots a little
    assert peaks.true_peak_dbtp == pytest.approx(-6.02, abs=0.25)


def test_each_clipped_top_of_a_loud_sine_counts_once_per_channel() -> None:
    clipped = np.clip(sine(100.0, 2.0, 4.0, RATE_HZ), -1.0, 1.0)
    peaks = peaks_of(clipped)
    assert peaks.clipped_run_count == 2 * 2 * 400
    # the sine is beyond full scale for two thirds of its period
    assert {run.length_samples for run in peaks.clipped_runs} <= {146, 147, 148}
    assert {run.channel for run in peaks.clipped_runs} == {0, 1}
    assert [run.start_s for run in peaks.clipped_runs] == sorted(run.start_s for run in peaks.clipped_runs)


def test_clipping_is_still_seen_after_the_file_was_turned_down() -> None:
    clipped = np.clip(sine(100.0, 2.0, 4.0, RATE_HZ), -1.0, 1.0) * np.float32(0.5)
    assert peaks_of(clipped).clipped_run_count == 1_600


def test_runs_below_the_highest_value_do_not_count() -> None:
    signal = np.clip(sine(100.0, 2.0, 4.0, RATE_HZ), -0.5, 0.5)
    signal[:, 50_000] = 0.9
    signal[:, 50_100] = -0.9
    assert peaks_of(signal).clipped_run_count == 0


@pytest.mark.parametrize("bits", [8, 16, 24])
@pytest.mark.parametrize("frequency_hz", [20.0, 40.0, 440.0])
def test_rounded_tops_of_an_integer_sine_are_not_clipped(bits: int, frequency_hz: float) -> None:
    assert peaks_of(quantised(sine(frequency_hz, 0.7, 4.0, RATE_HZ), bits)).clipped_run_count == 0


@pytest.mark.parametrize("bits", [16, 24])
def test_an_overdriven_integer_sine_is_clipped(bits: int) -> None:
    assert peaks_of(quantised(sine(50.0, 1.2, 4.0, RATE_HZ), bits)).clipped_run_count == 2 * 2 * 200


def test_digital_silence_is_not_clipped() -> None:
    signal = sine(441.0, 0.5, 4.0, RATE_HZ)
    signal[:, 20_000:40_000] = 0.0
    assert peaks_of(signal).clipped_run_count == 0


def test_overs_count_in_lossy_files_only() -> None:
    """In a float file they can be turned down without loss; in a decoded MP3 they tell of a clipped source."""
    signal = sine(100.0, 1.1, 4.0, RATE_HZ)
    assert peaks_of(signal).clipped_run_count == 0
    lossy = peaks_of(signal, lossy=True)
    assert lossy.clipped_run_count == 2 * 2 * 400
    assert lossy.sample_peak_dbfs == pytest.approx(0.83, abs=0.01)


def test_a_run_across_a_block_boundary_is_one_run() -> None:
    signal = noise(4.0, RATE_HZ, rms=0.05)
    signal[:, RATE_HZ - 5 : RATE_HZ + 5] = 0.9
    peaks = peaks_of(signal)
    assert [(run.length_samples, run.channel) for run in peaks.clipped_runs] == [(10, 0), (10, 1)]
    assert peaks.clipped_runs[0].start_s == pytest.approx((RATE_HZ - 5) / RATE_HZ, abs=1e-3)
