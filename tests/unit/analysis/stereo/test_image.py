"""Stereo pictures with a known answer."""

import numpy as np
import pytest

from core.analysis.measurements import BAND_EDGES_HZ
from tests.support.audio.signals import Signal, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 44_100


def panned(signal: Signal, left: float, right: float) -> Signal:
    return np.stack([signal[0] * left, signal[0] * right]).astype(np.float32)


def test_equal_channels_are_mono() -> None:
    analysis = measured(panned(noise(6.0, RATE_HZ), 1.0, 1.0), RATE_HZ)
    assert analysis.stereo.correlation == 1.0
    assert analysis.stereo.side_to_mid_db == -120.0
    assert analysis.stereo.mono_fold_loss_db == 0.0
    assert analysis.stereo.balance_db == pytest.approx(0.0, abs=0.001)
    assert analysis.stereo.negative_correlation_share == 0.0
    assert all(band.mono_fold_loss_db == pytest.approx(0.0, abs=0.01) for band in analysis.stereo.bands.values())
    assert all(
        band.side_to_mid_db is not None and band.side_to_mid_db < -100 for band in analysis.stereo.bands.values()
    )
    assert analysis.faults.identical_channels


def test_inverted_channels_cancel() -> None:
    stereo = measured(panned(noise(6.0, RATE_HZ), 1.0, -1.0), RATE_HZ).stereo
    assert stereo.correlation == -1.0
    assert stereo.side_to_mid_db == 120.0
    assert stereo.mono_fold_loss_db == -120.0
    assert stereo.negative_correlation_share == 1.0
    assert all(band.correlation == pytest.approx(-1.0, abs=0.001) for band in stereo.bands.values())


def test_uncorrelated_channels_lose_3_db() -> None:
    stereo = measured(noise(30.0, RATE_HZ), RATE_HZ).stereo
    assert stereo.correlation == pytest.approx(0.0, abs=0.01)
    assert stereo.side_to_mid_db == pytest.approx(0.0, abs=0.05)
    assert stereo.mono_fold_loss_db == pytest.approx(-3.01, abs=0.03)
    for name in ("mid_500_2k", "presence_2k_5k", "high_5k_10k", "air_10k_20k"):
        assert stereo.bands[name].mono_fold_loss_db == pytest.approx(-3.01, abs=0.15), name


def test_balance_is_positive_where_left_is_louder() -> None:
    stereo = measured(panned(noise(6.0, RATE_HZ), 1.0, 0.5), RATE_HZ).stereo
    assert stereo.balance_db == pytest.approx(6.02, abs=0.01)
    assert stereo.correlation == pytest.approx(1.0, abs=0.001)


def test_a_sine_in_quadrature_has_no_correlation() -> None:
    signal = sine(441.0, 0.5, 6.0, RATE_HZ)
    signal[1] = sine(441.0, 0.5, 6.0, RATE_HZ, phase=np.pi / 2.0)[1]
    assert measured(signal, RATE_HZ).stereo.correlation == pytest.approx(0.0, abs=0.002)


@pytest.mark.parametrize("degrees", [30.0, 60.0, 90.0, 120.0, 150.0])
def test_the_correlation_of_shifted_sines_is_the_cosine_of_the_shift(degrees: float) -> None:
    signal = sine(441.0, 0.5, 6.0, RATE_HZ)
    signal[1] = sine(441.0, 0.5, 6.0, RATE_HZ, phase=np.deg2rad(degrees))[1]
    stereo = measured(signal, RATE_HZ).stereo
    assert stereo.correlation == pytest.approx(np.cos(np.deg2rad(degrees)), abs=0.002)
    assert stereo.side_to_mid_db == pytest.approx(20.0 * np.log10(np.tan(np.deg2rad(degrees / 2.0))), abs=0.02)


def test_bands_are_told_apart() -> None:
    signal = panned(sine(100.0, 0.4, 6.0, RATE_HZ), 1.0, 1.0) + panned(sine(3_000.0, 0.4, 6.0, RATE_HZ), 1.0, -1.0)
    stereo = measured(signal, RATE_HZ).stereo
    assert stereo.correlation == pytest.approx(0.0, abs=0.01)
    assert stereo.bands["bass_60_200"].correlation == pytest.approx(1.0, abs=0.001)
    assert stereo.bands["presence_2k_5k"].correlation == pytest.approx(-1.0, abs=0.001)
    assert list(stereo.bands) == list(BAND_EDGES_HZ)


def test_an_offset_in_both_channels_is_no_correlation() -> None:
    signal = noise(20.0, RATE_HZ, rms=0.05) + np.float32(0.2)
    assert measured(signal, RATE_HZ).stereo.correlation == pytest.approx(0.0, abs=0.02)


def test_a_silent_channel_has_no_correlation() -> None:
    analysis = measured(panned(noise(6.0, RATE_HZ), 1.0, 0.0), RATE_HZ)
    assert analysis.stereo.correlation is None
    assert analysis.stereo.side_to_mid_db == pytest.approx(0.0, abs=0.01)
    assert analysis.stereo.mono_fold_loss_db == pytest.approx(-3.01, abs=0.01)
    assert analysis.stereo.balance_db == 120.0
    assert analysis.faults.dead_channel == 1


def test_negative_correlation_is_counted_over_time() -> None:
    together = panned(noise(12.0, RATE_HZ), 1.0, 1.0)
    together[1, : 3 * RATE_HZ] *= -1.0
    stereo = measured(together, RATE_HZ).stereo
    assert stereo.negative_correlation_share == pytest.approx(0.25, abs=0.02)
    assert stereo.timeline is not None
    assert stereo.timeline.correlation[1] == pytest.approx(-1.0, abs=0.001)
    assert stereo.timeline.correlation[6] == pytest.approx(1.0, abs=0.001)


def test_a_mono_file_has_no_stereo_picture() -> None:
    analysis = measured(noise(6.0, RATE_HZ)[:1], RATE_HZ)
    assert analysis.stereo.correlation is None
    assert analysis.stereo.bands == {}
    assert analysis.bass is not None
    assert analysis.bass.side_to_mid_below_120_db is None
    assert not analysis.faults.identical_channels


def test_the_low_end_is_measured_below_120_hz() -> None:
    wide = panned(sine(80.0, 0.3, 8.0, RATE_HZ), 1.0, 0.0) + panned(sine(1_000.0, 0.3, 8.0, RATE_HZ), 1.0, 1.0)
    bass = measured(wide, RATE_HZ).bass
    assert bass is not None
    assert bass.side_to_mid_below_120_db == pytest.approx(0.0, abs=0.05)
    assert bass.mono_fold_loss_below_120_db == pytest.approx(-3.01, abs=0.05)
    # one channel of 80 Hz against two of 1 kHz
    assert bass.bass_to_mid_db == pytest.approx(-3.01, abs=0.1)
    assert bass.sub_to_mid_db is not None
    assert bass.sub_to_mid_db < -40.0
