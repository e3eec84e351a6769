"""What is being judged, and one reading of it: the values between a rule's measure and its finding."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import Analysis
from core.knowledge.genres import Genre
from core.values.chain import EMPTY, Chain
from core.values.request import ReviewRequest, ReviewType

NOTHING_THERE = "nothing_there"
"""The fact of a band in which nothing plays: no equaliser brings that up. Its words: the phrase of this name."""


class Severity(StrEnum):
    """How much it matters. INFO may be left alone; WARN should be looked at; SEVERE should not be released."""

    INFO = "info"
    WARN = "warn"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """0 for info … 2 for severe."""
        return ("info", "warn", "severe").index(self.value)


class Evidence(StrEnum):
    """How well a figure is founded."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"
    GUESS = "G"

    @property
    def label(self) -> str:
        """What people read."""
        return {"H": "well sourced", "M": "measured or good source", "L": "common practice", "G": "our proposal"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the song.

    Attributes:
        label: the part it lies in ("the second drop"), where that is known.
        first_bar: the bar it begins in, from 1; None where bars are not sure.
        last_bar: the last bar that it reaches into.
    """

    start_s: float
    end_s: float
    label: str = ""
    first_bar: int | None = None
    last_bar: int | None = None


EXCERPT_S = 60.0
"""Shorter files are taken for excerpts: loudness, range and silence say less about them (EBU on LRA under 1 min)."""

CUT_S = 0.05
"""Silence up to this at an end is none: a cut takes no time."""

FULL_START_DB = -2.0
FULL_END_LU = -10.0
"""The first second against the whole, the last 50 ms against the programme: sound that was there before the file began,
or goes on after it. A fade-in of a second stays below, as does nearly every intro."""

SHORT_CAVEAT = "the file is shorter than a minute, so it is judged as an excerpt"
CUT_CAVEAT = "the file begins and ends in full sound, so it is judged as an excerpt"

LOSSY_CAVEAT = "measured on a lossy file: its decoder raises peaks, so check the original"
FLOAT_CAVEAT = "a float file keeps what is above 0 dBFS"


@dataclass(frozen=True, slots=True)
class JudgedTrack:
    """One track with what it is held against."""

    analysis: Analysis
    genre: Genre
    request: ReviewRequest
    reference: Analysis | None = None
    encoded: tuple[EncodedPeak, ...] = ()

    @property
    def is_master(self) -> bool:
        """Whether it is judged as a finished master."""
        return self.request.type is ReviewType.MASTER

    @property
    def is_excerpt(self) -> bool:
        """Whether it is no whole song to be judged as one."""
        return self.excerpt is not None

    @property
    def excerpt(self) -> str | None:
        """Why it is taken for an excerpt, as a caveat; None where it is a whole song."""
        if self.analysis.source.duration_s < EXCERPT_S:
            return SHORT_CAVEAT
        return CUT_CAVEAT if self._begins_in_full_sound() and self._ends_in_full_sound() else None

    def _begins_in_full_sound(self) -> bool:
        timeline = self.analysis.spectrum.timeline
        if timeline is None or self.analysis.faults.head_silence_s > CUT_S:
            return False
        first = sum(10 ** (levels[0] / 10) for levels in timeline.bands_db.values() if levels)
        return first >= 10 ** (FULL_START_DB / 10)

    def _ends_in_full_sound(self) -> bool:
        faults = self.analysis.faults
        is_loud = faults.end_level_lu is not None and faults.end_level_lu >= FULL_END_LU
        return is_loud and faults.tail_silence_s <= CUT_S


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule's measure says about a subject.

    Attributes:
        value: the measured value in the rule's unit.
        judged: what is held against the rule's levels, where that is not the value itself.
        counts: False where something else measured says that the value is no fault here.
        facts: values for the texts, formatted for people.
        spans: where it holds; empty means the whole song.
        ceiling: the severity it may reach at most here, and `caveat` why.
        floor: the severity it has at least, whatever the levels say.
        chain: what can be set on the whole song, for a rule without an equaliser move; empty where the cure is inside
            the mix.
        amount_db: how much the rule's equaliser move would have to change, before it is bounded by the rule.
        frequency_hz: where that move acts; `shelf_hz`: the corner, where it is a low shelf.
        target: range the value is held against, where that is the genre's and not the rule's level.
        source: of that range.
        evidence: mark of the genre's figure it is held against, where that is weaker than the rule's own.
    """

    value: float
    judged: float | None = None
    counts: bool = True
    facts: dict[str, float | str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    ceiling: Severity | None = None
    floor: Severity | None = None
    caveat: str | None = None
    chain: Chain = EMPTY
    amount_db: float | None = None
    frequency_hz: float | None = None
    shelf_hz: float | None = None
    target: tuple[float, float] | None = None
    source: str | None = None
    evidence: str | None = None
