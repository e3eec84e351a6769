"""The values of a diagnosis: findings, strengths, platform effects, comparisons."""

from dataclasses import dataclass
from enum import StrEnum

from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import ContentKind
from core.knowledge.focus import NO_INTENT, Intent
from core.knowledge.norms import Position
from core.rules.reading import Evidence, Severity, Span
from core.values.chain import EMPTY, Chain, EqBand
from core.values.request import ReviewType


@dataclass(frozen=True, slots=True)
class Target:
    """The range that a measured value is compared with; without ends where another measurement decides.

    Attributes:
        low: lower end in `unit`; None where it is open.
        high: upper end in `unit`; None where it is open.
        unit: unit of both ends.
        source: where the range comes from.
        evidence: how well the range is founded.
    """

    low: float | None
    high: float | None
    unit: str
    source: str
    evidence: Evidence

    def distance(self, value: float) -> float:
        """How far `value` lies outside the range, in `unit`; 0 inside."""
        below = 0.0 if self.low is None else self.low - value
        above = 0.0 if self.high is None else value - self.high
        return max(0.0, below, above)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a finding.

    Attributes:
        text: the remedy in words, with processor, frequency and amount.
        chain: settings for the whole mix; empty where the remedy is inside the mix (a fader, a polarity switch).
    """

    text: str
    chain: Chain = EMPTY


@dataclass(frozen=True, slots=True)
class Finding:
    """A measured value that lies outside its target.

    Attributes:
        code: id of the rule (stable; ids of the rules table).
        name: the rule's name for people.
        severity: how much it matters.
        measure: the measured quantity in words ("true peak", "200–500 Hz against the genre curve").
        value: the measured value, in `unit`.
        unit: "dB", "dBTP", "LUFS", "LU", "Hz", "s", "%", "runs/min", "FS" …
        target: the range that it is compared with.
        excess: how far `value` lies outside the target, in `unit` (≥ 0).
        spans: where it holds; empty means the whole song.
        remedy: what to do about it.
        confidence: 0 to 1, from the evidence of the rule and the distance of the value from its level.
        caveat: when this is not a fault ("808 styles …"), in one clause; None where it always is one.
        facts: further measured values the texts may name, keyed by name (rounded only when shown).
        merged: codes of the findings with the same cause that were merged into this one.
        is_doubtful: other measurements show that it may be no fault here: a note that comes last.
        most_at: the moment at which it holds most; None where that is not known.
    """

    code: str
    name: str
    severity: Severity
    measure: str
    value: float
    unit: str
    target: Target
    excess: float
    remedy: Remedy
    confidence: float
    spans: tuple[Span, ...] = ()
    caveat: str | None = None
    facts: dict[str, float | str] | None = None
    merged: tuple[str, ...] = ()
    is_doubtful: bool = False
    most_at: Span | None = None


@dataclass(frozen=True, slots=True)
class Strength:
    """A measured value that is good and should stay.

    Attributes:
        code: stable id; its text in `strengths.toml` has this name.
        name: name for people.
        measure: the measured quantity in words.
        value: the measured value, in `unit`.
        unit: as in `Finding`.
        target: the range that it lies in.
        facts: further values that its text names, in words.
    """

    code: str
    name: str
    measure: str
    value: float
    unit: str
    target: Target
    facts: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PlatformEffect:
    """What a streaming service does to the level of this track.

    Attributes:
        platform_id: id of the service in `platforms.json`.
        name: name of the service.
        target_lufs: loudness that the service normalises to; None where it does not normalise.
        gain_db: gain applied on playback; None where nothing is normalised or nothing is known.
        playback_lufs: loudness that listeners get; None where unknown.
        note: what happens to the level, in words ("not turned up"); empty where nothing needs to be said.
        evidence: how well the service's behaviour is known.
    """

    platform_id: str
    name: str
    target_lufs: float | None
    gain_db: float | None
    playback_lufs: float | None
    note: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Delta:
    """A difference, the track minus the reference, in `unit` (loudness-matched where it is a level)."""

    measure: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class SectionDelta:
    """The difference between the parts of one name in two songs.

    Attributes:
        label: name of the parts.
        level_lu: loudness of the track's parts minus that of the reference's, each relative to its own song, in LU.
    """

    label: str
    level_lu: float


@dataclass(frozen=True, slots=True)
class ToneMove:
    """An equaliser band between the tone of two tracks, and the standard error of its gain in dB."""

    band: EqBand
    error_db: float


@dataclass(frozen=True, slots=True)
class ReferenceComparison:
    """Signed differences against one reference track: positive means this track has more.

    Attributes:
        loudness_lu: integrated loudness; everything else is compared at equal loudness.
        bands_db: level of each band.
        third_octave_db: shape of the spectrum, both aligned at 1 kHz.
        deltas: dynamics, width, low end, tilt.
        sections: parts that both songs have.
        moves: equaliser bands that together bring the tone to the reference's, the largest first.
        is_same_recording: everything measures the same in both.
    """

    loudness_lu: float | None
    bands_db: dict[str, float]
    third_octave_db: dict[str, float]
    deltas: tuple[Delta, ...]
    sections: tuple[SectionDelta, ...] = ()
    moves: tuple[ToneMove, ...] = ()
    is_same_recording: bool = False


@dataclass(frozen=True, slots=True)
class RangeDelta:
    """The differences between a track and each of several references, the track minus the reference, in `unit`.

    Attributes:
        measure: the measured quantity.
        least: the smallest difference: against the reference with the highest value.
        most: the largest difference: against the reference with the lowest value.
        outside: distance of the track from the references' range; positive above it, negative below, 0 inside.
        unit: unit of all three.
    """

    measure: str
    least: float
    most: float
    outside: float
    unit: str


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """A track against the range of several references, at equal loudness; `references` is their number."""

    references: int
    loudness_lu: RangeDelta | None
    bands_db: dict[str, RangeDelta]
    deltas: tuple[RangeDelta, ...]


class Likeness(StrEnum):
    """What a file that was given as the version before turns out to be, where that is no earlier version."""

    SAME_RECORDING = "same recording"
    ANOTHER_PIECE = "another piece"


class VersionOutcome(StrEnum):
    """What became of an earlier finding in a new version."""

    FIXED = "fixed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    WORSE = "worse"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What became of one finding between two versions.

    Attributes:
        code: code of the finding.
        name: name of the finding for people.
        outcome: what became of it.
        before: value in the earlier version, in `unit`; None for a new finding.
        after: value in the new version; None where it can no longer be measured.
        unit: unit of both values.
        is_by_tone: the value moved only because the tone was changed somewhere else.
    """

    code: str
    name: str
    outcome: VersionOutcome
    before: float | None
    after: float | None
    unit: str
    is_by_tone: bool = False


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of a diagnosis.

    Attributes:
        findings: what is wrong, the most important first.
        strengths: what measures well.
        platforms: what streaming services do to the level.
        reference: comparison with the reference, or with the first of several; None where there is none.
        versions: what became of the earlier version's findings; None for a first version.
        schema_version: version of the stored form.
        encoded_peaks: peaks of the loudest passages after stores' encoders; empty where that was not tried.
        reference_range: comparison with all references, where there are several.
        intent: what the producer's focus asks for.
        excerpt: why the file is judged as an excerpt; None for a whole song.
        content: what the file holds instead of a piece of music, for which there is no review; None for music.
        positions: where the track stands among finished tracks, the furthest out first.
        tone_since: equaliser bands that did to the tone what happened since the earlier version, the largest first.
        previous_is: what the version before turns out to be instead; None for an earlier version of this track.
    """

    findings: tuple[Finding, ...]
    strengths: tuple[Strength, ...]
    platforms: tuple[PlatformEffect, ...]
    reference: ReferenceComparison | None = None
    versions: tuple[VersionChange, ...] | None = None
    schema_version: int = 1
    encoded_peaks: tuple[EncodedPeak, ...] = ()
    reference_range: ReferenceRange | None = None
    intent: Intent = NO_INTENT
    excerpt: str | None = None
    content: ContentKind | None = None
    positions: tuple[Position, ...] = ()
    tone_since: tuple[ToneMove, ...] | None = None
    previous_is: Likeness | None = None

    def platforms_shown(self, kind: ReviewType) -> tuple[PlatformEffect, ...]:
        """What services do to the level of a master; empty for a mix, which is not released, and for no music."""
        return self.platforms if kind is ReviewType.MASTER and self.content is None else ()
