"""Settings: read once, checked, secrets out of sight."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import shared_parts
from bot.settings import Settings
from bot.shared_parts import chat_model
from core.text.error_sentences import say
from core.values.errors import UsageCode, UsageError


class NoWorkers:
    """Workers that are never started."""

    def __init__(self, **_options) -> None:
        """Take what the real ones take."""

    async def launch(self) -> None:
        """Start nothing."""

    warm = close = launch


def test_a_token_alone_is_enough() -> None:
    settings = Settings.read({"DISCORD_TOKEN": "abc"})

    assert settings.discord_token == "abc"
    assert settings.data_dir == Path("data")
    assert settings.database_url is None
    assert settings.openai_model == "gpt-4o-mini"
    assert settings.limits.max_duration_s == 15 * 60
    assert settings.limits.audio_retention_h == 24


@pytest.mark.parametrize(("given", "wanted"), [({}, True), ({"EARSHOT_IDEAS": "off"}, False)])
async def test_the_operator_can_switch_ideas_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], wanted: bool
) -> None:
    settings = replace(Settings.read(given), data_dir=tmp_path)
    monkeypatch.setattr(shared_parts, "Workers", NoWorkers)

    async with shared_parts.launch_pipeline(settings) as launched:
        assert launched.pipeline.writer._ideas is wanted
    assert settings.ideas_on is wanted


def test_empty_values_count_as_unset() -> None:
    settings = Settings.read({"DISCORD_TOKEN": "  ", "OPENAI_MODEL": "", "EARSHOT_MAX_MINUTES": ""})

    assert settings.discord_token is None
    assert settings.openai_model == "gpt-4o-mini"
    assert settings.limits.max_duration_s == 15 * 60


def test_secrets_are_not_in_the_repr() -> None:
    settings = Settings.read({"DISCORD_TOKEN": "canary-token", "OPENAI_API_KEY": "canary-key"})

    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EARSHOT_MAX_MINUTES", "soon"),
        ("EARSHOT_WORKERS", "0"),
        ("EARSHOT_WORKERS", "65"),
        ("EARSHOT_WORKERS", "20000000"),
        ("EARSHOT_QUEUE", "nan"),
        ("EARSHOT_QUEUE", "2.5"),
        ("EARSHOT_AUDIO_HOURS", "nan"),
        ("EARSHOT_AUDIO_HOURS", "-1"),
        ("EARSHOT_AUDIO_HOURS", "inf"),
        ("EARSHOT_AUDIO_HOURS", "1e308"),
        ("EARSHOT_MAX_UPLOAD_MIB", "1e308"),
        ("OPENAI_BASE_URL", "notaurl"),
        ("OPENAI_BASE_URL", "ftp://models.example"),
        ("OPENAI_BASE_URL", "http://"),
        ("OPENAI_BASE_URL", "http://:80"),
        ("OPENAI_BASE_URL", "http://["),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.read({name: value})

    assert caught.value.code is UsageCode.BAD_SETTING
    assert name in say(caught.value)


def test_every_setting_is_documented() -> None:
    root = Path(__file__).parents[3]
    names = set()
    for line in (root / ".env.example").read_text().splitlines():
        name, equals, _ = line.lstrip("#").partition("=")
        if equals:
            names.add(name.strip())
    source = (root / "bot" / "settings.py").read_text()

    for name in names:
        assert f'"{name}"' in source, f"{name} is documented but never read"
    operator_guide = (root / "docs" / "operators.md").read_text()
    for name in names:
        assert name in operator_guide, f"{name} is missing in the operator guide"


@pytest.mark.parametrize(
    "environment",
    [{}, {"OPENAI_API_KEY": "k", "EARSHOT_MODEL": "off"}, {"OPENAI_API_KEY": "k", "EARSHOT_MODEL_CALLS_PER_DAY": "0"}],
    ids=["no key", "kill switch", "no calls"],
)
def test_without_a_model_there_is_none_to_call(environment: dict[str, str]) -> None:
    settings = Settings.read(environment)

    assert not settings.uses_model
    assert chat_model(settings) is None


def test_with_a_key_and_no_switch_there_is_a_model() -> None:
    settings = Settings.read({"OPENAI_API_KEY": "k"})

    assert settings.uses_model
    assert chat_model(settings) is not None


@pytest.mark.parametrize(
    ("given", "is_on"),
    [("on", True), ("Yes", True), ("1", True), ("TRUE", True), ("off", False), ("NO", False), ("0", False), ("", True)],
)
def test_a_switch_takes_the_usual_words(given: str, is_on: bool) -> None:
    assert Settings.read({"EARSHOT_MODEL": given}).model_on is is_on


def test_numbers_are_read_as_people_write_them() -> None:
    settings = Settings.read(
        {"EARSHOT_MAX_MINUTES": "7.5", "EARSHOT_WORKERS": " 3 ", "EARSHOT_MODEL_CALLS_PER_DAY": "1e3"}
    )

    assert settings.limits.max_duration_s == 450.0
    assert settings.limits.concurrency == 3
    assert settings.limits.model_calls_per_guild_day == 1_000


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/v1", "https://user:pw@host.example:99/a?b", "HTTPS://[::1]:8/v1", "http://10.0.0.1"]
)
def test_a_model_server_may_be_anywhere(url: str) -> None:
    assert Settings.read({"OPENAI_BASE_URL": url}).openai_base_url == url


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(UsageError) as refused:
        Settings.read({"EARSHOT_MODEL": "perhaps"})

    assert "EARSHOT_MODEL" in say(refused.value)
    assert "on or off" in say(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("EARSHOT_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ("EARSHOT_LOG_LEVEL", "NOTSET", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ("DISCORD_TOKEN", "canary token", "without spaces"),
        ("DISCORD_TOKEN", "canary\ttoken", "without spaces"),
        ("DISCORD_TOKEN", "“canary”", "without spaces"),
        ("OPENAI_API_KEY", "canary\nOTHER=x", "without spaces"),
        ("EARSHOT_DATA_DIR", __file__, "a folder"),
        ("EARSHOT_DATA_DIR", f"{__file__}/below/it", "a folder"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_a_secret_is_not_shown(name: str, value: str, wanted: str) -> None:
    with pytest.raises(UsageError) as refused:
        Settings.read({name: value})

    said = say(refused.value)
    assert refused.value.code is UsageCode.BAD_SETTING
    assert name in said
    assert wanted in said
    assert "canary" not in said


def test_surrounding_space_is_no_part_of_a_value() -> None:
    settings = Settings.read({"DISCORD_TOKEN": " abc\n", "EARSHOT_LOG_LEVEL": " debug ", "DATABASE_URL": "  "})

    assert settings.discord_token == "abc"
    assert settings.log_level == "DEBUG"
    assert settings.database_url is None
