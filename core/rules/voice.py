"""Voice rules: faults if somebody sings. That cannot be measured in a stereo file, so the texts say "likely"."""

import re

import numpy as np

from core.knowledge.focus import parse_intent
from core.rules import spans
from core.rules.reading import JudgedTrack, Reading, Severity

VOICE_TAG = "voice"
"""Tag of genres whose releases usually contain singing, rap or speech."""

SPOKEN_TAG = "spoken"
"""Tag of genres of speech."""

VOICE_TOPIC = "vocals"
"""The topic of a focus that names a voice, either to work on or to leave alone."""

NO_VOICE = re.compile(
    r"\binstrumentals?\b|\b(?:no|without|not any)\s+(?:\w+\s+)?(?:vocals?|vox|voices?|singers?|singing|rap)\b",
    re.IGNORECASE,
)
"""What a producer writes whose track has no voice."""


def voice_is_plausible(subject: JudgedTrack) -> bool:
    """Whether a voice is likely: the genre usually has one or the focus names one, and the focus does not deny it."""
    focus = subject.request.focus
    if NO_VOICE.search(focus or ""):
        return False
    intent = parse_intent(focus)
    return VOICE_TAG in subject.genre.tags or VOICE_TOPIC in (*intent.stressed, *intent.left_alone)


def sibilance(subject: JudgedTrack) -> Reading | None:
    """Bursts like sharp esses, off the beat, per minute; they count where a voice is likely."""
    found = subject.analysis.sibilance
    if found is None:
        return None
    sharpest = max(found.esses, key=lambda ess: ess.over_voice_db, default=None)
    return Reading(
        found.esses_per_minute,
        counts=voice_is_plausible(subject),
        spans=spans.from_events([ess.at_s for ess in found.esses], subject.analysis.source.duration_s),
        most_at_s=None if sharpest is None else sharpest.at_s,
        ceiling=Severity.INFO,
    )


def masking_vocal(subject: JudgedTrack) -> Reading | None:
    """Highest level that a vocal in the centre can have against everything, dB; it does not count for speech."""
    found = subject.analysis.centre
    if found is None:
        return None
    levels_db = np.array([np.nan if level is None else level for level in found.timeline_db])
    known = np.isfinite(levels_db).any()
    return Reading(
        found.centre_to_all_db,
        counts=voice_is_plausible(subject) and SPOKEN_TAG not in subject.genre.tags,
        spans=spans.from_mask(levels_db <= found.centre_to_all_db, found.hop_s, subject.analysis.source.duration_s),
        most_at_s=float(np.nanargmin(levels_db)) * found.hop_s if known else None,
        ceiling=Severity.INFO,
    )
