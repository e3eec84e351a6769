"""The request of a producer. The enums below are the only lists of types and details in the program."""

from dataclasses import dataclass
from enum import StrEnum

FOCUS_MAX_CHARACTERS = 300
"""Longest ``focus`` text in characters; the picker refuses longer input."""

QUESTION_MAX_CHARACTERS = 1000
"""Longest follow-up question in characters."""


class ReviewType(StrEnum):
    """How the track is judged.

    * MIXDOWN: an unfinished mix. Faults and what to change in the mix; it is not compared with loudness targets.
    * MASTERING: a finished mix before mastering. Judged by the mixdown thresholds; the remedy is a mastering chain.
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
    """How detailed the review is: plain words, basic terms, or all technical terms."""

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
        focus: what to listen for, in the producer's words, or None; untrusted text.
        language: code of the language of the review and of the answers about it (`core.text.language`).
    """

    type: ReviewType
    genre_id: str
    subgenre_id: str | None = None
    detail: Detail = Detail.DETAILED
    focus: str | None = None
    language: str = "en"
