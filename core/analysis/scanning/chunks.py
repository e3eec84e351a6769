"""Cutting a stream of blocks of any size into equal chunks with context on both sides."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class Rechunker:
    """Equal chunks with `margin` samples of context before and after, zeros beyond the ends of the signal.

    The chunks, and every result made from them, are the same for any size of the incoming blocks. Each chunk that is
    handed out is a copy.

    Args:
        channels: channels of the signal.
        chunk: samples in a chunk.
        margin: samples of context on each side.
    """

    def __init__(self, channels: int, chunk: int, margin: int) -> None:
        self._chunk, self._margin = chunk, margin
        self._buffer = np.zeros((channels, chunk + 2 * margin), np.float32)
        self._filled = margin
        self.pushed_samples = 0
        self._handed_out = 0

    def push(self, block: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Take in samples, shape (channels, n); yield each complete chunk, shape (channels, chunk + 2 * margin)."""
        self.pushed_samples += block.shape[1]
        start = 0
        while start < block.shape[1]:
            size = min(block.shape[1] - start, self._buffer.shape[1] - self._filled)
            self._buffer[:, self._filled : self._filled + size] = block[:, start : start + size]
            self._filled += size
            start += size
            if self._filled == self._buffer.shape[1]:
                yield self._hand_out()

    def flush(self) -> Iterator[NDArray[np.float32]]:
        """Yield the remaining chunks, shape (channels, chunk + 2 * margin), filled up with zeros."""
        while self._handed_out < self.pushed_samples:
            self._buffer[:, self._filled :] = 0.0
            self._filled = self._buffer.shape[1]
            yield self._hand_out()

    def _hand_out(self) -> NDArray[np.float32]:
        self._handed_out += self._chunk
        chunk = self._buffer.copy()
        kept = 2 * self._margin
        self._buffer[:, :kept] = self._buffer[:, self._chunk :]
        self._filled = kept
        return chunk
