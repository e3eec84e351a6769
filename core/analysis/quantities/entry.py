"""An entry of the registry of quantities, and how its value is written."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.analysis.measurements import Analysis
from core.text.language import name_in_language, worded
from core.text.numbers import MISSING, clock_and_bar, measurement, percent, signed_with_unit, span_and_bars

DIFFERENCE_UNITS = MappingProxyType({"LUFS": "LU", "dBTP": "dB", "dBFS": "dB"})
"""Units of a difference between two levels on a scale with a zero of its own (EBU Tech 3341: LU for loudness); a
difference of any other quantity has the unit of the quantity."""


def difference_unit(unit: str) -> str:
    """The unit of a difference between two values in `unit`."""
    return DIFFERENCE_UNITS.get(unit, unit)


_NOTICEABLE = MappingProxyType(
    {
        "dB": 0.5,
        "dBTP": 0.3,
        "dBFS": 0.3,
        "LUFS": 0.5,
        "LU": 0.5,
        "s": 0.2,
        "Hz": 200.0,
        "FS": 0.0005,
        "%": 3.0,
        "": 0.5,
    }
)
"""Smallest changes that are worth reporting, by unit: about the smallest that can be heard, or seen on a meter."""

_NOTICEABLE_SHARE = 0.2
"""The same for all other units (rates, such as runs per minute), as a share of the value."""


def noticeable_change(value: float, unit: str) -> float:
    """The smallest change of a value that is worth reporting, in its unit."""
    return _NOTICEABLE.get(unit, _NOTICEABLE_SHARE * abs(value))


def time_and_bar(analysis: Analysis, at_s: float) -> str:
    """A position in the song with its bar, where bars are sure: "1:04 (bar 33)"."""
    bars = analysis.rhythm.bars
    return clock_and_bar(at_s, bars.bar_at(at_s) if bars is not None else None)


def times_and_bars(analysis: Analysis, start_s: float, end_s: float) -> str:
    """A stretch of the song with its bars, where bars are sure: "1:04–1:32 (bars 33–46)"."""
    bars = analysis.rhythm.bars
    within = bars.bars_within(start_s, end_s) if bars is not None else None
    return span_and_bars(start_s, end_s, *(within or (None, None)))


class Family(StrEnum):
    """The five families by which measurements, rules, reports and handbook pages are ordered."""

    LEVEL = "level"
    TONE = "tone"
    STEREO = "stereo"
    MUSIC = "music"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another value that a quantity may have, written for people, and its confidence (0 to 1)."""

    text: str
    confidence: float


MARGIN_DECIMALS = 6
"""Decimals to which a difference is held against its margin: the rest comes from floating point."""


class Status(StrEnum):
    """What a quantity and its margin rest on."""

    STANDARD = "standard"
    MEASURED = "measured"
    ESTIMATE = "estimate"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a value may be off, in the unit of a difference of its quantity: two values closer than that are equal.

    Attributes:
        value: the margin; 0 for what is read from the file as it is.
        status: standard: a standard defines the quantity and bounds its error; measured: its error is bounded by our
            checks; estimate: it may be wrong altogether; practice: what it counts is a convention.
        source: the tolerance or the check, in words; the checks stand in `core/knowledge/pages/measurement.md`.
    """

    value: float
    status: Status
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One measured quantity: what it is called, where an `Analysis` has it, and how it is written.

    Attributes:
        id: its name in target files and, where it is one field, in the JSON of `earshot analyse`.
        family: the family it belongs to.
        english: its English name as a heading ("Integrated loudness"); EBU's or ITU's term where there is one.
        english_short: its English name where there is little space, or under the heading of its topic ("Integrated").
        unit: the unit of its values; "" for a ratio, a count or a text.
        decimals: of its values. Frequencies and tempi keep three figures and one decimal at most instead.
        read: its value in an analysis; None where it was not measurable. A text is already for people.
        moment: the second of the song that the value belongs to ("at 1:04").
        confidence: confidence of the value, 0 to 1.
        alternatives: other values that it may have, the surest first.
        remark: text that a full report adds to the value.
        in_words: writes a value, where "number and unit" would not say what its sign means.
        term: the entry of the glossary page that explains it.
        is_rare: only some files have it; without it, it is not listed at all.
        compared: its value where tracks are compared with each other, if that is another one.
        margin: how far a value may be off, and what that rests on; None only for texts.
        stored_as: its name in stored comparisons with a reference, where that is not `id`; it never changes.
    """

    id: str
    family: Family
    english: str
    english_short: str
    read: Callable[[Analysis], float | str | None]
    unit: str = ""
    decimals: int = 1
    moment: Callable[[Analysis], float | None] | None = None
    confidence: Callable[[Analysis], float | None] | None = None
    alternatives: Callable[[Analysis], tuple[Alternative, ...]] | None = None
    remark: Callable[[Analysis], str] | None = None
    in_words: Callable[[float], str] | None = None
    term: str = ""
    is_rare: bool = False
    compared: Callable[[Analysis], float | None] | None = None
    margin: Margin | None = None
    stored_as: str = ""

    @property
    def label(self) -> str:
        """Its name as a heading, in the present language."""
        return name_in_language("quantities", self.english)

    @property
    def short(self) -> str:
        """Its name where there is little space, in the present language."""
        return name_in_language("quantities", self.english_short)

    @property
    def difference_unit(self) -> str:
        """The unit of a difference between two of its values."""
        return difference_unit(self.unit)

    @property
    def stored_name(self) -> str:
        """Its name in a comparison with a reference, in databases and in the command line's JSON."""
        return self.stored_as or self.id

    def number(self, analysis: Analysis) -> float | None:
        """Its value as a number; None where it was not measurable, or is a text."""
        value = self.read(analysis)
        return None if isinstance(value, str) else value

    def for_comparison(self, analysis: Analysis) -> float | None:
        """Its value as a number for comparing this track with others."""
        return self.number(analysis) if self.compared is None else self.compared(analysis)

    def differs(self, difference: float) -> bool:
        """Whether a difference between two of its values is one: not below the margin, and not 0.0 as it is shown."""
        least = self.margin.value if self.margin is not None else 0.0
        size = round(abs(difference), MARGIN_DECIMALS)
        return size >= least and round(size, self.decimals) > 0.0

    def write(self, value: float | None) -> str:
        """A value of this quantity, of any song or target, written for people: "−14.2 LUFS"; a dash for None."""
        if value is None:
            return MISSING
        return self.in_words(value) if self.in_words is not None else measurement(value, self.unit, self.decimals)

    def write_difference(self, value: float | None) -> str:
        """A difference between two of its values, with its sign: "+2.0 LU"."""
        return signed_with_unit(value, self.difference_unit, self.decimals)

    def write_size(self, value: float) -> str:
        """A difference between two of its values, or a change of one, without its sign: "2.0 LU"."""
        return measurement(abs(value), self.difference_unit, self.decimals)

    def written(self, analysis: Analysis) -> str:
        """The value in an analysis: "−14.2 LUFS"; a dash where it was not measurable."""
        value = self.read(analysis)
        return value if isinstance(value, str) else self.write(value)

    def at_its_moment(self, analysis: Analysis) -> str:
        """The value with its moment, where it has one: "−9.8 LUFS at 2:43"."""
        text = self.written(analysis)
        at_s = self.moment(analysis) if self.moment is not None else None
        if at_s is None or text == MISSING:
            return text
        return worded("quantities.at_a_moment", value=text, at=time_and_bar(analysis, at_s))

    def with_confidence(self, analysis: Analysis) -> str:
        """The value with its confidence, where it has one: "124 BPM (87% sure)"."""
        return self._sure(self.written(analysis), analysis)

    def told_in_full(self, analysis: Analysis) -> str:
        """The value with its moment, remark and confidence: "−0.3 dBTP at 2:43", "3, longest 12 samples"."""
        text = self.at_its_moment(analysis)
        remark = self.remark(analysis) if self.remark is not None and text != MISSING else ""
        return self._sure(f"{text}, {remark}" if remark else text, analysis)

    def _sure(self, text: str, analysis: Analysis) -> str:
        confidence = self.confidence(analysis) if self.confidence is not None else None
        if confidence is None or text == MISSING:
            return text
        return worded("quantities.sure", value=text, share=percent(confidence))
