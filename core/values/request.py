"""What a producer asks for. The enums below are the only list of types and details in the program."""

from dataclasses import dataclass
from enum import StrEnum

FOCUS_MAX_CHARACTERS = 300
"""Longest accepted ``focus`` text; longer input is refused by the picker and cut by no one."""

QUESTION_MAX_CHARACTERS = 1000
"""Longest accepted follow-up question."""


class ReviewType(StrEnum):
    """How the track is judged.

    * MIXDOWN: an unfinished mix. Technically sound? What to change in the mix. Never held against loudness targets.
    * MASTERING: a finished mix about to be mastered. Mixdown thresholds; the remedy is a mastering chain.
    * MASTER: a finished master. Judged for delivery, by the master thresholds and against its genre.
    """

    MIXDOWN = "mixdown"
    MASTERING = "mastering"
    MASTER = "master"

    @property
    def label(self) -> str:
        """The name people see."""
        return {
            ReviewType.MIXDOWN: "Mixdown tips",
            ReviewType.MASTERING: "Mastering guidance",
            ReviewType.MASTER: "Master review",
        }[self]


class Detail(StrEnum):
    """How the review is written: plain words, some terms, or everything."""

    SIMPLE = "simple"
    DETAILED = "detailed"
    PRO = "pro"

    @property
    def label(self) -> str:
        """The name people see."""
        return {Detail.SIMPLE: "Simple", Detail.DETAILED: "Detailed", Detail.PRO: "Pro"}[self]


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """One request for feedback.

    Attributes:
        type: how the track is judged.
        genre_id: id in the genre table (`core.knowledge.genres`).
        subgenre_id: id of one of that genre's subgenres, or None.
        detail: how the review is written.
        focus: the producer's own words on what to listen for, or None. Untrusted text.
    """

    type: ReviewType
    genre_id: str
    subgenre_id: str | None = None
    detail: Detail = Detail.DETAILED
    focus: str | None = None
