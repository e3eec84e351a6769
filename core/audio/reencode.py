"""Samples after a lossy encoder: encoded and decoded again in memory, block by block.

There is no container and no file: packets go from the encoder directly into the decoder. The decoders give floating
point, so values beyond full scale are kept. The encoders are those of FFmpeg's libraries, and their names are part of a
result: the AAC encoder is FFmpeg's own, not Apple's or Fraunhofer's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

LAYOUT = "stereo"
"""Channel layout of the encoded samples, as stores deliver; a mono file is encoded on both channels."""


@dataclass(frozen=True, slots=True)
class Codec:
    """One delivery format.

    Attributes:
        name: format and bit rate, written for people.
        encoder: FFmpeg's encoder.
        encoder_name: name of the encoder, written for people.
        decoder: FFmpeg's decoder.
        bit_rate_bps: bit rate of the encoder.
        sample_format: sample format that the encoder takes.
        rates_hz: sample rates that are encoded as they are; any other is converted to the last one.
    """

    name: str
    encoder: str
    encoder_name: str
    decoder: str
    bit_rate_bps: int
    sample_format: str
    rates_hz: tuple[int, ...]


CODECS = (
    Codec("AAC 256 kbit/s", "aac", "FFmpeg's AAC encoder", "aac", 256_000, "fltp", (44_100, 48_000)),
    Codec("MP3 192 kbit/s", "libmp3lame", "LAME", "mp3float", 192_000, "fltp", (44_100, 48_000)),
    Codec("Opus 128 kbit/s", "libopus", "libopus", "opus", 128_000, "flt", (48_000,)),
)
"""Formats that stores and social platforms deliver, at their bit rates."""


def delivery_rate_hz(codec: Codec, sample_rate_hz: int) -> int:
    """The sample rate at which `codec` encodes a file: the rate of the file where the codec allows it."""
    return sample_rate_hz if sample_rate_hz in codec.rates_hz else codec.rates_hz[-1]


def reencoded(
    blocks: Iterable[NDArray[np.float32]], sample_rate_hz: int, codec: Codec
) -> Iterator[NDArray[np.float32]]:
    """Encode samples and yield what the decoder returns, shape (2, n) per block, at `delivery_rate_hz`.

    Args:
        blocks: samples in order, shape (1 or 2, n), full scale = 1.
        sample_rate_hz: their rate.
        codec: the format to encode them in.

    Raises:
        av.FFmpegError: the encoder refused the samples.
    """
    rate = delivery_rate_hz(codec, sample_rate_hz)
    encoder = _encoder(codec, rate)
    decoder: Any = av.CodecContext.create(codec.decoder, "r")
    decoder.sample_rate, decoder.layout, decoder.extradata = rate, LAYOUT, encoder.extradata
    resampler = av.AudioResampler(codec.sample_format, LAYOUT, rate, encoder.frame_size)
    for frame in _frames(blocks, sample_rate_hz, resampler):
        for packet in encoder.encode(frame):
            yield from _decoded(decoder, packet)
    for packet in encoder.encode(None):
        yield from _decoded(decoder, packet)
    yield from _decoded(decoder, None)


def _encoder(codec: Codec, rate: int) -> Any:
    encoder: Any = av.CodecContext.create(codec.encoder, "w")
    encoder.sample_rate, encoder.layout, encoder.format = rate, LAYOUT, codec.sample_format
    encoder.bit_rate, encoder.time_base = codec.bit_rate_bps, Fraction(1, rate)
    encoder.open()
    return encoder


def _frames(blocks: Iterable[NDArray[np.float32]], rate: int, resampler: Any) -> Iterator[Any]:
    for block in blocks:
        both = np.ascontiguousarray(np.broadcast_to(block, (2, block.shape[1])))
        frame = av.AudioFrame.from_ndarray(both, format="fltp", layout=LAYOUT)
        frame.sample_rate, frame.pts = rate, None
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _decoded(decoder: Any, packet: Any) -> Iterator[NDArray[np.float32]]:
    for frame in decoder.decode(packet):
        samples = frame.to_ndarray()
        yield samples if frame.format.is_planar else samples.reshape(-1, 2).T
