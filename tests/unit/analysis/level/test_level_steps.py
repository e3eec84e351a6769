"""Steps of the whole level, planted into music that goes on; and what music does by itself."""

import numpy as np
import pytest

from core.analysis.level.level_steps import level_steps
from core.analysis.measurements import LevelStep
from tests.support.audio.signals import Signal, db_to_amplitude
from tests.support.trials.measuring import scanned
from tests.unit.analysis.carriers import CARRIERS, MUSIC, RATE_HZ

DURATION_S = 36.0
RAMP_S = 0.01


def music(carrier: str) -> Signal:
    return np.tile(CARRIERS[carrier](RATE_HZ), 3) * np.float32(0.4)


def time_s() -> np.ndarray:
    return np.arange(round(DURATION_S * RATE_HZ)) / RATE_HZ


def steps_of(signal: Signal) -> tuple[LevelStep, ...]:
    return level_steps(scanned(np.ascontiguousarray(signal, np.float32), RATE_HZ))


@pytest.mark.parametrize("carrier", MUSIC)
@pytest.mark.parametrize("by_db", [-8.0, -4.0, 6.0])
@pytest.mark.parametrize("ramp_s", [pytest.param(0.0, marks=pytest.mark.wide), RAMP_S])
def test_a_step_is_found_with_its_time_and_size(carrier: str, by_db: float, ramp_s: float) -> None:
    at = 17.313
    progress = np.clip((time_s() - at) / max(ramp_s, 1e-9), 0.0, 1.0)

    (step,) = steps_of(music(carrier) * (1.0 + progress * (db_to_amplitude(by_db) - 1.0)))

    assert step.at_s == pytest.approx(at, abs=0.1)
    assert step.by_db == pytest.approx(by_db, abs=0.75)


@pytest.mark.parametrize("at", [3.0, 33.5])
def test_a_step_beside_an_end_is_none(at: float) -> None:
    assert steps_of(music("band") * np.where(time_s() < at, 1.0, 0.5)) == ()


@pytest.mark.parametrize("carrier", MUSIC)
@pytest.mark.parametrize("fade_s", [4.0, *(pytest.param(length, marks=pytest.mark.wide) for length in (8.0, 15.0))])
@pytest.mark.parametrize("shape", ["linear", "cosine", "exponential"])
def test_fades_have_no_steps(carrier: str, fade_s: float, shape: str) -> None:
    left = np.clip((DURATION_S - time_s()) / fade_s, 0.0, 1.0)
    gain = {"linear": left, "cosine": 0.5 - 0.5 * np.cos(np.pi * left), "exponential": 10.0 ** (3.0 * (left - 1.0))}
    faded = music(carrier) * gain[shape]
    assert steps_of(faded) == ()
    assert steps_of(faded[:, ::-1]) == ()


@pytest.mark.parametrize("length_s", [1.0, 3.0, 8.0])
def test_a_swell_is_no_step(length_s: float) -> None:
    progress = np.clip((time_s() - 15.0) / length_s, 0.0, 1.0)
    assert steps_of(music("band") * 10.0 ** (-8.0 * (1.0 - progress) / 20.0)) == ()


def test_silence_before_between_and_after_is_no_step() -> None:
    pause = np.zeros((2, 6 * RATE_HZ), np.float32)
    assert steps_of(np.concatenate([pause, music("band"), pause, music("band"), pause], axis=1)) == ()


def test_the_entry_of_the_drums_is_no_step() -> None:
    drums = music("band") - music("chords")
    assert steps_of(0.5 * music("chords") + drums * np.where(time_s() < 18.0, 0.0, 2.0)) == ()


def test_a_gain_that_changes_some_bands_only_is_no_step() -> None:
    drums = music("band") - music("chords")
    assert steps_of(music("chords") + drums * np.where(time_s() < 18.0, 1.0, 0.3)) == ()
