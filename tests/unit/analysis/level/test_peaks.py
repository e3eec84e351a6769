"""Peaks and clipped runs that can be counted by hand."""

import numpy as np
import pytest
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import butter, sosfilt

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


def test_a_sample_above_a_clipper_does_not_hide_it() -> None:
    signal = np.clip(sine(100.0, 2.0, 4.0, RATE_HZ), -0.5, 0.5)
    signal[:, 50_000] = 0.9
    signal[:, 50_100] = -0.9
    # the spikes cut one top of each channel into two, or stand beside it
    assert peaks_of(signal).clipped_run_count == pytest.approx(1_600, abs=8)


@pytest.mark.parametrize("drive_db", [2.0, 3.0, 6.0])
@pytest.mark.parametrize("gain_db", [-0.3, -1.0, -6.0])
def test_clipping_is_seen_through_a_gain_and_dither(drive_db: float, gain_db: float) -> None:
    """Noise around 500 Hz, clipped, turned down, dithered to 16 bits: its plateaus can be counted before."""
    clean = band_noise(500.0, 6.0)
    clipped = np.clip(clean * 10 ** (drive_db / 20.0), -1.0, 1.0)
    planted = sum(plateaus(channel) for channel in clipped)
    found = peaks_of(dithered(clipped * 10 ** (gain_db / 20.0))).clipped_run_count
    assert planted >= 5
    assert abs(found - planted) <= max(1, 0.05 * planted)


@pytest.mark.parametrize("drive_db", [3.0, 6.0])
def test_a_limiter_that_looks_ahead_does_not_clip(drive_db: float) -> None:
    clean = band_noise(500.0, 6.0) * 10 ** (drive_db / 20.0)
    limited = 0.89 * look_ahead_gain(clean) * clean
    assert np.abs(limited).max() == pytest.approx(0.89, abs=0.001)
    assert peaks_of(dithered(limited)).clipped_run_count == 0


@pytest.mark.parametrize("duty", [0.5, 0.25, 0.125])
def test_pulse_waves_are_not_clipped(duty: float) -> None:
    """Two voices of an old sound chip: every note of theirs is flat at its top and bottom."""
    time_s = np.arange(4 * RATE_HZ) / RATE_HZ
    voices = [
        level * np.where((hz * time_s) % 1.0 < duty, 1.0, -1.0) * (time_s % length < 0.8 * length)
        for hz, level, length in ((220.0, 0.4, 0.5), (331.0, 0.3, 0.25))
    ]
    for signal in (voices[0], voices[0] + voices[1]):
        assert peaks_of(quantised(np.stack([signal, signal]).astype(np.float32), 16)).clipped_run_count == 0


def test_eight_bit_music_turned_up_is_not_clipped() -> None:
    signal = quantised(0.5 * band_noise(300.0, 4.0), 8) * np.float32(1.7)
    assert peaks_of(quantised(signal, 16)).clipped_run_count == 0


def band_noise(centre_hz: float, seconds: float) -> Signal:
    """Noise in an octave, the highest sample at full scale."""
    raw = np.random.default_rng(5).standard_normal((2, round(seconds * RATE_HZ)))
    octave = butter(4, (centre_hz / 2**0.5, centre_hz * 2**0.5), "bandpass", fs=RATE_HZ, output="sos")
    filtered = sosfilt(octave, raw)
    return (filtered / np.abs(filtered).max()).astype(np.float32)


def dithered(signal: Signal) -> Signal:
    """Rounded to 16 bits with dither of triangular density, two steps wide."""
    generator = np.random.default_rng(6)
    dither = generator.random(signal.shape) - generator.random(signal.shape)
    return (np.clip(np.rint(signal * 32_768.0 + dither), -32_768, 32_767) / 32_768.0).astype(np.float32)


def plateaus(channel: Signal) -> int:
    """Runs of three and more samples at full scale."""
    flat = np.concatenate([[0], (np.abs(channel) >= 1.0).astype(int), [0]])
    edges = np.flatnonzero(np.diff(flat))
    return int(np.sum(edges[1::2] - edges[::2] >= 3))


def look_ahead_gain(signal: Signal) -> Signal:
    """Gain that brings every peak to full scale, smoothed over 3 ms around it."""
    reach = round(0.0015 * RATE_HZ)
    wanted = np.minimum(1.0, 1.0 / np.maximum(np.abs(signal).max(axis=0), 1e-9))
    return uniform_filter1d(minimum_filter1d(wanted, 2 * reach + 1), 2 * reach + 1).astype(np.float32)


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


def test_overs_of_a_decoder_are_no_clipped_samples() -> None:
    """Nothing is cut off in them: in floating point they can be turned down without loss."""
    signal = sine(100.0, 1.1, 4.0, RATE_HZ)
    lossless, lossy = peaks_of(signal), peaks_of(signal, lossy=True)
    assert lossless.clipped_run_count == lossy.clipped_run_count == 0
    assert lossless.decoder_over_count is None
    assert lossy.decoder_over_count == 2 * 2 * 400
    assert lossy.sample_peak_dbfs == pytest.approx(0.83, abs=0.01)


def test_flat_tops_count_in_lossy_files_too() -> None:
    clipped = np.clip(sine(100.0, 2.0, 4.0, RATE_HZ), -1.0, 1.0)
    assert peaks_of(clipped, lossy=True).clipped_run_count == 1_600


def test_the_usual_peak_leaves_a_broken_sample_out() -> None:
    signal = sine(441.0, 0.5, 12.0, RATE_HZ)
    signal[0, 100_000] = 10.0 ** (85.0 / 20.0)
    peaks = peaks_of(signal)
    assert peaks.true_peak_dbtp == pytest.approx(85.0, abs=0.5)
    assert peaks.usual_peak_dbtp == pytest.approx(-6.02, abs=0.05)


def test_a_run_across_a_block_boundary_is_one_run() -> None:
    signal = noise(4.0, RATE_HZ, rms=0.05)
    signal[:, RATE_HZ - 5 : RATE_HZ + 5] = 0.9
    peaks = peaks_of(signal)
    assert [(run.length_samples, run.channel) for run in peaks.clipped_runs] == [(10, 0), (10, 1)]
    assert peaks.clipped_runs[0].start_s == pytest.approx((RATE_HZ - 5) / RATE_HZ, abs=1e-3)
