"""Passages to encode, and what a check of them gives: values without the libraries that make them.

Encoding costs many times what measuring does, so the loudest passages stand for the whole: `ENCODED_S` of them, the
one around the highest true peak first.
"""

from dataclasses import dataclass

import numpy as np

from core.analysis.measurements import Analysis

PASSAGE_S = 4.0
"""Longer than the 3 s of short-term loudness by which passages are ranked."""

PASSAGES = 4
ENCODED_S = PASSAGE_S * PASSAGES
"""16 s through three encoders take 1.2 s of a core; a whole song of four minutes would take 16 s."""


@dataclass(frozen=True, slots=True)
class EncodedPeak:
    """How high the passages reach after one encoder, and which encoder it was. `encoded_s`: how much was encoded."""

    codec: str
    encoder: str
    true_peak_dbtp: float
    sample_peak_dbfs: float
    encoded_s: float


def loudest_passages(analysis: Analysis) -> tuple[tuple[float, float], ...]:
    """Where to encode: (start, end) in seconds, in time order, none touching another."""
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
