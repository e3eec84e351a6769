"""The review, which the thread, the PDF, prompts and the command line show, and the brief that it is written from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from core.analysis.measurements import Analysis
from core.diagnosis.findings import Diagnosis
from core.knowledge.genres import Genre
from core.rules.curve import aligned_curve_db, aligned_deviation_db
from core.rules.reading import JudgedTrack
from core.targets.named import TargetComparison
from core.text.language import worded
from core.values.chain import Chain
from core.values.request import ReviewRequest

REFERENCE_CODE = "reference"
"""Code of rows of the dial card that follow from the comparison with a reference and not from a finding."""


class WrittenBy(StrEnum):
    """Who chose and arranged the statements of a text."""

    MODEL = "model"
    MEASURED = "measured"
    MIXED = "mixed"


ARRANGED_FROM = 2
"""Version of the stored form of a review from which its texts are arranged statements."""

IDEA_LABEL = "Idea, not measured"
"""What stands in front of every idea that is stored within a text; it is shown as `idea_line` writes it."""

_IDEA_BEHIND = f"\n\n{IDEA_LABEL}: "


def writer_note(writer: WrittenBy, *, is_arranged: bool = True) -> str:
    """What is said under a text about who arranged it, in the present language.

    Args:
        writer: who did.
        is_arranged: False for a review whose form is older than `ARRANGED_FROM`: its sentences were a model's own.
    """
    return worded(f"written_by.{_key(writer, is_arranged=is_arranged)}")


def author_of(writer: WrittenBy, *, is_arranged: bool = True) -> str:
    """Who arranged or wrote a text, as part of a line: "arranged by a language model"."""
    return worded(f"written_by.{_key(writer, is_arranged=is_arranged)}_in_a_line")


def _key(writer: WrittenBy, *, is_arranged: bool) -> str:
    return writer.value if is_arranged or writer is WrittenBy.MEASURED else "earlier"


def idea_line(idea: str) -> str:
    """An idea behind its label, on one line, in the present language; empty without an idea."""
    return worded("idea.line", idea=_on_one_line(idea)) if idea.strip() else ""


def with_idea(text: str, idea: str) -> str:
    """A text with an idea behind it, as a conversation stores it: a last paragraph behind the English label."""
    stored = f"{IDEA_LABEL}: {_on_one_line(idea)}" if idea.strip() else ""
    return "\n\n".join(filter(None, (text, stored)))


def _on_one_line(idea: str) -> str:
    return " ".join(idea.split())


class TextAndIdea(NamedTuple):
    """A stored text taken apart; `idea` is empty where it has none."""

    text: str
    idea: str


def without_idea(stored: str) -> TextAndIdea:
    """Take a text that `with_idea` made apart."""
    text, _, idea = stored.rpartition(_IDEA_BEHIND)
    return TextAndIdea(text, idea) if text else TextAndIdea(stored, "")


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
        names[REFERENCE_CODE] = worded("reference.yours")
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
        schema_version: version of the stored form; below `ARRANGED_FROM`, a model wrote sentences of its own.
    """

    verdict: str
    keep: str
    items: tuple[ReviewItem, ...]
    first_step: str
    writer: WrittenBy
    dial_card: DialCard
    writer_note: str | None = None
    focus_answer: str | None = None
    schema_version: int = ARRANGED_FROM

    @property
    def who_wrote_it(self) -> str:
        """What is said under it about who arranged it."""
        return self.writer_note or writer_note(self.writer, is_arranged=self.is_arranged)

    @property
    def is_arranged(self) -> bool:
        """Whether its texts are arranged statements; in its earlier form a model wrote sentences of its own."""
        return self.schema_version >= ARRANGED_FROM
