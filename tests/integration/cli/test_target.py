"""`earshot target`, and `earshot feedback --target`: made from files, written as numbers, read back, told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.audio.tracks import sibling_mp3s
from tests.support.processes.command_line import earshot

OPTIONS = ("--type", "master", "--genre", "house")


@pytest.fixture(scope="module")
def siblings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Tracks to make a target from, with names that must not get out."""
    folder = tmp_path_factory.mktemp("siblings")
    paths = [folder / f"unreleased secret {number}.mp3" for number in range(len(sibling_mp3s()))]
    for path, data in zip(paths, sibling_mp3s(), strict=True):
        path.write_bytes(data)
    return paths


@pytest.fixture(scope="module")
def made(data_dir: Path, files: Path, siblings: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A target of six tracks; one of them is given twice and one file is no track."""
    out = tmp_path_factory.mktemp("target") / "target.json"
    given = (*siblings, siblings[0], files / "notes.mp3")
    done = earshot(data_dir, "target", *given, "--name", "Our\u202e house", "--genre", "tech house", "--out", out)

    assert done.returncode == 3, done.stderr  # one of them could not be measured
    assert "counts once" in done.stderr
    assert "notes.mp3: I can't find any audio" in done.stderr
    assert "what is usual among 6 tracks" in done.stdout
    return out


def test_the_file_has_percentiles_and_nothing_of_one_track(made: Path) -> None:
    text = made.read_text(encoding="utf-8")
    value = json.loads(text)

    assert value["name"] == "Our house"
    assert (value["tracks"], value["genre"]) == (6, "house")
    # six tracks, half a decibel apart each
    loudness = value["measures"]["integrated_lufs"]
    assert loudness["p90"] - loudness["p10"] == pytest.approx(2.0, abs=0.1)
    assert loudness["p50"] - loudness["p10"] == pytest.approx(1.0, abs=0.1)
    assert "secret" not in text
    assert [path.name for path in made.parent.iterdir()] == ["target.json"]


@pytest.fixture(scope="module")
def review(data_dir: Path, files: Path, made: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("out")
    done = earshot(data_dir, "feedback", files / "faulty.mp3", *OPTIONS, "--target", made, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "review.json").read_text(encoding="utf-8"))["target"]["name"] == "Our house"
    return dict(json.loads(done.stdout))


def test_a_review_has_the_signed_differences(review: dict[str, Any], made: Path) -> None:
    usual = json.loads(made.read_text(encoding="utf-8"))["measures"]["integrated_lufs"]
    deltas = {delta["measure"]: delta for delta in review["target"]["deltas"]}
    loudness = review["loudness"]["integrated_lufs"]

    assert review["target"]["tracks"] == 6
    assert deltas["integrated_lufs"]["from_median"] == pytest.approx(loudness - usual["p50"], abs=0.002)
    assert deltas["integrated_lufs"]["outside"] == pytest.approx(loudness - usual["p90"], abs=0.002)
    assert "bass_60_200" in deltas


def test_people_are_told_what_lies_outside(data_dir: Path, files: Path, made: Path) -> None:
    done = earshot(data_dir, "feedback", files / "faulty.mp3", *OPTIONS, "--target", made)
    told = " ".join(done.stdout.replace("\u00a0", " ").split())

    assert done.returncode == 0, done.stderr
    assert "Against Our house (6 tracks)" in told
    assert "beyond their usual range" in told
    assert "Loudness: −" in told


def test_a_mix_is_not_held_against_its_loudness(data_dir: Path, files: Path, made: Path) -> None:
    mix = ("--type", "mixdown", "--genre", "house")
    done = earshot(data_dir, "feedback", files / "clean.mp3", *mix, "--target", made, "--json")

    assert done.returncode == 0, done.stderr
    measures = {delta["measure"] for delta in json.loads(done.stdout)["target"]["deltas"]}
    assert not measures & {"integrated_lufs", "plr_db", "psr_min_db"}


def test_a_file_that_is_no_target_is_told_before_anything_is_measured(data_dir: Path, files: Path) -> None:
    for name, says in (
        ("notes.mp3", "no target of Earshot's"),
        ("missing.json", "missing.json: That file cannot be read: there is no such file."),
    ):
        done = earshot(data_dir, "feedback", files / "clean.mp3", *OPTIONS, "--target", files / name)

        assert done.returncode == 3
        assert says in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("count", "options", "says"),
    [
        (4, ("--name", "x"), "5 files at least"),
        (6, ("--name", "\u200b "), "a name of 1 to 60"),
        (6, ("--name", "x" * 61), "a name of 1 to 60"),
        (6, ("--name", "x", "--genre", "xyzzy"), "don't know the genre"),
    ],
)
def test_wrong_use_is_told_before_anything_is_measured(
    data_dir: Path, siblings: list[Path], tmp_path: Path, count: int, options: tuple[str, ...], says: str
) -> None:
    out = tmp_path / "target.json"
    done = earshot(data_dir, "target", *siblings[:count], *options, "--out", out)

    assert done.returncode == 2
    assert says in " ".join(done.stderr.replace("│", " ").split())
    assert not out.exists()


def test_one_track_given_five_times_is_one_track(data_dir: Path, siblings: list[Path], tmp_path: Path) -> None:
    done = earshot(data_dir, "target", *[siblings[0]] * 5, "--name", "x", "--out", tmp_path / "target.json")

    assert done.returncode == 2
    assert "5 tracks at least" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_as_json_it_prints_what_it_writes(data_dir: Path, siblings: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "target.json"
    done = earshot(data_dir, "target", *siblings[:5], "--name", "five", "--out", out, "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(out.read_text(encoding="utf-8"))


def test_a_place_that_cannot_be_written_is_told_first(data_dir: Path, siblings: list[Path], tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "no" / "target.json"):
        done = earshot(data_dir, "target", *siblings, "--name", "x", "--out", place)

        assert done.returncode == 2
        assert "cannot be written" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_target_that_was_there_is_kept_when_too_few_can_be_measured(
    data_dir: Path, files: Path, siblings: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "target.json"
    out.write_text("mine")
    given = (*siblings[:4], files / "notes.mp3")
    done = earshot(data_dir, "target", *given, "--name", "x", "--out", out)

    assert done.returncode == 3
    assert "5 tracks at least" in done.stderr
    assert out.read_text() == "mine"
