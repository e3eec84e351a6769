"""The file of a target. `earshot target` writes it; reading checks every value, since anybody may send a file."""

import math
from dataclasses import dataclass
from typing import Any

import msgspec

from core.knowledge.genres import genre_table
from core.targets.named import MEASURES, NamedTarget, target_name
from core.targets.percentiles import TARGET_TRACKS_MIN, Percentiles, ServerTarget
from core.values.errors import InputCode, InputError, UsageError
from core.values.serial import from_json, to_builtins

KIND = "earshot target"
"""Value of the member "kind", by which a JSON file is recognised as a target."""

TARGET_FILE_VERSION = 1
"""Version of the file's form."""

FILE_MAX_BYTES = 64 * 1024
"""Largest file that is read, in bytes: twenty times the size of a target."""

TRACKS_MAX = 10_000
"""Largest number of tracks in a file: more than anybody measures for a target."""

VALUE_MAX = 200.0
"""Largest size of a value in a file: no measured level, range, ratio or slope is near it (levels end at −120 dB)."""


@dataclass(frozen=True, slots=True)
class TargetFile:
    """The form of the file: a name, a genre's id or None, and percentiles by measure, no values of a single track."""

    kind: str
    schema_version: int
    name: str
    tracks: int
    measures: dict[str, Percentiles]
    genre: str | None = None


def target_document(named: NamedTarget) -> dict[str, Any]:
    """The content of a target's file as dicts, lists, strings and numbers."""
    target = named.target
    file = TargetFile(KIND, TARGET_FILE_VERSION, named.name, target.tracks, target.measures, named.genre_id)
    document: dict[str, Any] = to_builtins(file)
    return document


def read_target(data: bytes) -> NamedTarget:
    """Read the target in a file.

    Args:
        data: content of the file; untrusted.

    Raises:
        InputError: NOT_A_TARGET, with the cause; NEWER_TARGET, a later version of Earshot wrote the file.
    """
    if len(data) > FILE_MAX_BYTES:
        raise _not_a_target("it is too large")
    try:
        head = from_json(dict[str, Any], data)
        if head.get("kind") != KIND:
            raise _not_a_target("it does not say that it is one")
        version = head.get("schema_version")
        if isinstance(version, int) and version > TARGET_FILE_VERSION:
            raise InputError(InputCode.NEWER_TARGET)
        file = from_json(TargetFile, data)
        name = target_name(file.name)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _not_a_target("its values are not those of one") from error
    except UsageError as error:
        raise _not_a_target("its name cannot be used") from error
    _check(file)
    return NamedTarget(name, ServerTarget(file.tracks, file.measures, file.schema_version), _genre(file.genre))


def _check(file: TargetFile) -> None:
    if file.schema_version != TARGET_FILE_VERSION:
        raise _not_a_target("its version is unknown")
    if not TARGET_TRACKS_MIN <= file.tracks <= TRACKS_MAX:
        raise _not_a_target(f"it takes {TARGET_TRACKS_MIN} tracks at least")
    if not file.measures or not file.measures.keys() <= MEASURES.keys():
        raise _not_a_target("its measures are not ours")
    if not all(_is_possible(usual, file.tracks) for usual in file.measures.values()):
        raise _not_a_target("it holds numbers that cannot be")


def _is_possible(usual: Percentiles, tracks: int) -> bool:
    numbers = (usual.p10, usual.p50, usual.p90)
    are_in_range = all(math.isfinite(number) and abs(number) <= VALUE_MAX for number in numbers)
    return are_in_range and usual.p10 <= usual.p50 <= usual.p90 and TARGET_TRACKS_MIN <= usual.tracks <= tracks


def _genre(genre_id: str | None) -> str | None:
    """The id, where it is in the genre table; otherwise None."""
    return genre_id if genre_id in {genre.id for genre in genre_table().genres} else None


def _not_a_target(cause: str) -> InputError:
    return InputError(InputCode.NOT_A_TARGET, cause=cause)
