"""Facts about a decoded file, and the limits that it must keep."""

from dataclasses import dataclass

from core.values.units import MIB


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Facts about an audio file, as found in the decoded stream (never trusted from the header alone).

    Attributes:
        duration_s: decoded length.
        sample_rate_hz: native rate; nothing is resampled before it is measured.
        channels: number of channels.
        codec: FFmpeg's codec name ("mp3", "pcm_s24le", "flac" …).
        container: FFmpeg's demuxer name ("mp3", "wav", "mov" …).
        bit_depth: bits per sample of integer or float PCM and lossless codecs; None for lossy ones.
        is_float: samples are stored as floating point, so levels above 0 dBFS are not clipped.
        lossy: the codec is lossy.
        speakers: what each channel of a surround file is for ("L", "R", "C", "LFE", "Ls", "Rs"), in the order of the
            channels; empty for mono and stereo.
        speakers_assumed: the file does not say so: `speakers` are those that its number of channels suggests.
    """

    duration_s: float
    sample_rate_hz: int
    channels: int
    codec: str
    container: str
    bit_depth: int | None
    is_float: bool
    lossy: bool
    speakers: tuple[str, ...] = ()
    speakers_assumed: bool = False


SHORTEST_MEASURED_S = 0.4
"""Shortest file that has a loudness, in seconds: one gating block (BS.1770-5)."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Limits that a file must keep."""

    max_bytes: int = 512 * MIB
    max_duration_s: float = 15 * 60.0
    min_duration_s: float = 3.0
    min_sample_rate_hz: int = 8_000
    max_sample_rate_hz: int = 192_000
    surround: bool = False
    """Whether 5.0 and 5.1 are accepted besides mono and stereo."""
