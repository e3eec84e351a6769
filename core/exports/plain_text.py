"""Makes plain text, as a report may show it, from what people, files or a model wrote.

Markup and control or direction characters must not reach the layout library or a viewer. The result is in Unicode
normal form NFC, without control, format or private characters, and limited in length and blank space. Escaping for
the layout library is done where the library is used.
"""

import re
import unicodedata
from collections.abc import Callable

MISSING_GLYPH = "\ufffd"
"""Replaces a character that the report's font does not have."""

_ELLIPSIS = " …"
_LINE_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_BLANKS = re.compile(r"[^\S\n\u00a0]+")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_HEADING = re.compile(r"^#{1,3} +", re.MULTILINE)
_BULLET = re.compile(r"^( *)[-*] +", re.MULTILINE)
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


def clean_text(value: str, limit: int, *, one_line: bool = False) -> str:
    """Clean `value`: NFC, no controls, no direction marks, no runs of blanks, at most `limit` characters.

    Args:
        value: untrusted text.
        limit: longest result in characters; a cut is marked by an ellipsis.
        one_line: whether line breaks become spaces.
    """
    lines = _LINE_BREAKS.sub(" " if one_line else "\n", value)
    # normalised last: a dropped character may have been between a letter and its accent
    kept = unicodedata.normalize("NFC", "".join(_kept(character) for character in lines))
    calm = _BLANK_LINES.sub("\n\n", _BLANKS.sub(" ", kept)).strip()
    return calm if len(calm) <= limit else calm[: limit - len(_ELLIPSIS)].rstrip() + _ELLIPSIS


def without_chat_markup(value: str) -> str:
    """Remove the Markdown that a model writes for Discord: bold and headings; list marks become "•"."""
    return _BULLET.sub(r"\1• ", _HEADING.sub("", _STRONG.sub(r"\2", value)))


def printable(value: str, has_glyph: Callable[[int], bool]) -> str:
    """Replace every character without a glyph in the font by `MISSING_GLYPH`, so that none disappears unnoticed."""
    return "".join(c if c.isspace() or has_glyph(ord(c)) else MISSING_GLYPH for c in value)


def _kept(character: str) -> str:
    """The character, a space for a tab, or nothing for what must not be shown."""
    if character == "\n":
        return character
    if character == "\t":
        return " "
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"} or ord(character) in _VARIATION_SELECTORS:
        return ""
    return MISSING_GLYPH if category in {"Cs", "Co", "Cn"} else character
