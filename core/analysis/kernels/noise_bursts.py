"""Plateaus of sharpness: stretches of 20 to 420 ms that begin and end within a few milliseconds.

Sharpness (`core.analysis.kernels.dropouts_and_clicks`) weighs the very top of the spectrum most, where music has little
power and broadband noise has as much as elsewhere. A plateau is a stretch of cells of five blocks, each within 6 dB of
the mean of those before it, that stands 10 dB above the 50 ms before and after. An *even* plateau is what noise that is
switched on and off leaves: it stands 13 dB out, its cells scatter little, and it does not fall. A drum, a cymbal or an
attack falls from its first cell on. Plateaus that are not even are told as well: a sound that comes back is recognised
by them.
"""

import math

import numpy as np
from numpy.typing import NDArray

CELL_BLOCKS = 5
"""Blocks of a cell: 5 ms, in which the sharpness of white noise scatters by 0.7 dB."""

QUIET_CELLS = 10
"""Cells before and after a plateau above which it must stand: 50 ms."""

LEAST_CELLS, MOST_CELLS = 3, 84
"""Cells of a plateau: the whole ones within 20 ms of noise, and 420 ms."""

PLATEAU_RATIO = 10.0
EVEN_RATIO = 20.0
"""Least power ratio of a plateau to the cells around it (10 dB), and that of an even one (13 dB)."""

NEAR_RATIO = 4.0
"""Power ratio within which a cell belongs to the plateau (6 dB)."""

ONSET_RATIO = 4.0
"""Least rise of sharpness over two blocks at the beginning (6 dB)."""

MOST_SCATTER_DB, MOST_FALL_DB = 1.6, 2.0
"""Largest standard deviation of the cells of an even plateau, and largest difference of its halves, in dB."""

WHITE_SHARPNESS = 70.0
"""Sharpness of white noise per sample and mean square: the sum of the squared coefficients of a fourth difference."""

PLATEAU_FLOOR = 10.0**-5.0
EVEN_FLOOR = 10.0**-3.6
"""Least mean square of the white noise that is as sharp as a plateau (−50 dBFS), and of an even one (−36 dBFS: noise of
−30 dBFS that an encoder cut at 16 kHz)."""

REACH_BLOCKS = CELL_BLOCKS * (MOST_CELLS + 2 * QUIET_CELLS + 4)
"""Blocks on each side that a plateau may reach over."""

BURST_COLUMNS = 4


def plateaus(  # noqa: C901, PLR0912 - one loop nest: compiled kernels share no helpers
    sharpness: NDArray[np.float64], step: int, first: int, last: int, rows: NDArray[np.int64]
) -> int:
    """Find the plateaus of a channel that begin in blocks `first` to `last` (exclusive).

    Args:
        sharpness: shape (blocks,), with `REACH_BLOCKS` before `first` and from `last` on.
        step: samples in a block.
        first: first block.
        last: block after the last one.
        rows: shape (at least (last − first) // 15 + 1, 4): first block, length in blocks, level as that of white noise
            in hundredths of dBFS, and 1 for an even plateau; filled in place.

    Returns:
        Number of rows filled.
    """
    found, free = 0, first
    floor = PLATEAU_FLOOR * WHITE_SHARPNESS * step
    levels = np.zeros(MOST_CELLS)
    for block in range(first, last):
        sharp = sharpness[block]
        if block < free or sharp < ONSET_RATIO * sharpness[block - 2] or sharpness[block + 1] < floor / NEAR_RATIO:
            continue
        mean = 0.0
        for n in range(block + 1, block + 1 + CELL_BLOCKS):
            mean += sharpness[n] / CELL_BLOCKS
        if mean < floor or sharp < mean / NEAR_RATIO:
            continue
        before = 0.0
        for cell in range(QUIET_CELLS):
            around = 0.0
            for n in range(block - 1 - (cell + 1) * CELL_BLOCKS, block - 1 - cell * CELL_BLOCKS):
                around += sharpness[n] / CELL_BLOCKS
            before = max(before, around)
        if mean < PLATEAU_RATIO * before:
            continue
        total, cells, end = mean, 1, block + 1 + CELL_BLOCKS
        levels[0] = 10.0 * math.log10(mean)
        while cells < MOST_CELLS:
            mean = 0.0
            for n in range(end, end + CELL_BLOCKS):
                mean += sharpness[n] / CELL_BLOCKS
            if mean * NEAR_RATIO * cells < total or mean * cells > NEAR_RATIO * total:
                break
            levels[cells] = 10.0 * math.log10(mean)
            total += mean
            cells += 1
            end += CELL_BLOCKS
        after = 0.0
        for cell in range(1, 1 + QUIET_CELLS):
            around = 0.0
            for n in range(end + cell * CELL_BLOCKS, end + (cell + 1) * CELL_BLOCKS):
                around += sharpness[n] / CELL_BLOCKS
            after = max(after, around)
        mean = total / cells
        if cells < LEAST_CELLS or mean < PLATEAU_RATIO * max(before, after):
            continue
        # the last cell may be filled in part only
        whole = cells if cells == LEAST_CELLS else cells - 1
        middle, square, fall = 0.0, 0.0, 0.0
        for cell in range(whole):
            middle += levels[cell] / whole
        for cell in range(whole):
            square += (levels[cell] - middle) ** 2 / whole
            if cell < whole // 2:
                fall += levels[cell] / (whole // 2)
            if cell >= whole - whole // 2:
                fall -= levels[cell] / (whole // 2)
        even = mean >= EVEN_RATIO * max(before, after) and mean >= EVEN_FLOOR * WHITE_SHARPNESS * step
        even = even and square <= MOST_SCATTER_DB**2 and abs(fall) <= MOST_FALL_DB
        rows[found, 0], rows[found, 1] = block, end - block
        rows[found, 2], rows[found, 3] = round(1_000.0 * math.log10(mean / (WHITE_SHARPNESS * step))), int(even)
        found += 1
        free = end
    return found
