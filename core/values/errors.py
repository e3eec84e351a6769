"""The error tree.

::

    EarshotError
    ├── InputError        the upload cannot be analysed            (command line: exit 3)
    ├── UsageError        what was asked for does not exist        (exit 2)
    │   └── NotFoundError it does not exist, or belongs to another person
    ├── LimitError        allowed, but not now                     (exit 2)
    └── DependencyError   database, model, Discord or worker failed (exit 4)
        └── ModelError    the language model did not give an answer that can be used

An error is raised where its cause is known. It has a stable ``code`` and the ``facts`` that its sentence needs;
`core.text.error_sentences` makes the sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeAlias

Fact: TypeAlias = str | int | float


class InputCode(StrEnum):
    """Why an upload cannot be analysed."""

    NOT_AUDIO = "not_audio"
    UNSUPPORTED_FORMAT = "unsupported_format"
    WRONG_EXTENSION = "wrong_extension"
    NO_EXTENSION = "no_extension"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    NON_FINITE = "non_finite"
    UNSUPPORTED_RATE = "unsupported_rate"
    UNSUPPORTED_CHANNELS = "unsupported_channels"
    SURROUND = "surround"
    FORMAT_CHANGE = "format_change"
    DECODER_FAILED = "decoder_failed"
    DOWNLOAD_FAILED = "download_failed"
    VOICE_MESSAGE = "voice_message"
    EXPIRED = "expired"
    NOT_A_TARGET = "not_a_target"
    NEWER_TARGET = "newer_target"


class UsageCode(StrEnum):
    """Why a request cannot be fulfilled as it was made."""

    UNKNOWN_GENRE = "unknown_genre"
    UNKNOWN_SUBGENRE = "unknown_subgenre"
    NO_AUDIO_ATTACHED = "no_audio_attached"
    QUESTION_EMPTY = "question_empty"
    QUESTION_TOO_LONG = "question_too_long"
    NOTHING_TO_SUMMARISE = "nothing_to_summarise"
    BAD_SETTING = "bad_setting"
    ENV_FILE_UNREADABLE = "env_file_unreadable"
    FOLDER_UNWRITABLE = "folder_unwritable"
    DATA_FOLDER_UNWRITABLE = "data_folder_unwritable"
    FILE_IN_PLACE_OF_FOLDER = "file_in_place_of_folder"
    TOKEN_MISSING = "token_missing"
    NOT_FOUND = "not_found"
    NOT_IN_A_SERVER = "not_in_a_server"
    NOT_A_MANAGER = "not_a_manager"
    NOT_YOURS = "not_yours"
    SOMEBODY_ELSES_TRACK = "somebody_elses_track"
    TRACK_DELETED = "track_deleted"
    NO_REVIEW_YET = "no_review_yet"
    FORM_IS_GONE = "form_is_gone"
    SOMEBODY_ELSES = "somebody_elses"
    REVIEW_GONE = "review_gone"
    MESSAGE_DELETED = "message_deleted"
    FILE_REMOVED = "file_removed"
    TAKEN_ALREADY = "taken_already"
    NO_CONVERSATION_HERE = "no_conversation_here"
    UNKNOWN_TOPIC = "unknown_topic"
    UNKNOWN_TARGET = "unknown_target"
    NO_TARGETS = "no_targets"
    TARGET_NAME = "target_name"
    TARGET_EXISTS = "target_exists"
    TOO_FEW_TRACKS = "too_few_tracks"
    TOO_FEW_MEASURED = "too_few_measured"
    TOO_MANY_TARGETS = "too_many_targets"
    FILE_UNWRITABLE = "file_unwritable"


class LimitCode(StrEnum):
    """Which limit was reached."""

    USER_QUEUE_FULL = "user_queue_full"
    QUEUE_FULL = "queue_full"
    QUESTIONS_PENDING = "questions_pending"
    PDF_TOO_LARGE = "pdf_too_large"
    COPY_TOO_LARGE = "copy_too_large"


class DependencyCode(StrEnum):
    """Which part outside the core failed."""

    DATABASE = "database"
    MODEL = "model"
    DISCORD = "discord"
    TOKEN_REFUSED = "token_refused"
    SHARDING_REQUIRED = "sharding_required"
    CONNECTION_REFUSED = "connection_refused"
    WORKER = "worker"
    FOLDER_IN_USE = "folder_in_use"
    SECOND_METER = "second_meter"


class ModelFault(StrEnum):
    """How the language model failed."""

    NO_KEY = "no_key"
    REFUSED_KEY = "refused_key"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    EMPTY = "empty"
    MALFORMED = "malformed"
    REFUSED = "refused"
    TOO_LONG = "too_long"
    BUDGET = "budget"
    SWITCHED_OFF = "switched_off"


class DatabaseFault(StrEnum):
    """Permanent faults of a database: values of the fact `fault` of an error with code DATABASE."""

    NO_DATABASE = "no_database"
    NEWER = "newer"
    FOREIGN = "foreign"
    FOLDER = "folder"
    UNWRITABLE = "unwritable"


class EarshotError(Exception):
    """Base of all errors that Earshot raises on purpose."""

    def __init__(self, code: StrEnum, **facts: Fact) -> None:
        super().__init__(f"{code.value} {facts}" if facts else code.value)
        self.code = code
        self.facts = facts


WHICH, REFERENCE = "which", "reference"
"""The fact that says which upload an `InputError` is about, and its value for the reference."""


class InputError(EarshotError):
    """An upload cannot be analysed; `code` is an `InputCode`. The fact `which="reference"` means the reference."""

    def about_reference(self) -> "InputError":
        """The same error, about the reference."""
        return InputError(self.code, **{**self.facts, WHICH: REFERENCE})


@contextmanager
def about_reference(*, applies: bool = True) -> Iterator[None]:
    """Turn input errors raised inside into errors about the reference, where it `applies`."""
    try:
        yield
    except InputError as error:
        if applies:
            raise error.about_reference() from error
        raise


class UsageError(EarshotError):
    """What was asked for does not exist; `code` is a `UsageCode`."""


class NotFoundError(UsageError):
    """It does not exist for this actor, or belongs to another person; the error does not say which."""

    def __init__(self, what: str) -> None:
        super().__init__(UsageCode.NOT_FOUND, what=what)


class LimitError(EarshotError):
    """A limit was reached; `code` is a `LimitCode`."""


class DependencyError(EarshotError):
    """Something outside the core failed; `code` is a `DependencyCode`."""


class ModelError(DependencyError):
    """The language model gave no usable answer; `fault` is a `ModelFault`."""

    def __init__(self, fault: ModelFault, **facts: Fact) -> None:
        super().__init__(DependencyCode.MODEL, fault=fault.value, **facts)
        self.fault = fault
