"""Guarded, streamed decoding with FFmpeg's libraries (PyAV): the only module that touches codecs.

The demuxer is named by `core.audio.sniff`, the file object has no name, no other file can be opened from within, and
samples are counted as they are decoded: headers are not trusted. Integer samples become float32 exactly up to 24 bits
(scaled by 2^(bits−1)); 32-bit integers and 64-bit floats are rounded to float32 (24 bits of precision). Encoder delay
and padding are trimmed as FFmpeg does, where the file states them.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from core.audio import codecs
from core.audio.layouts import SURROUND_CHANNELS, assumed_speakers, surround_name, surround_speakers
from core.audio.sniff import Sniffed, sniff
from core.audio.source import DecodeLimits, SourceInfo
from core.audio.window import Window, deny
from core.values.errors import InputCode, InputError
from core.values.units import STEREO

BLOCK_SAMPLES = 96_000
"""Samples per channel in a block: large enough for vectorised work, small enough to stay in the caches (0.7 MB)."""

TRUNCATED_S = 1.0
TRUNCATED_SHARE = 0.02
"""Seconds, and share of the declared length: a file that is shorter than declared by more than both is incomplete."""

BAD_PACKETS_SHARE = 0.2
"""Largest accepted share of undecodable packets: above it, the decoded part says little about the song."""

_HEADER_DURATIONS = frozenset({"aiff", "flac", "mov"})
_EXACT_DURATIONS = _HEADER_DURATIONS | {"wav"}
"""Demuxers whose duration comes from the header, and those whose duration is not guessed from the bit rate (that of a
WAVE file is cut to the size of the file)."""

_BY_BYTES = frozenset({"aiff", "wav"})
"""Demuxers of plain samples, where the header gives both their size and their number."""

_DEMUXER_OPTIONS = {"wav": {"probesize": "2048"}}
"""Options by demuxer. The header of a WAVE file is sufficient; by default FFmpeg searches 5 MB of samples for hidden
DTS, which takes half as long as decoding four minutes."""

_INTEGER_SCALE = {"u8": 2.0**-7, "s16": 2.0**-15, "s32": 2.0**-31}

_FLOAT_MAX = np.finfo(np.float32).max

_DECODER_ERRORS = (
    av.FFmpegError,
    AttributeError,
    EOFError,
    IndexError,
    MemoryError,
    OSError,
    UnicodeDecodeError,
    ValueError,
)
"""Everything that PyAV was seen to raise on damaged files."""

_OGG_CHANGES = (av.error.ArgumentError, av.error.PatchWelcomeError)
"""How FFmpeg reports a chained Ogg stream (RFC 3533, section 4) of another codec, or another rate or layout."""


class AudioStream:
    """One decoded stream. `blocks` may be iterated once; `info` is complete only after that."""

    def __init__(self, container: Any, stream: Any, sniffed: Sniffed, limits: DecodeLimits) -> None:
        self._container = container
        self._stream = stream
        self._limits = limits
        self._samples = 0
        self._bad_packets = 0
        self._packets = 0
        self._finished = False
        self._format: str | None = None
        self.container = sniffed.demuxer
        self.codec = _codec_name(stream)
        self.sample_rate_hz = int(stream.codec_context.sample_rate or 0)
        self.channels = int(stream.codec_context.channels or 0)
        self._layout = stream.codec_context.layout
        names = [channel.name for channel in self._layout.channels] if self.channels in SURROUND_CHANNELS else []
        assumed = assumed_speakers(names)
        self.speakers = assumed or surround_speakers(names)
        self.speakers_assumed = bool(assumed)
        self._expected_s = _seconds(stream)
        self._declared_s = self._expected_s if sniffed.demuxer in _HEADER_DURATIONS else sniffed.declared_s
        self._check_shape()

    def _check_shape(self) -> None:
        limits = self._limits
        if not self.sample_rate_hz or not self.channels:
            raise InputError(InputCode.DECODER_FAILED, cause="no format")
        if not limits.min_sample_rate_hz <= self.sample_rate_hz <= limits.max_sample_rate_hz:
            raise InputError(InputCode.UNSUPPORTED_RATE, given_hz=self.sample_rate_hz)
        # up to two channels need no layout
        if self.channels > STEREO and not self.speakers:
            raise InputError(InputCode.UNSUPPORTED_CHANNELS, given=self.channels)
        if self.speakers and not limits.surround:
            raise InputError(InputCode.SURROUND, layout=surround_name(self.speakers))
        if self.container in _EXACT_DURATIONS and self._expected_s > limits.max_duration_s:
            raise self._too_long()

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Samples in order, shape (channels, n), n ≤ `BLOCK_SAMPLES`.

        Raises:
            InputError: a limit was passed, the format changed, a sample is not a number, or the data is damaged.
        """
        fifo = av.AudioFifo()
        try:
            for frame in self._frames():
                fifo.write(frame)
                while fifo.samples >= BLOCK_SAMPLES:
                    yield self._block(fifo.read(BLOCK_SAMPLES))
            if fifo.samples:
                yield self._block(fifo.read())
        except _DECODER_ERRORS as error:
            if self.container == "ogg" and isinstance(error, _OGG_CHANGES):
                raise self._format_change() from error
            raise InputError(InputCode.DECODER_FAILED, cause=type(error).__name__) from error
        self._check_end()
        self._finished = True

    def _frames(self) -> Iterator[Any]:
        for packet in self._container.demux(self._stream):
            self._packets += 1
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self._bad_packets += 1
                continue
            for frame in frames:
                self._check_frame(frame)
                frame.pts = None
                yield frame

    def _check_frame(self, frame: Any) -> None:
        self._format = self._format or frame.format.name
        same = frame.sample_rate == self.sample_rate_hz and frame.layout.nb_channels == self.channels
        moved = self.speakers and frame.layout.name != self._layout.name
        if not same or moved or frame.format.name != self._format:
            raise self._format_change()
        self._samples += frame.samples
        if self._samples > self._limits.max_duration_s * self.sample_rate_hz:
            raise self._too_long()

    def _too_long(self) -> InputError:
        """The error, with the decoded length or FFmpeg's estimate: decoding stops at the limit."""
        duration_s = max(self._samples / self.sample_rate_hz, self._expected_s)
        return InputError(InputCode.TOO_LONG, duration_s=duration_s, max_s=self._limits.max_duration_s)

    def _format_change(self) -> InputError:
        return InputError(InputCode.FORMAT_CHANGE, at_s=self._samples / self.sample_rate_hz)

    def _block(self, frame: Any) -> NDArray[np.float32]:
        raw = frame.to_ndarray()
        name = frame.format.name.removesuffix("p")
        samples = raw if frame.format.is_planar else raw.reshape(-1, self.channels).T
        with np.errstate(over="ignore"):
            block = np.ascontiguousarray(samples, dtype=np.float32)
        if name == "u8":
            block -= 128.0
        if name in _INTEGER_SCALE:
            block *= np.float32(_INTEGER_SCALE[name])
        # min and max pass NaN on, and no comparison with NaN is true: two passes without a copy find non-finite values.
        elif not (block.min() >= -_FLOAT_MAX and block.max() <= _FLOAT_MAX):
            raise InputError(InputCode.NON_FINITE)
        return block

    def _check_end(self) -> None:
        duration_s = self._samples / self.sample_rate_hz
        declared = self._declared_s
        missing = (declared or 0.0) - duration_s
        # One packet is always bad in a file that was cut: such a file is reported as truncated below.
        if self._bad_packets > max(1.0, BAD_PACKETS_SHARE * self._packets):
            raise InputError(InputCode.DECODER_FAILED, cause="damaged")
        if declared is not None and missing > TRUNCATED_S and missing > TRUNCATED_SHARE * declared:
            raise InputError(InputCode.TRUNCATED, duration_s=duration_s, declared_s=declared)
        if self._samples == 0:
            raise InputError(InputCode.DECODER_FAILED, cause="no samples")
        # the size of a sample was misread, by FFmpeg or by whoever wrote the header: what was decoded may be noise
        if (
            self.container in _BY_BYTES
            and declared is not None
            and -missing > max(TRUNCATED_S, TRUNCATED_SHARE * declared)
        ):
            raise InputError(InputCode.DECODER_FAILED, cause="longer than declared")
        if duration_s < self._limits.min_duration_s:
            raise InputError(InputCode.TOO_SHORT, duration_s=duration_s, min_s=self._limits.min_duration_s)

    def info(self) -> SourceInfo:
        """Facts about the file, with its decoded length.

        Raises:
            RuntimeError: the blocks were not iterated to the end.
        """
        if not self._finished:
            raise RuntimeError("the length of a stream is known only at its end")
        return SourceInfo(
            duration_s=self._samples / self.sample_rate_hz,
            sample_rate_hz=self.sample_rate_hz,
            channels=self.channels,
            codec=self.codec,
            container=self.container,
            bit_depth=codecs.bit_depth(self.codec, self._stream.codec_context.extradata or b""),
            is_float=self.codec.startswith(("pcm_f32", "pcm_f64")),
            lossy=self.codec in codecs.LOSSY,
            speakers=tuple(speaker.value for speaker in self.speakers),
            speakers_assumed=self.speakers_assumed,
        )


def _codec_name(stream: Any) -> str:
    if stream.codec_context is None:
        raise InputError(InputCode.UNSUPPORTED_FORMAT, found="audio in an unknown codec")
    name = str(stream.codec_context.codec.canonical_name)
    if name not in codecs.ALL:
        raise InputError(InputCode.UNSUPPORTED_FORMAT, found=f"audio in the codec “{name}”")
    return name


def _seconds(stream: Any) -> float:
    """Length of a stream in seconds by FFmpeg: exact, estimated from the bit rate, or 0 where it is not known."""
    return float((stream.duration or 0) * (stream.time_base or 0))


@contextmanager
def open_audio(file: BinaryIO, limits: DecodeLimits) -> Iterator[AudioStream]:
    """Open an audio file for streamed decoding.

    Args:
        file: opened for reading, seekable. Its name is never used.
        limits: caps it must keep.

    Raises:
        InputError: it is not audio, not supported, or breaks a limit.
    """
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise InputError(InputCode.EMPTY)
    if size > limits.max_bytes:
        raise InputError(InputCode.TOO_LARGE, size_bytes=size, max_bytes=limits.max_bytes)
    sniffed = sniff(file)
    try:
        container = av.open(
            Window(file, sniffed.start, sniffed.corrections),
            mode="r",
            format=sniffed.demuxer,
            options={
                "format_whitelist": sniffed.whitelist,
                "codec_whitelist": codecs.DECODERS,
                **_DEMUXER_OPTIONS.get(sniffed.demuxer, {}),
            },
            metadata_errors="replace",
            io_open=deny,
        )
    except _DECODER_ERRORS as error:
        raise InputError(InputCode.DECODER_FAILED, cause=type(error).__name__) from error
    with container:
        yield AudioStream(container, _first_audio(container), sniffed, limits)


def _first_audio(container: Any) -> Any:
    try:
        stream = container.streams.audio[0]
    except _DECODER_ERRORS as error:
        raise InputError(InputCode.NOT_AUDIO) from error
    stream.thread_type = "NONE"
    return stream
