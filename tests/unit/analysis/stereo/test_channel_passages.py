"""One channel silent or upside down for part of a song, and what only looks like it."""

import numpy as np
import pytest

from core.analysis.stereo.channel_passages import inverted_passages, silent_channel_passages
from tests.support.audio.signals import Signal
from tests.support.trials.measuring import scanned
from tests.unit.analysis.carriers import CARRIERS, MUSIC, RATE_HZ

DURATION_S = 24.0


def music(carrier: str) -> Signal:
    return np.tile(CARRIERS[carrier](RATE_HZ), 2)


def at(seconds: float) -> int:
    return round(seconds * RATE_HZ)


@pytest.mark.parametrize("carrier", MUSIC)
@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize(("start_s", "end_s"), [(8.0, 16.0), (10.3, DURATION_S), (0.0, 9.0)])
def test_a_channel_that_is_lost_for_a_while_is_named(carrier: str, channel: int, start_s: float, end_s: float) -> None:
    signal = music(carrier)
    signal[channel, at(start_s) : at(end_s)] = 0.0

    (passage,) = silent_channel_passages(scanned(signal, RATE_HZ))

    assert passage.channel == channel
    assert (passage.start_s, passage.end_s) == pytest.approx((start_s, end_s), abs=0.2)


def test_a_channel_in_which_nothing_is_written_is_lost_whatever_the_other_one_plays() -> None:
    signal = music("chords")
    signal[:, : at(8.0)] *= 0.1
    signal[:, at(16.0) :] *= 0.1
    signal[1, at(8.0) : at(16.0)] = 0.0

    (passage,) = silent_channel_passages(scanned(signal, RATE_HZ))

    assert (passage.start_s, passage.end_s) == pytest.approx((8.0, 16.0), abs=0.2)


@pytest.mark.parametrize("carrier", MUSIC)
@pytest.mark.parametrize(("start_s", "end_s"), [(8.0, 16.0), (8.0, DURATION_S), (0.0, 9.0)])
def test_a_channel_that_is_upside_down_for_a_while_is_told(carrier: str, start_s: float, end_s: float) -> None:
    signal = music(carrier)
    signal[1, at(start_s) : at(end_s)] *= -1.0

    (passage,) = inverted_passages(scanned(signal, RATE_HZ))

    assert (passage.start_s, passage.end_s) == pytest.approx((start_s, end_s), abs=0.6)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_untouched_music_has_neither(carrier: str) -> None:
    frames = scanned(music(carrier), RATE_HZ)

    assert silent_channel_passages(frames) == ()
    assert inverted_passages(frames) == ()


def test_parts_that_play_in_one_channel_each_may_rest() -> None:
    first, second = CARRIERS["chords"](RATE_HZ)[0], CARRIERS["dull noise"](RATE_HZ)[0]
    signal = np.tile(np.stack([first, second]), 2)
    signal[1, at(8.0) : at(14.0)] = 0.0

    assert silent_channel_passages(scanned(signal, RATE_HZ)) == ()
