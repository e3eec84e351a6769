"""Keys of synthesised cadences, and their tuning."""

import pytest

from core.analysis.music.key import PITCH_CLASSES, measure_tonality
from tests.support.audio.signals import cadences, noise
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
