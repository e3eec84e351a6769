"""Names of files as they are printed: bytes that are not UTF-8 are shown as U+FFFD, brackets are no markup."""

import os
from pathlib import Path


def shown(path: Path) -> str:
    """The path as text for people and JSON. Python keeps bytes it cannot decode as surrogates, which cannot be printed.

    Source: PEP 383.
    """
    return _replaced(os.fspath(path))


def shown_name(path: Path) -> str:
    """The last part of the path as text."""
    return _replaced(path.name)


def shown_stem(path: Path) -> str:
    """The last part of the path without its extension, as text."""
    return _replaced(path.stem)


def _replaced(name: str) -> str:
    return os.fsencode(name).decode("utf-8", errors="replace")
