"""Attacks, tempo, key and sections."""

from dataclasses import dataclass, field


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
