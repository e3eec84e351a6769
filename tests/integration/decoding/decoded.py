"""Decoding bytes through `core.audio`, whole."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.decode import open_audio
from core.audio.source import DecodeLimits, SourceInfo


@dataclass(frozen=True)
class Decoded:
    """Samples of shape (channels, n), the blocks they came in, and what was said of them."""

    samples: NDArray[np.float32]
    block_lengths: tuple[int, ...]
    info: SourceInfo


def decoded(data: bytes, limits: DecodeLimits | None = None) -> Decoded:
    """Everything in `data`; by default also what is shorter than a song."""
    with open_audio(io.BytesIO(data), limits or DecodeLimits(min_duration_s=0.0)) as stream:
        blocks = list(stream.blocks())
        return Decoded(np.concatenate(blocks, axis=1), tuple(block.shape[1] for block in blocks), stream.info())
