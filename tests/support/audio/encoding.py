"""Audio files made from known samples: PCM containers written byte by byte, codecs by their own encoders.

Nothing here uses `core.audio`, so what it decodes can be held against what was put in.
"""

import io
import struct
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Codes = NDArray[np.int64]
"""Integer samples as a converter makes them, shape (channels, n)."""

PCM, IEEE_FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
"""wFormatTag (Microsoft, mmreg.h)."""

SUBFORMAT_TAIL = bytes.fromhex("0000 0000 1000 8000 00aa00389b71")
"""The part of KSDATAFORMAT_SUBTYPE that follows the format tag."""

WRITE_SAMPLES = 10_000

UNKNOWN_SIZE = 0xFFFF_FFFF
"""What a program writes that cannot go back to the header: also the mark of RF64's 64-bit sizes (EBU Tech 3306)."""


def random_codes(bits: int, channels: int, length: int, seed: int = 1) -> Codes:
    """Noise over the whole range of `bits`-bit integers; both ends of the range and −1, 0, 1 come first."""
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    codes = np.random.default_rng(seed).integers(low, high, size=(channels, length), endpoint=True, dtype=np.int64)
    codes[:, :5] = (low, high, -1, 0, 1)
    return codes


def tones(duration_s: float, rate_hz: int, channels: int = 2) -> NDArray[np.float64]:
    """Music-like truth for lossy codecs: tones that come and go, other ones in each channel; peak about 0.6."""
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    chords = ((196.0, 311.1, 523.3, 1_174.7, 2_637.0), (233.1, 392.0, 659.3, 1_396.9, 3_136.0))[:channels]
    beats = 0.55 + 0.45 * np.sin(2 * np.pi * np.arange(0.7, 1.7, 0.2)[:, np.newaxis] * time)
    waves = [np.sin(2 * np.pi * np.array(chord)[:, np.newaxis] * time) for chord in chords]
    return np.stack([0.13 * (beats * wave).sum(axis=0) for wave in waves])


def pcm_bytes(codes: Codes, bits: int, byte_order: str = "<") -> bytes:
    """Interleaved two's complement of 8, 16, 24, 32 or 64 bits."""
    interleaved = np.ascontiguousarray(codes.T.reshape(-1))
    width = bits // 8
    little = interleaved.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width]
    return (little if byte_order == "<" else little[:, ::-1]).tobytes()


def float_bytes(samples: NDArray[Any], bits: int, byte_order: str = "<") -> bytes:
    """Interleaved IEEE floats of 32 or 64 bits."""
    return np.ascontiguousarray(samples.T.reshape(-1)).astype(f"{byte_order}f{bits // 8}").tobytes()


def chunk(name: bytes, body: bytes, byte_order: str = "<") -> bytes:
    """One RIFF or IFF chunk, padded to an even length."""
    return name + struct.pack(f"{byte_order}I", len(body)) + body + b"\0" * (len(body) % 2)


def wav(
    data: bytes,
    rate_hz: int,
    channels: int,
    bits: int,
    *,
    tag: int = PCM,
    extensible: bool = False,
    valid_bits: int | None = None,
    declared_bytes: int | None = None,
    block_align: int | None = None,
    before_data: bytes = b"",
    mask: int | None = None,
) -> bytes:
    """A RIFF/WAVE file.

    `declared_bytes` and `block_align` may lie; `before_data` are whole chunks; `mask` are the loudspeakers of an
    extensible file (dwChannelMask), by default the first ones of the list.
    """
    align = channels * bits // 8 if block_align is None else block_align
    form = struct.pack(
        "<HHIIHH",
        EXTENSIBLE if extensible else tag,
        channels,
        rate_hz,
        min(rate_hz * align, UNKNOWN_SIZE),
        min(align, 0xFFFF),
        bits,
    )
    if extensible:
        if mask is None:
            mask = (1 << min(channels, 18)) - 1 if channels != 1 else 4
        form += struct.pack("<HHIH", 22, valid_bits or bits, mask, tag) + SUBFORMAT_TAIL
    size = len(data) if declared_bytes is None else declared_bytes
    body = b"WAVE" + chunk(b"fmt ", form) + before_data + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(len(body) - len(data) + size, UNKNOWN_SIZE)) + body


def wav_of(samples: NDArray[Any], rate_hz: int) -> bytes:
    """A 24-bit WAVE file of samples within full scale, shape (channels, n)."""
    codes = np.rint(samples.astype(np.float64) * 2.0**23).astype("<i4").T
    data = np.ascontiguousarray(codes).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return wav(data, rate_hz, samples.shape[0], 24)


def rf64(data: bytes, rate_hz: int, channels: int, bits: int) -> bytes:
    """A WAVE file with 64-bit sizes (EBU Tech 3306)."""
    align = channels * bits // 8
    form = struct.pack("<HHIIHH", PCM, channels, rate_hz, rate_hz * align, align, bits)
    sizes = struct.pack("<QQQI", 72 + len(data), len(data), len(data) // align, 0)
    body = b"WAVE" + chunk(b"ds64", sizes) + chunk(b"fmt ", form) + b"data" + struct.pack("<I", UNKNOWN_SIZE) + data
    return b"RF64" + struct.pack("<I", UNKNOWN_SIZE) + body


def extended(value: int) -> bytes:
    """An integer as the 80-bit float that AIFF keeps its sample rate in (SANE; IEEE 754 double extended)."""
    exponent = value.bit_length() - 1
    return struct.pack(">HQ", 16_383 + exponent, value << (63 - exponent))


def aiff(
    data: bytes,
    rate_hz: int,
    channels: int,
    bits: int,
    *,
    compression: bytes | None = None,
    declared_samples: int | None = None,
    before_data: bytes = b"",
) -> bytes:
    """An AIFF file (Apple, 1989), or AIFF-C with `compression` (1991)."""
    samples = len(data) // (channels * bits // 8) if declared_samples is None else declared_samples
    common = struct.pack(">hIh", channels, samples, bits) + extended(rate_hz)
    if compression is not None:
        common += compression + b"\0\0"
    sound = chunk(b"SSND", bytes(8) + data, ">")
    body = (b"AIFF" if compression is None else b"AIFC") + chunk(b"COMM", common, ">") + before_data + sound
    return b"FORM" + struct.pack(">I", len(body)) + body


def encoded(
    samples: NDArray[Any],
    rate_hz: int,
    codec: str,
    container: str,
    *,
    bit_rate: int | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
    layout: str | None = None,
) -> bytes:
    """A file from FFmpeg's encoders. The dtype decides the sample format: int16, int32, float32 or float64."""
    layout = layout or ("mono" if samples.shape[0] == 1 else "stereo")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made"  # a real file: "faststart" reads it again
        _write(path, samples, rate_hz, codec, container, bit_rate, options, container_options, layout)
        return path.read_bytes()


def _write(
    path: Path,
    samples: NDArray[Any],
    rate_hz: int,
    codec: str,
    container: str,
    bit_rate: int | None,
    options: Mapping[str, str] | None,
    container_options: Mapping[str, str] | None,
    layout: str,
) -> None:
    with av.open(str(path), "w", format=container, options=dict(container_options or {})) as file:
        stream = file.add_stream(codec, rate=rate_hz, layout=layout, options=dict(options or {}))
        kind = {"i2": "s16", "i4": "s32", "f4": "flt", "f8": "dbl"}[samples.dtype.str[1:]]
        offered = {form.name for form in stream.codec_context.codec.audio_formats or ()}
        stream.format = kind if not offered or kind in offered else f"{kind}p"
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        stream.codec_context.open()
        _feed(file, stream, samples, rate_hz, layout)


def _feed(file: Any, stream: Any, samples: NDArray[Any], rate_hz: int, layout: str) -> None:
    size = stream.codec_context.frame_size or 4_096
    for start in range(0, samples.shape[1], size):
        block = samples[:, start : start + size]
        rows = block if stream.format.is_planar else block.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(rows), format=stream.format.name, layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def by_libsndfile(samples: NDArray[Any], rate_hz: int, form: str, subtype: str) -> bytes:
    """A file from libsndfile (and, for Vorbis, Xiph's own encoder): not FFmpeg on both sides of the test."""
    output = io.BytesIO()
    with soundfile.SoundFile(output, "w", rate_hz, samples.shape[0], subtype, format=form) as file:
        for start in range(0, samples.shape[1], WRITE_SAMPLES):  # its Vorbis encoder overflows its stack otherwise
            file.write(samples[:, start : start + WRITE_SAMPLES].T)
    return output.getvalue()


def id3v2(body_bytes: int = 300, *, footer: bool = False) -> bytes:
    """An ID3v2.4 tag: a title, then padding up to `body_bytes`."""
    title = b"\x03A title"
    frame = b"TIT2" + struct.pack(">I", len(title)) + b"\0\0" + title
    size = bytes(body_bytes >> shift & 0x7F for shift in (21, 14, 7, 0))
    tag = b"ID3\4\0" + (b"\x10" if footer else b"\0") + size + frame.ljust(body_bytes, b"\0")
    return tag + (b"3DI\4\0\x10" + size if footer else b"")


def apev2(value: bytes = b"A title") -> bytes:
    """An APEv2 tag with header and footer, as it stands behind the audio."""
    item = struct.pack("<II", len(value), 0) + b"Title\0" + value
    rest = struct.pack("<III", 2_000, len(item) + 32, 1)
    header, footer = (b"APETAGEX" + rest + struct.pack("<I", flags) + bytes(8) for flags in (0xA000_0000, 0x8000_0000))
    return header + item + footer


def id3v1() -> bytes:
    """The 128 bytes at the end of old MP3 files."""
    return (b"TAG" + b"A title").ljust(128, b"\0")
