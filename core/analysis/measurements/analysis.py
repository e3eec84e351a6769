"""The whole analysis of one file, and constants that apply to all its values."""

from dataclasses import dataclass
from types import MappingProxyType

from core.analysis.measurements.file import Faults, FileContent
from core.analysis.measurements.level import Dynamics, Loudness, Peaks
from core.analysis.measurements.music import Rhythm, Section, Tonality, Transients
from core.analysis.measurements.stereo import Stereo
from core.analysis.measurements.tone import Bass, CentreLevel, Sibilance, Spectrum
from core.audio.source import SourceInfo

SCHEMA_VERSION = 1
"""Version of the JSON form of `Analysis`."""

ANALYSER_VERSION = "7"
"""Version of the analyser: changes when the same samples would give other numbers; cached analyses are keyed by it."""

LEVEL_FLOOR_DB = -120.0
"""Lowest level that is stated, dB: 22 dB below the noise of 16-bit audio."""

BAND_EDGES_HZ = MappingProxyType(
    {
        "sub_20_60": (20.0, 60.0),
        "bass_60_200": (60.0, 200.0),
        "lowmid_200_500": (200.0, 500.0),
        "mid_500_2k": (500.0, 2_000.0),
        "presence_2k_5k": (2_000.0, 5_000.0),
        "high_5k_10k": (5_000.0, 10_000.0),
        "air_10k_20k": (10_000.0, 20_000.0),
    }
)
"""The seven bands of the JSON contract."""

LOW_END_BANDS = ("sub_20_60", "bass_60_200")
"""The bands of kick and bass."""

TOP_BANDS = ("presence_2k_5k", "high_5k_10k", "air_10k_20k")
"""The bands above the middle one."""

MIDDLE_BAND = "mid_500_2k"
"""The band that the others are compared with."""

CHANNEL_NAMES = ("left", "right")
"""The channels of a stereo signal, in the order of their samples."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything measured on one file."""

    source: SourceInfo
    loudness: Loudness
    peaks: Peaks
    dynamics: Dynamics
    transients: Transients | None
    spectrum: Spectrum
    stereo: Stereo
    bass: Bass | None
    rhythm: Rhythm
    tonality: Tonality
    sections: tuple[Section, ...] | None
    faults: Faults
    sibilance: Sibilance | None = None
    centre: CentreLevel | None = None
    content: FileContent | None = None
    schema_version: int = SCHEMA_VERSION
    analyser_version: str = ANALYSER_VERSION
