"""Names of notes beside frequencies."""

import librosa


def note_name(frequency_hz: float) -> str:
    """The nearest note of equal temperament, A4 = 440 Hz, spelt with sharps: "F♯1" for 46 Hz."""
    return str(librosa.hz_to_note(frequency_hz))
