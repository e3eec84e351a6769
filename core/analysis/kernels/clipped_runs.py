"""Runs of equal samples at the top of a channel, and runs beyond full scale.

A run is flat when three or more consecutive samples are equal, are the highest (or lowest) value of their channel so
far, and the signal steps onto or off them by more than a rounded waveform top would: the top of a low sine in 16 bit
repeats a value too, but leaves it by a quantisation step or two. Digital silence is never a highest value.
Decoded lossy audio has no flat tops left; there, runs of samples of one sign beyond full scale indicate clipping.

Conventions: both kernels take one channel, keep an open run in `state` from call to call, write rows of
(start, length) and give the number of rows.
"""

import numpy as np
from numpy.typing import NDArray

MIN_RUN = 3
"""Fewest samples in a row that count (convention of clip detectors)."""

RUN_BLOCK_SAMPLES = 64
"""Samples that are skipped together where none reaches the highest or lowest sample so far."""

SIGN = np.int32(-0x80000000)
"""The sign bit of a float. As integers, the bits of positive floats sort like the floats, and those of negative floats
lie below them."""

FLAT_STATE = 5
"""Size of the state of `flat_runs`: last sample, run length, step onto the run, highest and lowest sample so far."""

OVER_STATE = 2
"""Size of the state of `runs_beyond`: length of the open run, its sign."""


def flat_runs(
    samples: NDArray[np.float32],
    offset: int,
    min_step: float,
    state: NDArray[np.float64],
    rows: NDArray[np.int64],
    values: NDArray[np.float64],
) -> int:
    """Find the flat runs that end within the next samples of a channel.

    Args:
        samples: shape (n,).
        offset: index of the first of them in the file.
        min_step: a run must be entered or left by a larger step than this.
        state: shape (FLAT_STATE,), changed in place; zeros at the start of the file.
        rows: shape (at least n // 3 + 1, 2), filled in place.
        values: shape (rows,): the level of each run, filled in place.

    Returns:
        Number of rows filled. Only those at the channel's final highest or lowest value are clipped.
    """
    found, start = 0, 0
    last, length, step_in = state[0], int(state[1]), state[2]
    highest, lowest = state[3], state[4]
    bits = samples.view(np.int32)
    ends = np.zeros(2, np.float32)
    end_bits = ends.view(np.int32)
    while start < samples.shape[0]:
        stop = min(start + RUN_BLOCK_SAMPLES, samples.shape[0])
        if length < MIN_RUN or lowest < last < highest:
            part = bits[start:stop]
            top, bottom = np.int32(0), np.int32(0)
            for n in range(part.shape[0]):
                top = max(top, part[n])
            for n in range(part.shape[0]):
                bottom = max(bottom, part[n] ^ SIGN)
            end_bits[0], end_bits[1] = top, bottom
            if ends[0] < highest and -ends[1] > lowest:
                # all samples lie within the extremes so far: no run at an extreme begins or continues here
                last, length = float(samples[stop - 1]), 1
                start = stop
                continue
        for n in range(start, stop):
            sample = float(samples[n])
            if sample == last:
                length += 1
                continue
            step = abs(sample - last)
            at_an_end = (last > 0.0 and last >= highest) or (last < 0.0 and last <= lowest)
            if length >= MIN_RUN and at_an_end and (step_in > min_step or step > min_step):
                rows[found, 0], rows[found, 1], values[found] = offset + n - length, length, last
                found += 1
            last, length, step_in = sample, 1, step
            highest, lowest = max(highest, sample), min(lowest, sample)
        start = stop
    state[0], state[1], state[2], state[3], state[4] = last, length, step_in, highest, lowest
    return found


def runs_beyond(
    samples: NDArray[np.float32], offset: int, limit: float, state: NDArray[np.float64], rows: NDArray[np.int64]
) -> int:
    """Find the runs of at least `MIN_RUN` samples on one side with ``|x| >= limit``.

    Args:
        samples: shape (n,).
        offset: index of the first of them in the file.
        limit: as absolute value.
        state: shape (OVER_STATE,), changed in place; zeros at the start of the file.
        rows: shape (at least n // 3 + 1, 2), filled in place.

    Returns:
        Number of rows filled.
    """
    found = 0
    length, sign = int(state[0]), state[1]
    for n in range(samples.shape[0]):
        x = float(samples[n])
        if length > 0 and x * sign < limit:
            if length >= MIN_RUN:
                rows[found, 0], rows[found, 1] = offset + n - length, length
                found += 1
            length = 0
        if abs(x) >= limit:
            sign = 1.0 if x > 0.0 else -1.0
            length += 1
    state[0], state[1] = length, sign
    return found
