"""What a file holds, on material of each kind whose nature is known."""

import numpy as np
import pytest

from core.analysis.measurements import ContentKind
from tests.support.audio.arrangements import SONGS, Song
from tests.support.audio.signals import Signal, clicks, noise, sine
from tests.support.audio.voices import voice
from tests.support.trials.measuring import measured
from tests.support.trials.songs import analysed
from tests.unit.analysis.carriers import CARRIERS, dull

RATE_HZ = 22_050


def kind_of(signal: Signal, rate_hz: int = RATE_HZ) -> ContentKind:
    content = measured(np.ascontiguousarray(signal, np.float32), rate_hz).content
    assert content is not None
    return content.kind


def spoken(duration_s: float, seed: int, *, is_fluent: bool = False) -> Signal:
    """Sentences of irregular syllables whose pitch falls, with pauses between words and sentences.

    `is_fluent`: syllables run into each other and sentences follow closely, as a speech synthesiser reads.
    """
    power, least_gap_s, most_gap_s = (0.12, 0.12, 0.2) if is_fluent else (0.7, 0.3, 0.9)
    shares = (0.68, 0.3, 0.02) if is_fluent else (0.5, 0.3, 0.2)
    generator = np.random.default_rng(seed)
    count = round(duration_s * RATE_HZ)
    vowels = [voice(1.0, RATE_HZ, pitch_hz=pitch)[0] for pitch in (105.0, 118.0, 131.0, 142.0)]
    wave, at = np.zeros(count + 10 * RATE_HZ), 0.2
    while at < duration_s:
        for _ in range(generator.integers(4, 14)):
            length = round(generator.uniform(0.09, 0.26) * RATE_HZ)
            bump = np.hanning(length) ** power * generator.uniform(0.3, 1.0)
            start = round(at * RATE_HZ)
            sound = vowels[generator.integers(4)][:length]
            if generator.random() < 0.3:
                sound = 0.4 * generator.standard_normal(length) * 0.1
            wave[start : start + length] += sound * bump
            at += length / RATE_HZ + generator.choice([0.01, 0.04, 0.12], p=shares)
        at += generator.uniform(least_gap_s, most_gap_s)
    return np.tile(wave[:count], (2, 1)) + noise(duration_s, RATE_HZ, rms=1e-4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sentences_with_pauses_are_speech(seed: int) -> None:
    assert kind_of(spoken(40.0, seed)) is ContentKind.SPEECH


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sentences_read_without_long_pauses_are_speech(seed: int) -> None:
    assert kind_of(spoken(40.0, seed, is_fluent=True)) is ContentKind.SPEECH


@pytest.mark.parametrize("exponent", [0.0, 1.0])
@pytest.mark.parametrize("duration_s", [4.0, 30.0])
def test_noise_that_does_not_change_is_steady_noise(exponent: float, duration_s: float) -> None:
    assert kind_of(noise(duration_s, RATE_HZ, exponent=exponent)) is ContentKind.STEADY_NOISE


def glide(from_hz: float, to_hz: float, duration_s: float) -> Signal:
    """A sine that glides, as much per second at each pitch."""
    time = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    rate = np.log(to_hz / from_hz) / duration_s
    return np.tile(0.3 * np.sin(2.0 * np.pi * from_hz * np.expm1(rate * time) / rate), (2, 1))


@pytest.mark.parametrize(
    "signal",
    [
        sine(997.0, 0.3, 20.0, RATE_HZ),
        np.concatenate([sine(997.0, gain, 5.0, RATE_HZ) for gain in (0.1, 0.5, 0.02)], axis=1),
        glide(20.0, 10_000.0, 30.0),
        CARRIERS["square wave"](RATE_HZ),
    ],
    ids=["sine", "steps of level", "sweep", "square wave"],
)
def test_a_tone_that_stays_or_glides_is_a_test_tone(signal: Signal) -> None:
    assert kind_of(signal) is ContentKind.TEST_TONE


def test_a_melody_of_sines_is_no_test_tone() -> None:
    pitches = (440.0, 660.0, 495.0, 587.0, 392.0, 523.0, 349.0, 880.0) * 4
    assert kind_of(np.concatenate([sine(pitch, 0.3, 0.7, RATE_HZ) for pitch in pitches], axis=1)) is not (
        ContentKind.TEST_TONE
    )


@pytest.mark.parametrize("decay_s", [0.2, 1.0])
def test_a_sound_that_only_decays_is_one_shot(decay_s: float) -> None:
    time = np.arange(round(6.0 * decay_s * RATE_HZ)) / RATE_HZ
    assert kind_of(noise(6.0 * decay_s, RATE_HZ) * np.exp(-time / decay_s)) is ContentKind.ONE_SHOT


@pytest.mark.parametrize("loop_s", [1.0, 1.87654, 4.0123])
def test_a_bar_repeated_exactly_is_a_loop(loop_s: float) -> None:
    bar = CARRIERS["band"](RATE_HZ)[:, : round(loop_s * RATE_HZ)]
    assert kind_of(np.tile(bar, (1, round(24.0 / loop_s)))) is ContentKind.LOOP


def test_what_is_shorter_than_ten_seconds_is_too_short() -> None:
    assert kind_of(clicks(117.0, 8.0, RATE_HZ) + dull(RATE_HZ)[:, : 8 * RATE_HZ]) is ContentKind.SHORT


@pytest.mark.parametrize("song", SONGS, ids=lambda song: song.name)
def test_songs_are_music(song: Song) -> None:
    content = analysed(song).content
    assert content is not None
    assert content.kind is ContentKind.MUSIC


def test_noise_that_swells_and_a_drone_that_beats_are_music() -> None:
    """Noise music and drones are music: they change, if slowly."""
    time = np.arange(60 * RATE_HZ) / RATE_HZ
    sea = noise(60.0, RATE_HZ, exponent=1.0) * (0.55 + 0.45 * np.sin(2.0 * np.pi * 0.11 * time))
    partials = [np.sin(2.0 * np.pi * 55.0 * k * time * (1.0 + 0.0007 * (k % 3))) / k for k in range(1, 20)]
    drone = np.tile(0.1 * (np.sum(partials, axis=0) + np.sin(2.0 * np.pi * 55.13 * time)), (2, 1))
    assert kind_of(sea) is ContentKind.MUSIC
    assert kind_of(drone) is ContentKind.MUSIC
