"""Esses: found at their times beside a sung tone, and told from hi-hats by the beat."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from core.analysis.measurements import Analysis, Sibilance
from core.analysis.tone.sibilance import MAX_LISTED
from tests.support.audio.signals import Signal, clicks, noise
from tests.support.audio.voices import esses, hats, off_grid_times, voice
from tests.support.trials.measuring import measured

RATE_HZ = 44_100
DURATION_S = 30.0
COUNT = 15
TIMES_S = off_grid_times(COUNT, DURATION_S)

wide = partial(pytest.param, marks=pytest.mark.wide)


def sung(rate_hz: int = RATE_HZ) -> Signal:
    return voice(DURATION_S, rate_hz, rms=0.05)


def sibilance_of(signal: Signal, rate_hz: int = RATE_HZ) -> Sibilance:
    found = measured(signal, rate_hz).sibilance
    assert found is not None
    return found


def hits(found: Sibilance) -> int:
    """Planted esses that one is found within 50 ms of."""
    at = np.array([ess.at_s for ess in found.esses])
    return int(np.sum([at.size > 0 and np.min(np.abs(at - time)) <= 0.05 for time in TIMES_S]))


@pytest.mark.parametrize(
    "rate_hz", [22_050, 44_100, *(pytest.param(rate, marks=pytest.mark.wide) for rate in (48_000, 96_000))]
)
def test_every_ess_is_found_where_it_is_and_nothing_else(rate_hz: int) -> None:
    found = sibilance_of(sung(rate_hz) + esses(TIMES_S, DURATION_S, rate_hz), rate_hz)

    assert found.ess_count == hits(found) == COUNT
    assert found.esses_per_minute == pytest.approx(2.0 * COUNT)
    assert found.on_grid_count == 0
    assert [ess.length_s for ess in found.esses] == pytest.approx([0.08] * COUNT, abs=0.021)


def test_they_are_found_over_a_beat() -> None:
    found = sibilance_of(sung() + clicks(120.0, DURATION_S, RATE_HZ) + esses(TIMES_S, DURATION_S, RATE_HZ))

    assert found.ess_count == hits(found) == COUNT


@pytest.mark.parametrize(("length_s", "count"), [(0.02, 0), (0.06, COUNT), (0.12, COUNT), (0.2, COUNT), (0.3, 0)])
def test_an_ess_lasts_40_to_250_ms(length_s: float, count: int) -> None:
    found = sibilance_of(sung() + esses(TIMES_S, DURATION_S, RATE_HZ, length_s=length_s))

    assert found.ess_count == count


@pytest.mark.parametrize("make", [sung, partial(noise, 10.0, RATE_HZ), partial(noise, 10.0, RATE_HZ, exponent=1.0)])
def test_a_tone_and_noise_have_none(make: Callable[[], Signal]) -> None:
    assert sibilance_of(make()).ess_count == 0


def test_soft_esses_are_no_fault() -> None:
    """As loud in 5–9 kHz as the voice in 1–4 kHz, and no more."""
    assert sibilance_of(sung() + esses(TIMES_S, DURATION_S, RATE_HZ, rms=0.03)).ess_count == 0


@pytest.mark.parametrize(
    "tempo_bpm", [70.0, 174.0, *(pytest.param(tempo, marks=pytest.mark.wide) for tempo in (96.0, 120.0))]
)
@pytest.mark.parametrize("steps_per_beat", [1, 2, 3])
def test_hats_on_the_beat_are_counted_apart(tempo_bpm: float, steps_per_beat: int) -> None:
    played = hats(tempo_bpm, DURATION_S, RATE_HZ, steps_per_beat=steps_per_beat)
    found = sibilance_of(0.3 * sung() + clicks(tempo_bpm, DURATION_S, RATE_HZ) + played)

    assert found.ess_count <= 1
    if steps_per_beat < 3:
        assert found.on_grid_count >= 0.75 * (DURATION_S * tempo_bpm / 60.0 * steps_per_beat - 1.0)


def test_a_sparse_open_hat_is_told_by_the_whole_song() -> None:
    """One in two bars: too few in 12 s to tell."""
    times_s = np.arange(2.25, 90.0, 4.0)
    beat = clicks(120.0, 90.0, RATE_HZ) + voice(90.0, RATE_HZ, rms=0.02)
    found = sibilance_of(beat + esses(times_s, 90.0, RATE_HZ))

    assert found.ess_count == 0
    assert found.on_grid_count == times_s.size


def test_esses_between_hats_are_found_in_part() -> None:
    """Those that fall on the grid are lost with the hats."""
    played = 0.3 * sung() + clicks(96.0, DURATION_S, RATE_HZ) + hats(96.0, DURATION_S, RATE_HZ)
    found = sibilance_of(played + esses(TIMES_S, DURATION_S, RATE_HZ))

    assert 0 < hits(found) < COUNT
    assert found.ess_count == hits(found)


def test_without_a_tempo_nothing_is_on_a_grid() -> None:
    analysis: Analysis = measured(noise(DURATION_S, RATE_HZ, exponent=1.0) * 0.1, RATE_HZ)

    assert analysis.rhythm.tempo_bpm is None
    assert analysis.sibilance == Sibilance((), 0, 0.0, 0)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_a_low_sample_rate_has_no_esses_to_measure(rate_hz: int) -> None:
    assert measured(voice(5.0, rate_hz), rate_hz).sibilance is None


def test_the_sharpest_are_listed_and_all_are_counted() -> None:
    times_s = off_grid_times(MAX_LISTED + 30, 80.0)
    loud = np.random.default_rng(1).permutation(times_s.size) < MAX_LISTED
    signal = voice(80.0, RATE_HZ, rms=0.03) + esses(times_s[loud], 80.0, RATE_HZ, rms=0.3)
    found = sibilance_of(signal + esses(times_s[~loud], 80.0, RATE_HZ, rms=0.15))

    assert found.ess_count == times_s.size
    assert [ess.at_s for ess in found.esses] == pytest.approx(times_s[loud], abs=0.05)


def test_one_channel_is_measured_as_two() -> None:
    signal = sung() + esses(TIMES_S, DURATION_S, RATE_HZ)

    assert hits(sibilance_of(signal[:1])) == COUNT
