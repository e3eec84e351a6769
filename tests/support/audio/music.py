"""Reading real music for tests, straight through PyAV, independent of `core.audio`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from core.audio.source import SourceInfo

LOSSLESS = ("pcm_s16le", "pcm_s24le", "flac")


@dataclass(frozen=True)
class Music:
    """A decoded file: ``samples`` has shape (channels, n)."""

    samples: NDArray[np.float32]
    sample_rate_hz: int
    source: SourceInfo


def read_music(path: Path, max_duration_s: float | None = None) -> Music:
    """Decode `path` (at most its first `max_duration_s`) at its own rate."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        rate = stream.rate
        blocks = list(_planar_blocks(container, stream, max_duration_s))
        codec, form = stream.codec_context.name, container.format.name
    samples = np.ascontiguousarray(np.concatenate(blocks, axis=1))
    if max_duration_s is not None:
        samples = samples[:, : int(max_duration_s * rate)]
    lossy = codec not in LOSSLESS
    source = SourceInfo(
        duration_s=samples.shape[1] / rate,
        sample_rate_hz=rate,
        channels=samples.shape[0],
        codec=codec,
        container=form,
        bit_depth=None if lossy else 16,
        is_float=False,
        lossy=lossy,
    )
    return Music(samples, rate, source)


def _planar_blocks(
    container: av.container.InputContainer, stream: av.AudioStream, max_duration_s: float | None
) -> Iterator[NDArray[np.float32]]:
    layout = "mono" if stream.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=stream.rate)
    seen = 0
    for frame in container.decode(stream):
        for converted in resampler.resample(frame):
            yield converted.to_ndarray()
            seen += converted.samples
        if max_duration_s is not None and seen >= max_duration_s * stream.rate:
            return
    for converted in resampler.resample(None):
        yield converted.to_ndarray()
