"""The file of a target: what is written is read back, and nothing else is taken for one."""

import json
from typing import Any

import pytest

from core.targets.files import FILE_MAX_BYTES, read_target, target_document
from core.targets.named import NamedTarget
from core.text.error_sentences import say
from core.values.errors import EarshotError, InputCode, InputError
from tests.unit.targets.samples import target


def document(**changes: Any) -> dict[str, Any]:
    return {**target_document(target()), **changes}


def data(**changes: Any) -> bytes:
    return json.dumps(document(**changes)).encode()


def with_measure(**changes: Any) -> bytes:
    usual = {"p10": -1.0, "p50": 0.0, "p90": 1.0, "tracks": 9}
    return data(measures={"plr_db": {**usual, **changes}})


def test_what_is_written_is_read_back() -> None:
    named = NamedTarget(target().name, target().target, "house")

    assert read_target(json.dumps(target_document(named)).encode()) == named


def test_it_holds_percentiles_and_nothing_of_one_track() -> None:
    written = document()

    assert written.keys() == {"kind", "schema_version", "name", "genre", "tracks", "measures"}
    assert {frozenset(usual) for usual in written["measures"].values()} == {frozenset({"p10", "p50", "p90", "tracks"})}


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 50_000,
        b"x" * (FILE_MAX_BYTES + 1),
        b'{"loudness": {"integrated_lufs": -9.0}}',
        data(kind="something else"),
        data(schema_version="1"),
        data(schema_version=0),
        data(schema_version=True),
        data(tracks=4),
        data(tracks=10**9),
        data(tracks="12"),
        data(name=7),
        data(name=""),
        data(name="x" * 5000),
        data(measures={}),
        data(measures={"<b>": {"p10": 0, "p50": 0, "p90": 0, "tracks": 9}}),
        with_measure(p90=1e308),
        with_measure(p10=-1e308),
        with_measure(p50=201.0),
        with_measure(p50=None),
        with_measure(p50=2.0),
        with_measure(tracks=4),
        with_measure(tracks=10),
        with_measure(p10="a"),
        with_measure().replace(b"-1.0", b"NaN"),
        with_measure().replace(b"-1.0", b"-Infinity"),
        with_measure().replace(b"-1.0", b"-1e999"),
    ],
)
def test_anything_else_is_refused_with_one_sentence(given: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_target(given)

    assert caught.value.code is InputCode.NOT_A_TARGET
    assert "no target of Earshot's" in say(caught.value)


def test_a_newer_one_says_what_to_do() -> None:
    with pytest.raises(EarshotError) as caught:
        read_target(data(schema_version=2, measures={"a shape": "we do not know"}))

    assert caught.value.code is InputCode.NEWER_TARGET
    assert "Update this one" in say(caught.value)


def test_its_name_is_cleaned() -> None:
    assert read_target(data(name="a\u202eb\n@everyone")).name == "ab @everyone"


def test_a_genre_that_is_not_known_is_left_out() -> None:
    assert read_target(data(genre="polka-core")).genre_id is None
    assert read_target(data(genre="house")).genre_id == "house"
