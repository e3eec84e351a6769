"""Settings: one frozen object, read once from the environment and `.env`. Nothing else reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from core.service.limits import Limits
from core.values.errors import UsageCode, UsageError
from core.values.units import MIB

DEFAULT_MODEL = "gpt-4o-mini"
DEFAULT_PARALLEL = 4
"""Simultaneous requests to the model: more than four members seldom ask within the same seconds."""

NUMBER_MAX = 20_000_000
"""Largest value of a limit: over 2,000 years in hours, and ten times the default daily tokens of a server."""

WORKERS_MAX = 64
"""Largest number of worker processes: each keeps one processor busy, and few machines have more."""

DEFAULTS = Limits()

_UP_TO = f"and {NUMBER_MAX:,}"
Size = Annotated[float, Meta(ge=1, le=NUMBER_MAX, description=f"a number between 1 {_UP_TO}")]
Hours = Annotated[float, Meta(ge=0, le=NUMBER_MAX, description=f"a number between 0 {_UP_TO}")]
CountFrom1 = Annotated[int, Meta(ge=1, le=NUMBER_MAX, description=f"a whole number between 1 {_UP_TO}")]
CountFrom0 = Annotated[int, Meta(ge=0, le=NUMBER_MAX, description=f"a whole number between 0 {_UP_TO}")]
Workers = Annotated[int, Meta(ge=1, le=WORKERS_MAX, description=f"a whole number between 1 and {WORKERS_MAX}")]
Switch = Annotated[bool, Meta(description="on or off")]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    Meta(description="DEBUG, INFO, WARNING, ERROR or CRITICAL"),
]
LOG_LEVELS: tuple[str, ...] = get_args(get_args(Level)[0])

Secret = Annotated[
    str,
    Meta(
        pattern=r"^[!-~]+$",
        description="one word of plain letters, digits and signs, without spaces",
        extra={"hidden": True},
    ),
]
"""A token or key that is sent in a header; not repeated in an error, since most of it may be right."""

Url = Annotated[
    str,
    Meta(
        pattern=r"^(?i:https?)://([^/?#@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?#:@\[\]\s]+)(:\d+)?([/?#]\S*)?$",
        description="a URL that begins with http:// or https://",
        extra={"hidden": True},
    ),
]
"""The address of a server; not repeated in an error, since it may hold a password."""

_SWITCHES = {"on": "true", "yes": "true", "off": "false", "no": "false"}
"""Words for a switch besides true, false, 1 and 0."""


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    """The environment variables, with types, bounds and defaults; errors say with `description` what is wanted."""

    data_dir: str = msgspec.field(default="data", name="EARSHOT_DATA_DIR")
    database_url: str = msgspec.field(default="", name="DATABASE_URL")
    discord_token: Secret = msgspec.field(default="", name="DISCORD_TOKEN")
    openai_api_key: Secret = msgspec.field(default="", name="OPENAI_API_KEY")
    openai_base_url: Url = msgspec.field(default="", name="OPENAI_BASE_URL")
    openai_model: str = msgspec.field(default=DEFAULT_MODEL, name="OPENAI_MODEL")
    model_on: Switch = msgspec.field(default=True, name="EARSHOT_MODEL")
    ideas_on: Switch = msgspec.field(default=True, name="EARSHOT_IDEAS")
    model_log: Switch = msgspec.field(default=False, name="EARSHOT_LOG_MODEL")
    model_parallel: CountFrom1 = msgspec.field(default=DEFAULT_PARALLEL, name="EARSHOT_MODEL_PARALLEL")
    log_level: Level = msgspec.field(default="INFO", name="EARSHOT_LOG_LEVEL")
    max_upload_mib: Size = msgspec.field(default=DEFAULTS.max_upload_bytes / MIB, name="EARSHOT_MAX_UPLOAD_MIB")
    max_minutes: Size = msgspec.field(default=DEFAULTS.max_duration_s / 60, name="EARSHOT_MAX_MINUTES")
    user_queue: CountFrom1 = msgspec.field(default=DEFAULTS.user_queued_max, name="EARSHOT_USER_QUEUE")
    user_questions: CountFrom1 = msgspec.field(default=DEFAULTS.user_questions_max, name="EARSHOT_USER_QUESTIONS")
    queue: CountFrom1 = msgspec.field(default=DEFAULTS.queue_max, name="EARSHOT_QUEUE")
    calls_per_day: CountFrom0 = msgspec.field(
        default=DEFAULTS.model_calls_per_guild_day, name="EARSHOT_MODEL_CALLS_PER_DAY"
    )
    calls_per_user: CountFrom0 = msgspec.field(
        default=DEFAULTS.model_calls_per_user_day, name="EARSHOT_MODEL_CALLS_PER_USER"
    )
    tokens_per_day: CountFrom0 = msgspec.field(
        default=DEFAULTS.model_tokens_per_guild_day, name="EARSHOT_MODEL_TOKENS_PER_DAY"
    )
    audio_hours: Hours = msgspec.field(default=DEFAULTS.audio_retention_h, name="EARSHOT_AUDIO_HOURS")
    workers: Workers = msgspec.field(default=DEFAULTS.concurrency, name="EARSHOT_WORKERS")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Secrets are kept out of the repr.

    Attributes:
        data_dir: database, uploads, caches.
        database_url: SQLAlchemy URL; None for a SQLite file in `data_dir` (`core.storage.dialects.DATABASE_FILE`).
        model_on: the operator's switch; when it is off, no model is called, even with a key and a budget.
        ideas_on: the operator's switch for ideas of the model; when it is off, none is asked for or shown.
        model_log: show every call to the model in the log, word for word.
        model_parallel: requests to the model at the same time.
    """

    data_dir: Path
    database_url: str | None = None
    discord_token: str | None = field(default=None, repr=False)
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    openai_model: str = DEFAULT_MODEL
    model_on: bool = True
    ideas_on: bool = True
    model_log: bool = False
    model_parallel: int = DEFAULT_PARALLEL
    log_level: str = "INFO"
    limits: Limits = field(default_factory=Limits)

    @property
    def secrets(self) -> tuple[str | None, ...]:
        """Values that no log may show."""
        return self.discord_token, self.openai_api_key

    @property
    def uses_model(self) -> bool:
        """Whether a model may be called at all."""
        return self.model_on and self.openai_api_key is not None and self.limits.model_calls_per_guild_day > 0

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read settings from a mapping; an empty value counts as unset.

        Raises:
            UsageError: a value cannot be used: no number, switch, level, folder or token, or out of range.
        """
        given = _given(environment)
        data_dir = _folder("EARSHOT_DATA_DIR", given.data_dir)
        return cls(
            data_dir=data_dir,
            database_url=given.database_url or None,
            discord_token=given.discord_token or None,
            openai_api_key=given.openai_api_key or None,
            openai_base_url=given.openai_base_url or None,
            openai_model=given.openai_model,
            model_on=given.model_on,
            ideas_on=given.ideas_on,
            model_log=given.model_log,
            model_parallel=given.model_parallel,
            log_level=given.log_level,
            limits=Limits(
                max_upload_bytes=int(given.max_upload_mib * MIB),
                max_duration_s=60 * given.max_minutes,
                user_queued_max=given.user_queue,
                user_questions_max=given.user_questions,
                queue_max=given.queue,
                model_calls_per_guild_day=given.calls_per_day,
                model_calls_per_user_day=given.calls_per_user,
                model_tokens_per_guild_day=given.tokens_per_day,
                audio_retention_h=given.audio_hours,
                concurrency=given.workers,
            ),
        )


def _given(environment: Mapping[str, str]) -> _Given:
    """The variables that are set and not empty, converted.

    Raises:
        UsageError: BAD_SETTING, with the first one that cannot be used.
    """
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(_Given)}
    texts = {name: environment[name].strip() for name in fields if environment.get(name, "").strip()}
    ready = dict(texts)
    for name, kind in fields.items():
        if name in texts and kind is Switch:
            ready[name] = _SWITCHES.get(texts[name].casefold(), texts[name])
        elif name in texts and kind is Level:
            ready[name] = texts[name].upper()
    try:
        return msgspec.convert(ready, _Given, strict=False)
    except msgspec.ValidationError as error:
        raise _refused(str(error), fields, texts) from None


def _refused(message: str, fields: Mapping[str, object], texts: Mapping[str, str]) -> UsageError:
    """The error about the variable that a message of msgspec names ("… - at `$.NAME`")."""
    name = re.findall(r"`\$\.(\w+)`", message)[-1]
    meta = get_args(fields[name])[1]
    shown = "…" if (meta.extra or {}).get("hidden") else texts[name]
    return UsageError(UsageCode.BAD_SETTING, name=name, given=shown, wanted=meta.description)


def _folder(name: str, given: str) -> Path:
    """The path of a folder that exists, or that can be made as far as can be seen now.

    Raises:
        UsageError: BAD_SETTING, the path or the nearest existing parent is a file.
    """
    folder = Path(given)
    existing = next((path for path in (folder, *folder.parents) if os.path.lexists(path)), None)
    # a folder without access is reported when it is first written to
    if existing is not None and os.path.isfile(existing):  # noqa: PTH113 - answers for any text, without an error
        raise UsageError(UsageCode.BAD_SETTING, name=name, given=str(folder), wanted="a folder, and that is a file")
    return folder
