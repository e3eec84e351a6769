"""`earshot doctor`, `--help`, and settings that are wrong."""

from pathlib import Path

import pytest

from tests.support.processes.command_line import earshot, prepare_data_dir


def test_without_a_token_the_doctor_says_what_to_do(data_dir: Path) -> None:
    done = earshot(data_dir, "doctor", own_workers=True)

    assert done.returncode == 4
    assert "DISCORD_TOKEN is not set" in done.stdout
    assert "ok  database" in done.stdout
    # the workers take a while the first time, so it says first what it is doing
    assert done.stdout.index("workers: starting them") < done.stdout.index("ok  workers")


async def test_the_doctor_shows_no_secret(data_dir: Path) -> None:
    secrets = {"DISCORD_TOKEN": "canary-token", "OPENAI_API_KEY": "canary-key", "OPENAI_BASE_URL": "http://127.0.0.1:9"}
    done = earshot(data_dir, "doctor", environment=secrets)

    assert done.returncode == 4
    assert "canary" not in done.stdout + done.stderr
    # nor what discord.py thinks of a connection that is never made
    assert "intent" not in done.stderr
    assert "voice" not in done.stderr


def test_help_names_every_command(data_dir: Path) -> None:
    told = earshot(data_dir, "--help").stdout
    assert [command for command in ("run", "analyse", "compile", "doctor") if command not in told] == []


@pytest.mark.parametrize("command", ["analyse", pytest.param("doctor", marks=pytest.mark.wide)])
def test_a_wrong_setting_is_named(data_dir: Path, command: str) -> None:
    done = earshot(data_dir, command, "x.wav", environment={"EARSHOT_WORKERS": "many"})

    assert done.returncode == 2


@pytest.mark.parametrize("encoding", ["latin-1", pytest.param("utf-16", marks=pytest.mark.wide)])
def test_an_env_file_that_is_not_utf_8_is_one_sentence(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text("# für den Bot\nEARSHOT_WORKERS=1\n", encoding=encoding)
    done = earshot(tmp_path, "doctor")

    assert done.returncode == 2
    assert done.stderr == (
        "The file .env cannot be read (it is not UTF-8). Save it as plain text in UTF-8 that this user may read.\n"
    )


def test_an_env_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("EARSHOT_WORKERS=many\n", encoding="utf-8-sig")
    done = earshot(tmp_path, "doctor")

    assert done.returncode == 2
    assert "EARSHOT_WORKERS" in done.stderr


@pytest.mark.parametrize("command", [pytest.param("run", marks=pytest.mark.wide), "doctor"])
def test_a_file_in_place_of_the_uploads_folder_is_found_before_an_upload_is(tmp_path: Path, command: str) -> None:
    prepare_data_dir(tmp_path)
    (tmp_path / "blobs").touch()
    done = earshot(tmp_path, command, environment={"DISCORD_TOKEN": "canary-token"} if command == "run" else {})

    assert done.returncode == (2 if command == "run" else 4)
    assert "A file stands where the folder" in (done.stdout + done.stderr).replace("\n", " ")
