"""Peaks: how high they reach, and whether they are clipped.

Goal: sample peak and true peak per channel, and runs of clipped samples.

Conventions: dBFS and dBTP against full scale = 1; a true peak is never below the sample peak. A clipped run is a flat
top of three or more samples at a level where most flat tops of its side are (`core.analysis.scanning.runs`), whatever
the file format, also below full scale (clipped, then turned down). Three or more samples in a row beyond full scale in
a decoded lossy file are decoder overs: the decoder makes them from peaks near full scale, and they are not clipped.
What was clipped before a lossy encoder is told by the shape of its half-waves (`core.analysis.scanning.blurred_tops`),
in stereo and mono files.

Sources: ITU-R BS.1770-5 Annex 2; the run of three is the convention of clip detectors.
"""

from typing import NamedTuple

import numpy as np

from core.analysis.decibels import level_db, stated
from core.analysis.frames import BEYOND_FULL_SCALE, FLAT_HIGH, FLAT_LOW, Frames, ProgrammeTables
from core.analysis.measurements import ClippedRun, Peaks
from core.analysis.stored_levels import to_power
from core.audio.source import SourceInfo

STATED_RUNS = 100
"""Clipped runs listed, the longest ones; the count includes all."""

FLAT_KINDS = (FLAT_HIGH, FLAT_LOW)
"""Kinds of runs that are clipped samples."""

LEFT_OUT_SHARE, LEFT_OUT_SLOTS = 0.01, 2
"""Loudest steps of 100 ms that are left out of the usual peak: this share, and as many as one sample can touch."""


def measure_peaks(frames: Frames, source: SourceInfo) -> Peaks:
    """Measure peaks and clipped runs of a file.

    Args:
        frames: time tables of the file.
        source: facts about the file; samples beyond full scale in a lossy one are decoder overs.

    Returns:
        Peaks in dBTP and dBFS, and the longest clipped runs in time order.
    """
    tables = frames.programme
    highest = np.abs(tables.extremes).max(axis=1)
    channel = int(np.argmax(tables.true_peak))
    true_peaks = tuple(level_db(float(peak) ** 2) for peak in tables.true_peak)
    listed = _flat_runs(frames, source)
    longest = sorted(listed.runs, key=lambda run: (-run.length, run.start))[:STATED_RUNS]
    return Peaks(
        true_peak_dbtp=max(true_peaks),
        true_peak_per_channel_dbtp=true_peaks,
        sample_peak_dbfs=level_db(float(highest.max()) ** 2),
        clipped_runs=tuple(
            ClippedRun(stated(run.start / frames.sample_rate_hz), run.length, run.channel)
            for run in sorted(longest, key=lambda run: (run.start, run.channel))
        ),
        clipped_run_count=listed.number,
        true_peak_at_s=stated(float(tables.true_peak_at_samples[channel]) / frames.sample_rate_hz),
        sample_peak_per_channel_dbfs=tuple(level_db(float(peak) ** 2) for peak in highest),
        decoder_over_count=int(tables.run_counts[:, BEYOND_FULL_SCALE].sum()) if source.lossy else None,
        usual_peak_dbtp=_usual_peak(tables),
    )


class _Run(NamedTuple):
    """A flat top: channel, start and length in samples."""

    channel: int
    start: int
    length: int


class _FlatRuns(NamedTuple):
    """How many flat tops there are, and those that are listed."""

    number: int
    runs: list[_Run]


def _flat_runs(frames: Frames, source: SourceInfo) -> _FlatRuns:
    """The clipped runs of a file; of a lossy one the blurred ones, where they are more."""
    tables = frames.programme
    count = int(tables.run_counts[:, FLAT_KINDS].sum())
    runs = [_Run(int(row[0]), int(row[2]), int(row[3])) for row in tables.runs if row[1] in FLAT_KINDS]
    blurred = frames.blurred_tops
    if blurred is None or not source.lossy or frames.surround is not None:
        return _FlatRuns(count, runs)
    blurred_count = sum({int(row[0]): int(row[3]) for row in blurred}.values())
    if blurred_count <= count:
        return _FlatRuns(count, runs)
    return _FlatRuns(blurred_count, [_Run(*map(int, row[:3])) for row in blurred])


def _usual_peak(tables: ProgrammeTables) -> float | None:
    """True peak of the file without its loudest steps; None for a file of a few steps."""
    peaks = np.sort(to_power(tables.true_peak_power).max(axis=0))
    left = peaks.size - LEFT_OUT_SLOTS - int(LEFT_OUT_SHARE * peaks.size)
    return level_db(float(peaks[left - 1])) if left > 0 else None
