"""Headers of WAVE files: what FFmpeg does not pass on, and what it misreads.

FFmpeg cuts the declared length to the size of the file, so that a truncated file would look complete. It takes the size
of a sample from the number of valid bits, so that 16 valid bits in 24 would be read as noise.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

MAX_CHUNKS = 64
"""Chunks looked at before the samples; real files have fewer than ten."""

UNKNOWN_BYTES = 0x7FFF_0000
"""Sizes from here on are not lengths: they come from programs that could not return to the header (a pipe, a recorder
that crashed)."""

INTEGER_BITS = (8, 16, 24, 32)
"""Bits of the containers of integer samples that FFmpeg decodes."""

_INTEGER, _FLOAT = 1, 3
_EXTENSIBLE = 0xFFFE
"""wFormatTag (Microsoft, mmreg.h): integers, floats, and "see the sub-format"."""

_BITS_AT, _VALID_BITS_AT = 14, 18
"""Bytes of wBitsPerSample and wValidBitsPerSample in the format (Microsoft, WAVEFORMATEXTENSIBLE)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Bytes that a demuxer is given in place of those in the file.

    Attributes:
        at: position of the first one, in bytes from the start of the data.
        data: the bytes.
    """

    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class WaveHeader:
    """What the header of a WAVE file says.

    Attributes:
        declared_s: length in seconds by the sizes of its chunks; None if it is not PCM or declares no length.
        corrections: for FFmpeg, which takes the valid bits for the size of the container.
    """

    declared_s: float | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Format:
    bytes_per_s: int = 0
    corrections: tuple[tuple[int, bytes], ...] = ()


def wave_header(file: BinaryIO, start: int) -> WaveHeader:
    """Read a RIFF, RF64 or BW64 header that begins `start` bytes into the file.

    Source: Microsoft, Multimedia Programming Interface 1.0 (1991), chapter 3; EBU Tech 3306 for 64-bit sizes.
    """
    form = _Format()
    form_at = 0
    long_size: int | None = None
    at = start + 12
    declared_s: float | None = None
    for _ in range(MAX_CHUNKS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            break
        name, size = header[:4], int.from_bytes(header[4:], "little")
        if name == b"ds64":
            long_size = int.from_bytes(file.read(16)[8:], "little")
        elif name == b"fmt ":
            form, form_at = _format(file.read(min(size, 26))), at + 8 - start
        elif name == b"data":
            data_bytes = long_size if long_size is not None and size == 0xFFFF_FFFF else size
            if form.bytes_per_s > 0 and 0 < data_bytes < UNKNOWN_BYTES:
                declared_s = data_bytes / form.bytes_per_s
            break
        at += 8 + size + size % 2
    corrections = tuple(Correction(form_at + place, data) for place, data in form.corrections)
    return WaveHeader(declared_s, corrections)


def _format(form: bytes) -> _Format:
    """The format of PCM samples. Their container is as large as a block has bytes per channel; in it they stand left.

    Source: Microsoft, WAVEFORMATEXTENSIBLE: "valid bits" is a mask for the container's high bits.
    """
    if len(form) < 16:
        return _Format()
    tag, channels, rate_hz, _, block_bytes, bits = struct.unpack_from("<HHIIHH", form)
    is_extensible = tag == _EXTENSIBLE and len(form) == 26
    if is_extensible:
        (tag,) = struct.unpack_from("<H", form, 24)
    if tag not in {_INTEGER, _FLOAT}:
        return _Format()
    container_bits = 8 * -(-bits // 8)
    if tag == _FLOAT:
        return _Format(channels * container_bits // 8 * rate_hz)
    by_block = 8 * block_bytes // channels if channels and block_bytes % channels == 0 else 0
    if by_block >= bits and by_block in INTEGER_BITS:
        container_bits = by_block
    size = struct.pack("<H", container_bits)
    corrections = []
    if bits != container_bits:
        corrections.append((_BITS_AT, size))
    if is_extensible and struct.unpack_from("<H", form, _VALID_BITS_AT)[0] != container_bits:
        corrections.append((_VALID_BITS_AT, size))
    return _Format(channels * container_bits // 8 * rate_hz, tuple(corrections))
