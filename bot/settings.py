"""Settings: one frozen object, read once from the environment and `.env`. Nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.audio.source import MIB
from core.errors import UsageCode, UsageError
from core.service.limits import Limits

DEFAULT_MODEL = "gpt-4o-mini"
DATABASE_FILE = "earshot.sqlite3"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Secrets are kept out of the repr.

    Attributes:
        data_dir: database, uploads, caches.
        database_url: SQLAlchemy URL.
        workers: analyses that run side by side.
    """

    data_dir: Path
    database_url: str
    discord_token: str | None = field(default=None, repr=False)
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    openai_model: str = DEFAULT_MODEL
    log_level: str = "INFO"
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read settings from a mapping.

        Raises:
            UsageError: a value is not a number, or out of range.
        """
        data_dir = Path(environment.get("EARSHOT_DATA_DIR") or "data")
        defaults = Limits()
        number = _Numbers(environment)
        return cls(
            data_dir=data_dir,
            database_url=environment.get("DATABASE_URL") or f"sqlite+aiosqlite:///{data_dir / DATABASE_FILE}",
            discord_token=_clean(environment.get("DISCORD_TOKEN")),
            openai_api_key=_clean(environment.get("OPENAI_API_KEY")),
            openai_base_url=_clean(environment.get("OPENAI_BASE_URL")),
            openai_model=_clean(environment.get("OPENAI_MODEL")) or DEFAULT_MODEL,
            log_level=(_clean(environment.get("EARSHOT_LOG_LEVEL")) or "INFO").upper(),
            limits=Limits(
                max_upload_bytes=int(number("EARSHOT_MAX_UPLOAD_MIB", defaults.max_upload_bytes / MIB, 1) * MIB),
                max_duration_s=60 * number("EARSHOT_MAX_MINUTES", defaults.max_duration_s / 60, 1),
                user_queued_max=int(number("EARSHOT_USER_QUEUE", defaults.user_queued_max, 1)),
                user_questions_max=int(number("EARSHOT_USER_QUESTIONS", defaults.user_questions_max, 1)),
                queue_max=int(number("EARSHOT_QUEUE", defaults.queue_max, 1)),
                model_calls_per_guild_day=int(
                    number("EARSHOT_MODEL_CALLS_PER_DAY", defaults.model_calls_per_guild_day, 0)
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
        if not minimum <= value < float("inf"):
            raise UsageError(UsageCode.BAD_SETTING, name=name, given=given, wanted=f"at least {minimum:g}")
        return value


def _clean(value: str | None) -> str | None:
    stripped = value.strip() if value is not None else ""
    return stripped or None
