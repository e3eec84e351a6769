"""A copy of a person's stored data as files small enough for Discord: JSON, else a ZIP archive, else several."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

PLAIN_NAME = "earshot-data.json"
ZIPPED_NAME = "earshot-data.zip"
PART_NAME = "earshot-data-{number}-of-{count}.zip"


class CopiedFile(NamedTuple):
    """One file of a copy."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DataCopy:
    """A copy in files. `is_complete`: no row was left out because it is too large for a file."""

    files: tuple[CopiedFile, ...]
    is_complete: bool = True


class _Row(NamedTuple):
    table: str
    row: Any


def data_copy(document: Mapping[str, Any], max_bytes: int) -> DataCopy:
    """Copy a document (table → rows, and other values) into files of at most `max_bytes` bytes."""
    plain = _json(document)
    if len(plain) <= max_bytes:
        return DataCopy((CopiedFile(PLAIN_NAME, plain),))
    rows = [_Row(name, row) for name, value in document.items() if isinstance(value, list) for row in value]
    about = {name: value for name, value in document.items() if not isinstance(value, list)}
    zipped = _zipped(about, rows, max_bytes)
    parts = [part for part in zipped if part is not None]
    names = [PART_NAME.format(number=number, count=len(parts)) for number in range(1, len(parts) + 1)]
    files = zip(names if len(parts) > 1 else [ZIPPED_NAME], parts, strict=False)
    return DataCopy(tuple(CopiedFile(*file) for file in files), is_complete=len(parts) == len(zipped))


def _zipped(about: Mapping[str, Any], rows: Sequence[_Row], max_bytes: int) -> list[bytes | None]:
    """Archives of these rows, as many as are needed; None in place of a row that is too large for an archive."""
    archive = _archive(about, rows)
    if len(archive) <= max_bytes:
        return [archive]
    if len(rows) <= 1:
        return [None]
    half = len(rows) // 2
    return [*_zipped(about, rows[:half], max_bytes), *_zipped(about, rows[half:], max_bytes)]


def _archive(about: Mapping[str, Any], rows: Sequence[_Row]) -> bytes:
    document: dict[str, Any] = dict(about)
    for name, row in rows:
        document.setdefault(name, []).append(row)
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr(PLAIN_NAME, _json(document))
    return made.getvalue()


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False, default=str).encode()
