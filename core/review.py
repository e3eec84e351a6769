"""The review, which the thread, the PDF, prompts and the command line show, and the brief that it is written from."""

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

REFERENCE_CODE = "reference"
"""Code of rows of the dial card that follow from the comparison with a reference and not from a finding."""


class WrittenBy(StrEnum):
    """Who chose and arranged the statements of a text."""

    MODEL = "model"
    MEASURED = "measured"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that a writer may use; besides the conversation, prompts contain nothing else.

    Attributes:
        request: type, genre, detail and focus.
        genre: the genre that the request names.
        analysis: the measurements of the track.
        diagnosis: what follows from them.
        reference: the measurements of the reference; None where there is none.
        target: the comparison with a target; None where none was chosen.
    """

    request: ReviewRequest
    genre: Genre
    analysis: Analysis
    diagnosis: Diagnosis
    reference: Analysis | None = None
    target: TargetComparison | None = None

    def band_deviation_db(self, band: str) -> float | None:
        """Level of a band above the genre's curve in dB, as the rules judge it.

        None where it is not known, and for a file that is no piece of music: no genre describes it.
        """
        return aligned_deviation_db(self._judged, band) if self.diagnosis.content is None else None

    def aligned_curve_db(self) -> dict[str, float]:
        """Third octave → level of the genre's curve, aligned as by the rules, in dB relative to the track's 1 kHz.

        Empty for a file that is no piece of music.
        """
        return aligned_curve_db(self._judged) if self.diagnosis.content is None else {}

    @property
    def _judged(self) -> JudgedTrack:
        return JudgedTrack(self.analysis, self.genre, self.request)


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement that a text is made of: its name in the table of the brief, and its words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One point of a review.

    Attributes:
        insight: what was found, in words.
        suggestion: what to do about it, in words.
        finding_codes: codes of the findings that it is based on.
        writer: who chose and arranged its statements.
        receipt: the measured values in words ("true peak +0.8 dBTP …").
        statements: the statements that it is made of, in their order; empty in reviews that earlier versions stored.
        idea: the model's own craft, which nothing measured backs; empty where there is none.
    """

    insight: str
    suggestion: str
    finding_codes: tuple[str, ...]
    writer: WrittenBy = WrittenBy.MEASURED
    receipt: str = ""
    statements: tuple[ShownStatement, ...] = ()
    idea: str = ""


@dataclass(frozen=True, slots=True)
class DialRow:
    """One line of the dial card: the processor, its setting in words, and the code of the finding behind it."""

    processor: str
    setting: str
    finding_code: str


@dataclass(frozen=True, slots=True)
class DialCard:
    """Settings that follow from the findings and comparisons, as a chain and as rows of text."""

    chain: Chain
    rows: tuple[DialRow, ...]

    def reasons(self, diagnosis: Diagnosis) -> tuple[str, ...]:
        """What each row follows from, in words; empty for what follows from the type of review."""
        names = {finding.code: finding.name for finding in diagnosis.findings}
        names[REFERENCE_CODE] = "Your reference"
        return tuple(names.get(row.finding_code, "") for row in self.rows)


@dataclass(frozen=True, slots=True)
class Review:
    """The feedback.

    Attributes:
        verdict: the verdict in one line.
        keep: what works and should stay.
        items: the points, most important first.
        first_step: what to do before anything else.
        writer: who chose and arranged its statements.
        dial_card: settings that follow from the findings.
        writer_note: why it was written without a model, in words for the producer; None when a model wrote it.
        focus_answer: the answer to the request's focus from the measurements, whoever wrote the rest; None where the
            focus asks nothing.
    """

    verdict: str
    keep: str
    items: tuple[ReviewItem, ...]
    first_step: str
    writer: WrittenBy
    dial_card: DialCard
    writer_note: str | None = None
    focus_answer: str | None = None
    schema_version: int = 1
