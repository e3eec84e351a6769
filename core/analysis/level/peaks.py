"""Peaks: how high they reach, and whether they are clipped.

Goal: sample peak and true peak per channel, and runs of clipped samples.

Conventions: dBFS and dBTP against full scale = 1; a true peak is never below the sample peak. A clipped run is three
or more equal samples at the channel's highest or lowest value, also below full scale (clipped, then turned down); in
decoded lossy audio, where flat tops do not survive, also three or more samples in a row beyond 0 dBFS.

Sources: ITU-R BS.1770-5 Annex 2; the run of three is the convention of clip detectors.
"""

from typing import NamedTuple

import numpy as np

from core.analysis.decibels import level_db, stated
from core.analysis.frames import BEYOND_FULL_SCALE, FLAT_HIGH, FLAT_LOW, Frames, ProgrammeTables
from core.analysis.measurements import ClippedRun, Peaks
from core.audio.source import SourceInfo

STATED_RUNS = 100
"""Clipped runs listed, the longest ones; the count includes all."""

CEILING_RATIO = 10.0 ** (-1.0 / 20.0)
"""Amplitude ratio of −1 dB: a plateau further below the channel's peak is the shape of a waveform, not clipping."""


def measure_peaks(frames: Frames, source: SourceInfo) -> Peaks:
    """Measure peaks and clipped runs of a file.

    Args:
        frames: time tables of the file.
        source: facts about the file; a lossy codec changes what counts as clipping.

    Returns:
        Peaks in dBTP and dBFS, and the longest clipped runs in time order.
    """
    tables = frames.programme
    highest = np.abs(tables.extremes).max(axis=1)
    channel = int(np.argmax(tables.true_peak))
    true_peaks = tuple(level_db(float(peak) ** 2) for peak in tables.true_peak)
    counted = _counted_kinds(tables, source)
    listed = [row for row in tables.runs if _Kind(int(row[0]), int(row[1])) in counted]
    longest = sorted(listed, key=lambda row: (-int(row[3]), int(row[2])))[:STATED_RUNS]
    return Peaks(
        true_peak_dbtp=max(true_peaks),
        true_peak_per_channel_dbtp=true_peaks,
        sample_peak_dbfs=level_db(float(highest.max()) ** 2),
        clipped_runs=tuple(
            ClippedRun(stated(int(start) / frames.sample_rate_hz), int(length), int(channel))
            for channel, _, start, length in sorted(longest, key=lambda row: (int(row[2]), int(row[0])))
        ),
        clipped_run_count=sum(int(tables.run_counts[channel, kind]) for channel, kind in counted),
        true_peak_at_s=stated(float(tables.true_peak_at_samples[channel]) / frames.sample_rate_hz),
        sample_peak_per_channel_dbfs=tuple(level_db(float(peak) ** 2) for peak in highest),
    )


class _Kind(NamedTuple):
    """A kind of run (`core.analysis.kernels.clipped_runs`) in a channel."""

    channel: int
    kind: int


def _counted_kinds(tables: ProgrammeTables, source: SourceInfo) -> set[_Kind]:
    """Kinds of runs that count as clipping in this file."""
    counted: set[_Kind] = set()
    for channel, (highest, lowest) in enumerate(np.abs(tables.extremes)):
        peak = max(highest, lowest)
        if source.lossy:
            counted.add(_Kind(channel, BEYOND_FULL_SCALE))
        # in a lossy file with samples beyond full scale the rule above counts every run there, flat or not
        if not (source.lossy and peak >= 1.0):
            counted |= {
                _Kind(channel, kind)
                for kind, level in ((FLAT_HIGH, highest), (FLAT_LOW, lowest))
                if level >= CEILING_RATIO * peak
            }
    return counted
