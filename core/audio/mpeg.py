"""MPEG audio without a container: the place of the first frame, and the length that the encoder declares."""

from dataclasses import dataclass
from typing import NamedTuple

_BITRATES_KBPS = {
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates by MPEG version and layer (ISO/IEC 11172-3, 2.4.2.3 and 13818-3)."""

_RATES_HZ = (44_100, 48_000, 32_000)

_SIDE_INFO_BYTES = {(1, False): 32, (1, True): 17, (2, False): 17, (2, True): 9}
"""Layer III side information by version and whether it is mono (ISO/IEC 11172-3, 2.4.1.7; 13818-3, 2.4.1.7)."""

_INFO_TAGS = (b"Xing", b"Info")


@dataclass(frozen=True, slots=True)
class _FrameHeader:
    version: int
    layer: int
    rate_hz: int
    mono: bool
    frame_bytes: int

    @property
    def samples(self) -> int:
        return 576 if (self.version, self.layer) == (2, 3) else 1_152


class FoundFrames(NamedTuple):
    """Frames that were found: `demuxer` is "mp3" or "aac", `offset` of the first frame in bytes."""

    demuxer: str
    offset: int


def find_frames(data: bytes) -> FoundFrames | None:
    """The first of two frames in a row, the second where the length of the first says; None where there are none.

    Random text does not contain two such frames.
    """
    at = data.find(b"\xff")
    while 0 <= at < len(data) - 4:
        for name, frame_bytes in (("mp3", _mp3_frame_bytes), ("aac", _adts_frame_bytes)):
            length = frame_bytes(data, at)
            if length is None:
                continue
            following = frame_bytes(data, at + length)
            if following is not None or (at + length == len(data) and at == 0):
                return FoundFrames(name, at)
        at = data.find(b"\xff", at + 1)
    return None


def declared_duration_s(data: bytes, at: int) -> float | None:
    """Length in seconds by the Xing or Info tag in the frame at `at`; None without a tag.

    Source: the tag of Xing's encoder, which LAME and FFmpeg write too: name, flags, then the number of frames.
    """
    header = _mp3_header(data, at)
    if header is None or header.layer != 3:
        return None
    tag = at + 4 + _SIDE_INFO_BYTES[header.version, header.mono]
    if data[tag : tag + 4] not in _INFO_TAGS or len(data) < tag + 12 or not data[tag + 7] & 1:
        return None
    frames = int.from_bytes(data[tag + 8 : tag + 12], "big")
    return frames * header.samples / header.rate_hz if frames else None


def _mp3_header(data: bytes, at: int) -> _FrameHeader | None:
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version_bits, layer_bits = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bitrate_index, rate_index, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if version_bits == 1 or layer_bits in {0, 3} or bitrate_index in {0, 15} or rate_index == 3:
        return None
    layer = 4 - layer_bits
    version = 1 if version_bits == 3 else 2
    bitrate = _BITRATES_KBPS[version, layer][bitrate_index - 1] * 1000
    rate = _RATES_HZ[rate_index] >> (0 if version_bits == 3 else 1 if version_bits == 2 else 2)
    coefficient = 72 if (version, layer) == (2, 3) else 144
    return _FrameHeader(version, layer, rate, data[at + 3] >> 6 == 3, coefficient * bitrate // rate + padding)


def _mp3_frame_bytes(data: bytes, at: int) -> int | None:
    header = _mp3_header(data, at)
    return header.frame_bytes if header is not None else None


def _adts_frame_bytes(data: bytes, at: int) -> int | None:
    """ADTS (ISO/IEC 13818-7, 6.2): 12 bits of sync, layer 0, 13 bits of frame length."""
    if at + 7 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return length if length > 7 else None
