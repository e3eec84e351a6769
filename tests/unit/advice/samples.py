"""Small values for the tests of the advice layer."""

from datetime import UTC, datetime

from core.analysis import measurements as m
from core.audio.source import SourceInfo
from core.values.conversation import Conversation, Role, Turn

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def bare_analysis() -> m.Analysis:
    """A short mono file on which next to nothing can be measured."""
    return m.Analysis(
        source=SourceInfo(3.0, 8_000, 1, "pcm_s16le", "wav", 16, is_float=False, lossy=False),
        loudness=m.Loudness(None, None, None, None, m.LoudnessTimeline(1.0, ())),
        peaks=m.Peaks(-20.0, (-20.0,), -20.3, (), 0),
        dynamics=m.Dynamics(None, None, 3.0),
        transients=None,
        spectrum=m.Spectrum(dict.fromkeys(m.BAND_EDGES_HZ, -8.45), {}, None),
        stereo=m.Stereo(None, None, None, None, {}),
        bass=None,
        rhythm=m.Rhythm(None, None),
        tonality=m.Tonality(None, None),
        sections=None,
        faults=m.Faults((0.0,), 0.0, 0.0, None, identical_channels=False, dead_channel=None),
    )


def talk(*texts: str) -> Conversation:
    """Questions and answers in turn."""
    roles = (Role.USER, Role.ASSISTANT)
    turns = tuple(
        Turn(roles[number % 2], text, 7 if number % 2 == 0 else None, AT) for number, text in enumerate(texts)
    )
    return Conversation(1, turns)
