"""Voice rules: what would be a fault if somebody sings. A stereo file does not tell, so they say "likely"."""

import re

import numpy as np

from core.knowledge.focus import parse_intent
from core.rules import spans
from core.rules.reading import JudgedTrack, Reading, Severity

VOICE_TAG = "voice"
"""Genres whose releases usually carry singing, rap or speech."""

SPOKEN_TAG = "spoken"

VOICE_TOPIC = "vocals"
"""The topic of a focus that names a voice, be it to work on or to leave alone."""

NO_VOICE = re.compile(
    r"\binstrumentals?\b|\b(?:no|without|not any)\s+(?:\w+\s+)?(?:vocals?|vox|voices?|singers?|singing|rap)\b",
    re.IGNORECASE,
)
"""What a producer writes who has none."""


def voice_is_plausible(subject: JudgedTrack) -> bool:
    """Whether there may well be a voice: the genre usually has one, or the focus names one, and it denies none."""
    focus = subject.request.focus
    if NO_VOICE.search(focus or ""):
        return False
    intent = parse_intent(focus)
    return VOICE_TAG in subject.genre.tags or VOICE_TOPIC in (*intent.stressed, *intent.left_alone)


def sibilance(subject: JudgedTrack) -> Reading | None:
    """Bursts like sharp esses, off the beat."""
    found = subject.analysis.sibilance
    if found is None:
        return None
    return Reading(
        found.esses_per_minute,
        counts=voice_is_plausible(subject),
        spans=spans.from_events([ess.at_s for ess in found.esses], subject.analysis.source.duration_s),
        ceiling=Severity.INFO,
    )


def masking_vocal(subject: JudgedTrack) -> Reading | None:
    """The most that a vocal in the centre can have; speech has no accompaniment to be carved."""
    found = subject.analysis.centre
    if found is None:
        return None
    levels_db = np.array([np.nan if level is None else level for level in found.timeline_db])
    return Reading(
        found.centre_to_all_db,
        counts=voice_is_plausible(subject) and SPOKEN_TAG not in subject.genre.tags,
        spans=spans.from_mask(levels_db <= found.centre_to_all_db, found.hop_s, subject.analysis.source.duration_s),
        ceiling=Severity.INFO,
    )
