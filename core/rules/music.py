"""Music rules: contrast between parts, attacks, kick against bass, tempo and tuning."""

from dataclasses import replace

from core.analysis.measurements.music import octave_between
from core.rules.reading import JudgedTrack, Reading, Severity
from core.rules.taste import judged
from core.text.numbers import level_db, tempo

DRUMS_ONSETS_HZ = 1.5
"""Least onset rate of music with drums, per second; pads and rubato have fewer."""

SOFT_TAGS = frozenset({"dynamic", "wide", "spoken", "dark_top"})
"""Genres in which soft attacks are the style."""

FOUR_ON_THE_FLOOR = "club"
"""Tag of genres with a kick on every beat."""

SURE_KEY = 0.5
"""Confidence of the key below which the tuning is not reported, since percussion has none."""


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
    has_drums = (transients.onset_rate_hz or 0.0) >= DRUMS_ONSETS_HZ and not SOFT_TAGS & subject.genre.tags
    return Reading(
        max(crest.mid, crest.high),
        counts=has_drums,
        facts={"mid": level_db(crest.mid), "high": level_db(crest.high)},
    )


def kick_bass(subject: JudgedTrack) -> Reading | None:
    """Level of the kick above the sound between its hits, dB; it counts in music with a kick on every beat."""
    bass, rhythm = subject.analysis.bass, subject.analysis.rhythm
    if bass is None or bass.kick_to_sustain_db is None:
        return None
    beat = 60_000.0 / rhythm.tempo_bpm if rhythm.tempo_bpm else None
    release = f"{round(beat * 0.6, -1):.0f}–{round(beat * 0.85, -1):.0f} ms" if beat else "60–85 % of a beat"
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
        facts={"way": "above" if cents > 0 else "below"},
        ceiling=Severity.INFO,
    )
