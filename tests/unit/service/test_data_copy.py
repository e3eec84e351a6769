"""A copy of one's data in files that Discord takes: nothing is lost in any of its forms."""

import json
import random
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from core.service.deletion.data_copy import data_copy

MAX_BYTES = 6_000


def _noise(count: int, characters: int) -> list[dict[str, Any]]:
    """Rows that hardly compress."""
    chance = random.Random(7)
    return [{"id": number, "text": chance.randbytes(characters // 2).hex()} for number in range(count)]


def _read(content: bytes) -> dict[str, Any]:
    with ZipFile(BytesIO(content)) as archive:
        return dict(json.loads(archive.read("earshot-data.json")))


def test_a_small_copy_is_plain_json() -> None:
    document = {"user_id": 9, "tracks": [{"id": 1}]}

    copy = data_copy(document, MAX_BYTES)

    assert [file.name for file in copy.files] == ["earshot-data.json"]
    assert json.loads(copy.files[0].content) == document


def test_a_larger_one_is_zipped() -> None:
    document = {"user_id": 9, "tracks": [{"id": number, "text": "the same words"} for number in range(500)]}

    copy = data_copy(document, MAX_BYTES)

    assert [file.name for file in copy.files] == ["earshot-data.zip"]
    assert _read(copy.files[0].content) == document
    assert len(copy.files[0].content) <= MAX_BYTES


def test_what_does_not_fit_into_one_archive_comes_in_parts() -> None:
    document = {"user_id": 9, "tracks": _noise(9, 2_000), "reviews": _noise(3, 3_000)}

    copy = data_copy(document, MAX_BYTES)

    assert len(copy.files) > 1
    assert copy.files[0].name == f"earshot-data-1-of-{len(copy.files)}.zip"
    assert all(len(file.content) <= MAX_BYTES for file in copy.files)
    parts = [_read(file.content) for file in copy.files]
    assert all(part["user_id"] == 9 for part in parts)
    for table in ("tracks", "reviews"):
        assert [row for part in parts for row in part.get(table, [])] == document[table]
    assert copy.is_complete


def test_a_row_that_is_too_large_by_itself_is_left_out_and_that_is_said() -> None:
    copy = data_copy({"user_id": 9, "tracks": _noise(2, 2_000), "reviews": _noise(1, 60_000)}, MAX_BYTES)

    assert not copy.is_complete
    assert sum(len(_read(file.content).get("tracks", [])) for file in copy.files) == 2
