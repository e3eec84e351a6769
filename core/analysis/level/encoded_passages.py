"""Passages to encode, and the result of encoding them: plain values that need no encoder library.

Encoding takes many times longer than measuring, so only the loudest passages are encoded: `ENCODED_S` seconds in all,
among them the passage around the highest true peak.
"""

from dataclasses import dataclass

import numpy as np

from core.analysis.measurements import Analysis

PASSAGE_S = 4.0
"""Seconds per passage: longer than the 3 s of short-term loudness by which passages are ranked."""

PASSAGES = 4
ENCODED_S = PASSAGE_S * PASSAGES
"""Passages, and seconds in all: 16 s through three encoders take 1.2 s of CPU time; a whole song of four minutes would
take 16 s."""


@dataclass(frozen=True, slots=True)
class EncodedPeak:
    """Peaks of the passages after one encoder.

    Attributes:
        codec: format and bit rate ("AAC 256 kbit/s").
        encoder: name of the encoder ("LAME").
        true_peak_dbtp: highest true peak of the decoded passages.
        sample_peak_dbfs: highest sample of the decoded passages.
        encoded_s: seconds that were encoded.
    """

    codec: str
    encoder: str
    true_peak_dbtp: float
    sample_peak_dbfs: float
    encoded_s: float


def loudest_passages(analysis: Analysis) -> tuple[tuple[float, float], ...]:
    """Choose the passages to encode.

    Args:
        analysis: what was measured on the file.

    Returns:
        (start, end) of each passage in seconds, in time order, without overlap; the whole file if it is not longer than
        `ENCODED_S`.
    """
    length = analysis.source.duration_s
    if length <= ENCODED_S:
        return ((0.0, length),)
    timeline = analysis.loudness.timeline
    loudest = np.argsort(-np.asarray(timeline.short_term_lufs), kind="stable") * timeline.hop_s
    peak_at = analysis.peaks.true_peak_at_s
    wanted = [peak_at - PASSAGE_S / 2.0] if peak_at is not None else []
    starts: list[float] = []
    for start in (*wanted, *(float(value) for value in loudest)):
        start_s = min(max(0.0, start), length - PASSAGE_S)
        if len(starts) < PASSAGES and all(abs(start_s - other) >= PASSAGE_S for other in starts):
            starts.append(start_s)
    return tuple((start, start + PASSAGE_S) for start in sorted(starts))
