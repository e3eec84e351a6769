"""Flat tops of a channel, and runs beyond full scale.

A flat top is a chain of three or more samples of which each differs from the one before by less than dither does, whose
neighbours on both sides lie nearer to zero, and which the signal enters or leaves by a step that is larger than at a
rounded waveform top. Which of them are clipping is decided for the whole file (`core.analysis.scanning.runs`): there
they stand at one level.

A flat top that follows directly on a flat stretch of another level, or is followed by one, is a step of a square wave
or of a staircase, and is left out. Digital silence is no top.

Conventions: both kernels take one channel, keep an open run in `state` from call to call, write rows of
(start, length) and give the number of rows.
"""

import numpy as np
from numpy.typing import NDArray

MIN_RUN = 3
"""Fewest samples in a row that count (convention of clip detectors)."""

RUN_BLOCK_SAMPLES = 64
"""Samples that are skipped together where no flat top can be."""

SIGN = np.int32(-0x80000000)
"""The sign bit of a float. As integers, the bits of positive floats sort like the floats, and those of negative floats
lie below them."""

TOPS_FROM_SHARE = 0.25
"""Flat tops more than 12 dB below the highest sample so far are not looked for."""

STEP_GAP_SAMPLES = 2
"""Samples between two levels of a square wave at most: the edge itself, where the wave was resampled."""

LAST_SAMPLE, CHAIN_LENGTH, LOW, HIGH, FIRST, BEFORE = 0, 1, 2, 3, 4, 5
"""State of `flat_tops`: the last sample; length, lowest, highest and first sample of the open chain, and the sample
before it."""

HIGHEST, LOWEST = 6, 7
"""State of `flat_tops`: highest and lowest sample so far."""

FLAT_END, FLAT_LEVEL = 8, 9
"""State of `flat_tops`: index after the last flat stretch, top or not, and its level."""

WAITING_START, WAITING, WAITING_LEVEL = 10, 11, 12
"""State of `flat_tops`: a flat top that may still prove to be the step of a square wave; length 0 for none."""

FLAT_STATE = 13
"""Size of the state of `flat_tops`."""

OVER_STATE = 2
"""Size of the state of `runs_beyond`: length of the open run, its sign."""


def flat_state() -> NDArray[np.float64]:
    """The state of `flat_tops` at the start of a file, shape (FLAT_STATE,)."""
    state = np.zeros(FLAT_STATE)
    state[FLAT_END] = -1.0 - STEP_GAP_SAMPLES
    return state


def flat_tops(  # noqa: C901, PLR0912, PLR0915 - one loop nest: compiled kernels share no helpers
    samples: NDArray[np.float32],
    offset: int,
    limits: tuple[float, float, float],
    state: NDArray[np.float64],
    rows: NDArray[np.int64],
    values: NDArray[np.float64],
) -> int:
    """Find the flat tops that end within the next samples of a channel.

    Args:
        samples: shape (n,).
        offset: index of the first of them in the file.
        limits: largest difference of two neighbours in a chain; largest difference of its highest and lowest sample;
            step by which it must be entered or left at least.
        state: shape (FLAT_STATE,), changed in place; `flat_state` at the start of the file.
        rows: shape (at least n // 3 + 2, 2), filled in place.
        values: shape (rows,): the sample of each top that is farthest from zero, filled in place.

    Returns:
        Number of rows filled.
    """
    near, spread, min_step = np.float32(limits[0]), limits[1], limits[2]
    found, start = 0, 0
    last, length, first, before = state[LAST_SAMPLE], int(state[CHAIN_LENGTH]), state[FIRST], state[BEFORE]
    low, high, highest, lowest = state[LOW], state[HIGH], state[HIGHEST], state[LOWEST]
    flat_end, flat_level = int(state[FLAT_END]), state[FLAT_LEVEL]
    waiting_start, waiting, waiting_level = int(state[WAITING_START]), int(state[WAITING]), state[WAITING_LEVEL]
    bits = samples.view(np.int32)
    ends = np.zeros(2, np.float32)
    end_bits = ends.view(np.int32)
    while start < samples.shape[0]:
        stop = min(start + RUN_BLOCK_SAMPLES, samples.shape[0])
        if length < MIN_RUN - 1 and stop - start >= MIN_RUN:
            part = bits[start:stop]
            top, bottom = np.int32(0), np.int32(0)
            for n in range(part.shape[0]):
                top = max(top, part[n])
            for n in range(part.shape[0]):
                bottom = max(bottom, part[n] ^ SIGN)
            end_bits[0], end_bits[1] = top, bottom
            highest, lowest = max(highest, float(ends[0])), min(lowest, -float(ends[1]))
            chains = 0
            floor = np.float32(TOPS_FROM_SHARE * max(highest, -lowest))
            if max(ends[0], ends[1]) >= floor:
                block = samples[start:stop]
                if abs(block[0] - np.float32(last)) <= near and abs(block[1] - block[0]) <= near:
                    chains = 1
                for n in range(2, block.shape[0]):
                    a, b, c = block[n - 2], block[n - 1], block[n]
                    chains += (abs(c - b) <= near) & (abs(b - a) <= near) & (abs(c) >= floor)
            if chains == 0:
                last, one_before = float(samples[stop - 1]), float(samples[stop - 2])
                length, low, high, first, before = 1, last, last, last, one_before
                if abs(samples[stop - 1] - samples[stop - 2]) <= near:
                    length, first, before = 2, one_before, float(samples[stop - 3])
                    low, high = min(last, one_before), max(last, one_before)
                start = stop
                continue
        for n in range(start, stop):
            sample = float(samples[n])
            if length > 0 and abs(samples[n] - np.float32(last)) <= near:
                length += 1
                low, high, last = min(low, sample), max(high, sample), sample
                continue
            begin = offset + n - length
            if waiting and begin > waiting_start + waiting + STEP_GAP_SAMPLES:
                rows[found, 0], rows[found, 1], values[found] = waiting_start, waiting, waiting_level
                found, waiting = found + 1, 0
            if length >= MIN_RUN and high - low <= spread:
                level = high if low > 0.0 else low if high < 0.0 else 0.0
                other = abs(level - flat_level) > 2.0 * spread
                if waiting and other:
                    waiting = 0
                beside = begin <= flat_end + STEP_GAP_SAMPLES and other
                above = level > 0.0 and before < low and sample < low
                below = level < 0.0 and before > high and sample > high
                corner = abs(first - before) > min_step or abs(sample - last) > min_step
                if (above or below) and corner and not beside and abs(level) >= TOPS_FROM_SHARE * max(highest, -lowest):
                    if waiting:
                        rows[found, 0], rows[found, 1], values[found] = waiting_start, waiting, waiting_level
                        found += 1
                    waiting_start, waiting, waiting_level = begin, length, level
                flat_end, flat_level = offset + n, level
            before, last, length, low, high, first = last, sample, 1, sample, sample, sample
            highest, lowest = max(highest, sample), min(lowest, sample)
        start = stop
    state[LAST_SAMPLE], state[CHAIN_LENGTH], state[FIRST], state[BEFORE] = last, length, first, before
    state[LOW], state[HIGH], state[HIGHEST], state[LOWEST] = low, high, highest, lowest
    state[FLAT_END], state[FLAT_LEVEL] = flat_end, flat_level
    state[WAITING_START], state[WAITING], state[WAITING_LEVEL] = waiting_start, waiting, waiting_level
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
