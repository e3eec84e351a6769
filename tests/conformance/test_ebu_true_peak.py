"""EBU Tech 3341 cases 15 to 23, synthesised as WAV files: true peak, tolerance +0.2 / −0.4 dB."""

import numpy as np
import pytest
import scipy.signal

from core.analysis.level.peaks import measure_peaks
from tests.support.audio import encoding as enc
from tests.support.audio.signals import Signal, faded, sine
from tests.support.trials.measuring import scanned_file

RATES_HZ = (44_100, 48_000, 96_000)
ABOVE_DB, BELOW_DB = 0.2, 0.4

SINES = [
    # case, divisor of the rate, amplitude, phase in degrees, expected dBTP
    ("3341-15", 4, 0.50, 0.0, -6.0),
    ("3341-16", 4, 0.50, 45.0, -6.0),
    ("3341-17", 6, 0.50, 60.0, -6.0),
    ("3341-18", 8, 0.50, 67.5, -6.0),
    ("3341-19", 4, 1.41, 45.0, 3.0),
]


def case_signal(divisor: int, amplitude: float, phase_degrees: float, rate_hz: int) -> Signal:
    wave = sine(rate_hz / divisor, amplitude, 5.0, rate_hz, phase=np.deg2rad(phase_degrees))
    return faded(wave, 0.01, rate_hz)


def single_period_signal(offset: int, rate_hz: int) -> Signal:
    """One period of fs/4 at full scale inside a half-scale fs/6, made at four times the rate."""
    fine = 4 * rate_hz
    quiet = 2.0 * np.pi * np.arange(fine) / 24.0
    loud = 2.0 * np.pi * np.arange(16) / 16.0
    wave = np.concatenate([0.5 * np.sin(quiet), np.sin(loud), 0.5 * np.sin(quiet)])
    taps = scipy.signal.firwin(1_001, 0.25, window=("kaiser", 10.0))
    decimated = np.convolve(wave, taps, "same")[offset::4]
    return faded(np.tile(decimated, (2, 1)).astype(np.float32), 0.01, rate_hz)


def true_peak_dbtp(signal: Signal, rate_hz: int) -> float:
    """By way of a WAV file of floats (one case goes beyond full scale) and the decoder."""
    data = enc.wav(enc.float_bytes(signal, 32), rate_hz, signal.shape[0], 32, tag=enc.IEEE_FLOAT)
    frames, source = scanned_file(data)
    return measure_peaks(frames, source).true_peak_dbtp


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    ("divisor", "amplitude", "phase", "expected"), [case[1:] for case in SINES], ids=[case[0] for case in SINES]
)
def test_peaks_between_samples_are_found(
    divisor: int, amplitude: float, phase: float, expected: float, rate_hz: int
) -> None:
    measured = true_peak_dbtp(case_signal(divisor, amplitude, phase, rate_hz), rate_hz)
    assert expected - BELOW_DB <= measured <= expected + ABOVE_DB


@pytest.mark.parametrize(
    ("divisor", "amplitude", "phase", "expected"), [case[1:] for case in SINES[1:]], ids=[case[0] for case in SINES[1:]]
)
def test_a_sample_peak_meter_fails_the_same_cases(
    divisor: int, amplitude: float, phase: float, expected: float
) -> None:
    sample_peak = 20.0 * np.log10(np.abs(case_signal(divisor, amplitude, phase, 48_000)).max())
    assert sample_peak < expected - BELOW_DB


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("offset", range(4), ids=["3341-20", "3341-21", "3341-22", "3341-23"])
def test_a_single_loud_period_is_found_at_any_offset(offset: int, rate_hz: int) -> None:
    assert -BELOW_DB <= true_peak_dbtp(single_period_signal(offset, rate_hz), rate_hz) <= ABOVE_DB
