"""Attacks, tempo, beats and bars, key and sections."""

import math
from dataclasses import dataclass, field

BAR_LINE_SLACK_S = 0.07
"""Seconds before a bar line that already count as part of its bar: the tolerance of beat tracking (MIREX, 70 ms)."""

OCTAVES = (0.5, 2.0)
SAME_TEMPO = 0.04
"""Ratios of half and double tempo, and the share within which two tempi count as the same (MIREX)."""


def octave_between(tempo_bpm: float, other_bpm: float) -> float | None:
    """2 where a tempo is double another one, 0.5 where it is half of it; None elsewhere."""
    return next((ratio for ratio in OCTAVES if abs(tempo_bpm / (other_bpm * ratio) - 1.0) <= SAME_TEMPO), None)


@dataclass(frozen=True, slots=True)
class AttackCrest:
    """How far the loudest 10 ms of a beat stand above its mean in three bands (20–150, 150–2k, 2k–8k Hz), dB."""

    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PunchTimeline:
    """Attack crest over time, dB: value i covers `hop_s` from ``i * hop_s`` on, to within a beat; None: silent."""

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
class Bars:
    """Bars of a steady tempo, numbered from 1 at the first downbeat of the file, as in a sequencer.

    `bar_s`: length of a bar. `confidence`: 0 to 1, how sure it is which beat is the first of a bar.
    """

    first_downbeat_s: float
    bar_s: float
    beats_per_bar: int
    confidence: float

    def bar_at(self, time_s: float) -> int | None:
        """Number of the bar at a time; None in a pick-up before bar 1."""
        number = 1 + math.floor((time_s + BAR_LINE_SLACK_S - self.first_downbeat_s) / self.bar_s)
        return number if number >= 1 else None

    def is_line_near(self, time_s: float) -> bool:
        """Whether a bar begins within `BAR_LINE_SLACK_S` of a time."""
        bars = (time_s - self.first_downbeat_s) / self.bar_s
        return abs(bars - round(bars)) * self.bar_s <= BAR_LINE_SLACK_S

    def bars_within(self, start_s: float, end_s: float) -> tuple[int, int] | None:
        """Numbers of the first and last bar of a stretch; None where it begins in a pick-up.

        The last bar counts if the stretch reaches more than half a beat into it, since ends of stretches are known to
        a tenth of a second at best.
        """
        first, last = self.bar_at(start_s), self.bar_at(end_s - self.bar_s / self.beats_per_bar / 2.0)
        return None if first is None else (first, max(first, last or first))


@dataclass(frozen=True, slots=True)
class BeatGrid:
    """Beats of a steady tempo: beat k lies at ``first_beat_s + k * beat_s``.

    `regularity`: 0 to 1, share of the onset strength in passages whose beats lie on the grid. `bars`: None where it is
    not sure which beats begin a bar. `in_threes`: whether the music repeats every three beats and not every four.
    """

    first_beat_s: float
    beat_s: float
    regularity: float
    bars: Bars | None = None
    in_threes: bool = False


@dataclass(frozen=True, slots=True)
class TempoCandidate:
    """A possible tempo. `beats`: its beats, where it is half or double the tempo of the file and that is steady."""

    tempo_bpm: float
    confidence: float
    beats: BeatGrid | None = None


@dataclass(frozen=True, slots=True)
class TempoStretch:
    """A stretch of a file with a tempo of its own."""

    start_s: float
    end_s: float
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Tempo with alternatives; None where there is no pulse to measure.

    `confidence`: probability that the tempo is right within 4 %. `beats`: None where the tempo is not steady. `tempi`:
    its stretches, where the tempo changes half-way; empty where there is one.
    """

    tempo_bpm: float | None
    confidence: float | None
    alternatives: tuple[TempoCandidate, ...] = ()
    beats: BeatGrid | None = None
    tempi: tuple[TempoStretch, ...] = ()

    @property
    def bars(self) -> Bars | None:
        """The bars, where it is sure where they begin."""
        return self.beats.bars if self.beats is not None else None


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

    `short_term_lufs`: K-weighted loudness of the whole part, ungated. `confidence` of the label: 0 where it is only a
    letter. `bands_db`: power in each band relative to all bands of the part.
    """

    start_s: float
    end_s: float
    label: str
    short_term_lufs: float | None
    confidence: float | None = None
    bands_db: dict[str, float] = field(default_factory=dict)
