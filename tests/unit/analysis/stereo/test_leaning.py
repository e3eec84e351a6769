"""A passage in which one channel, or one band of it, is turned down."""

import numpy as np
import pytest
import scipy.signal

from core.analysis.stereo.leaning import leaning_passage
from tests.support.audio.signals import Signal, noise
from tests.support.reviews.analyses import changed, neutral
from tests.support.trials.measuring import measured

RATE_HZ = 44_100
LENGTH_S, FROM_S, TO_S = 40.0, 12, 24


def leaning(by_db: float, channel: int = 1) -> Signal:
    signal = noise(LENGTH_S, RATE_HZ, exponent=1.0)
    signal[channel, FROM_S * RATE_HZ : TO_S * RATE_HZ] *= 10.0 ** (-by_db / 20.0)
    return signal


@pytest.mark.parametrize(("by_db", "channel"), [(2.5, 1), (4.0, 0)])
def test_a_channel_that_is_turned_down_is_found(by_db: float, channel: int) -> None:
    found = leaning_passage(measured(leaning(by_db, channel), RATE_HZ))
    assert found is not None
    assert found.lean_db == pytest.approx(by_db if channel else -by_db, abs=0.4)
    assert found.start_s == pytest.approx(FROM_S, abs=2.0)
    assert found.end_s == pytest.approx(TO_S, abs=2.0)
    assert found.alike == 1.0


def test_an_instrument_at_one_side_is_none() -> None:
    signal = noise(LENGTH_S, RATE_HZ, exponent=1.0)
    band = scipy.signal.butter(4, (500.0, 2_000.0), "bandpass", fs=RATE_HZ, output="sos")
    solo = 2.0 * scipy.signal.sosfilt(band, noise(float(TO_S - FROM_S), RATE_HZ, exponent=1.0)[0])
    signal[0, FROM_S * RATE_HZ : TO_S * RATE_HZ] += solo.astype(np.float32)
    assert leaning_passage(measured(signal, RATE_HZ)) is None


def test_what_leans_throughout_leans_nowhere_in_particular() -> None:
    signal = noise(24.0, RATE_HZ, exponent=1.0)
    signal[1] *= 0.6
    assert leaning_passage(measured(signal, RATE_HZ)) is None


def test_mono_and_older_analyses_have_none() -> None:
    assert leaning_passage(changed(neutral(), stereo__timeline=None)) is None
    assert leaning_passage(neutral()) is None
