"""`earshot doctor`, `--help`, and settings that are wrong."""

from pathlib import Path

import pytest

from tests.support.processes.command_line import earshot


def test_without_a_token_the_doctor_says_what_to_do(data_dir: Path) -> None:
    done = earshot(data_dir, "doctor")

    assert done.returncode == 4
    assert "DISCORD_TOKEN is not set" in done.stdout
    assert "ok  database" in done.stdout


async def test_the_doctor_shows_no_secret(data_dir: Path) -> None:
    secrets = {"DISCORD_TOKEN": "canary-token", "OPENAI_API_KEY": "canary-key", "OPENAI_BASE_URL": "http://127.0.0.1:9"}
    done = earshot(data_dir, "doctor", environment=secrets)

    assert done.returncode == 4
    assert "canary" not in done.stdout + done.stderr


def test_help_names_every_command(data_dir: Path) -> None:
    told = earshot(data_dir, "--help").stdout
    assert [command for command in ("run", "analyse", "feedback", "doctor") if command not in told] == []


@pytest.mark.parametrize("command", ["analyse", "doctor"])
def test_a_wrong_setting_is_named(data_dir: Path, command: str) -> None:
    done = earshot(data_dir, command, "x.wav", environment={"EARSHOT_WORKERS": "many"})

    assert done.returncode == 2
