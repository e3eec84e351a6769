"""Delivery: what the encoders of stores and platforms do to the peaks."""

import math

from core.diagnosis.findings import Severity
from core.diagnosis.subject import LOSSY_CAVEAT, Reading, Subject
from core.text.numbers import measurement

STEP_DB = 0.5
"""Ceilings are set in these steps."""

HIGHEST_CEILING_DBTP = -1.0
"""What nearly all services and AES TD1008 ask for."""


def codec_overshoot(subject: Subject) -> Reading | None:
    """The highest true peak after any of the encoders; None where they were not tried."""
    if not subject.encoded:
        return None
    worst = max(subject.encoded, key=lambda peak: peak.true_peak_dbtp)
    lower = max(STEP_DB, worst.true_peak_dbtp)
    ceiling = math.floor((subject.analysis.peaks.true_peak_dbtp - lower) / STEP_DB) * STEP_DB
    ceiling = min(HIGHEST_CEILING_DBTP, ceiling)
    is_lossy = subject.analysis.source.lossy
    return Reading(
        worst.true_peak_dbtp,
        facts={
            "codec": worst.codec,
            "codecs": ", ".join(f"{p.codec} {measurement(p.true_peak_dbtp, 'dBTP')}" for p in subject.encoded),
            "encoders": ", ".join(peak.encoder for peak in subject.encoded),
            "before": measurement(subject.analysis.peaks.true_peak_dbtp, "dBTP"),
            "length": measurement(worst.encoded_s, "s"),
            "ceiling": measurement(ceiling, "dBTP"),
        },
        ceiling=Severity.INFO if is_lossy else None,
        caveat=LOSSY_CAVEAT if is_lossy else None,
        amount_db=ceiling,
    )
