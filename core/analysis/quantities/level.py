"""Quantities of the family "level": loudness, peaks, dynamics. Names as in EBU R 128 and EBU Tech 3341."""

from core.analysis.measurements import Analysis
from core.analysis.quantities.entry import Family, Margin, Quantity, Status, time_and_bar
from core.text.language import worded
from core.text.numbers import measurement

LOUDNESS = (
    Quantity(
        id="integrated_lufs",
        family=Family.LEVEL,
        english="Integrated loudness",
        english_short="Integrated",
        unit="LUFS",
        read=lambda analysis: analysis.loudness.integrated_lufs,
        term="Integrated loudness",
        compared=lambda analysis: analysis.loudness.as_played_lufs,
        stored_as="integrated loudness",
        margin=Margin(0.1, Status.STANDARD, "EBU Tech 3341: ±0.1 LU"),
    ),
    Quantity(
        id="max_short_term_lufs",
        family=Family.LEVEL,
        english="Maximum short-term loudness",
        english_short="Max short-term",
        unit="LUFS",
        read=lambda analysis: analysis.loudness.max_short_term_lufs,
        moment=lambda analysis: analysis.loudness.max_short_term_at_s,
        term="Short-term loudness",
        margin=Margin(0.1, Status.STANDARD, "EBU Tech 3341: ±0.1 LU"),
    ),
    Quantity(
        id="max_momentary_lufs",
        family=Family.LEVEL,
        english="Maximum momentary loudness",
        english_short="Max momentary",
        unit="LUFS",
        read=lambda analysis: analysis.loudness.max_momentary_lufs,
        moment=lambda analysis: analysis.loudness.max_momentary_at_s,
        term="Momentary loudness",
        margin=Margin(0.1, Status.STANDARD, "EBU Tech 3341: ±0.1 LU"),
    ),
    Quantity(
        id="loudness_range_lu",
        family=Family.LEVEL,
        english="Loudness range",
        english_short="Loudness range",
        unit="LU",
        read=lambda analysis: analysis.loudness.loudness_range_lu,
        term="Loudness range",
        stored_as="loudness range",
        margin=Margin(0.2, Status.STANDARD, "EBU Tech 3342 asks for ±1 LU; within 0.2 LU of FFmpeg"),
    ),
    Quantity(
        id="dual_mono_integrated_lufs",
        family=Family.LEVEL,
        english="Integrated loudness, as dual mono",
        english_short="Integrated, as dual mono",
        unit="LUFS",
        read=lambda analysis: analysis.loudness.dual_mono_integrated_lufs,
        term="Integrated loudness",
        is_rare=True,
        margin=Margin(0.1, Status.STANDARD, "as the integrated loudness"),
    ),
    Quantity(
        id="second_meter",
        family=Family.LEVEL,
        english="Loudness confirmed by",
        english_short="Confirmed by",
        read=lambda analysis: worded("quantities.second_meter") if analysis.loudness.second_meter is not None else None,
        term="Integrated loudness",
        is_rare=True,
    ),
)


def _longest_clip(analysis: Analysis) -> str:
    longest = max(analysis.peaks.clipped_runs, key=lambda run: run.length_samples, default=None)
    if longest is None:
        return ""
    at = time_and_bar(analysis, longest.start_s)
    return worded("quantities.longest", samples=longest.length_samples, at=at)


def _peaks_by_channel(analysis: Analysis) -> str | None:
    return " / ".join(measurement(peak, "dBTP") for peak in analysis.peaks.true_peak_per_channel_dbtp) or None


PEAKS = (
    Quantity(
        id="true_peak_dbtp",
        family=Family.LEVEL,
        english="True peak",
        english_short="True peak",
        unit="dBTP",
        read=lambda analysis: analysis.peaks.true_peak_dbtp,
        moment=lambda analysis: analysis.peaks.true_peak_at_s,
        term="True peak",
        margin=Margin(0.2, Status.STANDARD, "EBU Tech 3341: +0.2 / −0.4 dB"),
    ),
    Quantity(
        id="true_peak_per_channel_dbtp",
        family=Family.LEVEL,
        english="True peak by channel",
        english_short="True peak by channel",
        read=_peaks_by_channel,
        term="True peak",
    ),
    Quantity(
        id="sample_peak_dbfs",
        family=Family.LEVEL,
        english="Sample peak",
        english_short="Sample peak",
        unit="dBFS",
        read=lambda analysis: analysis.peaks.sample_peak_dbfs,
        term="Sample peak",
        margin=Margin(0.001, Status.MEASURED, "the highest sample of 101 files"),
    ),
    Quantity(
        id="clipped_run_count",
        family=Family.LEVEL,
        english="Clipped runs",
        english_short="Clipped runs",
        decimals=0,
        read=lambda analysis: float(analysis.peaks.clipped_run_count),
        remark=_longest_clip,
        term="Clipping",
        margin=Margin(1.0, Status.ESTIMATE, "plateaus of clippers are counted to 5 %"),
    ),
)

DYNAMICS = (
    Quantity(
        id="plr_db",
        family=Family.LEVEL,
        english="PLR",
        english_short="PLR",
        unit="dB",
        read=lambda analysis: analysis.dynamics.plr_db,
        term="PLR",
        stored_as="true peak above loudness (PLR)",
        margin=Margin(0.3, Status.MEASURED, "those of true peak and loudness together"),
    ),
    Quantity(
        id="psr_min_db",
        family=Family.LEVEL,
        english="Minimum PSR",
        english_short="Min PSR",
        unit="dB",
        read=lambda analysis: analysis.dynamics.psr_min_db,
        moment=lambda analysis: analysis.dynamics.psr_min_at_s,
        term="PSR",
        stored_as="smallest PSR",
        margin=Margin(0.3, Status.MEASURED, "those of true peak and loudness together"),
    ),
    Quantity(
        id="crest_factor_db",
        family=Family.LEVEL,
        english="Crest factor",
        english_short="Crest factor",
        unit="dB",
        read=lambda analysis: analysis.dynamics.crest_factor_db,
        term="Crest factor",
        margin=Margin(0.01, Status.MEASURED, "a sine and a square wave"),
    ),
    Quantity(
        id="dr14_db",
        family=Family.LEVEL,
        english="DR14",
        english_short="DR14",
        unit="dB",
        read=lambda analysis: analysis.dynamics.dr14_db,
        term="DR14",
        margin=Margin(0.05, Status.MEASURED, "a sine, and two planted peaks"),
    ),
)
