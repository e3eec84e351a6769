"""Settings: one frozen object, read once from the environment and `.env`. Nothing else reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from core.audio.source import MIB
from core.service.limits import Limits
from core.values.errors import UsageCode, UsageError

DEFAULT_MODEL = "gpt-4o-mini"
DEFAULT_PARALLEL = 4
"""Requests to the model at the same time: more members than that seldom ask in the same seconds."""

DATABASE_FILE = "earshot.sqlite3"

NUMBER_MAX = 20_000_000.0
"""No limit needs more: it is 2,000 years in hours, ten times the tokens that a server may use in a day."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Secrets are kept out of the repr.

    Attributes:
        data_dir: database, uploads, caches.
        database_url: SQLAlchemy URL.
        model_on: the operator's switch; off, no key and no budget makes anybody call a model.
        model_log: show every call to the model in the log, word for word.
        model_parallel: requests to the model at the same time.
    """

    data_dir: Path
    database_url: str
    discord_token: str | None = field(default=None, repr=False)
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    openai_model: str = DEFAULT_MODEL
    model_on: bool = True
    model_log: bool = False
    model_parallel: int = DEFAULT_PARALLEL
    log_level: str = "INFO"
    limits: Limits = field(default_factory=Limits)

    @property
    def secrets(self) -> tuple[str | None, ...]:
        """What no log may show."""
        return self.discord_token, self.openai_api_key

    @property
    def uses_model(self) -> bool:
        """Whether a model may be called at all."""
        return self.model_on and self.openai_api_key is not None and self.limits.model_calls_per_guild_day > 0

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read settings from a mapping.

        Raises:
            UsageError: a value cannot be used: no number, switch, level, folder or token, or out of range.
        """
        data_dir = _folder(environment, "EARSHOT_DATA_DIR", "data")
        defaults = Limits()
        number = _Numbers(environment)
        return cls(
            data_dir=data_dir,
            database_url=_clean(environment.get("DATABASE_URL")) or f"sqlite+aiosqlite:///{data_dir / DATABASE_FILE}",
            discord_token=_secret(environment, "DISCORD_TOKEN"),
            openai_api_key=_secret(environment, "OPENAI_API_KEY"),
            openai_base_url=_url(environment, "OPENAI_BASE_URL"),
            openai_model=_clean(environment.get("OPENAI_MODEL")) or DEFAULT_MODEL,
            model_on=_switch(environment, "EARSHOT_MODEL", default=True),
            model_log=_switch(environment, "EARSHOT_LOG_MODEL", default=False),
            model_parallel=int(number("EARSHOT_MODEL_PARALLEL", DEFAULT_PARALLEL, 1)),
            log_level=_level(environment, "EARSHOT_LOG_LEVEL", "INFO"),
            limits=Limits(
                max_upload_bytes=int(number("EARSHOT_MAX_UPLOAD_MIB", defaults.max_upload_bytes / MIB, 1) * MIB),
                max_duration_s=60 * number("EARSHOT_MAX_MINUTES", defaults.max_duration_s / 60, 1),
                user_queued_max=int(number("EARSHOT_USER_QUEUE", defaults.user_queued_max, 1)),
                user_questions_max=int(number("EARSHOT_USER_QUESTIONS", defaults.user_questions_max, 1)),
                queue_max=int(number("EARSHOT_QUEUE", defaults.queue_max, 1)),
                model_calls_per_guild_day=int(
                    number("EARSHOT_MODEL_CALLS_PER_DAY", defaults.model_calls_per_guild_day, 0)
                ),
                model_calls_per_user_day=int(
                    number("EARSHOT_MODEL_CALLS_PER_USER", defaults.model_calls_per_user_day, 0)
                ),
                model_tokens_per_guild_day=int(
                    number("EARSHOT_MODEL_TOKENS_PER_DAY", defaults.model_tokens_per_guild_day, 0)
                ),
                audio_retention_h=number("EARSHOT_AUDIO_HOURS", defaults.audio_retention_h, 0),
                concurrency=int(number("EARSHOT_WORKERS", defaults.concurrency, 1)),
            ),
        )


class _Numbers:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __call__(self, name: str, default: float, minimum: float) -> float:
        given = _clean(self._environment.get(name))
        if given is None:
            return default
        try:
            value = float(given)
        except ValueError:
            raise UsageError(UsageCode.BAD_SETTING, name=name, given=given, wanted="a number") from None
        if not minimum <= value <= NUMBER_MAX:
            wanted = f"between {minimum:g} and {NUMBER_MAX:,.0f}"
            raise UsageError(UsageCode.BAD_SETTING, name=name, given=given, wanted=wanted)
        return value


_SWITCHES = {"on": True, "1": True, "yes": True, "true": True, "off": False, "0": False, "no": False, "false": False}


def _switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    given = _clean(environment.get(name))
    if given is None:
        return default
    if given.casefold() not in _SWITCHES:
        raise UsageError(UsageCode.BAD_SETTING, name=name, given=given, wanted="on or off")
    return _SWITCHES[given.casefold()]


def _level(environment: Mapping[str, str], name: str, default: str) -> str:
    given = _clean(environment.get(name)) or default
    if given.upper() not in LOG_LEVELS:
        wanted = f"{', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}"
        raise UsageError(UsageCode.BAD_SETTING, name=name, given=given, wanted=wanted)
    return given.upper()


def _folder(environment: Mapping[str, str], name: str, default: str) -> Path:
    """A folder, or one that can be made: what stands at its path, or above it, is no file."""
    folder = Path(_clean(environment.get(name)) or default)
    existing = next((path for path in (folder, *folder.parents) if os.path.lexists(path)), None)
    # a folder that cannot be looked into is found out when it is written to
    if existing is not None and os.path.isfile(existing):  # noqa: PTH113 - any text for an answer, no error
        raise UsageError(UsageCode.BAD_SETTING, name=name, given=str(folder), wanted="a folder, and that is a file")
    return folder


def _url(environment: Mapping[str, str], name: str) -> str | None:
    """Where a server is; not repeated in the error, for it may hold a password."""
    given = _clean(environment.get(name))
    if given is None:
        return None
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            UsageCode.BAD_SETTING, name=name, given="…", wanted="a URL that begins with http:// or https://"
        )
    return given


def _secret(environment: Mapping[str, str], name: str) -> str | None:
    """What travels in a header; not repeated in the error, for most of it may be right."""
    given = _clean(environment.get(name))
    if given is not None and not (given.isascii() and given.isprintable() and " " not in given):
        wanted = "one word of plain letters, digits and signs, without spaces"
        raise UsageError(UsageCode.BAD_SETTING, name=name, given="…", wanted=wanted)
    return given


def _clean(value: str | None) -> str | None:
    stripped = value.strip() if value is not None else ""
    return stripped or None
