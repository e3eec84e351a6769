"""`earshot compare`: the tracks of a record against each other."""

import json
from pathlib import Path

import pytest

from tests.support.processes.command_line import earshot


def test_the_record_comes_as_one_object(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "compare", files / "clean.mp3", files / "faulty.mp3", "--json")
    value = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert [Path(name).name for name in value["files"]] == ["clean.mp3", "faulty.mp3"]
    assert value["tracks"] == 2
    assert {"loudness", "plr", "width", "bass_60_200"} <= {spread["id"] for spread in value["spreads"]}
    assert len(value["transitions"]) == 1


def test_people_get_a_table_and_sentences(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "compare", files / "clean.mp3", files / "clean.mp3")

    assert done.returncode == 0, done.stderr
    assert "The tracks against each other" in done.stdout
    assert "No track differs from the others by more than the limits." in done.stdout


@pytest.mark.parametrize(
    ("names", "code", "says"),
    [(("clean.mp3",), 2, "2 files at least"), (("clean.mp3", "notes.mp3"), 3, "notes.mp3: I can't find any audio")],
)
def test_wrong_use_and_bad_input_are_told_apart(
    data_dir: Path, files: Path, names: tuple[str, ...], code: int, says: str
) -> None:
    done = earshot(data_dir, "compare", *(files / name for name in names))

    assert done.returncode == code
    assert says in " ".join(done.stderr.split())
