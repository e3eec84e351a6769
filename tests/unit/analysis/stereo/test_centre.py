"""The level in the centre: never below what a voice there really has, and equal to it where all else is wide."""

import math

import numpy as np
import pytest

from core.analysis.measurements import CentreLevel
from core.analysis.stereo.centre import LEAST_SHARE_DB
from tests.support.audio.signals import Signal, noise, sine
from tests.support.audio.voices import voice
from tests.support.trials.measuring import measured

RATE_HZ, DURATION_S = 44_100, 12.0


def wide(side_to_mid_db: float) -> Signal:
    """Accompaniment: pink noise of this width."""
    left, right = noise(DURATION_S, RATE_HZ, exponent=1.0, seed=5)
    mid, side = (left + right) / 2.0, (left - right) / 2.0 * 10.0 ** (side_to_mid_db / 20.0)
    return np.stack([mid + side, mid - side])


def power(signal: Signal) -> float:
    """Of 500 Hz–5 kHz, by one transform: independent of the analysis under test."""
    spectrum = np.abs(np.fft.rfft(signal.astype(np.float64), axis=1)) ** 2
    frequencies = np.fft.rfftfreq(signal.shape[1], 1.0 / RATE_HZ)
    return float(spectrum[:, (frequencies >= 500.0) & (frequencies < 5_000.0)].sum())


def mixed(side_to_mid_db: float, voice_to_rest_db: float) -> tuple[Signal, float]:
    """A voice in the centre of an accompaniment, and its level against everything, dB."""
    rest, sung = wide(side_to_mid_db), voice(DURATION_S, RATE_HZ)
    gain = math.sqrt(power(rest) / power(sung)) * 10.0 ** (voice_to_rest_db / 20.0)
    share = 10.0 ** (voice_to_rest_db / 10.0)
    return (rest + np.float32(gain) * sung).astype(np.float32), 10.0 * math.log10(share / (1.0 + share))


def centre_of(signal: Signal) -> CentreLevel:
    found = measured(signal, RATE_HZ).centre
    assert found is not None
    return found


@pytest.mark.parametrize("voice_to_rest_db", [0.0, -2.0, -5.0, -8.0, -12.0])
def test_beside_a_wide_accompaniment_it_is_the_level_of_the_voice(voice_to_rest_db: float) -> None:
    signal, true_db = mixed(0.0, voice_to_rest_db)

    assert centre_of(signal).centre_to_all_db == pytest.approx(true_db, abs=0.8)


@pytest.mark.parametrize("side_to_mid_db", [-1.0, -3.0, -6.0, -10.0])
@pytest.mark.parametrize("voice_to_rest_db", [-2.0, -5.0, -8.0, -12.0])
def test_it_is_never_below_the_level_of_the_voice(side_to_mid_db: float, voice_to_rest_db: float) -> None:
    signal, true_db = mixed(side_to_mid_db, voice_to_rest_db)

    assert centre_of(signal).centre_to_all_db >= true_db - 0.1


def test_a_narrow_accompaniment_hides_a_voice_from_it() -> None:
    """What it cannot do: with the side 6 dB below the mid it moves by 1 dB where the voice moves by 8."""
    loud, soft = (centre_of(mixed(-6.0, level_db)[0]).centre_to_all_db for level_db in (-2.0, -12.0))

    assert 0.0 < loud - soft < 1.5


def test_equal_channels_are_all_centre_and_unrelated_ones_are_none() -> None:
    assert centre_of(sine(1_000.0, 0.3, 5.0, RATE_HZ)).centre_to_all_db == pytest.approx(0.0, abs=0.001)
    assert centre_of(noise(5.0, RATE_HZ)).centre_to_all_db < -10.0
    opposite = sine(1_000.0, 0.3, 5.0, RATE_HZ) * np.array([[1.0], [-1.0]], np.float32)
    assert centre_of(opposite).centre_to_all_db == LEAST_SHARE_DB


def test_it_is_given_for_each_loud_second() -> None:
    centre, apart = sine(1_000.0, 0.3, 4.0, RATE_HZ), sine(1_000.0, 0.3, 4.0, RATE_HZ)
    apart[1] = 0.0
    quiet = 0.001 * centre
    room = centre_of(np.concatenate([centre, quiet, apart], axis=1))

    assert room.hop_s == 1.0
    assert room.timeline_db[:4] == pytest.approx([0.0] * 4, abs=0.01)
    assert room.timeline_db[5:7] == (None, None)
    # one channel alone: mid and side are equal, so nothing is in common
    assert room.timeline_db[9:] == (LEAST_SHARE_DB,) * 3


def test_other_bands_do_not_count() -> None:
    low = sine(100.0, 0.3, 5.0, RATE_HZ) * np.array([[1.0], [-1.0]], np.float32)

    assert centre_of(sine(1_000.0, 0.2, 5.0, RATE_HZ) + low).centre_to_all_db == pytest.approx(0.0, abs=0.05)


def test_a_mono_file_has_no_centre() -> None:
    assert measured(noise(5.0, RATE_HZ)[:1], RATE_HZ).centre is None
