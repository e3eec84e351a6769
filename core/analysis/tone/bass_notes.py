"""The bass note that is louder than the notes near it: a mode of the recording space or a filter that hits one note.

Conventions: every 0.2 s of the loud passages the fundamental (`core.analysis.tone.bass`) gives a note and its level. Of
each note that is played for two seconds and more, the level that it reaches for a fifth of that time counts. The
loudest note is held against the loudest of the other notes within nine semitones, of which there must be three: so
what is told is no outlier among soft notes. A kick drum tuned to a note reads the same.

Source: practice; the limits are those of 45 real tracks (core/knowledge/pages/measurement.md).
"""

import numpy as np

from core.analysis.decibels import levels_db, stated
from core.analysis.frames import Frames
from core.analysis.grid import SLOTS_PER_CHROMA
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import LoudNote
from core.analysis.scanning.low_tables import BASS_REFERENCE_HZ
from core.analysis.stored_levels import to_power
from core.analysis.tone.notes import note_name

SEMITONE_CENTS = 100.0

PLAYED_ROWS = 10
"""Rows in which a note sounds, at least: two seconds."""

AUDIBLE_DB = 25.0
"""Distance below the loudest row beyond which a row holds no bass."""

REACHED_PERCENT = 80.0
"""Percentile of the levels of a note that stands for it: its attacks, without its endings."""

NEAR_SEMITONES, NEAR_NOTES = 9, 3
"""Distance within which notes are compared, and how many of them there must be."""


def find_loud_note(frames: Frames, curves: LoudnessCurves) -> LoudNote | None:
    """Find the loudest note of the bass.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        The note with its level over the loudest other note near it, in dB; None where too few notes are played, or
        the frames lack the tables (older versions).
    """
    if frames.bass_pitch is None or frames.bass_level is None:
        return None
    level_db = levels_db(to_power(frames.bass_level))
    loud = curves.loud_slots[::SLOTS_PER_CHROMA][: level_db.size]
    used = loud & (frames.bass_pitch >= 0) & (level_db > level_db.max(initial=-np.inf) - AUDIBLE_DB)
    notes = np.rint(frames.bass_pitch[used] / SEMITONE_CENTS).astype(np.int64)
    levels = level_db[used]
    played = [int(note) for note in np.unique(notes) if np.count_nonzero(notes == note) >= PLAYED_ROWS]
    reached = {note: float(np.percentile(levels[notes == note], REACHED_PERCENT)) for note in played}
    if not reached:
        return None
    loudest = max(reached, key=lambda note: reached[note])
    near = [level for note, level in reached.items() if 0 < abs(note - loudest) <= NEAR_SEMITONES]
    if len(near) < NEAR_NOTES:
        return None
    frequency = BASS_REFERENCE_HZ * 2.0 ** (loudest / 12.0)
    return LoudNote(
        frequency_hz=stated(frequency),
        note=note_name(frequency),
        over_near_db=stated(reached[loudest] - max(near)),
        share=stated(float(np.mean(notes == loudest))),
    )
