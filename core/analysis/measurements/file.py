"""Technical faults of the file."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LowPassEdge:
    """A steep, steady edge in the top of the spectrum, as lossy encoders leave it."""

    cutoff_hz: float
    drop_db: float


@dataclass(frozen=True, slots=True)
class Hum:
    """Mains hum: steady lines at the harmonics of 50 or 60 Hz, and their power together.

    `is_sure`: False where lines of the music may be taken for it.
    """

    mains_hz: float
    level_dbfs: float
    harmonic_count: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Dropout:
    """A sudden hole in the music; `channel` None: in both; `on_beat`: it comes back on a grid of beats."""

    start_s: float
    length_s: float
    channel: int | None
    on_beat: bool = False


@dataclass(frozen=True, slots=True)
class Click:
    """A wrong sample or step; `channel` None: in both; `lone`: surely wrong samples; `on_beat`: as for dropouts."""

    at_s: float
    channel: int | None
    lone: bool = False
    on_beat: bool = False


@dataclass(frozen=True, slots=True)
class NoiseBurst:
    """Noise that is switched on and off; `level_dbfs`: of white noise as sharp; `channel`, `on_beat`: as for clicks."""

    at_s: float
    length_s: float
    level_dbfs: float
    channel: int | None
    on_beat: bool = False


@dataclass(frozen=True, slots=True)
class Pop:
    """A low thump; `level_dbfs`: of the mean of the samples over 50 ms; `on_beat`: as for clicks."""

    at_s: float
    level_dbfs: float
    on_beat: bool = False


@dataclass(frozen=True, slots=True)
class LevelStep:
    """A step of the whole level, as at an edit: when, and by how much (negative: the level drops)."""

    at_s: float
    by_db: float


@dataclass(frozen=True, slots=True)
class TimedPassage:
    """A stretch of the song."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ChannelPassage:
    """A stretch of the song in which something holds for one channel (0 left, 1 right)."""

    start_s: float
    end_s: float
    channel: int


class ContentKind(StrEnum):
    """What a file holds."""

    MUSIC = "music"
    SPEECH = "speech"
    STEADY_NOISE = "steady_noise"
    TEST_TONE = "test_tone"
    ONE_SHOT = "one_shot"
    LOOP = "loop"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file holds, and the numbers that this rests on.

    `tone_share`: power of half a second within half an octave. `spread_db`: variation of the spectrum over time.
    `quiet_share`: frames of 20 ms below half the mean of their second. `pause_share`: time 20 LU below the integrated
    loudness. `syllable_share`: modulation of the level at 2.5 to 7 Hz. `pulse`: highest line of that modulation, 1 for
    chance. `repeats_s`: length of a loop that the whole file repeats exactly.
    """

    kind: ContentKind
    tone_share: float
    spread_db: float
    quiet_share: float
    pause_share: float
    syllable_share: float
    pulse: float
    repeats_s: float | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """Technical faults as measured; `core.diagnosis` judges them.

    Lists of events contain the first ones, counts include all. `interchannel_delay_ms` > 0: the left channel is late.
    `upsampled_from_hz`: the lower sample rate that the content seems to come from. `pauses`: silence of 5 s and more
    between the first and the last sound. `silent_passages`, `inverted_passages`: where one channel is silent, or upside
    down, for part of the song. Lists are None where the frames are too old to tell.
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
    level_steps: tuple[LevelStep, ...] | None = None
    pauses: tuple[TimedPassage, ...] = ()
    silent_passages: tuple[ChannelPassage, ...] = ()
    inverted_passages: tuple[TimedPassage, ...] = ()
    noise_bursts: tuple[NoiseBurst, ...] | None = None
    pops: tuple[Pop, ...] | None = None
