"""Spectrum, resonances, low end, and the range in which voices lie.

Whether anybody sings cannot be measured in a stereo file: the values of that range describe the sound only and do not
claim that there is a voice.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BandTimeline:
    """Level of each band over time, dB relative to all bands of the whole file; used to find where a fault applies."""

    hop_s: float
    bands_db: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Resonance:
    """A narrow peak of the spectrum that stays where it is, whatever is played.

    `excess_db`: in the whole song, above the median of the octave around it. `share`: of the loud seconds that show
    half of `steady_db`, the height that nine tenths of them reach over three bands of a 24th octave. `note`: nearest to
    it, "F♯3"; None in an analysis of version 3 or before. `strongest_s`: where it begins to be loudest. This and
    `steady_db` are None in version 6 or before.
    """

    frequency_hz: float
    excess_db: float
    share: float
    note: str | None = None
    steady_db: float | None = None
    strongest_s: float | None = None


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
class LoudNote:
    """The loudest note of the bass.

    `over_near_db`: over the loudest other one within nine semitones. `share`: of the time with bass.
    """

    frequency_hz: float
    note: str
    over_near_db: float
    share: float


@dataclass(frozen=True, slots=True)
class Bass:
    """The low end: levels relative to 500 Hz–2 kHz, side to mid and fold-down loss below 120 Hz.

    `fundamental_hz`: the note the bass plays most, and `fundamental_note` its name ("F♯1"; None in an analysis of
    version 3 or before); the range holds nine tenths of its sound. `kick_to_sustain_db`: how far the attacks of
    20–150 Hz stand above what sounds between them. `loud_note`: None in an analysis of version 6 or before.
    """

    sub_to_mid_db: float | None
    bass_to_mid_db: float | None
    side_to_mid_below_120_db: float | None
    mono_fold_loss_below_120_db: float | None
    fundamental_hz: float | None = None
    fundamental_low_hz: float | None = None
    fundamental_high_hz: float | None = None
    kick_to_sustain_db: float | None = None
    fundamental_note: str | None = None
    loud_note: LoudNote | None = None


@dataclass(frozen=True, slots=True)
class Ess:
    """A short burst of 5–9 kHz that stands alone, as a sharp s does. `over_voice_db`: at its peak, over 1–4 kHz."""

    at_s: float
    length_s: float
    over_voice_db: float


@dataclass(frozen=True, slots=True)
class Sibilance:
    """Bursts that resemble esses. `esses`: the sharpest ones in time order; `ess_count`: number of all.

    `on_grid_count`: further bursts, which lie on the grid of the beat, as hi-hats do.
    """

    esses: tuple[Ess, ...]
    ess_count: int
    esses_per_minute: float
    on_grid_count: int


@dataclass(frozen=True, slots=True)
class CentreLevel:
    """Power of 500 Hz–5 kHz that both channels have in common, dB over all of it: the most that a voice there can have.

    `centre_to_all_db`: the median of the loud seconds. `timeline_db`: value i covers `hop_s` from ``i * hop_s`` on;
    None where it is not loud.
    """

    centre_to_all_db: float
    hop_s: float
    timeline_db: tuple[float | None, ...]
