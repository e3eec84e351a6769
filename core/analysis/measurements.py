"""The values of an analysis, units in the names; `core/knowledge/pages/measurement.md` has each definition.

Levels are clamped at `LEVEL_FLOOR_DB`. ``None`` means "not measurable on this file" and nothing else. Every number
is finite. Band names are those of `BAND_EDGES_HZ`, in that order, everywhere in the program.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

from core.analysis.voice import CentreRoom, Sibilance
from core.audio.source import SourceInfo

SCHEMA_VERSION = 1
"""Version of the JSON form of `Analysis`."""

ANALYSER_VERSION = "3"
"""Changes when the same samples would give other numbers: cached analyses are keyed by it."""

LEVEL_FLOOR_DB = -120.0
"""Lowest level that is ever stated: below the noise of 16-bit audio by 22 dB."""

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
"""The seven bands of the JSON contract (design.md section 6)."""


@dataclass(frozen=True, slots=True)
class LoudnessTimeline:
    """Short-term loudness over time: value i covers the 3 s from ``i * hop_s`` on."""

    hop_s: float
    short_term_lufs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Loudness:
    """ITU-R BS.1770-5 / EBU R 128 loudness of all channels of the file."""

    integrated_lufs: float | None
    max_short_term_lufs: float | None
    max_momentary_lufs: float | None
    loudness_range_lu: float | None
    timeline: LoudnessTimeline
    max_short_term_at_s: float | None = None
    max_momentary_at_s: float | None = None
    dual_mono_integrated_lufs: float | None = None


@dataclass(frozen=True, slots=True)
class ClippedRun:
    """Consecutive equal samples at a channel's extreme; in a lossy file, consecutive samples beyond full scale."""

    start_s: float
    length_samples: int
    channel: int


@dataclass(frozen=True, slots=True)
class Peaks:
    """Sample and true peaks. `clipped_runs` holds the longest ones in time order, `clipped_run_count` counts all."""

    true_peak_dbtp: float
    true_peak_per_channel_dbtp: tuple[float, ...]
    sample_peak_dbfs: float
    clipped_runs: tuple[ClippedRun, ...]
    clipped_run_count: int
    true_peak_at_s: float | None = None
    sample_peak_per_channel_dbfs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PsrTimeline:
    """PSR over time: value i covers the 3 s from ``i * hop_s`` on; None below −70 LUFS."""

    hop_s: float
    psr_db: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Dynamics:
    """PLR and PSR (AES e-Brief 373), crest factor of the whole file, DR14 unrounded."""

    plr_db: float | None
    psr_min_db: float | None
    crest_factor_db: float
    dr14_db: float | None = None
    psr_min_at_s: float | None = None
    timeline: PsrTimeline | None = None


@dataclass(frozen=True, slots=True)
class AttackCrest:
    """How far the loudest 10 ms of a beat stand above its mean in three bands (20–150, 150–2k, 2k–8k Hz), dB."""

    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PunchTimeline:
    """Attack crest over time, dB: value i covers `hop_s` from ``i * hop_s`` on; None where a band is silent."""

    hop_s: float
    low: tuple[float | None, ...]
    mid: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Transients:
    """Onsets per second and how far attacks stand above their surroundings."""

    onset_rate_hz: float | None
    attack_crest_db: AttackCrest | None
    timeline: PunchTimeline | None = None


@dataclass(frozen=True, slots=True)
class BandTimeline:
    """Level of each band over time, dB relative to all bands of the whole file; used to say where a fault holds."""

    hop_s: float
    bands_db: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Resonance:
    """A narrow peak of the long-term spectrum that no note explains.

    `excess_db`: above the median of the octave around it. `share`: of the loud seconds that show it.
    """

    frequency_hz: float
    excess_db: float
    share: float


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Long-term spectrum. `bands`: power in the band relative to the total of both channels, whole file, dB.

    `third_octave_db`: relative to the 1 kHz band, keyed by nominal centre ("31.5", "1000"), gated to loud passages.
    `sixth_octave_db`: the same in sixth octaves, keyed by the centre in hertz, with a reference twice as narrow.
    `resonances`: highest first.
    `tilt_db_per_octave`: slope of power per hertz between 89 Hz and 4.5 kHz, gated alike (pink noise: −3.01).
    """

    bands: dict[str, float]
    third_octave_db: dict[str, float]
    tilt_db_per_octave: float | None
    timeline: BandTimeline | None = None
    sixth_octave_db: dict[str, float] = field(default_factory=dict)
    resonances: tuple[Resonance, ...] | None = None


@dataclass(frozen=True, slots=True)
class BandStereo:
    """Stereo values of one band."""

    correlation: float | None
    side_to_mid_db: float | None
    mono_fold_loss_db: float | None
    balance_db: float | None = None


@dataclass(frozen=True, slots=True)
class BandStereoTimeline:
    """Stereo values of one band over time, in steps of `StereoTimeline.bands_hop_s`; None where it is silent."""

    correlation: tuple[float | None, ...]
    mono_fold_loss_db: tuple[float | None, ...]
    balance_db: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class StereoTimeline:
    """Stereo values over time; None in silent steps."""

    hop_s: float
    correlation: tuple[float | None, ...]
    balance_db: tuple[float | None, ...]
    side_to_mid_db: tuple[float | None, ...] = ()
    mono_fold_loss_db: tuple[float | None, ...] = ()
    bands_hop_s: float | None = None
    bands: dict[str, BandStereoTimeline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stereo:
    """Stereo picture; all None for a mono file. Signs as in design.md section 6."""

    correlation: float | None
    side_to_mid_db: float | None
    mono_fold_loss_db: float | None
    balance_db: float | None
    bands: dict[str, BandStereo]
    negative_correlation_share: float | None = None
    timeline: StereoTimeline | None = None


@dataclass(frozen=True, slots=True)
class Bass:
    """The low end: levels relative to 500 Hz–2 kHz, side against mid and fold-down loss below 120 Hz.

    `fundamental_hz`: the note the bass plays most; the range holds nine tenths of its sound. `kick_to_sustain_db`: how
    far the attacks of 20–150 Hz stand above what sounds between them.
    """

    sub_to_mid_db: float | None
    bass_to_mid_db: float | None
    side_to_mid_below_120_db: float | None
    mono_fold_loss_below_120_db: float | None
    fundamental_hz: float | None = None
    fundamental_low_hz: float | None = None
    fundamental_high_hz: float | None = None
    kick_to_sustain_db: float | None = None


@dataclass(frozen=True, slots=True)
class TempoCandidate:
    """A possible tempo."""

    tempo_bpm: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Tempo with alternatives; None where there is no pulse to measure."""

    tempo_bpm: float | None
    confidence: float | None
    alternatives: tuple[TempoCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """A possible key, spelt with sharps: ``A minor``, ``F# major``."""

    key: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Tonality:
    """Key with alternatives and the tuning against A4 = 440 Hz."""

    key: str | None
    confidence: float | None
    alternatives: tuple[KeyCandidate, ...] = ()
    tuning_cents: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the song.

    `short_term_lufs`: K-weighted loudness of the whole part, ungated. `confidence` of the label: 0 where it is but a
    letter. `bands_db`: power in each band relative to all bands of the part.
    """

    start_s: float
    end_s: float
    label: str
    short_term_lufs: float | None
    confidence: float | None = None
    bands_db: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LowPassEdge:
    """A steep, steady edge in the top of the spectrum, as lossy encoders leave it."""

    cutoff_hz: float
    drop_db: float


@dataclass(frozen=True, slots=True)
class Hum:
    """Mains hum: steady lines at the harmonics of 50 or 60 Hz, their power in the quietest passages."""

    mains_hz: float
    level_dbfs: float
    harmonic_count: int


@dataclass(frozen=True, slots=True)
class Dropout:
    """A sudden hole in the music; `channel` None: in both."""

    start_s: float
    length_s: float
    channel: int | None


@dataclass(frozen=True, slots=True)
class Click:
    """A wrong sample or step; `channel` None: in both; `lone`: surely a single wrong sample."""

    at_s: float
    channel: int | None
    lone: bool = False


@dataclass(frozen=True, slots=True)
class Faults:
    """Technical faults, as measured; judging them is `core.diagnosis`' work.

    Lists of events hold the first ones, their counts count all. `interchannel_delay_ms` > 0: the left channel is late.
    `upsampled_from_hz`: the rate at which the content seems to have been before.
    """

    dc_offset_per_channel: tuple[float, ...]
    head_silence_s: float
    tail_silence_s: float
    low_pass_edge: LowPassEdge | None
    identical_channels: bool
    dead_channel: int | None
    hum: Hum | None = None
    noise_floor_dbfs: float | None = None
    dropouts: tuple[Dropout, ...] | None = None
    dropout_count: int | None = None
    clicks: tuple[Click, ...] | None = None
    click_count: int | None = None
    end_level_lu: float | None = None
    abrupt_end: bool | None = None
    inverted_polarity: bool | None = None
    interchannel_delay_ms: float | None = None
    upsampled_from_hz: int | None = None
    effective_bit_depth: int | None = None


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
    centre: CentreRoom | None = None
    schema_version: int = SCHEMA_VERSION
    analyser_version: str = ANALYSER_VERSION
