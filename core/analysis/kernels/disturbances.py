"""Level and sharpness in blocks of about a millisecond, and the holes and clicks that show in them.

Sharpness is the mean square of the fourth difference of the signal: it weighs the very top of the spectrum most, where
music has next to nothing and a single wrong sample has as much as everywhere. A hole is a steep fall by 40 dB and a
steep return to about the old level. A click is one block that is far sharper than everything for 25 ms around it,
while the level after it is not that of an attack.
"""

import numpy as np
from numpy.typing import NDArray

DIFFERENCE_REACH = 2
"""Samples on each side that a fourth difference needs."""

LEVEL_BLOCKS = 25
"""Blocks over which the level before and after an event is taken."""

HOLE_FLOOR = 1e-5
"""Mean square before and after a hole: below −50 dBFS nothing can drop out."""

HOLE_DEPTH = 1e-4
"""A hole lies 40 dB below what was before it."""

STEEP = 1.0 / 32.0
"""The last block before a hole, the first after it, and the music after it: within 15 dB of the level around."""

MIN_HOLE_BLOCKS, MAX_HOLE_BLOCKS = 2, 150
"""A longer hole is a rest."""

CLICK_REACH = 25
"""Blocks to each side that a click must stand out from; edges of a 20 Hz square wave are that close."""

CLICK_RATIO = 40.0
"""By which its sharpness must exceed theirs (16 dB)."""

CLICK_SHARPNESS = 70.0 * 0.016**2
"""Sum of squared fourth differences of a single wrong sample of −36 dBFS."""

ATTACK_RATIO = 4.0
"""A level that rises by more (6 dB) across the event makes it an attack."""

ATTACK_BLOCKS = 20

CONTEXT_BLOCKS = MAX_HOLE_BLOCKS + LEVEL_BLOCKS + 2
"""Blocks on each side that an event may reach over."""


def block_levels(
    samples: NDArray[np.float32], margin: int, step: int, power: NDArray[np.float64], sharpness: NDArray[np.float64]
) -> None:
    """Mean square and summed squared fourth difference of each `step` samples.

    Args:
        samples: shape (channels, margin + blocks * step + margin).
        margin: samples of context on each side, at least `DIFFERENCE_REACH`.
        step: samples in a block.
        power: shape (channels, blocks), filled in place.
        sharpness: shape (channels, blocks), filled in place.
    """
    for channel in range(samples.shape[0]):
        for block in range(power.shape[1]):
            # a view of its own, read from 0 on: only such a loop is vectorised
            start = margin - DIFFERENCE_REACH + block * step
            x = samples[channel, start : start + step + 2 * DIFFERENCE_REACH]
            level, sharp = np.float32(0.0), np.float32(0.0)
            for n in range(step):
                difference = (x[n] + x[n + 4]) - np.float32(4.0) * (x[n + 1] + x[n + 3]) + np.float32(6.0) * x[n + 2]
                level += x[n + 2] * x[n + 2]
                sharp += difference * difference
            power[channel, block] = np.float64(level) / step
            sharpness[channel, block] = sharp


def holes(power: NDArray[np.float64], first: int, last: int, rows: NDArray[np.int64]) -> int:
    """Find the holes of a channel that begin in blocks `first` to `last` (exclusive).

    Args:
        power: shape (blocks,), with `CONTEXT_BLOCKS` before `first` and from `last` on.
        first: see above.
        last: see above.
        rows: shape (at least last − first, 2): first block and length in blocks of each hole, filled in place.

    Returns:
        Number of rows filled.
    """
    found = 0
    for block in range(first, last):
        edge = max(power[block - 1], power[block - 2])
        if edge < STEEP * HOLE_FLOOR or power[block] > HOLE_DEPTH * edge / STEEP:
            continue
        before = 0.0
        for n in range(block - LEVEL_BLOCKS - 2, block - 2):
            before += power[n] / LEVEL_BLOCKS
        floor = HOLE_DEPTH * before
        if before < HOLE_FLOOR or power[block] > floor or edge < STEEP * before or power[block - 1] <= floor:
            continue
        end = block + 1
        while end < block + MAX_HOLE_BLOCKS and power[end] <= floor:
            end += 1
        after = 0.0
        for n in range(end + 1, end + 1 + LEVEL_BLOCKS):
            after += power[n] / LEVEL_BLOCKS
        steep = max(power[end], power[end + 1]) >= STEEP * after
        if MIN_HOLE_BLOCKS <= end - block < MAX_HOLE_BLOCKS and after >= STEEP * before and steep:
            rows[found, 0], rows[found, 1] = block, end - block
            found += 1
    return found


def clicks(
    power: NDArray[np.float64], sharpness: NDArray[np.float64], first: int, last: int, rows: NDArray[np.int64]
) -> int:
    """Find the clicks of a channel in blocks `first` to `last` (exclusive).

    Args:
        power: shape (blocks,), with `CONTEXT_BLOCKS` before `first` and from `last` on.
        sharpness: like `power`.
        first: see above.
        last: see above.
        rows: shape (at least last − first,): the block of each click, filled in place.

    Returns:
        Number of rows filled.
    """
    found = 0
    for block in range(first, last):
        sharp = sharpness[block]
        # of the two blocks of a click on their border, the sharper one counts
        if sharp < CLICK_SHARPNESS or sharp <= sharpness[block - 1] or sharp < sharpness[block + 1]:
            continue
        around = 0.0
        for n in range(block - CLICK_REACH, block + CLICK_REACH + 1):
            if abs(n - block) > 1:
                around = max(around, sharpness[n])
        if sharp < CLICK_RATIO * around:
            continue
        before, after = 0.0, 0.0
        for n in range(2, 2 + ATTACK_BLOCKS):
            before += power[block - n]
            after += power[block + n]
        if after <= ATTACK_RATIO * before:
            rows[found] = block
            found += 1
    return found
