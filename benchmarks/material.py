"""Makes the tracks to measure: the demo track, repeated to 1, 4, 15 and 60 minutes, in the formats producers send.

They are made once and kept in build/bench. The demo track has no faults here: with clipping everywhere the search for
clipped runs would be slower than on real music, and with a quiet track faster. Its drops are as loud as released music.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.support.audio.demo_track import demo_track

RATE_HZ = 44_100
BLOCK_SAMPLES = 44_100

CODECS: dict[str, tuple[str, str, int | None]] = {
    "mp3": ("mp3", "libmp3lame", 320_000),
    "wav": ("wav", "pcm_s16le", None),
    "flac": ("flac", "flac", None),
    "m4a": ("mp4", "aac", 256_000),
}
"""Suffix → container, encoder, bits per second (None for lossless)."""


def track(folder: Path, minutes: float, suffix: str = "mp3") -> Path:
    """The path of a track of this length; the track is made where it does not exist."""
    path = folder / f"{minutes:g}min.{suffix}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        _encode(unfinished, _repeated(minutes * 60.0), *CODECS[suffix])
        unfinished.rename(path)
    return path


def _repeated(duration_s: float) -> Iterator[NDArray[np.float32]]:
    song = np.asarray(demo_track(sample_rate_hz=RATE_HZ, faults=()).samples, dtype=np.float32)
    total, position = round(duration_s * RATE_HZ), 0
    while position < total:
        start = position % song.shape[1]
        stop = min(start + BLOCK_SAMPLES, song.shape[1], start + total - position)
        yield song[:, start:stop]
        position += stop - start


def _encode(
    path: Path, blocks: Iterator[NDArray[np.float32]], container: str, codec: str, bit_rate: int | None
) -> None:
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE_HZ)
        stream.layout = "stereo"
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        stream.codec_context.open()
        resampler = av.AudioResampler(stream.format, "stereo", RATE_HZ, frame_size=stream.frame_size or None)
        position = 0
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, position, Fraction(1, RATE_HZ)
            position += block.shape[1]
            for converted in resampler.resample(frame):
                output.mux(stream.encode(converted))
        for converted in resampler.resample(None):
            output.mux(stream.encode(converted))
        output.mux(stream.encode(None))
