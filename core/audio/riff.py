"""Length declared by a WAVE header. FFmpeg cuts it to the size of the file, so a truncated file would look complete."""

import struct
from typing import BinaryIO

MAX_CHUNKS = 64
"""Chunks looked at before the samples; real files have fewer than ten."""

UNKNOWN_BYTES = 0x7FFF_0000
"""Sizes from here on are not lengths: they come from programs that could not return to the header (a pipe, a recorder
that crashed)."""

_PCM_TAGS = frozenset({1, 3})
_EXTENSIBLE = 0xFFFE
"""wFormatTag (Microsoft, mmreg.h): integers, floats, and "see the sub-format"."""


def declared_duration_s(file: BinaryIO, start: int) -> float | None:
    """Length in seconds by the sizes in a RIFF, RF64 or BW64 header; None if it is not PCM or declares no length.

    Source: Microsoft, Multimedia Programming Interface 1.0 (1991), chapter 3; EBU Tech 3306 for 64-bit sizes.
    """
    bytes_per_s = 0
    long_size: int | None = None
    at = start + 12
    for _ in range(MAX_CHUNKS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            return None
        name, size = header[:4], int.from_bytes(header[4:], "little")
        if name == b"ds64":
            long_size = int.from_bytes(file.read(16)[8:], "little")
        elif name == b"fmt ":
            bytes_per_s = _bytes_per_s(file.read(26))
        elif name == b"data":
            data_bytes = long_size if long_size is not None and size == 0xFFFF_FFFF else size
            known = bytes_per_s > 0 and 0 < data_bytes < UNKNOWN_BYTES
            return data_bytes / bytes_per_s if known else None
        at += 8 + size + size % 2
    return None


def _bytes_per_s(form: bytes) -> int:
    """Bytes per second of sound, 0 if the samples are not PCM."""
    if len(form) < 16:
        return 0
    tag, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", form)
    if tag == _EXTENSIBLE and len(form) == 26:
        (tag,) = struct.unpack_from("<H", form, 24)
    return channels * -(-bits // 8) * rate_hz if tag in _PCM_TAGS else 0
