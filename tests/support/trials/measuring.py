"""From a signal or a scanned file to its analysis, as the program does it."""

import io
from typing import BinaryIO

from core.analysis.analyser import analyse
from core.analysis.frames import Frames
from core.analysis.measurements import Analysis
from core.analysis.scanning.scan import scan
from core.analysis.scanning.surround import scan_programme
from core.audio.decode import open_audio
from core.audio.source import DecodeLimits, SourceInfo
from tests.support.audio.signals import Signal, in_blocks


def source_of(signal: Signal, rate_hz: int, *, lossy: bool = False) -> SourceInfo:
    """What a decoder would say about `signal`."""
    return SourceInfo(
        duration_s=signal.shape[1] / rate_hz,
        sample_rate_hz=rate_hz,
        channels=signal.shape[0],
        codec="mp3" if lossy else "pcm_f32le",
        container="mp3" if lossy else "wav",
        bit_depth=None if lossy else 32,
        is_float=not lossy,
        lossy=lossy,
    )


def scanned(signal: Signal, rate_hz: int, block: int = 65_536) -> Frames:
    """Frames of `signal`, handed on in blocks."""
    return scan(in_blocks(signal, block), rate_hz, signal.shape[0])


def scanned_file(data: bytes, file: BinaryIO | None = None) -> tuple[Frames, SourceInfo]:
    """Frames of a file of any length and layout, and what is said of it, through the decoder.

    `file`: what to read `data` from, if not from memory.
    """
    limits = DecodeLimits(min_duration_s=0.0, surround=True)
    with open_audio(file or io.BytesIO(data), limits) as stream:
        frames = scan_programme(stream.blocks(), stream.sample_rate_hz, stream.channels, stream.speakers)
        return frames, stream.info()


def measured(signal: Signal, rate_hz: int, *, lossy: bool = False) -> Analysis:
    """Everything measured on `signal`."""
    return analyse(scanned(signal, rate_hz), source_of(signal, rate_hz, lossy=lossy))
