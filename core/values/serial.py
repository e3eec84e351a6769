"""The JSON form of every value that is stored or sent to another process.

msgspec encodes and checks the frozen dataclasses directly. A row of an older version can be read as long as newer
fields have defaults; unknown fields are ignored. Values must have no non-finite floats (`msgspec` would write null);
`core.analysis` guarantees that.
"""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_json(value: object) -> bytes:
    """`value` (dataclass, enum, tuple, mapping …) as UTF-8 JSON."""
    return msgspec.json.encode(value)


def from_json(kind: type[T], data: bytes | str) -> T:
    """Decode and check JSON as `kind`.

    Raises:
        msgspec.DecodeError: the text is not JSON, or (ValidationError) does not have the form of `kind`.
    """
    return msgspec.json.decode(data, type=kind)


def to_builtins(value: object) -> Any:
    """`value` as plain dicts, lists, strings and numbers."""
    return msgspec.to_builtins(value)
