"""Music rules: contrast between parts, attacks, kick against bass, tempo and tuning."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.analysis.measurements import LOW_END_BANDS, TOP_BANDS
from core.analysis.measurements.music import octave_between
from core.analysis.music.lacking import lack_of
from core.analysis.music.parts import song_parts
from core.rules.reading import JudgedTrack, Reading, Severity, Span
from core.rules.taste import judged
from core.text.language import worded
from core.text.numbers import signed_db, tempo, written_level

DRUMS_ONSETS_HZ = 1.5
"""Least onset rate of music with drums, per second; pads and rubato have fewer."""

SOFT_TAGS = frozenset({"dynamic", "wide", "spoken", "dark_top"})
"""Genres in which soft attacks are the style."""

FOUR_ON_THE_FLOOR = "club"
"""Tag of genres with a kick on every beat."""

SURE_KEY = 0.5
"""Confidence of the key below which the tuning is not reported, since percussion has none."""

FEWEST_PARTS = 3
"""Parts that a song must have for one of them to differ from the others."""

MUFFLED_FROM_DB, GONE_FROM_DB = 2.5, 6.0
"""Distance below the song's median from which a second is duller than the song, or has no low end."""

NO_WIDER_DB = 0.5
"""Gain in side to mid up to which the loudest part is no wider than the others."""

LEAST_LU = 0.05
"""Lift that is written as 0.1 LU."""


def dynamics_flat(subject: JudgedTrack) -> Reading | None:
    """Loudness range of a whole song, LU, against finished tracks with more; None for an excerpt."""
    reading = _loudness_range(subject, above=False)
    return reading and replace(reading, counts=reading.counts and reading.value > 0.0)


def dynamics_wide(subject: JudgedTrack) -> Reading | None:
    """Loudness range of a whole song, LU, against finished tracks with less; None for an excerpt."""
    return _loudness_range(subject, above=True)


def _loudness_range(subject: JudgedTrack, *, above: bool) -> Reading | None:
    value = subject.analysis.loudness.loudness_range_lu
    if value is None or subject.is_excerpt:
        return None
    return replace(judged(subject, "range", value, above=above), amount_db=None)


def transient_dull(subject: JudgedTrack) -> Reading | None:
    """The higher attack crest of the middle and the top, dB; it counts only where drums play."""
    transients = subject.analysis.transients
    crest = transients.attack_crest_db if transients else None
    if transients is None or crest is None or crest.mid is None or crest.high is None:
        return None
    has_drums = (transients.onset_rate_hz or 0.0) >= DRUMS_ONSETS_HZ and SOFT_TAGS.isdisjoint(subject.genre.tags)
    return Reading(
        max(crest.mid, crest.high),
        counts=has_drums,
        facts={"mid": written_level(crest.mid), "high": written_level(crest.high)},
    )


def kick_bass(subject: JudgedTrack) -> Reading | None:
    """Level of the kick above the sound between its hits, dB; it counts in music with a kick on every beat."""
    bass, rhythm = subject.analysis.bass, subject.analysis.rhythm
    if bass is None or bass.kick_to_sustain_db is None:
        return None
    beat = 60_000.0 / rhythm.tempo_bpm if rhythm.tempo_bpm else None
    release = f"{round(beat * 0.6, -1):.0f}–{round(beat * 0.85, -1):.0f} ms" if beat else worded("kick_bass.release")
    return Reading(
        bass.kick_to_sustain_db,
        counts=FOUR_ON_THE_FLOOR in subject.genre.tags,
        facts={"release": release},
        frequency_hz=60.0,
        amount_db=-1.0,
    )


def tempo_sanity(subject: JudgedTrack) -> Reading | None:
    """Confidence of half or double the tempo relative to that of the tempo, percent; None where the tempo changes."""
    rhythm = subject.analysis.rhythm
    if rhythm.tempo_bpm is None or not rhythm.confidence or rhythm.tempi:
        return None
    main = rhythm.tempo_bpm
    rivals = [other for other in rhythm.alternatives if octave_between(other.tempo_bpm, main) is not None]
    if not rivals:
        return Reading(0.0)
    rival = max(rivals, key=lambda other: other.confidence)
    return Reading(
        100.0 * rival.confidence / rhythm.confidence,
        facts={"tempo": tempo(main), "other": tempo(rival.tempo_bpm)},
        ceiling=Severity.INFO,
    )


def key_sanity(subject: JudgedTrack) -> Reading | None:
    """Distance of the tuning from A4 = 440 Hz, cents; None where there is no key."""
    tonality = subject.analysis.tonality
    if tonality.tuning_cents is None or tonality.key is None:
        return None
    cents = tonality.tuning_cents
    return Reading(
        abs(cents),
        counts=(tonality.confidence or 0.0) >= SURE_KEY,
        facts={"way": worded("key_sanity.above" if cents > 0 else "key_sanity.below")},
        ceiling=Severity.INFO,
    )


def muffled_part(subject: JudgedTrack) -> Reading | None:
    """How far the top over the middle of one passage lies below the rest's lowest tenth, dB."""
    return _lack(subject, TOP_BANDS, MUFFLED_FROM_DB)


def bass_gone(subject: JudgedTrack) -> Reading | None:
    """How far the low end under the middle of one passage lies below the rest's lowest tenth, dB."""
    return _lack(subject, LOW_END_BANDS, GONE_FROM_DB)


def _lack(subject: JudgedTrack, bands: Sequence[str], least_db: float) -> Reading | None:
    if subject.analysis.spectrum.timeline is None:
        return None
    lack = lack_of(subject.analysis, bands, least_db)
    if lack is None:
        return Reading(0.0)
    facts: dict[str, float | str] = {"lift": written_level(max(0.0, lack.below_db) / 2.0)}
    return Reading(lack.below_db, facts=facts, spans=(Span(lack.start_s, lack.end_s),), ceiling=Severity.INFO)


def chorus_lift(subject: JudgedTrack) -> Reading | None:
    """Loudness of the loudest part over the mean of the others, LU.

    It counts where that part is no wider either, and something comes before it.
    """
    parts = song_parts(subject.analysis)
    if len(parts) < FEWEST_PARTS or subject.is_excerpt:
        return None
    loudest = max(parts, key=lambda part: part.loudness_lufs)
    others = [part for part in parts if part is not loudest]
    lift = loudest.loudness_lufs - float(np.mean([part.loudness_lufs for part in others]))
    widths = [part.width_db for part in others if part.width_db is not None]
    if loudest.width_db is None or not widths:
        # of mono, and of older versions
        return None
    wider = loudest.width_db - float(np.mean(widths))
    return Reading(
        lift,
        counts=lift >= LEAST_LU and wider <= NO_WIDER_DB and loudest is not parts[0],
        facts={"width": worded("chorus_lift.width", size=signed_db(wider))},
        spans=(Span(loudest.section.start_s, loudest.section.end_s),),
        ceiling=Severity.INFO,
    )
