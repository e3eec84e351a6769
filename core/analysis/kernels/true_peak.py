"""True peak per time step: a coarse interpolation finds where the peak may be, a fine one measures it there.

Source: ITU-R BS.1770-5 Annex 2 (oversampling peak meter); the two passes are ours. A 12-tap interpolator alone, as
the Annex prints it, errs by up to 0.7 dB near the top of the band; the fine one has 96 taps and 16 phases. What a
grid finer than the samples may miss is bounded: a signal of half the sampling rate, sampled r times as densely, stays
below its highest sample over cos(π / 2r) (Ehlich and Zeller 1964).
"""

import numpy as np
from numpy.typing import NDArray

BLOCK_STEPS = 128
"""Samples per block of the coarse pass."""

CANDIDATE = 0.92
"""A block whose coarse peak reaches this share of the step's best so far (cos π/8, −0.7 dB) is measured finely."""

HALFWAY = 0.65
"""A block that stays below this share halfway between its samples (cos π/4, less the 12 taps' error) is skipped."""

BOUND = 2.2
"""Highest ratio of a coarse phase to the sample peak around it: above the largest absolute sum of its taps."""

MARGIN = 2
"""Samples of context beyond half the fine filter: the fine pass looks one interval to each side."""

MAGNITUDE = np.int32(0x7FFFFFFF)
"""Mask of all bits of a float but its sign: as integers they sort like magnitudes, and integers compare faster."""


def true_peaks(  # noqa: C901, PLR0912, PLR0915 - one loop nest: compiled kernels share no helpers
    samples: NDArray[np.float32],
    coarse: NDArray[np.float32],
    fine: NDArray[np.float32],
    margin: int,
    step: int,
    peaks: NDArray[np.float64],
    positions: NDArray[np.float64],
    sample_peaks: NDArray[np.float64],
) -> NDArray[np.float64]:
    """True peak of each `step` samples, and the highest of the file so far.

    Args:
        samples: shape (channels, margin + steps * step + margin).
        coarse: shape (phases, 12): interpolators between two samples (phase 0, the sample itself, left out); an odd
            number of phases, the middle one halfway.
        fine: shape (phases, taps): the same, longer and finer; phase 0 is the sample itself.
        margin: samples of context on each side, at least half the fine filter and `MARGIN`.
        step: samples per value.
        peaks: shape (channels,): highest true peak so far as absolute value, changed in place.
        positions: shape (channels,): where it is, in samples from this chunk's start, set where `peaks` is.
        sample_peaks: shape (channels, steps), filled in place: highest absolute sample.

    Returns:
        Shape (channels, steps), absolute values, never below the sample peak.
    """
    channels, width = samples.shape
    steps = (width - 2 * margin) // step
    out = np.zeros((channels, steps), np.float64)
    between, taps, finely = coarse.shape[0], coarse.shape[1], fine.shape[0]
    lead, fine_lead = taps // 2 - 1, fine.shape[1] // 2 - 1
    blocks = (step + BLOCK_STEPS - 1) // BLOCK_STEPS
    # highest sample of each block, of the context before the first and of that behind the last
    tops = np.zeros(blocks + 2, np.float32)
    top_bits = tops.view(np.int32)
    sums = np.zeros((between, BLOCK_STEPS), np.float32)
    sum_bits = sums.view(np.int32)
    found = np.zeros(1, np.float32)
    found_bits = found.view(np.int32)
    for channel in range(channels):
        x, bits = samples[channel], samples[channel].view(np.int32)
        for i in range(steps):
            first, last = margin + i * step, margin + (i + 1) * step
            best, at = 0.0, -1.0
            for block in range(blocks + 2):
                start = first + (block - 1) * BLOCK_STEPS
                low, high = max(start, first - lead), min(start + BLOCK_STEPS, last)
                if block > blocks:
                    low, high = last, last + taps - lead
                top = np.int32(0)
                part = bits[low:high]
                for n in range(part.shape[0]):
                    top = max(top, part[n] & MAGNITUDE)
                top_bits[block] = top
                if 0 < block <= blocks:
                    best = max(best, float(tops[block]))
            sample_peaks[channel, i] = best
            for block in range(blocks):
                around = max(tops[block], max(tops[block + 1], tops[block + 2]))  # noqa: PLW3301 - two at a time compile
                if around * BOUND <= best:
                    continue
                start = first + block * BLOCK_STEPS
                size = min(BLOCK_STEPS, last - start)
                w = x[start - lead : start - lead + size + taps]
                highest = tops[block + 1]
                for turn in range(between):
                    # halfway first, then the others
                    phase = (between // 2 + turn) % between
                    # the twelve taps as separate names: this makes the loop fast
                    c = coarse[phase]
                    c0, c1, c2, c3, c4, c5 = c[0], c[1], c[2], c[3], c[4], c[5]
                    c6, c7, c8, c9, c10, c11 = c[6], c[7], c[8], c[9], c[10], c[11]
                    total, total_bits = sums[phase], sum_bits[phase]
                    for n in range(size):
                        total[n] = (
                            (c0 * w[n] + c1 * w[n + 1] + c2 * w[n + 2] + c3 * w[n + 3])
                            + (c4 * w[n + 4] + c5 * w[n + 5] + c6 * w[n + 6] + c7 * w[n + 7])
                            + (c8 * w[n + 8] + c9 * w[n + 9] + c10 * w[n + 10] + c11 * w[n + 11])
                        )
                    top = np.int32(0)
                    for n in range(size):
                        top = max(top, total_bits[n] & MAGNITUDE)
                    found_bits[0] = top
                    highest = max(highest, found[0])
                    if turn == 0 and max(highest, around) <= HALFWAY * best:
                        break
                if highest <= CANDIDATE * best:
                    continue
                centre = 0
                for n in range(size):
                    if abs(w[lead + n]) >= highest:
                        centre = n * finely
                    for phase in range(between):
                        if abs(sums[phase, n]) >= highest:
                            centre = n * finely + (phase + 1) * finely // (between + 1)
                for place in range(start * finely + centre - finely, start * finely + centre + finely + 1):
                    n, phase = place // finely, place % finely
                    window = x[n - fine_lead : n - fine_lead + fine.shape[1]]
                    value = np.float32(0.0)
                    for t in range(fine.shape[1]):
                        value += fine[phase, t] * window[t]
                    if abs(value) > best:
                        best, at = float(abs(value)), place / finely
            out[channel, i] = best
            if best > peaks[channel]:
                for n in range(first, last):
                    if at < 0.0 and abs(x[n]) >= best:
                        at = float(n)
                peaks[channel], positions[channel] = best, at - margin
    return out
