"""Keys of synthesised cadences, and their tuning."""

import pytest

from core.analysis.music.key import PITCH_CLASSES, measure_tonality
from tests.support.audio.rhythms import RATE_HZ as RHYTHM_HZ
from tests.support.audio.rhythms import Notes, rhythm
from tests.support.audio.signals import Signal, cadences, clicks, noise, sine
from tests.support.trials.measuring import measured, scanned

RATE_HZ = 44_100


@pytest.mark.parametrize("minor", [False, True], ids=["major", "minor"])
@pytest.mark.parametrize("tonic", range(12), ids=PITCH_CLASSES)
def test_a_cadence_is_heard_in_its_key(tonic: int, minor: bool) -> None:
    tonality = measure_tonality(scanned(cadences(tonic, minor=minor, rate_hz=RATE_HZ), RATE_HZ))
    assert tonality.key == f"{PITCH_CLASSES[tonic]} {'minor' if minor else 'major'}"
    assert tonality.tuning_cents == pytest.approx(0.0, abs=2.0)


@pytest.mark.parametrize("cents", [-40.0, -20.0, 10.0, 30.0, 45.0])
def test_detuned_music_keeps_its_key_and_shows_its_tuning(cents: float) -> None:
    tonality = measure_tonality(scanned(cadences(3, minor=False, rate_hz=RATE_HZ, detune_cents=cents), RATE_HZ))
    assert tonality.key == "C major"
    assert tonality.tuning_cents == pytest.approx(cents, abs=3.0)


@pytest.mark.parametrize("rate_hz", [22_050, 48_000, 96_000])
def test_the_rate_of_the_file_does_not_matter(rate_hz: int) -> None:
    assert measure_tonality(scanned(cadences(9, minor=True, rate_hz=rate_hz), rate_hz)).key == "F# minor"


def test_alternatives_are_ranked() -> None:
    tonality = measured(cadences(0, minor=True, rate_hz=RATE_HZ), RATE_HZ).tonality
    assert tonality.confidence is not None
    shares = [tonality.confidence, *(candidate.confidence for candidate in tonality.alternatives)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.001
    assert len({tonality.key, *(candidate.key for candidate in tonality.alternatives)}) == 5


@pytest.mark.parametrize("exponent", [0.0, 1.0], ids=["white", "pink"])
def test_noise_has_no_key(exponent: float) -> None:
    assert measured(noise(20.0, RATE_HZ, exponent=exponent), RATE_HZ).tonality.key is None


DRUM_PATTERNS = {
    "house": {"kick": "9...", "snare": "....9...", "open": "..9.", "hat": "4444"},
    "rock": {"kick": "9.....9.9.......", "snare": "....9..2....9..3", "open": "7.7."},
    "hats": {"hat": "9363"},
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", DRUM_PATTERNS)
def test_drums_alone_have_no_key_and_no_tuning(name: str, seed: int) -> None:
    """A stroke that repeats has the same peaks each time, and they lie on no grid of semitones."""
    tonality = measure_tonality(scanned(rhythm(110.0 + 7 * seed, 24.0, DRUM_PATTERNS[name], seed=seed), RHYTHM_HZ))
    assert tonality.key is None
    assert tonality.tuning_cents is None


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_ticks_of_noise_have_no_key(seed: int) -> None:
    signal: Signal = clicks(120, 24.0, RATE_HZ, seed=seed)
    assert measure_tonality(scanned(signal, RATE_HZ)).key is None


@pytest.mark.parametrize("pitch_hz", [220.0, 440.0, 880.0])
def test_a_sine_is_the_tonic(pitch_hz: float) -> None:
    """Nothing sounds a fifth below it: it is no third partial of D."""
    assert measure_tonality(scanned(sine(pitch_hz, 0.3, 20.0, RATE_HZ), RATE_HZ)).key in {None, "A major", "A minor"}


@pytest.mark.parametrize("root", [36, 39, 41, 43])
def test_a_kick_over_a_bass_line_gives_the_key_of_the_bass_or_none_that_is_sure(root: int) -> None:
    bass = Notes("..9...9...9...9.", [(root + step,) for step in (0, 0, 3, 0, -2, 0, 7, 0)], 0.25)
    tonality = measure_tonality(scanned(rhythm(128.0, 30.0, {"kick": "9...", "open": "..9."}, [bass]), RHYTHM_HZ))
    of_the_bass = f"{PITCH_CLASSES[(root - 69) % 12]} minor"
    assert tonality.key in {None, of_the_bass} or (tonality.confidence or 0.0) < 0.5
