"""Peak rules: clipping, true peaks, headroom, and peaks after the encoders of stores."""

import math

from core.analysis.quantities import quantity
from core.rules import spans
from core.rules.reading import JudgedTrack, Reading, Severity, Span
from core.text.language import worded
from core.text.numbers import measurement, times, written_level
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

PEAK_HEIGHT = "plr_db"
"""Name of the fact that keeps how far the peaks of a clipped file stand above its loudness, in dB."""

BETWEEN_SAMPLES_DB = 0.3
"""True peak above the sample peak from which the wave is said to be higher between the samples (own proposal)."""

STRAY_DB = 20.0
"""Peak above full scale that stands this far above the rest of a float file: a broken value, and no music (own
proposal: the loudest hit of a song stands less than 12 dB above its usual peaks)."""


def clip_samples(subject: JudgedTrack) -> Reading:
    """Clipped runs per minute; a single long run is a warning, or severe, by itself."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    longest = max((run.length_samples for run in peaks.clipped_runs), default=0)
    floor = None
    if longest >= LONG_RUN_SAMPLES:
        floor = Severity.SEVERE if longest >= VERY_LONG_RUN_SAMPLES else Severity.WARN
    count = peaks.clipped_run_count
    facts: dict[str, float | str] = {
        "count": str(count),
        "times": times(count),
        "places": worded("clip_samples.places", count=count),
        "runs": worded("clip_samples.runs", count=count),
        "longest": str(longest),
        "trim": written_level(abs(UNCLIP_DB)),
    }
    if subject.analysis.dynamics.plr_db is not None:
        # what the next version is compared with: flat tops that are gone without higher peaks were only smoothed over
        facts[PEAK_HEIGHT] = subject.analysis.dynamics.plr_db
    return Reading(
        count * 60.0 / source.duration_s,
        facts=facts,
        spans=spans.from_events((run.start_s for run in peaks.clipped_runs), source.duration_s),
        floor=floor,
        chain=EMPTY if subject.is_master else Chain(trim_db=UNCLIP_DB),
    )


def _has_stray_sample(subject: JudgedTrack) -> bool:
    """Whether the highest peak of a float file is no music."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    if not source.is_float or source.lossy or peaks.usual_peak_dbtp is None:
        return False
    return peaks.true_peak_dbtp > 0.0 and peaks.true_peak_dbtp - peaks.usual_peak_dbtp >= STRAY_DB


def stray_sample(subject: JudgedTrack) -> Reading | None:
    """Distance in dB of the highest peak from those of the rest; it counts above full scale in a float file."""
    peaks = subject.analysis.peaks
    if peaks.usual_peak_dbtp is None:
        return None
    at = peaks.true_peak_at_s
    return Reading(
        peaks.true_peak_dbtp - peaks.usual_peak_dbtp,
        counts=_has_stray_sample(subject),
        facts={"peak": quantity("true_peak_dbtp").write(peaks.true_peak_dbtp)},
        spans=(Span(at, at),) if at is not None else (),
    )


def true_peak(subject: JudgedTrack) -> Reading | None:
    """The highest true peak of the channels, dBTP, with its time; None where a decoder or a broken value made it."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    if source.lossy or _has_stray_sample(subject):
        return None
    at = peaks.true_peak_at_s
    over = peaks.true_peak_dbtp - CEILING_DBTP
    trim = _trim(over)
    is_float_mix = source.is_float and not subject.is_master
    return Reading(
        peaks.true_peak_dbtp,
        facts={
            "over": written_level(over),
            "ceiling": quantity("true_peak_dbtp").write(CEILING_DBTP),
            "trim": written_level(trim),
            "between": _between_samples(subject),
        },
        spans=(Span(at, at),) if at is not None else (),
        ceiling=Severity.INFO if is_float_mix else None,
        caveat=worded("caveats.float") if is_float_mix else None,
        chain=Chain(limiter=Limiter(CEILING_DBTP)) if subject.is_master else Chain(trim_db=-trim),
    )


def _between_samples(subject: JudgedTrack) -> str:
    """A clause that the wave is higher than the samples, with its comma, where it is; otherwise nothing."""
    peaks = subject.analysis.peaks
    higher = peaks.true_peak_dbtp - peaks.sample_peak_dbfs
    if higher < BETWEEN_SAMPLES_DB:
        return ""
    return worded("true_peak.between", size=written_level(higher))


MANY_OVERS_SHARE = 0.001
"""Overs per sample above which the decoder does not explain them (our proposal: decoded releases have up to 0.0003)."""


def decoder_peaks(subject: JudgedTrack) -> Reading:
    """The true peak, dBTP; it counts in a decoded lossy file: a note for the delivery, since the decoder made it."""
    peaks = subject.analysis.peaks
    source, count = subject.analysis.source, peaks.decoder_over_count or 0
    share = count / max(1.0, source.duration_s * source.sample_rate_hz * source.channels)
    return Reading(
        peaks.true_peak_dbtp,
        counts=source.lossy,
        facts={
            "overs": worded("decoder_peaks.overs", count=count) if count else "",
            "reason": worded("decoder_peaks.many" if share > MANY_OVERS_SHARE else "decoder_peaks.few"),
            "ceiling": quantity("true_peak_dbtp").write(CEILING_DBTP),
        },
    )


def _trim(over_db: float) -> float:
    return max(TRIM_STEP_DB, math.ceil(over_db / TRIM_STEP_DB) * TRIM_STEP_DB)


def mix_headroom(subject: JudgedTrack) -> Reading | None:
    """Sample peak of a mix in integers, dBFS; at most a note where there are no clipped runs."""
    peaks, source = subject.analysis.peaks, subject.analysis.source
    if source.is_float:
        return None
    trim = _trim(peaks.sample_peak_dbfs - HEADROOM_DBFS + 1.0)
    return Reading(
        peaks.sample_peak_dbfs,
        facts={"runs": worded("clip_samples.runs", count=peaks.clipped_run_count), "trim": written_level(trim)},
        ceiling=None if peaks.clipped_run_count > 0 else Severity.INFO,
        caveat=worded("caveats.lossy") if source.lossy else None,
        chain=Chain(trim_db=-trim),
    )


STEP_DB = 0.5
"""Step in which ceilings are set."""


def codec_overshoot(subject: JudgedTrack) -> Reading | None:
    """The highest true peak after any of the encoders, dBTP; None where nothing, or a lossy file, was encoded."""
    if not subject.encoded or subject.analysis.source.lossy:
        return None
    worst = max(subject.encoded, key=lambda peak: peak.true_peak_dbtp)
    lower = max(STEP_DB, worst.true_peak_dbtp)
    ceiling = math.floor((subject.analysis.peaks.true_peak_dbtp - lower) / STEP_DB) * STEP_DB
    ceiling = min(CEILING_DBTP, ceiling)
    entry = quantity("true_peak_dbtp")
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
        chain=Chain(limiter=Limiter(ceiling)),
    )
