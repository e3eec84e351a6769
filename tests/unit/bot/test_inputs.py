"""Paths on the command line: one that cannot be read is refused with the reason, and no device is waited for."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

from bot.__main__ import app
from bot.cli.inputs import check_readable
from core.text.error_sentences import say
from core.values.errors import InputCode, InputError

NOBODY = 65_534


@pytest.fixture
def without_rights() -> Iterator[None]:
    """Without the right of root to read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        check_readable(path)
    assert raised.value.code is InputCode.UNREADABLE
    assert raised.value.facts["file"]
    return say(raised.value)


def test_a_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "new\nline 🎵.wav"
    path.write_bytes(b"x")

    check_readable(path)


def test_the_reason_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    os.mkfifo(tmp_path / "pipe.wav")

    assert refusal(tmp_path / "missing.wav") == "That file cannot be read: there is no such file."
    assert refusal(tmp_path) == "That file cannot be read: it is a folder."
    assert refusal(Path()) == "That file cannot be read: it is a folder."
    assert refusal(Path("/dev/zero")) == "That file cannot be read: it is a device or a pipe."
    assert refusal(tmp_path / "pipe.wav") == "That file cannot be read: it is a device or a pipe."
    assert refusal(tmp_path / "notes.txt" / "a.wav") == "That file cannot be read: not a directory."
    assert refusal(tmp_path / ("x" * 300)) == "That file cannot be read: file name too long."


def test_a_file_of_another_user_is_refused(tmp_path: Path, without_rights: None) -> None:
    closed = tmp_path / "closed.wav"
    rights = os.geteuid()
    os.seteuid(os.getuid())
    closed.write_bytes(b"x")
    closed.chmod(0)
    os.seteuid(rights)

    assert refusal(closed) == "That file cannot be read: this user may not read it."


def test_a_reference_is_spoken_of_as_such(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        check_readable(tmp_path)

    assert say(raised.value.about_reference()) == "Your reference cannot be read: it is a folder."


def test_no_path_is_checked_by_the_parser_whose_errors_are_no_sentences() -> None:
    paths = {
        (command.callback.__name__, name): annotation.__metadata__[0].readable
        for command in app.registered_commands
        if command.callback is not None
        for name, annotation in get_type_hints(command.callback, include_extras=True).items()
        if "Path" in str(getattr(annotation, "__origin__", ""))
    }

    assert len(paths) == 9, paths
    assert {place for place, is_checked in paths.items() if is_checked} == set()
