"""Prose made plain before it is read for numbers: one minus sign, one space, spelled-out numbers as digits."""

import re
import unicodedata

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000}

_WORD_NUMBER = rf"(?:{'|'.join([*_SMALL, *_TENS, *_SCALES])})"
_SEQUENCE = re.compile(
    rf"\b(?:(minus|plus|negative|positive)\s+)?({_WORD_NUMBER}(?:(?:\s+and)?[\s-]+{_WORD_NUMBER})*)"
    rf"(?:\s+point((?:\s+(?:{'|'.join(_SMALL)}))+))?\b(\s+and\s+a\s+(half|quarter)\b)?",
    re.IGNORECASE,
)
_SIGNED_DIGITS = re.compile(r"\b(minus|negative|plus)\s+(?=\d)", re.IGNORECASE)
_POINT_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s+point\s+(?=\d)", re.IGNORECASE)

_UNIT_AHEAD = (
    r"(?=[\s-]*(?:dB|decibels?|LUFS|LU\b|dBTP|Hz|hertz|kHz|kilohertz|BPM|beats|percent|per cent|%|cents?\b|ms\b|"
    r"milliseconds?|s\b|seconds?|minutes?|octaves?|bits?\b|x\b|times\b))"
)

_PHRASES = (
    (re.compile(rf"\ba\s+quarter(?:\s+of)?(?:\s+an?)?\s+{_UNIT_AHEAD}", re.IGNORECASE), "0.25 "),
    (re.compile(rf"\b(?:a\s+)?half(?:\s+of)?(?:\s+an?)?\s+{_UNIT_AHEAD}", re.IGNORECASE), "0.5 "),
    (re.compile(r"\b(?:a|one)\s+(dB|decibel|LU|second|minute)\s+and\s+a\s+half\b", re.IGNORECASE), r"1.5 \1"),
    (re.compile(r"\b(?:a|one)\s+(dB|decibel|LU)\s+or\s+two\b", re.IGNORECASE), r"1-2 \1"),
    (re.compile(r"\b(?:a\s+)?couple(?:\s+of)?\s+" + _UNIT_AHEAD, re.IGNORECASE), "about 2 "),
    (re.compile(r"\b(?:a\s+few|several)\s+" + _UNIT_AHEAD, re.IGNORECASE), "about 3 "),
    (re.compile(r"\b(?:an?|one)\s+(?=(?:dB|decibel|LU)\b)", re.IGNORECASE), "1 "),
    (re.compile(r"\ba\s+dozen\b", re.IGNORECASE), "12"),
    (re.compile(r"\bdozens\s+of\b", re.IGNORECASE), "24 to 99"),
    (re.compile(r"\bhundreds\s+of\b", re.IGNORECASE), "200 to 999"),
    (re.compile(r"\bthousands\s+of\b", re.IGNORECASE), "2000 to 9999"),
    (re.compile(r"\bdecibels?\b", re.IGNORECASE), "dB"),
    (re.compile(r"\bkilohertz\b", re.IGNORECASE), "kHz"),
    (re.compile(r"\bhertz\b", re.IGNORECASE), "Hz"),
    (re.compile(r"\bbeats per minute\b", re.IGNORECASE), "BPM"),
    (re.compile(r"\bper\s?cent\b", re.IGNORECASE), "%"),
)

SPOKEN_FROM = 5
"""Smaller numbers without a unit are everyday words: "one of the pads", "two or three tracks"."""


def one_typography(text: str) -> str:
    """Typography made one: NFKC, ASCII minus and quotes, single spaces. Line ends stay."""
    folded = unicodedata.normalize("NFKC", text)
    for signs, one in (
        ("\u2212\u2010\u2011", "-"),
        ("\u2019\u2018\u02bc`", "'"),
        ("\u201c\u201d", '"'),
        ("\u2014", "\u2013"),
    ):
        for sign in signs:
            folded = folded.replace(sign, one)
    return re.sub(r"[^\S\n]+", " ", folded).replace("\u00d7", "x")


def digits(text: str) -> str:
    """Plain text with its spelled-out numbers as digits: "around minus eight LUFS" is "around -8 LUFS"."""
    text = _SEQUENCE.sub(_as_digits, text)
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    text = _POINT_BETWEEN_DIGITS.sub(".", text)
    return _SIGNED_DIGITS.sub(lambda match: "+" if match.group(1).casefold() == "plus" else "-", text)


def _as_digits(match: re.Match[str]) -> str:
    sign, words, point, fraction = match.group(1), match.group(2), match.group(3), match.group(5)
    value = _value(re.split(r"[\s-]+", words.casefold()))
    decimals = "".join(str(_SMALL[word]) for word in point.casefold().split()) if point else ""
    if fraction:
        decimals = "5" if fraction.casefold() == "half" else "25"
    has_unit = re.match(_UNIT_AHEAD, match.string[match.end() :], re.IGNORECASE) or _joins_a_unit(match)
    if value < SPOKEN_FROM and not decimals and not sign and not has_unit:
        return match.group(0)
    mark = "" if sign is None else "+" if sign.casefold() in {"plus", "positive"} else "-"
    return f"{mark}{value}{'.' + decimals if decimals else ''}"


def _joins_a_unit(match: re.Match[str]) -> bool:
    """The first number of a range has its unit behind the second: "one to two dB"."""
    rest = match.string[match.end() :]
    joined = re.match(rf"\s*(?:to|or|and|-|\u2013)\s*(?:{_WORD_NUMBER}|\d+(?:\.\d+)?)", rest, re.IGNORECASE)
    return bool(joined and re.match(_UNIT_AHEAD, rest[joined.end() :], re.IGNORECASE))


def _value(words: list[str]) -> int:
    total = current = 0
    for word in words:
        if word in _SCALES:
            current = max(1, current) * _SCALES[word]
            if word == "thousand":
                total, current = total + current, 0
        else:
            current += _SMALL.get(word, _TENS.get(word, 0))
    return total + current


def alternatives(frame: str, words: str) -> re.Pattern[str]:
    """A pattern from a word list with bars between the entries; `frame` holds them at its braces."""
    entries = [entry for line in words.splitlines() for entry in re.split(r"\s+\|\s+", line.strip()) if entry]
    return re.compile(frame.replace("{}", "|".join(entries)), re.IGNORECASE)
