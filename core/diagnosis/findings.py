"""The values of a diagnosis: findings, strengths, platform effects, comparisons."""

from dataclasses import dataclass
from enum import StrEnum

from core.analysis.level.encoded_passages import EncodedPeak
from core.knowledge.focus import NO_INTENT, Intent
from core.rules.reading import Evidence, Severity, Span
from core.values.chain import EMPTY, Chain


@dataclass(frozen=True, slots=True)
class Target:
    """What the measured value is held against. Open ends are None."""

    low: float | None
    high: float | None
    unit: str
    source: str
    evidence: Evidence

    def distance(self, value: float) -> float:
        """How far `value` lies outside, 0 inside."""
        below = 0.0 if self.low is None else self.low - value
        above = 0.0 if self.high is None else value - self.high
        return max(0.0, below, above)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about it: words that name processor, frequency and amount, and the settings themselves.

    `chain` is what can be set on the whole mix (empty where the cure is inside the mix: a fader, a polarity switch).
    """

    text: str
    chain: Chain = EMPTY


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was measured and stands outside what is expected.

    Attributes:
        code: id of the rule (stable; ids of the rules table).
        name: the rule's name for people.
        severity: how much it matters.
        measure: the measured quantity in words ("true peak", "200–500 Hz against the genre curve").
        value: the measured value, in `unit`.
        unit: "dB", "dBTP", "LUFS", "LU", "Hz", "s", "%", "runs/min", "FS" …
        target: what it is held against.
        excess: how far `value` lies outside the target, in `unit` (≥ 0).
        spans: where it holds; empty means the whole song.
        remedy: what to turn.
        confidence: 0…1, how sure the finding is (evidence of the rule and clarity of the measurement).
        caveat: when this is not a fault ("808 styles …"), in one clause; None when always one.
        facts: further measured values the texts may name, keyed by name (rounded only when shown).
        merged: codes of findings with the same cause that this one speaks for.
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


@dataclass(frozen=True, slots=True)
class Strength:
    """Something that measures well and is worth keeping."""

    code: str
    name: str
    measure: str
    value: float
    unit: str
    target: Target


@dataclass(frozen=True, slots=True)
class PlatformEffect:
    """What a streaming service does to the level of this track.

    Attributes:
        gain_db: gain applied on playback; None where nothing is normalised or nothing is known.
        playback_lufs: loudness listeners get; None where unknown.
        note: what limits it, or what is not verified ("upward gain capped by true peak").
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
    """Parts of one name in both songs: how much further this track's stand above its own loudness, in LU."""

    label: str
    level_lu: float


@dataclass(frozen=True, slots=True)
class ReferenceComparison:
    """Signed differences against one reference track: positive means this track has more.

    Attributes:
        loudness_lu: integrated loudness; everything else is compared at equal loudness.
        bands_db: level of each band.
        third_octave_db: shape of the spectrum, both aligned at 1 kHz.
        deltas: dynamics, width, low end, tilt.
        sections: parts that both songs have.
    """

    loudness_lu: float | None
    bands_db: dict[str, float]
    third_octave_db: dict[str, float]
    deltas: tuple[Delta, ...]
    sections: tuple[SectionDelta, ...] = ()


@dataclass(frozen=True, slots=True)
class RangeDelta:
    """A track minus each of several references, in `unit`.

    `least` and `most`: against the reference that has most of it, and least. `outside`: how far it stands outside
    their range: positive above all of them, negative below, 0 between them.
    """

    measure: str
    least: float
    most: float
    outside: float
    unit: str


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """Where a track stands in the range that several references span, at equal loudness."""

    references: int
    loudness_lu: RangeDelta | None
    bands_db: dict[str, RangeDelta]
    deltas: tuple[RangeDelta, ...]


class VersionOutcome(StrEnum):
    """What became of an earlier finding in a new version."""

    FIXED = "fixed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    WORSE = "worse"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One finding followed from one version to the next; `before` is None for a new one."""

    code: str
    name: str
    outcome: VersionOutcome
    before: float | None
    after: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong, what is right, what services will do with it. Findings stand in the order of importance.

    `encoded_peaks`: how high the loudest passages reach after stores' encoders; empty where that was not tried.
    `reference_range`: only where there are several references; `reference` is then the first of them.
    `intent`: what the producer's focus asks for. `excerpt`: why the file is judged as one; None for a whole song.
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
