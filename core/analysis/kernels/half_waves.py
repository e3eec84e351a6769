"""Half-waves of a channel whose top is flat, by their height: what clipping leaves after a lossy encoder.

An encoder rounds the corners of a flat top and adds noise to it, so that no two samples of it are equal any more. Its
shape stays: most of the samples that come within 3 dB of the peak also come within 0.45 dB of it. In a rounded top it
is two fifths of them (a parabola has √(0.05 / 0.3) = 0.41), and in music with treble less. A square wave is flat from
one crossing of zero to the next; a clipped wave needs time to rise.
"""

import math

import numpy as np
from numpy.typing import NDArray

from core.analysis.kernels.clipped_runs import RUN_BLOCK_SAMPLES

HEIGHT_STEP_DB = 0.1
HIGHEST_DBFS = 6.0
HEIGHT_BINS = 240
"""Bins of height: from +6 dBFS, which decoded peaks seldom reach, down to −18 dBFS."""

TALL_SHARE = 0.6
"""Least height of a half-wave relative to the highest sample so far (−4.4 dB)."""

TOP_SHARE, SHOULDER_SHARE = 0.95, 0.7
FLAT_SHARE = 0.65
"""Samples within this share of the peak are the top, those within the second its shoulder; least ratio of the two
numbers in a flat half-wave."""

LEAST_SHOULDER = 8
"""Fewest samples of the shoulder: fewer are too coarse for the ratio."""

MOST_OF_HALF_WAVE = 0.85
"""Largest share of the half-wave that is its top: a sine clipped by 12 dB has 0.84."""

COUNT, FLAT = 0, 1
"""Columns of the table of heights."""


def half_waves(  # noqa: C901, PLR0912 - one loop nest: compiled kernels share no helpers
    samples: NDArray[np.float32],
    offset: int,
    highest: float,
    heights: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> int:
    """Count the half-waves within the next samples of a channel, and find the flat ones.

    Args:
        samples: shape (n,); half-waves that reach over its ends are left out.
        offset: index of the first of them in the file.
        highest: highest sample so far, as absolute value.
        heights: shape (HEIGHT_BINS, 2): all half-waves and flat ones per height, added to in place.
        rows: shape (at least n // LEAST_SHOULDER + 1, 3): start and length of each flat top, and its bin; filled in
            place.

    Returns:
        Number of rows filled.
    """
    found, done, count = 0, 0, samples.shape[0]
    floor = np.float32(TALL_SHARE * highest)
    if floor <= np.float32(0.0):
        return 0
    for first in range(0, count, RUN_BLOCK_SAMPLES):
        last = min(first + RUN_BLOCK_SAMPLES, count)
        if last <= done:
            continue
        block = samples[first:last]
        top = np.float32(0.0)
        for n in range(block.shape[0]):
            top = max(top, abs(block[n]))
        if top < floor:
            continue
        n = max(first, done)
        while n < last:
            if abs(samples[n]) < floor:
                n += 1
                continue
            sign = np.float32(1.0) if samples[n] > 0 else np.float32(-1.0)
            start, end = n, n + 1
            while start > done and samples[start - 1] * sign > 0:
                start -= 1
            while end < count and samples[end] * sign > 0:
                end += 1
            done, n = end, end
            if start == 0 or end == count:
                continue
            peak = np.float32(0.0)
            for k in range(start, end):
                peak = max(peak, samples[k] * sign)
            tops, shoulder, at = 0, 0, -1
            for k in range(start, end):
                value = samples[k] * sign
                if value >= np.float32(SHOULDER_SHARE) * peak:
                    shoulder += 1
                    if value >= np.float32(TOP_SHARE) * peak:
                        tops += 1
                        if at < 0:
                            at = k
            height = int((HIGHEST_DBFS - 20.0 * math.log10(peak)) / HEIGHT_STEP_DB)
            if shoulder < LEAST_SHOULDER or height < 0 or height >= HEIGHT_BINS:
                continue
            heights[height, COUNT] += 1
            if tops >= FLAT_SHARE * shoulder and tops <= MOST_OF_HALF_WAVE * (end - start):
                heights[height, FLAT] += 1
                rows[found, 0], rows[found, 1], rows[found, 2] = offset + at, tops, height
                found += 1
    return found
