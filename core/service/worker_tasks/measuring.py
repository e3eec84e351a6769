"""Measuring in a child process: connects decoding, scanning and analysis, which do not import each other.

The functions import what they need when they run: the parent process only names them, and starts a second sooner
without scipy and the decoder.
"""

import io
import struct
from dataclasses import dataclass
from pathlib import Path

from core.analysis.measurements import Analysis
from core.audio.source import DecodeLimits, SourceInfo
from core.values.serial import from_json, to_json

HEADER = struct.Struct("<I")
"""Length in bytes of the JSON part of a result; the binary part follows it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An analysis and the frames it was made from, in their stored form."""

    analysis: Analysis
    frames: bytes


def measure(path: str, limits: DecodeLimits) -> bytes:
    """Decode and measure one file; its loudness is measured by two meters.

    Args:
        path: the file.
        limits: how much of it may be decoded.

    Returns:
        The length of the analysis (`HEADER`), the analysis as JSON, then the frames (see `unpack_measured`).

    Raises:
        InputError: the file cannot be analysed.
        DependencyError: the two meters differ.
    """
    from core.analysis.analyser import analyse
    from core.analysis.frames_bytes import frame_pieces
    from core.analysis.level.second_meter import LoudestPassage, confirmed
    from core.analysis.scanning.surround import scan_programme
    from core.audio.decode import open_audio

    with Path(path).open("rb") as file, open_audio(file, limits) as stream:
        loudest = LoudestPassage(stream.sample_rate_hz, stream.channels)
        blocks = loudest.watched(stream.blocks())
        frames = scan_programme(blocks, stream.sample_rate_hz, stream.channels, stream.speakers)
        source = stream.info()
    analysis = to_json(confirmed(analyse(frames, source), frames, loudest.passage()))
    # the pieces are written one by one to avoid a copy: the frames of an hour take 14 MB, compressed 9
    with io.BytesIO() as result:
        result.write(HEADER.pack(len(analysis)) + analysis)
        for piece in frame_pieces(frames):
            result.write(piece)
        return result.getvalue()


def unpack_measured(result: bytes) -> Measured:
    """The values in the result of `measure`."""
    (length,) = HEADER.unpack_from(result)
    end = HEADER.size + length
    return Measured(from_json(Analysis, result[HEADER.size : end]), result[end:])


WARM_UP_S = 6.0
"""Length in seconds of the signal for `warm_up`: twice the short-term window, so that every branch is run."""


def warm_up() -> None:
    """Run the pipeline once on a synthetic signal, so that children inherit loaded libraries and compiled kernels."""
    import core.audio.decode  # noqa: F401 - loaded for the children
    from core.analysis.kernels.jit import (
        CACHE_FAILURES,
        compiled_beside,
        forget_machine_code,
        machine_code_held,
        take_machine_code,
    )

    with machine_code_held():
        take_machine_code()
        with compiled_beside(_onsets_once):
            _kernels_once()
        try:
            _pipeline_once(1)
        except CACHE_FAILURES:
            # where the cache on disk fails, our functions run without it, librosa's only after it is emptied
            forget_machine_code()
            _pipeline_once(1)
        _pipeline_once(2)


def _onsets_once() -> None:
    """Compile librosa's functions, which take longest."""
    import numpy as np

    from core.analysis.scanning.onsets import OnsetFlux

    onsets = OnsetFlux(44_100, 2_048, 900)
    onsets.feed(np.zeros((10, 900), np.float32))
    onsets.flush()


def _kernels_once() -> None:
    """Compile most of our own kernels."""
    import numpy as np

    from core.analysis.grid import TimeGrid
    from core.analysis.scanning.stereo_power import StereoTransform
    from core.analysis.scanning.time_tables import MARGIN_SAMPLES, TimeTables

    grid = TimeGrid.at(44_100)
    chunk = np.zeros((2, grid.chunk_samples + 2 * MARGIN_SAMPLES), np.float32)
    TimeTables(grid, 2).feed(chunk, MARGIN_SAMPLES)
    transform = StereoTransform(window_samples=8, bins=1, hop_samples=1, frames=1, rows=1)
    transform.power(np.zeros((2, 8), np.float32), 0)


def _pipeline_once(channels: int) -> None:
    import numpy as np

    from core.analysis.analyser import analyse
    from core.analysis.frames_bytes import frames_to_bytes
    from core.analysis.level.second_meter import LoudestPassage, confirmed
    from core.analysis.scanning.surround import scan_programme

    rate = 44_100
    time_s = np.arange(int(WARM_UP_S * rate)) / rate
    # clipped at full scale, so that the kernels that look for clipping are run as well
    tone = np.clip(2.0 * np.sin(2 * np.pi * 220.0 * time_s) * np.sin(2 * np.pi * 2.0 * time_s), -1.0, 1.0)
    block = np.ascontiguousarray(np.stack([tone, 0.8 * tone])[:channels], dtype=np.float32)
    loudest = LoudestPassage(rate, channels)
    frames = scan_programme(loudest.watched(iter([block])), rate, channels)
    source = SourceInfo(WARM_UP_S, rate, channels, "pcm_f32le", "wav", 32, is_float=True, lossy=False)
    to_json(confirmed(analyse(frames, source), frames, loudest.passage()))
    frames_to_bytes(frames)
