"""`earshot analyse`: the JSON contract, several files, bad files."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.command_line import earshot

BANDS = {"sub_20_60", "bass_60_200", "lowmid_200_500", "mid_500_2k", "presence_2k_5k", "high_5k_10k", "air_10k_20k"}

CONTRACT: dict[str, set[str]] = {
    "source": {"duration_s", "sample_rate_hz", "channels", "codec", "bit_depth", "lossy"},
    "loudness": {
        "integrated_lufs",
        "max_short_term_lufs",
        "max_momentary_lufs",
        "loudness_range_lu",
        "timeline",
        "second_meter",
    },
    "peaks": {
        "true_peak_dbtp",
        "true_peak_per_channel_dbtp",
        "sample_peak_dbfs",
        "clipped_runs",
        "clipped_run_count",
    },
    "dynamics": {"plr_db", "psr_min_db", "crest_factor_db", "dr14_db"},
    "transients": {"onset_rate_hz", "attack_crest_db"},
    "spectrum": {"bands", "third_octave_db", "tilt_db_per_octave"},
    "stereo": {"correlation", "side_to_mid_db", "mono_fold_loss_db", "balance_db", "bands"},
    "rhythm": {"tempo_bpm", "confidence", "alternatives"},
    "tonality": {"key", "confidence", "alternatives", "tuning_cents"},
}


@pytest.fixture(scope="module")
def objects(data_dir: Path, files: Path) -> tuple[list[dict[str, Any]], Any]:
    """What is printed for a good file, a bad one, and another good one."""
    names = [files / "clipped.wav", files / "notes.mp3", files / "clean.mp3"]
    done = earshot(data_dir, "analyse", *names, "--json", own_workers=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def test_every_name_of_the_contract_is_there(objects) -> None:
    measured = objects[0][0]

    assert measured["schema_version"] == 1
    assert {"bass", "sections", "faults"} <= set(measured)
    for group, names in CONTRACT.items():
        assert names <= set(measured[group]), group
    assert set(measured["spectrum"]["bands"]) == BANDS
    assert set(measured["transients"]["attack_crest_db"]) == {"low", "mid", "high"}
    assert {"hop_s", "short_term_lufs"} <= set(measured["loudness"]["timeline"])
    assert {"start_s", "length_samples", "channel"} <= set(measured["peaks"]["clipped_runs"][0])
    assert {"correlation", "side_to_mid_db", "mono_fold_loss_db"} <= set(measured["stereo"]["bands"]["sub_20_60"])


def test_every_number_is_finite(objects) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, float):
            assert math.isfinite(value)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(item)

    for measured in objects[0]:
        walk(measured)


def test_files_stand_in_the_order_given_and_a_bad_one_stops_nothing(objects) -> None:
    printed, done = objects

    assert [Path(value["file"]).name for value in printed] == ["clipped.wav", "notes.mp3", "clean.mp3"]
    assert set(printed[1]["error"]) == {"code", "message"}
    assert printed[1]["error"]["code"] == "not_audio"
    assert done.returncode == 3
    assert "notes.mp3: " in done.stderr
    assert "Traceback" not in done.stderr


def test_what_it_measures_is_what_was_made(objects) -> None:
    clipped, _, clean = objects[0]

    assert clipped["source"]["duration_s"] == pytest.approx(12.0, abs=0.1)
    assert clipped["peaks"]["clipped_run_count"] > 100 > clean["peaks"]["clipped_run_count"]
    assert clean["rhythm"]["tempo_bpm"] == pytest.approx(124.0, rel=0.01)


def test_people_get_a_table(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "analyse", files / "clean.mp3")

    assert done.returncode == 0
    assert "Integrated loudness" in done.stdout
    assert "\x1b" not in done.stdout  # no colours into a pipe


def test_a_bad_file_is_refused_in_one_sentence(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "analyse", files / "cut.wav")

    assert done.returncode == 3
    assert "incomplete" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_each_of_several_bad_files_is_refused_in_a_sentence_of_its_own(data_dir: Path, files: Path) -> None:
    says = {
        "empty.wav": "empty",
        "cut.wav": "incomplete",
        "silent.wav": "silent",
        "short.wav": "at least 0.4 s",
        "missing.wav": "missing.wav: That file cannot be read: there is no such file.",
        ".": "That file cannot be read: it is a folder.",
        "new\nline 🎵.wav": "new\N{REPLACEMENT CHARACTER}line 🎵.wav: That file cannot be read: there is no such file.",
    }
    done = earshot(data_dir, "analyse", *(files / name for name in says))
    lines = done.stderr.strip().splitlines()

    assert done.returncode == 3
    assert len(lines) == len(says)
    assert [words for words in says.values() if not any(words in line for line in lines)] == []
    assert done.stdout == ""


def test_a_track_that_is_too_long_is_refused(data_dir: Path, files: Path) -> None:
    done = earshot(data_dir, "analyse", files / "whole.wav", environment={"EARSHOT_MAX_MINUTES": "0.1"})

    assert done.returncode == 2  # a minute is the least that can be set
    assert "EARSHOT_MAX_MINUTES" in done.stderr
