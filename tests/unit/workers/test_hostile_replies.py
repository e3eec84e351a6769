"""A child that a hostile file has taken over can send any bytes. They end as an error of ours, and do nothing else."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.text.error_sentences import say
from core.values import errors
from core.values.errors import DependencyError, EarshotError, InputCode, InputError
from core.workers import WorkerDiedError
from core.workers.pool import _unpack
from core.workers.replies import ERROR_MAX_BYTES, decode_error, decode_traceback, encode_error
from tests.support.properties import examples

CLASSES = ["InputError", "UsageError", "NotFoundError", "LimitError", "DependencyError"]
CODES = [*errors.InputCode, *errors.UsageCode, *errors.LimitCode, *errors.DependencyCode]

NAMES = st.one_of(st.sampled_from([*CLASSES, *dir(errors), "__delattr__", "__class__"]), st.text(max_size=12))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
FACT_NAMES = st.one_of(
    st.sampled_from(["duration_s", "max_s", "given_hz", "size_bytes", "max_bytes", "at_s", "found", "self", "code"]),
    st.text(max_size=10),
)
ALMOST_ERRORS = st.fixed_dictionaries(
    {
        "class": st.one_of(NAMES, JSON),
        "code": st.one_of(st.sampled_from([code.value for code in CODES]), NAMES, JSON),
        "facts": st.one_of(st.dictionaries(FACT_NAMES, JSON, max_size=5), JSON),
    },
    optional={"enum": NAMES},
)


def assert_harmless(data: bytes) -> None:
    before = dict(vars(errors))
    try:
        error = decode_error(data)
    except ValueError:
        pass
    else:
        assert type(error).__name__ in CLASSES
        assert error.code in CODES
        sentence = say(error)
        assert sentence
        assert sentence.isprintable() or "\n" in sentence or "\t" in sentence
    assert dict(vars(errors)) == before


@examples(300)
@given(st.binary(max_size=200))
def test_random_bytes_are_no_error_of_ours(data: bytes) -> None:
    assert_harmless(data)


@examples(250)
@given(ALMOST_ERRORS)
def test_odd_json_is_an_error_of_ours_or_none(value: dict[str, Any]) -> None:
    assert_harmless(json.dumps(value).encode())


@pytest.mark.parametrize(
    "data",
    [
        b'{"class": "InputError", "enum": "__delattr__", "code": "InputError", "facts": {}}',
        b'{"class": "EarshotError", "code": "empty", "facts": {}}',
        b'{"class": "ModelError", "code": "model", "facts": {"fault": "no_key"}}',
        b'{"class": "InputError", "code": "queue_full", "facts": {}}',
        b'{"class": "InputError", "code": "too_long", "facts": {"duration_s": NaN}}',
        b'{"class": "InputError", "code": "too_long", "facts": {"duration_s": 1e999}}',
        b'{"class": "InputError", "code": "too_long", "facts": {"duration_s": "an hour"}}',
        b'{"class": "InputError", "code": "too_long", "facts": {"duration_s": 1' + b"0" * 400 + b"}}",
        b'{"class": "InputError", "code": "too_long", "facts": {"duration_s": [1]}}',
        b'{"class": "InputError", "code": "empty", "facts": {"self": 1}}',
        b'{"class": "InputError", "code": "empty", "facts": {"code": "x"}}',
        b'{"class": "InputError", "code": "empty", "facts": [["found", 1]]}',
        b'{"class": "InputError", "code": "unsupported_format", "facts": {"found": "\\u001b[2J"}}',
        b'{"class": "InputError", "code": "unsupported_format", "facts": {"found": "\\u202eevil"}}',
        b'{"class": "InputError", "code": "unsupported_format", "facts": {"found": "\\ud800"}}',
        json.dumps({"class": "InputError", "code": "empty", "facts": {"found": "x" * 501}}).encode(),
        b'{"class": {}, "code": "empty", "facts": {}}',
        b'{"class": "InputError", "code": "empty"}',
        b"[" * 10_000,
        b"1" * 10_000,
        b" " * (ERROR_MAX_BYTES + 1),
        b"null",
        b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_is_no_error_of_ours_is_refused(data: bytes) -> None:
    before = dict(vars(errors))
    with pytest.raises(ValueError):
        decode_error(data)
    assert dict(vars(errors)) == before


def test_an_honest_error_survives_the_same_checks() -> None:
    error = InputError(InputCode.TRUNCATED, duration_s=61.5, declared_s=240)

    back = decode_error(encode_error(error))

    assert (type(back), back.code, back.facts) == (InputError, InputCode.TRUNCATED, error.facts)
    assert say(back) == say(error)


@examples(300)
@given(st.binary(max_size=300))
@example(b"")
@example(b"E")
@example(b"C")
@example(b"M and more")
def test_any_answer_gives_bytes_or_an_error_of_ours(reply: bytes) -> None:
    if reply[:1] == b"R":
        assert _unpack(reply) == reply[1:]
        return
    with pytest.raises(EarshotError) as caught:
        _unpack(reply)
    assert say(caught.value)


def test_an_answer_of_an_unknown_kind_is_a_crash_and_not_a_bug_of_ours() -> None:
    with pytest.raises(WorkerDiedError):
        _unpack(b"?")


@examples(200)
@given(st.binary(max_size=2_000))
def test_a_traceback_is_logged_without_control_characters(data: bytes) -> None:
    assert all(character.isprintable() or character in "\n\t\xa0�" or ord(character) > 0xA0
               for character in decode_traceback(data))  # fmt: skip
    assert not set(decode_traceback(data)) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}


def test_a_traceback_as_long_as_a_book_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DependencyError):
        _unpack(b"C" + b"x" * 10_000_000)

    assert len(caplog.records[0].getMessage()) < 5_000
