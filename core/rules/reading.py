"""The track that is judged, and a rule's reading of it: the values between a rule's measure and its finding."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import Analysis
from core.knowledge.genres import Genre
from core.text.language import worded
from core.values.chain import EMPTY, Chain
from core.values.request import ReviewRequest, ReviewType

NOTHING_THERE = "nothing_there"
"""Name of the fact that nothing plays in a band, which no equaliser can raise; its words: the phrase of this name."""


class Severity(StrEnum):
    """How much a finding matters. INFO may be left alone; WARN should be looked at; SEVERE should not be released."""

    INFO = "info"
    WARN = "warn"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """0 for info … 2 for severe."""
        return ("info", "warn", "severe").index(self.value)


class Evidence(StrEnum):
    """Quality of the evidence for a figure."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"
    GUESS = "G"

    @property
    def label(self) -> str:
        """The mark in words, written for people."""
        return {"H": "well sourced", "M": "measured or good source", "L": "common practice", "G": "our proposal"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the song.

    Attributes:
        start_s: its beginning in seconds.
        end_s: its end in seconds.
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
"""Length below which a file is taken for an excerpt: loudness, range and silence say less about it (EBU on LRA under
1 min)."""

CUT_S = 0.05
"""Longest silence at an end of the file that counts as none."""

FULL_START_DB = -2.0
FULL_END_LU = -10.0
"""Least level of the first second relative to the whole file, and of the last 50 ms relative to the integrated
loudness, in a file that was cut out of longer sound. A fade-in of a second and nearly every intro stay below."""


DEAD_ZONE_DB = 0.3
"""Dead zone of levels and loudness in dB and LU: nobody hears it, true-peak meters differ by as much (EBU Tech 3341
allows 0.4 dB), and in tenths value and limit would read the same (own proposal)."""


@dataclass(frozen=True, slots=True)
class JudgedTrack:
    """One track with everything it is judged by.

    Attributes:
        analysis: what was measured on it.
        genre: the genre it is compared with.
        request: type of review and focus that were asked for.
        reference: what was measured on a reference track; None without one.
        encoded: its peaks after encoding; empty where nothing was encoded.
    """

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
        """Whether it is judged as an excerpt and not as a whole song."""
        return self.excerpt is not None

    @property
    def excerpt(self) -> str | None:
        """The reason it is taken for an excerpt, as a caveat; None for a whole song."""
        if self.analysis.source.duration_s < EXCERPT_S:
            return worded("caveats.short")
        return worded("caveats.cut") if self._begins_in_full_sound() and self._ends_in_full_sound() else None

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
    """What a rule's function read from a track.

    Attributes:
        value: the measured value in the rule's unit.
        judged: the value that is compared with the rule's levels, where that is not `value` itself.
        level_as_value: turns a level of the rule into the scale of `value`, where `judged` has another scale.
        further_out_percent: share of finished tracks that lie as far out on the same side, percent; it is compared with
            the levels of a rule that is judged by rarity (`Rule.judged_by_rarity`).
        counts: False where other measurements show that the value is no fault here.
        facts: values for the texts, formatted for people.
        spans: where it applies; empty means the whole song.
        most_at_s: moment at which it applies most, in seconds; None where that is not known.
        ceiling: the highest severity it may have here.
        floor: the lowest severity it may have here, whatever its levels give.
        caveat: the reason for the ceiling, or a note.
        chain: settings for the whole song, for a rule without an equaliser move; empty where the cure is inside the
            mix.
        amount_db: gain of the rule's equaliser move, before the rule limits it.
        frequency_hz: frequency of that move.
        shelf_hz: corner of that move, where it is a low shelf.
        target: range that the value is compared with, where that is the genre's and not the rule's level.
        source: source of that range.
        evidence: mark of the genre's figure that the value is compared with, where it is weaker than the rule's own.
    """

    value: float
    judged: float | None = None
    level_as_value: Callable[[float], float] | None = None
    further_out_percent: float | None = None
    counts: bool = True
    facts: dict[str, float | str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    most_at_s: float | None = None
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
