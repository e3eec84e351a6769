"""`earshot feedback`: the whole job without Discord."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.rules.rule import rules
from tests.support.processes.command_line import earshot
from tests.support.processes.openai_server import openai_server, says

OPTIONS = ("--type", "master", "--genre", "house")


@pytest.fixture(scope="module")
def given(data_dir: Path, files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The review of the faulty track against its clean twin and after it, as JSON and as files."""
    out = tmp_path_factory.mktemp("out") / "new" / "folder"
    twin = files / "clean.mp3"
    compared = ("--reference", twin, "--previous", twin, "--detail", "pro")
    done = earshot(data_dir, "feedback", files / "faulty.mp3", *OPTIONS, *compared, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out


def test_findings_have_what_the_contract_names(given) -> None:
    findings = given[0]["findings"]

    assert findings
    for finding in findings:
        assert {"code", "severity", "measure", "value", "unit", "target", "spans", "remedy", "confidence"} <= set(
            finding
        )
        assert finding["severity"] in {"info", "warn", "severe"}
    assert {"strengths", "platforms"} <= set(given[0])


def test_the_review_has_what_the_contract_names(given) -> None:
    review = given[0]["review"]
    codes = {finding["code"] for finding in given[0]["findings"]}

    assert {"verdict", "keep", "items", "first_step"} <= set(review)
    assert given[0]["writer"] == "measured"
    for item in review["items"]:
        assert {"insight", "suggestion", "finding_codes", "writer", "statements", "idea"} <= set(item)
        assert item["statements"]
        for statement in item["statements"]:
            assert statement.keys() == {"name", "text"}
            assert statement["text"].casefold() in f"{item['insight']} {item['suggestion']}".casefold()
        assert item["idea"] == ""
        assert set(item["finding_codes"]) <= codes


def test_reference_and_versions_are_compared(given) -> None:
    value = given[0]

    assert value["reference"]["bands_db"]
    outcomes = {change["outcome"] for change in value["versions"]}
    assert outcomes <= {"fixed", "improved", "unchanged", "worse", "new"}
    assert "new" in outcomes  # the faults that its twin has not


def test_a_master_is_encoded_as_stores_do_and_the_encoders_are_named(given) -> None:
    peaks = given[0]["encoded_peaks"]

    assert [peak["encoder"] for peak in peaks] == ["FFmpeg's AAC encoder", "LAME", "libopus"]
    for peak in peaks:
        assert abs(peak["true_peak_dbtp"] - given[0]["peaks"]["true_peak_dbtp"]) < 3.0
        assert 4.0 <= peak["encoded_s"] <= 16.0


def test_several_references_make_a_range(data_dir: Path, files: Path) -> None:
    twice = ("--reference", files / "clean.mp3", "--reference", files / "faulty.mp3")
    done = earshot(data_dir, "feedback", files / "clean.mp3", "--type", "mixdown", "--genre", "house", *twice, "--json")
    value = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert value["reference_range"]["references"] == 2
    assert all(abs(level) < 0.01 for level in value["reference"]["bands_db"].values())
    assert {band["outside"] for band in value["reference_range"]["bands_db"].values()} == {0.0}


def test_a_mix_is_not_encoded(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "feedback", files / "clean.mp3", "--type", "mixdown", "--genre", "house", "--json")

    assert done.returncode == 0, done.stderr
    assert "encoded_peaks" not in json.loads(done.stdout)


async def test_ideas_of_a_model_are_shown_unless_they_are_unwanted(data_dir: Path, files: Path, given) -> None:
    code = given[0]["findings"][0]["code"]
    idea = "Try the same move on the reverb return before the bus."
    item = {"codes": [code], "say": f"{{{code}.found}} {{{code}.fix}}", "idea": idea}
    plan = {"verdict": "", "keep": "", "items": [item], "first_step": ""}
    told = []
    async with openai_server() as server:
        server.script(says(json.dumps(plan)))
        environment = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": server.base_url}
        for options in (("--json",), ("--json", "--no-ideas")):
            arguments = (data_dir, "feedback", files / "faulty.mp3", *OPTIONS, *options)
            done = await asyncio.to_thread(earshot, *arguments, environment=environment)
            assert done.returncode == 0, done.stderr
            told.append(json.loads(done.stdout))

    assert [[one["idea"] for one in value["review"]["items"] if one["idea"]] for value in told] == [[idea], []]
    assert [value["review"]["items"][0]["writer"] for value in told] == ["model", "model"]


def test_the_files_are_written(given) -> None:
    value, out = given

    assert {"report.pdf", "loudness.png", "spectrum.png", "stereo.png", "review.json"} <= {
        path.name for path in out.iterdir()
    }
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert json.loads((out / "review.json").read_text())["review"] == value["review"]


def test_people_get_text(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "feedback", files / "faulty.mp3", *OPTIONS, "--detail", "simple")

    assert done.returncode == 0
    assert "First step:" in done.stdout
    assert "{" not in done.stdout
    assert "On players:" in done.stdout


def test_people_see_what_was_understood_and_no_name_of_the_programs_own(data_dir: Path, files: Path) -> None:
    """An alias of a subgenre; a mix has no players yet; ids of rules are for programs."""
    options = ("--type", "mixdown", "--genre", "liquid dnb")
    done = earshot(data_dir, "feedback", files / "faulty.mp3", *options)

    assert done.stdout.splitlines()[0] == "Mixdown tips · Drum & bass · Liquid"
    assert "On players:" not in done.stdout
    assert "Dial card" in done.stdout
    assert not [code for code in rules() if re.search(rf"\b{code}\b", done.stdout) and "_" in code]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("notes.mp3", "--type", "master", "--genre", "house"), 3, "can't find any audio"),
        (("clean.mp3", "--type", "master", "--genre", "sea shanty"), 2, "don't know the genre"),
        (("clean.mp3", "--type", "master", "--genre", "house", "--subgenre", "drill"), 2, "don't know the subgenre"),
        (("clean.mp3", "--type", "remix", "--genre", "house"), 2, "--type"),
        (("clean.mp3", "--type", "master", "--genre", "house", "--focus", "x" * 5000), 2, "--focus"),
        (("clean.mp3", "--type", "master", "--genre", "house", "--reference", "notes.mp3"), 3, "can't find any audio"),
        ((".", "--type", "master", "--genre", "house"), 3, "That file cannot be read: it is a folder."),
        (("none.mp3", "--type", "master", "--genre", "house"), 3, "none.mp3: That file cannot be read: there is no"),
        (("notes.mp3", "--type", "master", "--genre", "house", "--reference", "."), 3, "Your reference cannot be read"),
        (("clean.mp3", "--type", "master", "--genre", "house", "--previous", "/dev/null"), 3, "a device or a pipe"),
    ],
)
def test_wrong_use_and_bad_input_are_told_apart(
    data_dir: Path, files: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    given = [files / name if name.endswith(".mp3") else name for name in arguments]
    done = earshot(data_dir, "feedback", *given)

    assert done.returncode == code
    assert says in done.stderr.replace("\u2019", "'")
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_told(data_dir: Path, files: Path) -> None:
    blocked = files / "notes.mp3" / "out"
    done = earshot(data_dir, "feedback", files / "clean.mp3", *OPTIONS, "--out", blocked)

    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
