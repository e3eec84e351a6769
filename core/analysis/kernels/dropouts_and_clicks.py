"""Level and sharpness in blocks of about a millisecond, and the holes and clicks that show in them.

Sharpness is the sum of squares of the fourth difference of the signal: it weighs the very top of the spectrum most,
where music has almost no power and a single wrong sample has as much as at any other frequency. A hole is a steep fall
by 40 dB and a steep return to about the old level. A click is one block that is far sharper than everything for 25 ms
around it, and whose sharpness lies in few samples: a wrong sample, or a cut in the waveform. A block that is sharp for
its whole millisecond is noise, for example the start of a drum hit; unless it is over within 4 ms and leaves nothing
behind: then it is a burst of broken samples.
"""

import numpy as np
from numpy.typing import NDArray

DIFFERENCE_REACH = 2
"""Samples on each side that a fourth difference needs."""

NEAR_SAMPLES = 6
"""Samples on each side of the largest difference that belong to it, also beyond the border of the block."""

LEVEL_BLOCKS = 25
"""Blocks over which the level before and after an event is taken."""

HOLE_FLOOR = 1e-5
"""Least mean square of the music around a hole: −50 dBFS; no holes are looked for in quieter music."""

HOLE_DEPTH = 1e-4
"""Power ratio of −40 dB: a hole lies this far below the level before it."""

STEEP = 1.0 / 32.0
"""Power ratio of −15 dB: the last block before a hole, the first after it, and the music after it lie within this of
the level around."""

DIGITAL_DECAY = 1.0 / 320.0
"""Power ratio of −25 dB: the music after a hole of nothing but zeros may have decayed this far."""

MIN_HOLE_BLOCKS, MAX_HOLE_BLOCKS = 2, 150
"""Shortest hole in blocks, and the length from which a hole is a rest."""

CLICK_REACH = 25
"""Blocks to each side that a click must stand out from; edges of a 20 Hz square wave are that close."""

LONE_RATIO = 5.0
"""Least ratio of the sharpness of a lone wrong sample to that of the blocks around it (7 dB)."""

LONE_SHARE = 0.47
"""Least share of a lone sample's largest squared difference in the sharpness of its block: a lone sample has 36/70, a
step such as the edge of a square wave or a synthesiser that starts at full level 9/20."""

STEP_SHARE = 0.45
"""Share of an ideal step. An event is taken for one where the wave goes on further away than the sample stands out."""

CLICK_RATIO = 30.0
"""The same ratio for any other click (15 dB)."""

CLICK_SHARE = 0.3
"""The same share for any other click: a step, or a lone sample that an encoder has blurred (0.35 to 0.54 after
192 kbit/s)."""

CLICK_SHARPNESS = 70.0 * 0.016**2
"""Least sharpness of a click: the sum of squared fourth differences of a single wrong sample of −36 dBFS."""

BURST_REACH = 4
"""Blocks on each side of the sharpest one that a burst may fill: 128 samples at 44.1 kHz are 3 ms."""

BURST_RATIO = 60.0
"""Least ratio of the sharpness of a burst to that of the blocks before and after it (18 dB): a drum hit, however short,
takes longer to decay that far."""

BURST_SHARPNESS = 70.0 * 0.5**2
"""Least sharpness of a burst: the sum of squared fourth differences of a single wrong sample of −6 dBFS. A closed
hi-hat of 3 ms over a loud bass has a quarter of that."""

ATTACK_RATIO = 4.0
"""Rise of power across an event above which (6 dB) it is an attack, unless it is a lone sample."""

UNSURE, WRONG, CUT_NOTE = 0, 1, 2
"""What a click is: it may be a sound, it is wrong samples for sure, or a note is cut off there."""

CUT_RATIO, CUT_TREBLE_RATIO = 4.0, 10.0
"""Fall of power across an event from which a note is cut off there (6 dB): a synthesiser that stops without a release
leaves a step. Of a lone sample this is only believed where the sharpness falls by 10 dB as well."""

ATTACK_BLOCKS = 20
"""Blocks before and after an event whose power is compared for that."""

CONTEXT_BLOCKS = MAX_HOLE_BLOCKS + LEVEL_BLOCKS + 2
"""Blocks on each side that an event may reach over."""


def block_levels(
    samples: NDArray[np.float32],
    margin: int,
    step: int,
    power: NDArray[np.float64],
    sharpness: NDArray[np.float64],
    share: NDArray[np.float64],
) -> None:
    """Mean square and summed squared fourth difference of each `step` samples.

    Args:
        samples: shape (channels, margin + blocks * step + margin).
        margin: samples of context on each side, at least `DIFFERENCE_REACH + NEAR_SAMPLES`.
        step: samples in a block.
        power: shape (channels, blocks), filled in place.
        sharpness: shape (channels, blocks), filled in place.
        share: shape (channels, blocks): the largest squared difference over the sum of all, and of those that belong to
            it if it lies at the border; filled in place where a block may be a click, else 0.
    """
    for channel in range(samples.shape[0]):
        for block in range(power.shape[1]):
            # a separate view that is read from 0 on: only such a loop is vectorised
            start = margin - DIFFERENCE_REACH + block * step
            x = samples[channel, start : start + step + 2 * DIFFERENCE_REACH]
            level, sharp = np.float32(0.0), np.float32(0.0)
            for n in range(step):
                difference = (x[n] + x[n + 4]) - np.float32(4.0) * (x[n + 1] + x[n + 3]) + np.float32(6.0) * x[n + 2]
                level += x[n + 2] * x[n + 2]
                sharp += difference * difference
            power[channel, block] = np.float64(level) / step
            sharpness[channel, block] = sharp
            share[channel, block] = 0.0
            # few blocks are so much sharper than the one two before: only these are examined further
            if sharp >= CLICK_SHARPNESS and (block < 2 or sharp >= LONE_RATIO * sharpness[channel, block - 2]):
                largest, place = np.float32(0.0), 0
                for n in range(step):
                    difference = (
                        (x[n] + x[n + 4]) - np.float32(4.0) * (x[n + 1] + x[n + 3]) + np.float32(6.0) * x[n + 2]
                    )
                    if difference * difference > largest:
                        largest, place = difference * difference, start + n
                near = np.float32(0.0)
                for n in range(place - NEAR_SAMPLES, place + NEAR_SAMPLES + 1):
                    y = samples[channel, n : n + 5]
                    difference = (y[0] + y[4]) - np.float32(4.0) * (y[1] + y[3]) + np.float32(6.0) * y[2]
                    near += difference * difference
                share[channel, block] = largest / max(near, sharp)
                at = place + DIFFERENCE_REACH
                left = (samples[channel, at - 4] + samples[channel, at - 3] + samples[channel, at - 2]) / 3.0
                right = (samples[channel, at + 2] + samples[channel, at + 3] + samples[channel, at + 4]) / 3.0
                if abs(right - left) > abs(samples[channel, at] - 0.5 * (left + right)):
                    share[channel, block] = min(share[channel, block], STEP_SHARE)


def holes(power: NDArray[np.float64], first: int, last: int, rows: NDArray[np.int64]) -> int:
    """Find the holes of a channel that begin in blocks `first` to `last` (exclusive).

    Args:
        power: shape (blocks,), with `CONTEXT_BLOCKS` before `first` and from `last` on.
        first: first block.
        last: block after the last one.
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
        end, inside = block + 1, 0.0
        while end < block + MAX_HOLE_BLOCKS and power[end] <= floor:
            inside += power[end]
            end += 1
        after = 0.0
        for n in range(end + 1, end + 1 + LEVEL_BLOCKS):
            after += power[n] / LEVEL_BLOCKS
        # the first block of a hole may still contain the end of the music, so it does not count here
        is_digital = inside == 0.0 and end > block + 1
        returns = after >= (DIGITAL_DECAY if is_digital else STEEP) * before and after >= STEEP * HOLE_FLOOR
        # an attack may follow soon after the hole, so the music need not return to the level after it at once
        steep = max(power[end], power[end + 1]) >= STEEP * min(before, after)
        if MIN_HOLE_BLOCKS <= end - block < MAX_HOLE_BLOCKS and returns and steep:
            rows[found, 0], rows[found, 1] = block, end - block
            found += 1
    return found


def clicks(  # noqa: C901 - one loop nest: compiled kernels share no helpers
    power: NDArray[np.float64],
    sharpness: NDArray[np.float64],
    share: NDArray[np.float64],
    first: int,
    last: int,
    rows: NDArray[np.int64],
) -> int:
    """Find the clicks of a channel in blocks `first` to `last` (exclusive).

    Args:
        power: shape (blocks,), with `CONTEXT_BLOCKS` before `first` and from `last` on.
        sharpness: like `power`.
        share: like `power`.
        first: first block.
        last: block after the last one.
        rows: shape (at least last − first, 2): the block of each click, and `UNSURE`, `WRONG` (a lone sample, a burst)
            or `CUT_NOTE`; filled in place.

    Returns:
        Number of rows filled.
    """
    found = 0
    for block in range(first, last):
        sharp = sharpness[block]
        # of the blocks of a click on their border, the sharpest one counts
        if sharp <= sharpness[block - 1] or sharp < sharpness[block + 1]:
            continue
        is_click = share[block] >= CLICK_SHARE
        if not is_click and sharp < BURST_SHARPNESS:
            continue
        near, around = 0.0, 0.0
        for n in range(2, BURST_REACH + 1):
            near = max(near, sharpness[block - n], sharpness[block + n])
        for n in range(BURST_REACH + 1, CLICK_REACH + 1):
            around = max(around, sharpness[block - n], sharpness[block + n])
        is_lone = share[block] >= LONE_SHARE
        is_burst = sharp >= BURST_SHARPNESS and near <= sharp and sharp >= BURST_RATIO * around
        is_click = is_click and sharp >= (LONE_RATIO if is_lone else CLICK_RATIO) * max(near, around)
        if not is_click and not is_burst:
            continue
        # around a burst no attack begins: what follows is as dull as what was before
        before, after = 0.0, 0.0
        for n in range(2, 2 + ATTACK_BLOCKS):
            before += power[block - n]
            after += power[block + n]
        is_cut = before >= CUT_RATIO * after
        if is_cut and not is_burst and is_lone:
            # a note that is cut off takes its treble along; a wrong sample leaves the treble as it was
            treble_before, treble_after = 0.0, 0.0
            for n in range(2, 2 + ATTACK_BLOCKS):
                treble_before += sharpness[block - n]
                treble_after += sharpness[block + n]
            is_cut = treble_before >= CUT_TREBLE_RATIO * treble_after
        if is_burst or is_lone or after <= ATTACK_RATIO * before:
            wrong = is_burst or (is_lone and not is_cut)
            rows[found, 0], rows[found, 1] = block, WRONG if wrong else CUT_NOTE if is_cut else UNSURE
            found += 1
    return found
