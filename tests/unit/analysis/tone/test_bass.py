"""The low end, against tones of known pitch and kicks of known height."""

import numpy as np
import pytest

from core.analysis.measurements import Bass
from core.analysis.tone.notes import note_name
from tests.support.audio.signals import Signal, cadences, db_to_amplitude, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 44_100


def bass_of(signal: Signal) -> Bass:
    bass = measured(signal.astype(np.float32), RATE_HZ).bass
    assert bass is not None
    return bass


def note(frequency_hz: float, duration_s: float, second_db: float = -6.0) -> Signal:
    """A fundamental and its octave."""
    return sine(frequency_hz, 0.2, duration_s, RATE_HZ) + sine(
        2.0 * frequency_hz, 0.2 * db_to_amplitude(second_db), duration_s, RATE_HZ
    )


@pytest.mark.parametrize("frequency_hz", [30.9, 41.2, 55.0, 73.4, 98.0, 146.8])
@pytest.mark.parametrize("second_db", [-20.0, 6.0])
def test_the_fundamental_is_read_to_one_percent(frequency_hz: float, second_db: float) -> None:
    """Also where its octave is the louder by 6 dB."""
    bass = bass_of(note(frequency_hz, 6.0, second_db) + 0.1 * noise(6.0, RATE_HZ, exponent=1.0))
    assert bass.fundamental_hz == pytest.approx(frequency_hz, rel=0.01)


def test_the_range_spans_the_notes_and_the_commonest_one_is_named() -> None:
    """Half of the time A1, a quarter each E1 and E2."""
    line = [note(pitch, 1.0) for pitch in (55.0, 41.2, 55.0, 82.4) * 4]
    bass = bass_of(np.concatenate(line, axis=1))
    assert bass.fundamental_hz == pytest.approx(55.0, rel=0.01)
    assert bass.fundamental_note == "A1"
    assert bass.fundamental_low_hz == pytest.approx(41.2, rel=0.02)
    assert bass.fundamental_high_hz == pytest.approx(82.4, rel=0.02)


@pytest.mark.parametrize("height_db", [3.0, 10.0, 20.0])
def test_kick_to_sustain_is_the_height_of_the_kick(height_db: float) -> None:
    """Bursts of 80 ms twice a second upon a steady tone of the same frequency and phase."""
    steady = sine(60.0, 0.4 * db_to_amplitude(-height_db), 10.0, RATE_HZ)
    burst = (np.arange(steady.shape[1]) / RATE_HZ) % 0.5 < 0.08
    kicks = np.where(burst, steady * np.float32(db_to_amplitude(height_db)), steady)
    assert bass_of(kicks).kick_to_sustain_db == pytest.approx(height_db, abs=1.0)


def test_a_steady_bass_has_no_kick() -> None:
    assert bass_of(sine(60.0, 0.3, 8.0, RATE_HZ)).kick_to_sustain_db == pytest.approx(0.0, abs=0.5)


def test_without_low_sound_there_is_no_kick() -> None:
    assert bass_of(sine(3_000.0, 0.3, 8.0, RATE_HZ)).kick_to_sustain_db is None


def test_the_demo_of_a_full_chord_has_its_root_in_the_bass() -> None:
    """Cadences in A: the lowest voices are A2, D3 and E3, an octave below the chord."""
    bass = bass_of(cadences(0, minor=False, rate_hz=RATE_HZ))
    assert bass.fundamental_hz == pytest.approx(110.0, rel=0.01)


@pytest.mark.parametrize(
    ("frequency_hz", "name"),
    [(27.5, "A0"), (30.9, "B0"), (46.25, "F♯1"), (46.9, "F♯1"), (61.7, "B1"), (440.0, "A4"), (3_322.4, "G♯7")],
)
def test_notes_are_named_as_on_a_piano(frequency_hz: float, name: str) -> None:
    """Frequencies of the 88 keys: 440 Hz · 2 ** ((key − 49) / 12)."""
    assert note_name(frequency_hz) == name
