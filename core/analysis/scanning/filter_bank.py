"""Cascades of filters over a stream of equal chunks; only the power per hop is kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHUNK
from core.analysis.kernels.biquads import filtered_mean_squares, segment_states
from core.analysis.kernels.jit import compiled

SEGMENTS = 20
"""Pieces of a chunk that are filtered side by side; they divide its hops."""

FORGOTTEN = 1e-18
"""Effects of a sample on the state below this share of the largest effect are left out."""


class FilterBank:
    """Two-section cascades (`scipy.signal` rows, shape (2, 6) each), all of them on all channels.

    Args:
        cascades: see above.
        channels: channels of the signal.
        hop_samples: samples in a hop; chunks have `SLOTS_PER_CHUNK` × `HOPS_PER_SLOT` of them.
    """

    def __init__(self, cascades: Sequence[NDArray[np.float64]], channels: int, hop_samples: int) -> None:
        self._hop = hop_samples
        length = SLOTS_PER_CHUNK * HOPS_PER_SLOT // SEGMENTS * hop_samples
        self._sections: NDArray[np.float64] = np.stack(cascades)
        self._carry: NDArray[np.float64] = np.stack(
            [np.linalg.matrix_power(_transition(rows), length) for rows in cascades]
        )
        self._reach = np.stack([_reach(rows, length) for rows in cascades])
        effects = np.abs(self._reach).max(axis=1)
        self._firsts: NDArray[np.int64] = np.argmax(effects > FORGOTTEN * effects.max(axis=1, keepdims=True), axis=1)
        self._state = np.zeros((len(cascades), channels, 4))

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """Filter the next chunk.

        Args:
            samples: shape (channels, n), one chunk.

        Returns:
            Mean square per cascade, channel and hop, shape (cascades, channels, hops).
        """
        states = compiled(segment_states)(samples, self._carry, self._reach, self._firsts, self._state)
        power: NDArray[np.float64] = compiled(filtered_mean_squares)(samples, self._sections, states, self._hop)
        return power


def _transition(sections: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrix that gives the state after one sample of silence, shape (4, 4)."""
    (_, _, _, _, a1, a2), (c0, c1, c2, _, d1, d2) = sections
    return np.array(
        [[-a1, 1.0, 0.0, 0.0], [-a2, 0.0, 0.0, 0.0], [c1 - d1 * c0, 0.0, -d1, 1.0], [c2 - d2 * c0, 0.0, -d2, 0.0]]
    )


def _reach(sections: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Effect of each of `length` samples on the state after the last one, shape (4, length)."""
    (b0, b1, b2, _, a1, a2), (c0, c1, c2, _, d1, d2) = sections
    z = c0 * b0
    effect = np.array([b1 - a1 * b0, b2 - a2 * b0, c1 * b0 - d1 * z, c2 * b0 - d2 * z])
    transition, out = _transition(sections), np.empty((4, length))
    for n in reversed(range(length)):
        out[:, n] = effect
        effect = transition @ effect
    return out
