"""Review: the value that thread, PDF, prompt and command line share; Brief: what it is written from."""

from dataclasses import dataclass
from enum import StrEnum

from core.analysis.measurements import Analysis
from core.diagnosis.findings import Diagnosis
from core.knowledge.genres import Genre
from core.rules.curve import aligned_curve_db, aligned_deviation_db
from core.rules.reading import JudgedTrack
from core.targets.named import TargetComparison
from core.values.chain import Chain
from core.values.request import ReviewRequest


class WrittenBy(StrEnum):
    """Who wrote the words."""

    MODEL = "model"
    MEASURED = "measured"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a writer may use: the request, the numbers, the findings. Nothing else reaches a prompt.

    `genre`: the one that the request names. `target`: the track against a target that several other tracks make, where
    one was chosen.
    """

    request: ReviewRequest
    genre: Genre
    analysis: Analysis
    diagnosis: Diagnosis
    reference: Analysis | None = None
    target: TargetComparison | None = None

    def band_deviation_db(self, band: str) -> float | None:
        """Level of a band above the genre's curve, in dB, as the rules judge it; None where there is no figure."""
        return aligned_deviation_db(self._judged, band)

    def aligned_curve_db(self) -> dict[str, float]:
        """Third octave → the genre's curve as the rules hold the track against it, dB relative to its 1 kHz."""
        return aligned_curve_db(self._judged)

    @property
    def _judged(self) -> JudgedTrack:
        return JudgedTrack(self.analysis, self.genre, self.request)


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One point: what was found, what to do, and the findings it stands on."""

    insight: str
    suggestion: str
    finding_codes: tuple[str, ...]
    writer: WrittenBy = WrittenBy.MEASURED
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class DialRow:
    """One line of the dial card: the processor, its settings in words, and the finding that asks for it."""

    processor: str
    setting: str
    finding_code: str


@dataclass(frozen=True, slots=True)
class DialCard:
    """Settings that follow from the findings: the chain, and the same as rows to dial in by hand."""

    chain: Chain
    rows: tuple[DialRow, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """The feedback.

    Attributes:
        verdict: one line.
        keep: what works and should stay.
        items: the points, most important first.
        first_step: what to do before anything else.
        writer: who wrote the words.
        dial_card: settings that follow from the findings.
        writer_note: why it was written without a model, in words for the producer; None when a model wrote it.
    """

    verdict: str
    keep: str
    items: tuple[ReviewItem, ...]
    first_step: str
    writer: WrittenBy
    dial_card: DialCard
    writer_note: str | None = None
    schema_version: int = 1
