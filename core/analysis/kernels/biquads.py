"""Mean squares of a signal after cascades of second-order sections, per time step.

A recursive filter needs its own last output for every sample. To run many filters side by side, each channel is cut
into equal segments, and the state at the start of each is computed beforehand: it is linear in the state at the start
of the segment before (`carry`) and in that segment's samples (`reach`).

Conventions: sections as `scipy.signal` writes them, rows ``b0 b1 b2 1 a1 a2``; transposed direct form II in double
precision, since the poles of the K-weighting's high-pass sit 0.5 % from the unit circle. A state is both delays of the
first section, then those of the second.
"""

import numpy as np
from numpy.typing import NDArray

DENORMAL = 1e-30
"""State below this is set to zero: denormal numbers are a hundred times slower, and inaudible."""

TILE = 32
"""Samples of each segment that are copied side by side at a time."""


def segment_states(
    samples: NDArray[np.float32],
    carry: NDArray[np.float64],
    reach: NDArray[np.float64],
    firsts: NDArray[np.int64],
    state: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The state of each cascade at the start of each segment.

    Args:
        samples: shape (channels, segments * length).
        carry: shape (cascades, 4, 4): the state after a segment of silence, for each state before.
        reach: shape (cascades, 4, length): what each sample of a segment leaves in the state at its end.
        firsts: shape (cascades,): the first sample of a segment that leaves anything.
        state: shape (cascades, channels, 4): at the start of the first segment, changed in place to the state after
            the last one.

    Returns:
        Shape (cascades, 4, channels * segments).
    """
    cascades, channels, length = reach.shape[0], samples.shape[0], reach.shape[2]
    segments = samples.shape[1] // length
    states = np.empty((cascades, 4, channels * segments))
    effect = np.zeros(4)
    for cascade in range(cascades):
        first = firsts[cascade]
        r0, r1 = reach[cascade, 0, first:], reach[cascade, 1, first:]
        r2, r3 = reach[cascade, 2, first:], reach[cascade, 3, first:]
        for lane in range(channels * segments):
            channel, start = lane // segments, lane % segments * length
            tail = samples[channel, start + first : start + length]
            e0, e1, e2, e3 = 0.0, 0.0, 0.0, 0.0
            for n in range(tail.shape[0]):
                x = np.float64(tail[n])
                e0 += r0[n] * x
                e1 += r1[n] * x
                e2 += r2[n] * x
                e3 += r3[n] * x
            effect[0], effect[1], effect[2], effect[3] = e0, e1, e2, e3
            for k in range(4):
                states[cascade, k, lane] = state[cascade, channel, k]
                for m in range(4):
                    effect[k] += carry[cascade, k, m] * state[cascade, channel, m]
            is_silent = abs(effect[0]) + abs(effect[1]) + abs(effect[2]) + abs(effect[3]) < DENORMAL
            for k in range(4):
                state[cascade, channel, k] = 0.0 if is_silent else effect[k]
    return states


def filtered_mean_squares(
    samples: NDArray[np.float32], sections: NDArray[np.float64], states: NDArray[np.float64], step: int
) -> NDArray[np.float64]:
    """Filter each segment with each cascade and give the mean square of each `step` samples.

    Args:
        samples: shape (channels, segments * steps * step).
        sections: shape (cascades, 2, 6): two second-order sections each.
        states: shape (cascades, 4, channels * segments), changed in place.
        step: samples per value.

    Returns:
        Shape (cascades, channels, segments * steps).
    """
    cascades, lanes = sections.shape[0], states.shape[2]
    channels = samples.shape[0]
    segments = lanes // channels
    length = samples.shape[1] // segments
    steps = length // step
    signals = samples.reshape(lanes, length)
    out = np.empty((cascades, channels, segments * steps))
    totals = np.empty(lanes)
    side_by_side = np.empty((step, lanes))
    for i in range(steps):
        for first in range(0, step, TILE):
            last = min(first + TILE, step)
            for lane in range(lanes):
                part = signals[lane, i * step + first : i * step + last]
                for n in range(part.shape[0]):
                    side_by_side[first + n, lane] = part[n]
        for cascade in range(cascades):
            s = sections[cascade]
            b0, b1, b2, a1, a2 = s[0, 0], s[0, 1], s[0, 2], s[0, 4], s[0, 5]
            c0, c1, c2, d1, d2 = s[1, 0], s[1, 1], s[1, 2], s[1, 4], s[1, 5]
            s0, s1, t0, t1 = states[cascade, 0], states[cascade, 1], states[cascade, 2], states[cascade, 3]
            totals[:] = 0.0
            for n in range(step):
                x = side_by_side[n]
                for j in range(lanes):
                    y = b0 * x[j] + s0[j]
                    s0[j] = b1 * x[j] - a1 * y + s1[j]
                    s1[j] = b2 * x[j] - a2 * y
                    z = c0 * y + t0[j]
                    t0[j] = c1 * y - d1 * z + t1[j]
                    t1[j] = c2 * y - d2 * z
                    totals[j] += z * z
            for j in range(lanes):
                if abs(s0[j]) + abs(s1[j]) + abs(t0[j]) + abs(t1[j]) < DENORMAL:
                    s0[j], s1[j], t0[j], t1[j] = 0.0, 0.0, 0.0, 0.0
                out[cascade, j // segments, j % segments * steps + i] = totals[j] / step
    return out
