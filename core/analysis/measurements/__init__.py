"""The values of an analysis, with units in their names; `core/knowledge/pages/measurement.md` defines each of them.

Levels are clamped at `LEVEL_FLOOR_DB`. ``None`` only means "not measurable on this file". Every number is finite. Band
names are those of `BAND_EDGES_HZ`, in that order, everywhere in the program.
"""

from core.analysis.measurements.analysis import (
    ANALYSER_VERSION,
    BAND_EDGES_HZ,
    LEVEL_FLOOR_DB,
    SCHEMA_VERSION,
    Analysis,
)
from core.analysis.measurements.file import (
    ChannelPassage,
    Click,
    ContentKind,
    Dropout,
    Faults,
    FileContent,
    Hum,
    LevelStep,
    LowPassEdge,
    TimedPassage,
)
from core.analysis.measurements.level import (
    ClippedRun,
    Dynamics,
    Loudness,
    LoudnessTimeline,
    Peaks,
    PsrTimeline,
    SecondMeter,
)
from core.analysis.measurements.music import (
    AttackCrest,
    Bars,
    BeatGrid,
    KeyCandidate,
    PunchTimeline,
    Rhythm,
    Section,
    TempoCandidate,
    TempoStretch,
    Tonality,
    Transients,
)
from core.analysis.measurements.stereo import BandStereo, BandStereoTimeline, Stereo, StereoTimeline
from core.analysis.measurements.tone import BandTimeline, Bass, CentreLevel, Ess, LoudNote, Resonance, Sibilance, Spectrum

__all__ = [
    "ANALYSER_VERSION",
    "BAND_EDGES_HZ",
    "LEVEL_FLOOR_DB",
    "SCHEMA_VERSION",
    "Analysis",
    "AttackCrest",
    "BandStereo",
    "BandStereoTimeline",
    "BandTimeline",
    "Bars",
    "Bass",
    "BeatGrid",
    "CentreLevel",
    "ChannelPassage",
    "Click",
    "ClippedRun",
    "ContentKind",
    "Dropout",
    "Dynamics",
    "Ess",
    "Faults",
    "FileContent",
    "Hum",
    "KeyCandidate",
    "LevelStep",
    "LoudNote",
    "Loudness",
    "LoudnessTimeline",
    "LowPassEdge",
    "Peaks",
    "PsrTimeline",
    "PunchTimeline",
    "Resonance",
    "Rhythm",
    "SecondMeter",
    "Section",
    "Sibilance",
    "Spectrum",
    "Stereo",
    "StereoTimeline",
    "TempoCandidate",
    "TempoStretch",
    "TimedPassage",
    "Tonality",
    "Transients",
]
