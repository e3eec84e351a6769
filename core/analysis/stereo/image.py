"""Stereo: width, balance, and what is lost in mono.

Goal: correlation, width, mono fold-down loss and balance, over all and per band.

Conventions: mid = (L + R) / 2, side = (L − R) / 2. The fold-down loss is the level of mid against the mean power of
the channels: 0 dB for equal channels, −3.01 dB for uncorrelated ones, −120 dB where they cancel. Balance is the
K-weighted power of left over right in the loud passages: positive is left. Correlation is Pearson's, in the whole
file without the offset of the channels; the share of negative correlation counts 400 ms windows of the loud passages.
A value is None where it has no meaning: correlation with a silent channel, everything in a mono file.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import ratio_db, stated
from core.analysis.frames import LEFT, MID, RIGHT, SIDE, Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHUNK
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import (
    BAND_EDGES_HZ,
    LEVEL_FLOOR_DB,
    BandStereo,
    BandStereoTimeline,
    Stereo,
    StereoTimeline,
)
from core.analysis.stored_levels import to_power

WINDOW_SLOTS = 4
"""Slots in a correlation window: 400 ms, the integration time of a correlation meter and of momentary loudness."""

BAND_CHUNKS = 2
"""Chunks per value of the bands over time: two seconds."""

TIMELINE_DECIMALS = 2
"""Decimals of values over time."""

SILENT_POWER = 1e-12
"""Mean square below which a window or channel has no correlation: −120 dBFS."""


def measure_stereo(frames: Frames, curves: LoudnessCurves) -> Stereo:
    """Measure the stereo image of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        Correlation and levels in dB, whole, per band and over time; all None for mono.
    """
    if frames.channels == 1:
        return Stereo(correlation=None, side_to_mid_db=None, mono_fold_loss_db=None, balance_db=None, bands={})
    power = to_power(frames.power)
    over_file = frames.grid.slot_samples / frames.sample_count
    left, right = frames.mean
    offsets = np.array([left, right, (left + right) / 2.0, (left - right) / 2.0]) ** 2
    whole = band_stereo(np.maximum(power.sum(axis=1) * over_file - offsets, 0.0))
    return Stereo(
        correlation=whole.correlation,
        side_to_mid_db=whole.side_to_mid_db,
        mono_fold_loss_db=whole.mono_fold_loss_db,
        balance_db=_balance(frames, curves),
        bands={
            name: band_stereo(to_power(frames.band_power[:, row]).sum(axis=1) * over_file)
            for row, name in enumerate(BAND_EDGES_HZ)
        },
        negative_correlation_share=_negative_share(power, curves),
        timeline=_timeline(frames, power),
    )


def band_stereo(lrms: NDArray[np.float64]) -> BandStereo:
    """Stereo values of one band.

    Args:
        lrms: mean squares of left, right, mid and side, shape (4,).

    Returns:
        Correlation and levels in dB; all None where both channels are silent (below −120 dBFS).
    """
    left, right, mid, side = (float(value) for value in lrms)
    if left + right < SILENT_POWER:
        return BandStereo(None, None, None)
    return BandStereo(
        correlation=_correlation(left, right, mid, side),
        side_to_mid_db=ratio_db(side, mid),
        mono_fold_loss_db=min(0.0, ratio_db(mid, (left + right) / 2.0)),
        balance_db=ratio_db(left, right),
    )


def _correlation(left: float, right: float, mid: float, side: float) -> float | None:
    """Correlation coefficient: the mean of L × R is the power of mid minus that of side."""
    if min(left, right) < SILENT_POWER:
        return None
    return stated(min(1.0, max(-1.0, (mid - side) / math.sqrt(left * right))))


def _balance(frames: Frames, curves: LoudnessCurves) -> float:
    """K-weighted power of left over right in the gating blocks that count, dB."""
    loud = np.repeat(curves.loud_slots, HOPS_PER_SLOT)[: frames.k_power.shape[1]]
    left, right = (float(to_power(channel[loud]).sum()) for channel in frames.k_power)
    return ratio_db(left, right)


def _negative_share(power: NDArray[np.float64], curves: LoudnessCurves) -> float | None:
    """Share of the counting 400 ms blocks whose correlation is below zero."""
    windows = np.lib.stride_tricks.sliding_window_view(power, WINDOW_SLOTS, axis=1).mean(axis=2)
    blocks = windows[:, : curves.loud_blocks.size][:, curves.loud_blocks]
    both = np.minimum(blocks[LEFT], blocks[RIGHT]) >= SILENT_POWER
    if not np.any(both):
        return None
    return stated(float(np.mean((blocks[MID] < blocks[SIDE])[both])))


def _timeline(frames: Frames, power: NDArray[np.float64]) -> StereoTimeline:
    hop_s = frames.grid.slot_s * SLOTS_PER_CHUNK
    whole = _curves(_mean_of(power, SLOTS_PER_CHUNK))
    bands = {}
    for row, name in enumerate(BAND_EDGES_HZ):
        curves = _curves(_mean_of(to_power(frames.band_power[:, row]), BAND_CHUNKS * SLOTS_PER_CHUNK))
        bands[name] = BandStereoTimeline(curves.correlation, curves.mono_fold_loss_db, curves.balance_db)
    return replace(whole, hop_s=stated(hop_s), bands_hop_s=stated(BAND_CHUNKS * hop_s), bands=bands)


def _mean_of(power: NDArray[np.float64], slots: int) -> NDArray[np.float64]:
    """Mean of every `slots` slots; shape (LRMS, steps)."""
    starts = np.arange(0, power.shape[1], slots)
    means: NDArray[np.float64] = np.add.reduceat(power, starts, axis=1) / np.diff([*starts, power.shape[1]])
    return means


def _curves(lrms: NDArray[np.float64]) -> StereoTimeline:
    """Stereo values of each step."""
    left, right, mid, side = lrms
    sounds = left + right >= SILENT_POWER
    both = np.minimum(left, right) >= SILENT_POWER
    correlation = (mid - side) / np.sqrt(np.where(both, left * right, 1.0))
    return StereoTimeline(
        hop_s=0.0,
        correlation=_stated(np.clip(correlation, -1.0, 1.0), both),
        balance_db=_stated(_ratios_db(left, right), sounds),
        side_to_mid_db=_stated(_ratios_db(side, mid), sounds),
        mono_fold_loss_db=_stated(np.minimum(0.0, _ratios_db(mid, (left + right) / 2.0)), sounds),
    )


def _ratios_db(power: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each ratio in dB, from `LEVEL_FLOOR_DB` to its negative."""
    tiny = 10.0 ** (2.0 * LEVEL_FLOOR_DB / 10.0)
    ratio = 10.0 * np.log10(np.maximum(power, tiny) / np.maximum(reference, tiny))
    limited: NDArray[np.float64] = np.clip(ratio, LEVEL_FLOOR_DB, -LEVEL_FLOOR_DB)
    return limited


def _stated(values: NDArray[np.float64], measurable: NDArray[np.bool_]) -> tuple[float | None, ...]:
    rounded = np.round(values, TIMELINE_DECIMALS).tolist()
    return tuple(value if known else None for value, known in zip(rounded, measurable.tolist(), strict=True))
