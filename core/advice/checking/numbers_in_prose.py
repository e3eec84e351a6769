"""Numbers in prose: each with its unit, its sign, its precision and where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = r"[-+]?\d+(?:[.,]\d+)?(?:k(?=\s|$|[,.;:)]))?"

_UNITS = {
    "db/oct": r"dB\s?/\s?oct(?:ave)?|dB per octave",
    "dBTP": r"dB\s?TP|dB true[- ]peak",
    "dBFS": r"dB\s?FS",
    "LUFS": r"LUFS|LKFS",
    "LU": r"LU",
    "dB": r"dBs?",
    "kHz": r"kHz|k",
    "Hz": r"Hz",
    "BPM": r"BPM",
    "runs/min": r"runs?\s?/\s?min|runs? (?:per|a) minute|(?:clips?|times) (?:per|a) minute",
    "%": r"%",
    "ms": r"ms|milliseconds?",
    "s": r"s|secs?|seconds?",
    "min": r"min|minutes?",
    "cents": r"cents?",
    "bit": r"-?bits?",
    "FS": r"FS",
    "samples": r"samples?",
    "x": r"x|times(?= (?:as|more|louder|oversampl))",
    "octaves": r"octaves?",
    "kbps": r"kbps|kbit/s|kb/s",
    "MB": r"MB|MiB|GB",
}
_UNIT = "|".join(f"(?P<u{index}>{pattern})" for index, pattern in enumerate(_UNITS.values()))
_UNIT_NAMES = tuple(_UNITS)

_BETWEEN = r"(?:%|dB|dBTP|dBFS|LUFS|LU|k?Hz|ms|s|BPM)"
"""Units that may stand after the first number of a range as well."""

_QUANTITY = re.compile(
    rf"(?<![\w.#:])(?P<low>{_NUMBER})"
    rf"(?:(?:\s*(?P<between>{_BETWEEN}))?\s*(?:\u2013|-|to\b)\s*(?P<to>{_NUMBER})|\s*(?:or|and)\s*(?P<and>{_NUMBER}))?"
    rf"(?:\s*-?(?:{_UNIT})(?![\w/]))?(?![\w])",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(?<![\w.#:])(?P<low>{_NUMBER})(?:\s*-?(?:{_UNIT})(?![\w/]))?(?![\w])", re.IGNORECASE)
_RATIO = re.compile(r"(?<![\d:.])(\d{1,2}(?:\.\d)?)\s?:\s?1(?![\d:])")
_CLOCK = re.compile(r"(?<![\d:.])(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:\.\d+)?(?!\d|:\d)")
_MINUTES = re.compile(
    r"(?<![\d:.])(\d{1,2})\s*(?:m|min|mins|minutes?)\s*(?:and\s*)?(\d{1,2})\s*(?:s|sec|secs|"
    r"seconds?)?(?!\s*\w*Hz)(?![\w:])",
    re.IGNORECASE,
)
_BAR = re.compile(r"\bbars?\s+(\d{1,4})(?:\s*(?:\u2013|-|to|and)\s*(\d{1,4}))?(?![\w:]|\.\d)", re.IGNORECASE)
_Q = re.compile(
    r"\bQ(?:\s*(?:of|=|:|around|about))*\s*(\d+(?:\.\d+)?)(?:\s*(?:\u2013|-|to)\s*(\d+(?:\.\d+)?))?", re.IGNORECASE
)
IDIOM = re.compile(
    rf"\b(?:(?:808|909|707)(?:s|(?!\.\d|\s*-?(?:{_UNIT})\b))|"
    r"mp3s?|mp4|m4a|a4|v\d{1,2}|version \d{1,2}|m/s|1/3[- ]octaves?|third[- ]octaves?|h264|"
    r"[48]x oversampl\w*|16x oversampl\w*|bs\.?1770|r ?128|dr ?14|24/7)\b|^\s*(?:-\s*)?\d{1,2}[.)]\s",
    re.IGNORECASE | re.MULTILINE,
)
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|approx\.?|circa|nearly|almost|close to|some|near|~|just under|just over|"
    r"somewhere (?:near|around)|more than|over|or so)\s*(?:a\s|an\s|the\s)?[-+(]?$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(r"^\s*(?:or so|ish|give or take)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as it was written.

    Attributes:
        value: in `unit`; frequencies in Hz, times in seconds.
        unit: a key of the unit table, "time" for a position, "bar" for the number of a bar, "Q", ":1", or "" where
            none was written.
        step: weight of its last written digit: 0.1 for "8.1", 1 for "8".
        is_signed: a sign was written.
        is_about: it was called an approximation.
        partner: the other end of a range, or None.
    """

    value: float
    unit: str
    step: float
    is_signed: bool
    is_about: bool
    start: int
    end: int
    partner: float | None = None


def written_numbers(text: str) -> list[WrittenNumber]:
    """All numbers of a text that went through `spelling.plain` and `spelling.digits`, in order."""
    found: list[WrittenNumber] = []
    rest = _blanked(text, IDIOM)
    for reader in (_clocks, _bars, _ratios, _qualities):
        taken = list(reader(rest))
        found += taken
        rest = _without(rest, taken)
    found += _numbers(rest)
    return sorted(found, key=lambda quantity: quantity.start)


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: " " * len(match.group(0)), text)


def _without(text: str, taken: list[WrittenNumber]) -> str:
    for quantity in taken:
        text = text[: quantity.start] + " " * (quantity.end - quantity.start) + text[quantity.end :]
    return text


def _clocks(text: str) -> Iterator[WrittenNumber]:
    for match in _CLOCK.finditer(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        yield _plain(hours * 3600.0 + minutes * 60.0 + seconds, "time", match)
    for match in _MINUTES.finditer(_blanked(text, _CLOCK)):
        yield _plain(int(match.group(1)) * 60.0 + int(match.group(2)), "time", match)


def _bars(text: str) -> Iterator[WrittenNumber]:
    """Each end of "bars 33–46" by itself."""
    for match in _BAR.finditer(text):
        for number in filter(None, match.groups()):
            yield _plain(float(number), "bar", match)


def _ratios(text: str) -> Iterator[WrittenNumber]:
    for match in _RATIO.finditer(text):
        yield _plain(float(match.group(1)), ":1", match)


def _qualities(text: str) -> Iterator[WrittenNumber]:
    for match in _Q.finditer(text):
        low, high = float(match.group(1)), match.group(2)
        yield _plain(low, "Q", match, partner=float(high) if high else None)
        if high:
            yield _plain(float(high), "Q", match, partner=low)


def _plain(value: float, unit: str, match: re.Match[str], partner: float | None = None) -> WrittenNumber:
    return WrittenNumber(value, unit, 1.0, False, _is_about(match), match.start(), match.end(), partner)


def _numbers(text: str) -> Iterator[WrittenNumber]:
    at = 0
    while (match := _QUANTITY.search(text, at)) is not None:
        if not _is_range(match):
            match = _SINGLE.match(text, match.start()) or match
        yield from _of_match(match)
        at = max(match.end(), at + 1)


def _is_range(match: re.Match[str]) -> bool:
    """Two numbers are one range when one unit holds for both: "2 and 3" and "5.9 dB to −14 LUFS" are none."""
    unit, between = _unit_of(match), (match.group("between") or "").casefold()
    if match.group("and"):
        return bool(unit)
    return not match.group("to") or not between or between == unit.casefold() or {between, unit} <= {"hz", "khz", "kHz"}


def _unit_of(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next((name for index, name in enumerate(_UNIT_NAMES) if groups.get(f"u{index}")), "")


def _of_match(match: re.Match[str]) -> Iterator[WrittenNumber]:
    groups, unit = match.groupdict(), _unit_of(match)
    low, high = groups["low"], groups.get("to") or groups.get("and")
    between = (groups.get("between") or "").casefold()
    low_unit = {"hz": "Hz", "khz": "kHz"}.get(between, unit)
    ends = [(low, low_unit), *([(high, unit)] if high else [])]
    values = [_scaled(text, name) for text, name in ends]
    for index, ((text, _), (value, step, name)) in enumerate(zip(ends, values, strict=True)):
        partner = values[1 - index][0] if high else None
        yield WrittenNumber(value, name, step, text[0] in "+-", _is_about(match), match.start(), match.end(), partner)


def _scaled(text: str, unit: str) -> tuple[float, float, str]:
    """Value, step and unit, with kilohertz as hertz and minutes as seconds."""
    is_kilo = text[-1] in "kK"
    number = text.rstrip("kK").replace(",", ".")
    decimals = len(number.split(".")[1]) if "." in number else 0
    scale = 1000.0 if unit == "kHz" or (is_kilo and unit in {"", "Hz"}) else 60.0 if unit == "min" else 1.0
    name = "Hz" if unit == "kHz" or is_kilo else "s" if unit == "min" else unit
    return float(number) * scale, scale * 10.0**-decimals, name


def _is_about(match: re.Match[str]) -> bool:
    before, after = (
        match.string[max(0, match.start() - 28) : match.start()],
        match.string[match.end() : match.end() + 14],
    )
    return bool(_ABOUT.search(before) or _ABOUT_AFTER.search(after))
