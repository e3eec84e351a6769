"""Lengths that headers declare and FFmpeg does not pass on."""

import io
import struct

import numpy as np
import pytest

from core.audio import mpeg, riff
from core.audio.codecs import bit_depth
from tests.support.audio import encoding as enc

SECOND = bytes(44_100 * 4)


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (enc.wav(SECOND, 44_100, 2, 16), 1.0),
        (enc.wav(SECOND, 44_100, 2, 16, extensible=True), 1.0),
        (enc.wav(SECOND, 44_100, 1, 32, tag=enc.IEEE_FLOAT), 1.0),
        (enc.wav(SECOND, 44_100, 1, 32, tag=enc.IEEE_FLOAT, extensible=True), 1.0),
        (enc.wav(SECOND[:-2], 29_400, 2, 24), 0.9999886),
        (enc.wav(SECOND, 44_100, 2, 16, declared_bytes=10 * len(SECOND)), 10.0),
        (enc.wav(SECOND, 44_100, 2, 16, before_data=enc.chunk(b"odd ", bytes(33)) * 5), 1.0),
        (enc.rf64(SECOND, 44_100, 2, 16), 1.0),
        # not said
        (enc.wav(SECOND, 44_100, 2, 16, declared_bytes=0), None),
        (enc.wav(SECOND, 44_100, 2, 16, declared_bytes=enc.UNKNOWN_SIZE), None),
        (enc.wav(SECOND, 44_100, 2, 16, declared_bytes=0x7FFF_FFFF), None),
        # not PCM: bytes say nothing of seconds
        (enc.wav(SECOND, 44_100, 2, 16, tag=0x55), None),
        (enc.wav(SECOND, 44_100, 2, 16, tag=0x55, extensible=True), None),
        # nonsense
        (enc.wav(SECOND, 0, 2, 16), None),
        (enc.wav(SECOND, 44_100, 0, 16, block_align=4), None),
        (enc.wav(SECOND, 44_100, 2, 16)[:30], None),
        (enc.wav(SECOND, 44_100, 2, 16, before_data=enc.chunk(b"junk", b"") * 100), None),
        (b"RIFF\0\0\0\0WAVEdata\xff\0\0\0", None),
    ],
)
@pytest.mark.parametrize("start", [0, 310])
def test_what_a_wave_header_declares(data: bytes, seconds: float | None, start: int) -> None:
    assert riff.wave_header(io.BytesIO(bytes(start) + data), start).declared_s == (
        None if seconds is None else pytest.approx(seconds)
    )


def frame(second_byte: int, third: int, fourth: int) -> bytes:
    return bytes([0xFF, second_byte, third, fourth])


@pytest.mark.parametrize(
    ("header", "length"),
    [
        # ISO/IEC 11172-3, 2.4.3.1: 144 · bit rate / sampling rate (72 for layer III of the low rates), plus padding
        (frame(0xFB, 0x90, 0x00), 417),  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz
        (frame(0xFB, 0x92, 0x00), 418),  # padded
        (frame(0xFB, 0xE4, 0x00), 960),  # 320 kbit/s, 48 kHz
        (frame(0xFB, 0x18, 0x00), 144),  # 32 kbit/s, 32 kHz
        (frame(0xFD, 0xA4, 0x00), 576),  # layer II, 192 kbit/s, 48 kHz
        (frame(0xF3, 0x80, 0xC0), 208),  # MPEG-2 layer III, 64 kbit/s, 22.05 kHz
        (frame(0xE3, 0x18, 0xC0), 72),  # MPEG-2.5 layer III, 8 kbit/s, 8 kHz
    ],
)
def test_mpeg_frames_follow_each_other_at_the_length_of_the_standard(header: bytes, length: int) -> None:
    two = header + bytes(length - 4) + header
    assert mpeg.find_frames(two + bytes(4)) == ("mp3", 0)
    assert mpeg.find_frames(header + bytes(length - 3) + header) is None


@pytest.mark.parametrize(
    "header",
    [
        frame(0xEB, 0x90, 0x00),  # reserved version
        frame(0xF9, 0x90, 0x00),  # reserved layer
        frame(0xFF, 0x90, 0x00),  # layer I
        frame(0xFB, 0x00, 0x00),  # free format
        frame(0xFB, 0xF0, 0x00),  # bad bit rate
        frame(0xFB, 0x9C, 0x00),  # reserved sampling rate
    ],
)
def test_reserved_values_are_no_frame(header: bytes) -> None:
    assert mpeg.find_frames((header + bytes(413)) * 5) is None


@pytest.mark.parametrize("tag", [b"Xing", b"Info"])
@pytest.mark.parametrize(
    ("header", "side_info", "samples", "rate_hz"),
    [
        (frame(0xFB, 0x90, 0x00), 32, 1_152, 44_100),
        (frame(0xFB, 0x90, 0xC0), 17, 1_152, 44_100),
        (frame(0xF3, 0x80, 0x00), 17, 576, 22_050),
        (frame(0xF3, 0x80, 0xC0), 9, 576, 22_050),
        (frame(0xE3, 0x18, 0xC0), 9, 576, 8_000),
    ],
    ids=["stereo", "mono", "MPEG-2 stereo", "MPEG-2 mono", "MPEG-2.5"],
)
def test_the_number_of_frames_in_the_first_one(
    tag: bytes, header: bytes, side_info: int, samples: int, rate_hz: int
) -> None:
    data = header + bytes(side_info) + tag + struct.pack(">II", 1, 1_000)

    assert mpeg.declared_duration_s(data, 0) == pytest.approx(1_000 * samples / rate_hz)
    assert mpeg.declared_duration_s(bytes(7) + data, 7) == pytest.approx(1_000 * samples / rate_hz)


@pytest.mark.parametrize(
    "rest",
    [
        bytes(32) + b"Xing" + struct.pack(">II", 2, 1_000),  # the flag for the number is not set
        bytes(32) + b"Xing" + struct.pack(">II", 1, 0),
        bytes(32) + b"Xing\0\0\0\1\0",
        bytes(33) + b"Xing" + struct.pack(">II", 1, 1_000),
        bytes(413),
        b"",
    ],
)
def test_a_frame_without_that_number_declares_nothing(rest: bytes) -> None:
    assert mpeg.declared_duration_s(frame(0xFB, 0x90, 0x00) + rest, 0) is None


def test_layer_two_has_no_such_tag() -> None:
    data = frame(0xFD, 0xA4, 0x00) + bytes(32) + b"Xing" + struct.pack(">II", 1, 1_000)
    assert mpeg.declared_duration_s(data, 0) is None


@pytest.mark.parametrize("bits", [4, 8, 12, 16, 20, 24, 32])
def test_bits_in_a_flac_header(bits: int) -> None:
    """RFC 9639, section 8.2: rate in 20 bits, channels − 1 in 3, bits − 1 in 5, samples in 36."""
    word = 44_100 << 44 | 1 << 41 | (bits - 1) << 36 | 123_456
    assert bit_depth("flac", bytes(10) + word.to_bytes(8, "big") + bytes(16)) == bits


@pytest.mark.parametrize("bits", [16, 20, 24, 32])
def test_bits_in_an_alac_header(bits: int) -> None:
    config = struct.pack(">IBBBBBBHIII", 4_096, 0, bits, 40, 10, 14, 2, 255, 0, 0, 44_100)
    assert bit_depth("alac", struct.pack(">I4sI", 36, b"alac", 0) + config) == bits


@pytest.mark.parametrize(("codec", "bits"), [("pcm_u8", 8), ("pcm_s24be", 24), ("pcm_f64le", 64)])
def test_bits_of_pcm(codec: str, bits: int) -> None:
    assert bit_depth(codec, b"") == bits


@pytest.mark.parametrize("codec", ["mp3", "aac", "vorbis", "opus", "pcm_mulaw", "flac", "alac"])
def test_lossy_codecs_have_no_bits_and_a_torn_header_tells_none(codec: str) -> None:
    assert bit_depth(codec, b"") is None


def test_xing_of_a_real_encoder() -> None:
    """LAME counts its delay and padding in, as whole frames."""
    samples = np.zeros((2, 3 * 44_100), np.float32)
    data = enc.encoded(samples, 44_100, "libmp3lame", "mp3", container_options={"id3v2_version": "0"})
    declared = mpeg.declared_duration_s(data, 0)

    assert declared is not None
    assert 3.0 <= declared <= 3.0 + 3 * 1_152 / 44_100
