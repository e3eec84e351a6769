"""True peak per time step: a coarse interpolation finds where it may be, a fine one measures it there.

Source: ITU-R BS.1770-5 Annex 2 (oversampling peak meter); the two passes are ours. A 12-tap interpolator alone, as
the Annex prints it, errs by up to 0.7 dB near the top of the band; the fine one has 96 taps and 16 phases.
"""

import numpy as np
from numpy.typing import NDArray

BLOCK = 64
"""Samples looked at together in the coarse pass."""

CANDIDATE = 0.92
"""A block whose coarse peak reaches this share of the step's best so far (-0.7 dB) is measured finely."""

BOUND = 2.2
"""No coarse phase can exceed the sample peak around it by more: above the largest absolute sum of its taps."""


MARGIN = 2
"""Samples of context beyond half the fine filter: the fine pass looks one interval to each side."""


def true_peaks(  # noqa: C901, PLR0912 - one loop nest: compiled kernels share no helpers, take no keywords
    samples: NDArray[np.float32],
    coarse: NDArray[np.float32],
    fine: NDArray[np.float32],
    step: int,
    peaks: NDArray[np.float64],
    positions: NDArray[np.float64],
) -> NDArray[np.float64]:
    """True peak of each `step` samples, and the highest of the file so far.

    Args:
        samples: shape (channels, margin + steps * step + margin) with margin = half the fine filter
            and two samples.
        coarse: shape (phases, taps): interpolators between two samples (phase 0, the sample itself, left out).
        fine: shape (phases, taps): the same, longer and finer; phase 0 is the sample itself.
        step: samples per value.
        peaks: shape (channels,): highest true peak so far as absolute value, changed in place.
        positions: shape (channels,): where it is, in samples from this chunk's start, set where `peaks` is.

    Returns:
        Shape (channels, steps), absolute values, never below the sample peak.
    """
    channels, width = samples.shape
    margin = fine.shape[1] // 2 + MARGIN
    steps = (width - 2 * margin) // step
    out = np.zeros((channels, steps), np.float64)
    lead = coarse.shape[1] // 2 - 1
    fine_lead = fine.shape[1] // 2 - 1
    sums = np.empty(BLOCK, np.float32)
    for channel in range(channels):
        x = samples[channel]
        for i in range(steps):
            best, at = 0.0, 0.0
            first, last = margin + i * step, margin + (i + 1) * step
            for n in range(first, last):
                if abs(x[n]) > best:
                    best, at = float(abs(x[n])), float(n)
            for start in range(first, last, BLOCK):
                size = min(BLOCK, last - start)
                around = np.float32(0.0)
                for n in range(start - lead, start + size + lead + 1):
                    around = max(around, abs(x[n]))
                if around * BOUND <= best:
                    continue
                highest, candidate = np.float32(0.0), start
                for phase in range(coarse.shape[0]):
                    sums[:] = 0.0
                    for t in range(coarse.shape[1]):
                        tap = coarse[phase, t]
                        shifted = x[start - lead + t : start - lead + t + size]
                        for n in range(size):
                            sums[n] += tap * shifted[n]
                    for n in range(size):
                        if abs(sums[n]) > highest:
                            highest, candidate = abs(sums[n]), start + n
                if highest <= CANDIDATE * best:
                    continue
                # the coarse maximum may sit on either side of a sample
                for n in range(max(candidate - 1, first), candidate + 2):
                    window = x[n - fine_lead : n - fine_lead + fine.shape[1]]
                    for p in range(1, fine.shape[0]):
                        total = np.float32(0.0)
                        for t in range(fine.shape[1]):
                            total += fine[p, t] * window[t]
                        if abs(total) > best:
                            best, at = float(abs(total)), n + p / fine.shape[0]
            out[channel, i] = best
            if best > peaks[channel]:
                peaks[channel], positions[channel] = best, at - margin
    return out
