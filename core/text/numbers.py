"""Writes numbers for people: levels, frequencies and times have the same form everywhere.

Typography: a true minus sign (U+2212), en dashes in ranges, a no-break space between number and unit, so that a line
never breaks inside "−14.2 LUFS". A value that could not be measured is written as an em dash.
"""

from collections.abc import Sequence
from types import MappingProxyType

from core.text.language import ENGLISH, language, name_in_language, worded

MISSING = "—"
"""Shown for None: the value could not be measured on this file."""

MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"
EN_DASH = "–"

_SECONDS_PER_MINUTE = 60
_HERTZ_PER_KILOHERTZ = 1000
_SECONDS_AS_SECONDS = 10.0
"""Length in seconds below which a duration is written as "2.5 s", not as "0:02"."""

_DECIMALS_BY_UNIT = MappingProxyType({"": 2, "FS": 4, "%": 0, "cents": 0, "/min": 0, "runs/min": 0, "bit": 0})
"""Decimals by unit, as many as are meaningful; every other unit is a level, a loudness or a time and has one."""


_WITH_FLATS = MappingProxyType(
    {
        "C# major": "D♭ major",
        "D# major": "E♭ major",
        "G# major": "A♭ major",
        "A# major": "B♭ major",
        "D# minor": "E♭ minor",
        "A# minor": "B♭ minor",
    }
)
"""Keys spelt with flats: in the circle of fifths they have fewer signs so (five flats, not seven sharps). Of the two
pairs with six signs each, F♯ major and E♭ minor are the commoner names."""

_PEAK_UNITS = frozenset({"dBTP", "dBFS"})


def number(value: float | None, decimals: int = 1) -> str:
    """`value` with a fixed number of decimals; a value that rounds to zero carries no sign.

    >>> number(-14.24)
    '−14.2'
    """
    if value is None:
        return MISSING
    rounded = f"{abs(value):.{decimals}f}"
    written = rounded.replace(".", worded("numbers.decimal_mark"))
    return MINUS + written if value < 0 and float(rounded) != 0 else written


def signed(value: float | None, decimals: int = 1) -> str:
    """`value` with its sign always written: a difference or a gain ("+1.5", "−0.3", "0.0" where it rounds to zero)."""
    if value is None:
        return MISSING
    text = number(value, decimals)
    return text if value < 0 or not any(digit in text for digit in "123456789") else f"+{text}"


def number_with_unit(value: float | None, unit: str, decimals: int = 1) -> str:
    """Number and unit ("−14.2 LUFS"); the percent sign follows the number without a space, as a rate does."""
    return _with_unit(number(value, decimals), unit)


def measurement(value: float | None, unit: str, decimals: int | None = None) -> str:
    """A measured value in the form that belongs to its unit, with `decimals` decimals or as many as are usual.

    "−14.2 LUFS", "+0.8 dBTP" (a peak over full scale shows it), "0.0021 FS", "−0.15" (a correlation has no unit),
    "42%", "3.2 kHz" for 3200 Hz, "124 BPM".
    """
    if unit in _PEAK_UNITS:
        return signed_with_unit(value, unit, _decimals(unit) if decimals is None else decimals)
    if unit == "Hz":
        return frequency(value)
    if unit == "BPM":
        return tempo(value)
    return number_with_unit(value, unit, _decimals(unit) if decimals is None else decimals)


def written_level(value: float | None, unit: str = "dB") -> str:
    """A level with one decimal: "−14.2 LUFS", "−1.0 dBTP", "3.0 dB"."""
    return number_with_unit(value, unit)


def signed_db(value: float | None, unit: str = "dB") -> str:
    """A level difference or a gain with one decimal: "+1.5 dB", "−0.3 LU"."""
    return signed_with_unit(value, unit)


def signed_with_unit(value: float | None, unit: str, decimals: int = 1) -> str:
    """A difference with its sign always written: "+1.5 dB", "−4 cents", "+0.12" (a correlation has no unit)."""
    return _with_unit(signed(value, decimals), unit)


def frequency(hertz: float | None, note: str | None = None) -> str:
    """A frequency with at most three significant figures: "31.5 Hz", "3.2 kHz"; with a note: "46.2 Hz (F♯1)"."""
    if hertz is None:
        return MISSING
    if note is not None:
        return f"{frequency(hertz)} ({note})"
    if round(hertz) < _HERTZ_PER_KILOHERTZ:
        decimals = 1 if hertz < 100 else 0
        return _with_unit(_trimmed(hertz, decimals), "Hz")
    kilohertz = hertz / _HERTZ_PER_KILOHERTZ
    return _with_unit(_trimmed(kilohertz, 2 if kilohertz < 10 else 1), "kHz")


def frequency_range(low_hz: float, high_hz: float) -> str:
    """A band with its unit written once where it can be: "200–500 Hz", "500 Hz–2 kHz", "2–5 kHz"."""
    low, high = frequency(low_hz), frequency(high_hz)
    low_number, low_unit = low.split(NO_BREAK_SPACE)
    return f"{low_number if high.endswith(NO_BREAK_SPACE + low_unit) else low}{EN_DASH}{high}"


def clock(seconds: float | None) -> str:
    """A position in the song, to the second: "0:07", "1:04", "61:00"."""
    if seconds is None:
        return MISSING
    minutes, rest = divmod(round(max(0.0, seconds)), _SECONDS_PER_MINUTE)
    return f"{minutes}:{rest:02d}"


def duration(seconds: float | None) -> str:
    """A length of time: "2.5 s" below ten seconds, "3:42" above."""
    if seconds is None:
        return MISSING
    return number_with_unit(seconds, "s") if seconds < _SECONDS_AS_SECONDS else clock(seconds)


def span(start_s: float, end_s: float) -> str:
    """A stretch of the song: "1:04–1:32"; one time where both ends fall on the same second."""
    start, end = clock(start_s), clock(end_s)
    return start if start == end else f"{start}{EN_DASH}{end}"


def bars(first: int | None, last: int | None = None) -> str:
    """Bars of the song by number: "bar 33", "bars 33–48"; empty where they are not known."""
    if first is None:
        return ""
    if last is None or last <= first:
        return worded("numbers.bar", first=first)
    return worded("numbers.bars", first=first, last=last)


def clock_and_bar(seconds: float | None, bar: int | None) -> str:
    """A position with its bar where that is known: "1:04 (bar 33)"."""
    return _with_bars(clock(seconds), bars(bar))


def span_and_bars(start_s: float, end_s: float, first_bar: int | None, last_bar: int | None) -> str:
    """A stretch with its bars where they are known: "1:04–1:32 (bars 33–46)"."""
    return _with_bars(span(start_s, end_s), bars(first_bar, last_bar))


def percent(share: float | None) -> str:
    """A share (0 to 1) in whole percent: 0.42 -> "42%"."""
    return MISSING if share is None else number_with_unit(share * 100, "%", 0)


def tempo(bpm: float | None) -> str:
    """A tempo, with a decimal only where it is not a whole number: "124 BPM", "98.5 BPM"."""
    return MISSING if bpm is None else _with_unit(_trimmed(bpm, 1), "BPM")


def key_name(key: str | None) -> str:
    """A key as musicians write it: "F# minor" -> "F♯ minor", "A# major" -> "B♭ major" (German: "B-Dur")."""
    return MISSING if key is None else name_in_language("keys", _WITH_FLATS.get(key, key.replace("#", "♯")))


def limits(low: float | None, high: float | None, unit: str) -> str:
    """A range whose ends may be open, in the form of `measurement`: "≥ −16.0 LUFS", "−10.0 to −7.0 LUFS".

    The ends are joined by "to", because a dash next to minus signs is easily misread.
    """
    if low is None and high is None:
        return MISSING
    if low is None:
        return f"≤{NO_BREAK_SPACE}{measurement(high, unit)}"
    if high is None:
        return f"≥{NO_BREAK_SPACE}{measurement(low, unit)}"
    if low == high:
        return measurement(low, unit)
    first, last = measurement(low, unit), measurement(high, unit)
    if unit == "%":
        return worded("numbers.range", low=number(low, 0), high=last)
    first_number, _, first_unit = first.partition(NO_BREAK_SPACE)
    is_shared = last.endswith(NO_BREAK_SPACE + first_unit)
    return worded("numbers.range", low=first_number if is_shared else first, high=last)


def _decimals(unit: str) -> int:
    return _DECIMALS_BY_UNIT.get(unit, 1)


def _trimmed(value: float, decimals: int) -> str:
    """`number` without trailing zeros after the point."""
    text, mark = number(value, decimals), worded("numbers.decimal_mark")
    return text.rstrip("0").rstrip(mark) if mark in text else text


def _with_bars(time: str, numbers: str) -> str:
    return f"{time} ({numbers.replace(' ', NO_BREAK_SPACE)})" if numbers else time


def _with_unit(text: str, unit: str) -> str:
    if text == MISSING or not unit:
        return text
    if unit == "%":
        return worded("numbers.percent", value=text)
    return f"{text}{NO_BREAK_SPACE}{name_in_language('units', unit)}"


def listed(parts: Sequence[str]) -> str:
    """Parts of a sentence, joined: "a, b and c"."""
    return parts[0] if len(parts) == 1 else worded("numbers.listed", first=", ".join(parts[:-1]), last=parts[-1])


def times(count: int) -> str:
    """How often: "once", "twice", "12 times"."""
    return worded({1: "numbers.once", 2: "numbers.twice"}.get(count, "numbers.times"), count=count)


def lower_first(name: str) -> str:
    """A name inside a sentence; abbreviations and "I" stay as they are, and so does all that is not English."""
    if language() != ENGLISH:
        return name  # nouns keep their capitals, and clauses stand behind colons
    is_word = (name[1:2].islower() or name[1:2] in {"", " "}) and not name.startswith("I ")
    return name[:1].lower() + name[1:] if is_word else name
