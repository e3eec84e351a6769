"""Names of files as they are printed.

Bytes that are not UTF-8 and control characters are shown as U+FFFD; brackets are no markup.
"""

import os
import unicodedata
from pathlib import Path

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
CONTROLS = frozenset({"Cc", "Cf"})
"""Unicode categories of control and format characters (UAX 44)."""


def shown_path(path: Path) -> str:
    """The path as text for people and JSON. Python keeps bytes it cannot decode as surrogates, which cannot be printed.

    Source: PEP 383.
    """
    return _replaced(os.fspath(path))


def shown_name(path: Path) -> str:
    """The last part of the path as text; the path itself where that is empty, as of "." and "/"."""
    return _replaced(path.name or os.fspath(path))


def shown_stem(path: Path) -> str:
    """The last part of the path without its extension, as text."""
    return _replaced(path.stem)


def _replaced(name: str) -> str:
    text = os.fsencode(name).decode("utf-8", errors="replace")
    # a terminal would obey escape sequences, and show text from right to left
    return "".join(REPLACEMENT if unicodedata.category(character) in CONTROLS else character for character in text)
