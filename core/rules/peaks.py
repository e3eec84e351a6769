"""Peak rules: clipping, true peaks, headroom, and peaks after the encoders of stores."""

import math

from core.analysis.quantities import quantity
from core.rules import spans
from core.rules.reading import FLOAT_CAVEAT, LOSSY_CAVEAT, JudgedTrack, Reading, Severity, Span
from core.text.numbers import counted, level_db, measurement, times
from core.values.chain import EMPTY, Chain, Limiter

LONG_RUN_SAMPLES = 6
VERY_LONG_RUN_SAMPLES = 20
"""Lengths from which a single run is heard as clipping (rule: a run of 6 warns, of 20 is severe)."""

UNCLIP_DB = -3.0
"""Trim suggested for a clipped bus: the least that is usual (practice: 3–6 dB)."""

CEILING_DBTP = -1.0
"""True-peak ceiling of nearly all services and of AES TD1008."""

TRIM_STEP_DB = 0.5
"""Step of trims: they are rounded up, so that the headroom asked for is reached."""

HEADROOM_DBFS = -1.0
"""Highest sample peak of a mix with headroom."""


def clip_samples(subject: JudgedTrack) -> Reading:
    """Clipped runs per minute; a single long run is a warning, or severe, by itself."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    longest = max((run.length_samples for run in peaks.clipped_runs), default=0)
    floor = None
    if longest >= LONG_RUN_SAMPLES:
        floor = Severity.SEVERE if longest >= VERY_LONG_RUN_SAMPLES else Severity.WARN
    count = peaks.clipped_run_count
    return Reading(
        count * 60.0 / source.duration_s,
        facts={
            "count": str(count),
            "times": times(count),
            "places": counted(count, "place"),
            "runs": counted(count, "run"),
            "longest": str(longest),
            "trim": level_db(abs(UNCLIP_DB)),
        },
        spans=spans.from_events((run.start_s for run in peaks.clipped_runs), source.duration_s),
        floor=None if source.lossy else floor,
        ceiling=Severity.INFO if source.lossy else None,
        caveat=LOSSY_CAVEAT if source.lossy else None,
        chain=EMPTY if subject.is_master else Chain(trim_db=UNCLIP_DB),
    )


def true_peak(subject: JudgedTrack) -> Reading:
    """The highest true peak of the channels, dBTP, with its time."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    at = peaks.true_peak_at_s
    over = peaks.true_peak_dbtp - CEILING_DBTP
    trim = _trim(over)
    ceiling, caveat = None, None
    if source.lossy:
        ceiling, caveat = Severity.WARN if subject.is_master else Severity.INFO, LOSSY_CAVEAT
    elif source.is_float and not subject.is_master:
        ceiling, caveat = Severity.INFO, FLOAT_CAVEAT
    return Reading(
        peaks.true_peak_dbtp,
        facts={
            "over": level_db(over),
            "ceiling": quantity("true_peak_dbtp").write(CEILING_DBTP),
            "trim": level_db(trim),
        },
        spans=(Span(at, at),) if at is not None else (),
        ceiling=ceiling,
        caveat=caveat,
        chain=Chain(limiter=Limiter(CEILING_DBTP)) if subject.is_master else Chain(trim_db=-trim),
    )


def _trim(over_db: float) -> float:
    return max(TRIM_STEP_DB, math.ceil(over_db / TRIM_STEP_DB) * TRIM_STEP_DB)


def mix_headroom(subject: JudgedTrack) -> Reading | None:
    """Sample peak of a mix in integers, dBFS; at most a note where there are no clipped runs."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    if source.is_float:
        return None
    has_clips = peaks.clipped_run_count > 0 and not source.lossy
    trim = _trim(peaks.sample_peak_dbfs - HEADROOM_DBFS + 1.0)
    return Reading(
        peaks.sample_peak_dbfs,
        facts={"runs": counted(peaks.clipped_run_count, "run"), "trim": level_db(trim)},
        ceiling=None if has_clips else Severity.INFO,
        caveat=LOSSY_CAVEAT if source.lossy else None,
        chain=Chain(trim_db=-trim),
    )


STEP_DB = 0.5
"""Step in which ceilings are set."""


def codec_overshoot(subject: JudgedTrack) -> Reading | None:
    """The highest true peak after any of the encoders, dBTP; None where nothing was encoded."""
    if not subject.encoded:
        return None
    worst = max(subject.encoded, key=lambda peak: peak.true_peak_dbtp)
    lower = max(STEP_DB, worst.true_peak_dbtp)
    ceiling = math.floor((subject.analysis.peaks.true_peak_dbtp - lower) / STEP_DB) * STEP_DB
    ceiling = min(CEILING_DBTP, ceiling)
    is_lossy, entry = subject.analysis.source.lossy, quantity("true_peak_dbtp")
    return Reading(
        worst.true_peak_dbtp,
        facts={
            "codec": worst.codec,
            "codecs": ", ".join(f"{p.codec} {entry.write(p.true_peak_dbtp)}" for p in subject.encoded),
            "encoders": ", ".join(peak.encoder for peak in subject.encoded),
            "before": entry.written(subject.analysis),
            "length": measurement(worst.encoded_s, "s"),
            "ceiling": entry.write(ceiling),
        },
        ceiling=Severity.INFO if is_lossy else None,
        caveat=LOSSY_CAVEAT if is_lossy else None,
        chain=Chain(limiter=Limiter(ceiling)),
    )
