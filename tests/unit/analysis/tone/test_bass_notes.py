"""A bass line of known levels: the one note that is louder than those near it."""

import numpy as np
import pytest

from core.analysis.measurements import LoudNote
from tests.support.audio.signals import Signal, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 44_100
NOTES_HZ = {"E1": 41.2, "G1": 49.0, "A1": 55.0, "B1": 61.74}


def bass_line(louder: str, by_db: float, names: tuple[str, ...] = tuple(NOTES_HZ)) -> Signal:
    """Each note for a second, in turn, over quiet noise."""
    turns = [name for _ in range(4) for name in names]
    notes = [sine(NOTES_HZ[name], 0.1 * 10 ** (by_db * (name == louder) / 20), 1.0, RATE_HZ) for name in turns]
    line = np.concatenate(notes, axis=1)
    return line + noise(line.shape[1] / RATE_HZ, RATE_HZ, exponent=1.0, rms=0.003)


def loud_note(signal: Signal) -> LoudNote | None:
    bass = measured(signal, RATE_HZ).bass
    assert bass is not None
    return bass.loud_note


@pytest.mark.parametrize("by_db", [3.0, 6.0, 9.0])
def test_the_loud_note_is_found_with_its_height(by_db: float) -> None:
    found = loud_note(bass_line("G1", by_db))
    assert found is not None
    assert found.note == "G1"
    assert found.frequency_hz == pytest.approx(49.0, rel=0.01)
    assert found.over_near_db == pytest.approx(by_db, abs=1.0)
    assert found.share == pytest.approx(0.25, abs=0.08)


def test_notes_of_one_level_have_no_loud_one() -> None:
    found = loud_note(bass_line("", 0.0))
    assert found is not None
    assert found.over_near_db < 1.0


def test_three_notes_are_too_few() -> None:
    assert loud_note(bass_line("G1", 9.0, ("E1", "G1", "A1"))) is None
