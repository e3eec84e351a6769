"""Names of files that are no UTF-8 or look like markup: each command works, and shows what can be shown of them."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.support.processes.command_line import earshot

LATIN_1 = "Straße modà.mp3".encode("latin-1")
SHOWN = "Stra\N{REPLACEMENT CHARACTER}e mod\N{REPLACEMENT CHARACTER}.mp3"
BRACKETS = "track [master] [bold].mp3"
ESCAPES = "red\x1b[31m\u202e.mp3"
"""A colour for a terminal, and the character that turns text round."""


@pytest.fixture
def named(tmp_path: Path, files: Path) -> Path:
    """A folder with one track under both names."""
    for name in (os.fsdecode(LATIN_1), BRACKETS):
        shutil.copy(files / "faulty.mp3", tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(("name", "shown"), [(os.fsdecode(LATIN_1), SHOWN), (BRACKETS, BRACKETS)])
def test_feedback_is_given_and_written(data_dir: Path, named: Path, name: str, shown: str) -> None:
    out = named / "out"
    done = earshot(data_dir, "feedback", named / name, "--type", "master", "--genre", "house", "--json", "--out", out)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["file"] == str(named / shown)
    assert json.loads((out / "review.json").read_text("utf-8"))["file"] == str(named / shown)


def test_names_are_printed_as_they_are(data_dir: Path, named: Path) -> None:
    done = earshot(data_dir, "analyse", named / os.fsdecode(LATIN_1), named / BRACKETS)
    titles = [line.strip() for line in done.stdout.splitlines() if ".mp3" in line]
    assert (done.returncode, titles) == (0, [SHOWN, BRACKETS])

    compared = earshot(data_dir, "compare", named / os.fsdecode(LATIN_1), named / BRACKETS)
    assert compared.returncode == 0, compared.stderr
    assert SHOWN in compared.stdout
    assert BRACKETS in compared.stdout


def test_what_cannot_be_read_is_named(data_dir: Path, named: Path) -> None:
    (named / os.fsdecode(LATIN_1)).write_bytes(b"no track")
    (named / ESCAPES).write_bytes(b"no track")
    broken = named / os.fsdecode(LATIN_1), named / "[gone].mp3", named / ESCAPES
    done = earshot(data_dir, "analyse", *broken, "--json")
    assert done.returncode == 3
    assert SHOWN in done.stderr
    assert "[gone].mp3" in done.stderr
    assert "red\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}.mp3: " in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["y" * 300 + ".wav", "a.wav/b.wav"])
def test_a_path_that_cannot_be_looked_at_is_one_sentence(data_dir: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    run = earshot(data_dir, "analyse", tmp_path / name)

    assert run.returncode == 3
    assert "That file cannot be read: " in run.stderr
    assert "Traceback" not in run.stderr
