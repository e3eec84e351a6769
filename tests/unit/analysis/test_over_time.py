"""Curves over time, against signals whose curves are known by algebra."""

import numpy as np
import pytest

from core.analysis.measurements import BAND_EDGES_HZ
from tests.support.audio.signals import Signal, db_to_amplitude, level_steps, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 48_000


def joined(*parts: Signal) -> Signal:
    return np.concatenate(parts, axis=1)


def test_psr_over_time_is_peak_over_loudness() -> None:
    """A stereo sine of 1 kHz at L dBFS reads L LUFS; a planted peak lifts the seconds whose window holds it."""
    signal = sine(1_000.0, 0.1, 12.0, RATE_HZ)
    signal[:, 7 * RATE_HZ + 100 : 7 * RATE_HZ + 124] = 0.4
    timeline = measured(signal, RATE_HZ).dynamics.timeline
    assert timeline is not None
    assert timeline.hop_s == 1.0
    lifted = [value > 6.0 for value in timeline.psr_db]
    assert lifted == [5 <= second <= 7 for second in range(len(lifted))]
    assert timeline.psr_db[0] == pytest.approx(0.0, abs=0.1)


def test_psr_is_not_given_for_silence() -> None:
    timeline = measured(level_steps([(-20.0, 6.0), (None, 8.0)], RATE_HZ), RATE_HZ).dynamics.timeline
    assert timeline is not None
    assert timeline.psr_db[0] is not None
    assert timeline.psr_db[-1] is None


@pytest.mark.parametrize("frequency_hz", [60.0, 600.0, 4_000.0])
def test_punch_over_time_follows_the_envelope(frequency_hz: float) -> None:
    """A sound that fills a quarter of each half-second stands 6.02 dB above its mean, a steady one 0 dB."""
    steady = sine(frequency_hz, 0.2, 15.0, RATE_HZ)
    quarters = steady * ((np.arange(steady.shape[1]) / RATE_HZ) % 0.5 < 0.125)
    timeline = measured(joined(quarters.astype(np.float32), steady), RATE_HZ).transients.timeline
    assert timeline is not None
    curve = {60.0: timeline.low, 600.0: timeline.mid, 4_000.0: timeline.high}[frequency_hz]
    times = np.arange(len(curve)) * timeline.hop_s
    # the narrow filter of the low band rings for some of the pause, and 10 ms are no whole cycles of 60 Hz
    tolerance, ripple_db = (1.2, 0.8) if frequency_hz == 60.0 else (0.5, 0.3)
    for time_s, value in zip(times, curve, strict=True):
        if time_s + timeline.hop_s < 15.0:
            assert value == pytest.approx(6.02, abs=tolerance)
        elif time_s > 15.5:
            assert value == pytest.approx(0.0, abs=ripple_db)


def test_punch_is_not_given_where_a_band_is_silent() -> None:
    timeline = measured(level_steps([(-20.0, 9.0), (None, 9.0)], RATE_HZ), RATE_HZ).transients.timeline
    assert timeline is not None
    for curve in (timeline.low, timeline.mid, timeline.high):
        assert curve[0] is not None
        assert curve[-1] is None


def test_stereo_over_time_follows_what_the_channels_do() -> None:
    """Equal for 6 s, opposite for 6 s, then left alone, then left 6.02 dB louder."""
    tone = sine(700.0, 0.2, 6.0, RATE_HZ)
    factors = ((1.0, 1.0), (1.0, -1.0), (1.0, 0.0), (1.0, 0.5))
    signal = joined(*(tone * np.array([[left], [right]], np.float32) for left, right in factors))
    timeline = measured(signal, RATE_HZ).stereo.timeline
    assert timeline is not None
    equal, opposite, alone, louder = (slice(first + 1, first + 5) for first in (0, 6, 12, 18))
    assert timeline.correlation[equal] == pytest.approx([1.0] * 4, abs=0.01)
    assert timeline.correlation[opposite] == pytest.approx([-1.0] * 4, abs=0.01)
    assert timeline.correlation[alone] == (None,) * 4
    assert timeline.mono_fold_loss_db[equal] == pytest.approx([0.0] * 4, abs=0.01)
    assert timeline.mono_fold_loss_db[opposite] == pytest.approx([-120.0] * 4, abs=0.01)
    assert timeline.mono_fold_loss_db[alone] == pytest.approx([-3.01] * 4, abs=0.01)
    assert timeline.side_to_mid_db[alone] == pytest.approx([0.0] * 4, abs=0.01)
    # mid 0.75, side 0.25
    assert timeline.side_to_mid_db[louder] == pytest.approx([-9.54] * 4, abs=0.01)
    assert timeline.balance_db[louder] == pytest.approx([6.02] * 4, abs=0.01)


def test_stereo_of_a_band_over_time_is_that_of_its_own_sound() -> None:
    """A bass that turns over after 10 s below a treble that stays in the middle."""
    bass, treble = sine(100.0, 0.2, 20.0, RATE_HZ), sine(7_000.0, 0.05, 20.0, RATE_HZ)
    bass[1, 10 * RATE_HZ :] *= -1.0
    timeline = measured(bass + treble, RATE_HZ).stereo.timeline
    assert timeline is not None
    assert timeline.bands_hop_s == 2.0
    assert set(timeline.bands) == set(BAND_EDGES_HZ)
    low, high = timeline.bands["bass_60_200"], timeline.bands["high_5k_10k"]
    assert low.correlation[:4] == pytest.approx([1.0] * 4, abs=0.01)
    assert low.correlation[6:] == pytest.approx([-1.0] * 4, abs=0.01)
    assert low.mono_fold_loss_db[:4] == pytest.approx([0.0] * 4, abs=0.05)
    assert all(value < -60.0 for value in low.mono_fold_loss_db[6:])
    assert high.correlation == pytest.approx([1.0] * 10, abs=0.02)
    assert high.balance_db == pytest.approx([0.0] * 10, abs=0.05)


@pytest.mark.parametrize(("band", "frequency_hz"), [("bass_60_200", 110.0), ("mid_500_2k", 1_000.0)])
def test_the_balance_of_a_band_is_left_over_right(band: str, frequency_hz: float) -> None:
    signal = sine(frequency_hz, 0.3, 6.0, RATE_HZ) + sine(6_000.0, 0.1, 6.0, RATE_HZ)
    left_louder = sine(frequency_hz, 0.3, 6.0, RATE_HZ)
    left_louder[1] *= np.float32(db_to_amplitude(-4.0))
    stereo = measured(signal - sine(frequency_hz, 0.3, 6.0, RATE_HZ) + left_louder, RATE_HZ).stereo
    assert stereo.bands[band].balance_db == pytest.approx(4.0, abs=0.05)
    assert stereo.bands["high_5k_10k"].balance_db == pytest.approx(0.0, abs=0.05)


def test_noise_has_the_stereo_of_noise_at_all_times() -> None:
    timeline = measured(noise(20.0, RATE_HZ), RATE_HZ).stereo.timeline
    assert timeline is not None
    assert np.mean(timeline.mono_fold_loss_db) == pytest.approx(-3.01, abs=0.05)
    assert np.max(np.abs(timeline.bands["mid_500_2k"].correlation)) < 0.1
