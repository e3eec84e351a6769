"""Stereo rules: channel faults, mono compatibility, the low end in mono, balance, width."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.analysis.measurements import CHANNEL_NAMES, LOW_END_BANDS, Bass, ChannelPassage, TimedPassage
from core.analysis.quantities import BAND_NAMES, quantity, written
from core.analysis.stereo.leaning import leaning_passage
from core.rules import spans
from core.rules.curve import is_absent
from core.rules.reading import JudgedTrack, Reading, Severity, Span
from core.rules.taste import is_above_middle, outward
from core.text.language import name_in_language, worded
from core.text.numbers import clock, limits, listed, measurement
from core.values.chain import EMPTY, Chain, EqBand, FilterKind, Placement

LEANING_SHARE = 0.5
"""Share of the whole lean from which a band leans alike."""

ALIKE_SHARE = 0.5
"""Share of the bands that must lean alike for a trim of the whole channel."""

BAND_CENTRED_DB = 0.7
"""Largest balance of a band that is centred: 90 of 100 finished tracks lie within it in each band."""

INVERTED_CORRELATION = -0.95
"""Correlation below which one channel counts as inverted."""

SIDE_HIGH_PASS_HZ = 110.0
"""Corner of the high-pass on the side of a stereo low end: between the 100 and 120 Hz of practice."""

SIDE_HIGH_PASS_Q = 0.71
"""Quality factor of that high-pass: Butterworth, without a rise at the corner."""

NARROWER_PERCENT = 80.0
"""Width suggested for a song that loses too much in mono, in percent of its present width."""

LOW_BAND_LOSS_DB = -1.0
"""Loss below 120 Hz from which it is named separately from the overall loss."""


LOW_LOSSES_DB, OVERALL_LOSSES_DB = (0.0, 2.0, 122.0), (1.5, 4.5, 94.5)
"""Losses in mono below 120 Hz and of the whole that matter as much, in dB without their sign."""

CANCELS_DB = -6.0
"""Loss below 120 Hz beyond which the low end is out of phase and not only wide: −3 dB is that of two channels that
share nothing, −6 dB that of a correlation of −0.5."""

IDENTICAL, LATE, BROKEN = 1.0, 1.6, 2.0
"""Values of the channel fault: mono in a stereo file, a channel that is late, one that is silent or inverted."""

SAME_FAULT, DELAYED_FAULT, SILENT_FAULT, INVERTED_FAULT = "same", "late", "silent", "inverted"
"""Its kinds, as the fact "fault": each explains other findings (`only_under` in the sections)."""

UNTIL_END_S = 1.0
"""Seconds before the end of the file up to which a passage is one that lasts until the end."""

MOST_PASSAGES = 3
"""Most passages whose times are told."""


def dual_mono(subject: JudgedTrack) -> Reading | None:
    """The fault between the channels, as one of the values above; 0 where there is none, None for mono."""
    faults, stereo, source = subject.analysis.faults, subject.analysis.stereo, subject.analysis.source
    if source.channels < 2:
        return None
    if faults.dead_channel is not None:
        return _fault(BROKEN, SILENT_FAULT, worded(f"channels.{CHANNEL_NAMES[faults.dead_channel]}_silent"))
    if faults.silent_passages:
        return _silent_in_part(subject)
    if faults.inverted_passages:
        told = worded("channels.inverted_when", when=_when(subject, faults.inverted_passages))
        return _fault(BROKEN, INVERTED_FAULT, worded("channels.inverted"), told, faults.inverted_passages)
    if _is_inverted(faults.inverted_polarity, stereo.correlation):
        return _fault(BROKEN, INVERTED_FAULT, worded("channels.inverted_throughout"))
    if faults.interchannel_delay_ms is not None:
        side = CHANNEL_NAMES[0 if faults.interchannel_delay_ms > 0 else 1]
        late = measurement(abs(faults.interchannel_delay_ms), "ms")
        return _fault(LATE, DELAYED_FAULT, worded(f"channels.{side}_late", late=late))
    if faults.identical_channels:
        return _fault(IDENTICAL, SAME_FAULT, worded("channels.identical"))
    return Reading(0.0)


def _fault(
    value: float, kind: str, state: str, told: str = "", passages: Sequence[TimedPassage | ChannelPassage] = ()
) -> Reading:
    """A fault: its state in words, and the same with its times where it does not hold throughout."""
    places = tuple(Span(passage.start_s, passage.end_s) for passage in passages[: spans.MOST])
    return Reading(value, facts={"state": state, "told": told or state, "fault": kind}, spans=places)


def _silent_in_part(subject: JudgedTrack) -> Reading:
    """Which channel is silent for part of the song, and when."""
    passages = subject.analysis.faults.silent_passages
    by_channel = {
        worded(f"channels.{name}_silent"): [passage for passage in passages if passage.channel == channel]
        for channel, name in enumerate(CHANNEL_NAMES)
    }
    told = {state: _when(subject, of_channel) for state, of_channel in by_channel.items() if of_channel}
    texts = [f"{state} {when}" for state, when in told.items()]
    return _fault(BROKEN, SILENT_FAULT, listed(list(told)), listed(texts), passages)


def _when(subject: JudgedTrack, passages: Sequence[TimedPassage | ChannelPassage]) -> str:
    """When it happens, as "from 0:20 to 0:40 and from 1:10 on"."""
    end_s = subject.analysis.source.duration_s - UNTIL_END_S
    told = [
        worded("channels.from_on", start=clock(passage.start_s))
        if passage.end_s >= end_s
        else worded("channels.from_to", start=clock(passage.start_s), end=clock(passage.end_s))
        for passage in passages[:MOST_PASSAGES]
    ]
    more = len(passages) - MOST_PASSAGES
    return listed([*told, worded("channels.more_times", count=more)] if more > 0 else told)


def _is_inverted(measured: bool | None, correlation: float | None) -> bool:
    return bool(measured) or (correlation is not None and correlation < INVERTED_CORRELATION)


def mono_fold(subject: JudgedTrack) -> Reading | None:
    """Mono fold-down loss overall, or below 120 Hz where that is worse on the scale of the overall loss, dB."""
    stereo, bass = subject.analysis.stereo, subject.analysis.bass
    if stereo.mono_fold_loss_db is None or stereo.correlation is None:
        return None
    overall, low = stereo.mono_fold_loss_db, bass.mono_fold_loss_below_120_db if bass else None
    facts: dict[str, float | str] = {"correlation": written("correlation", subject.analysis)}
    where, most_at_s = _correlation_spans(subject)
    # narrower would be quieter still where the low end cancels
    narrower = Chain() if bass is not None and _low_end_cancels(bass) else Chain(width_percent=NARROWER_PERCENT)
    overall_reading = Reading(
        overall,
        facts={**facts, "band": worded("mono_fold.overall"), "end": "all"},
        spans=where,
        most_at_s=most_at_s,
        chain=narrower,
    )
    if low is None or low >= LOW_BAND_LOSS_DB or _on_overall_scale(low) >= overall:
        return overall_reading
    return replace(
        overall_reading,
        value=low,
        judged=_on_overall_scale(low),
        level_as_value=_on_low_scale,
        facts={**facts, "band": worded("mono_fold.below_120"), "end": "low"},
    )


def _on_overall_scale(low_db: float) -> float:
    """A loss below 120 Hz as the loss of all that matters as much, dB: levels of 1, 2 and 4 dB become 3, 4.5 and 6."""
    return float(np.interp(-low_db, LOW_LOSSES_DB, OVERALL_LOSSES_DB)) * -1.0


def _on_low_scale(overall_db: float) -> float:
    """The inverse of `_on_overall_scale`."""
    return float(np.interp(-overall_db, OVERALL_LOSSES_DB, LOW_LOSSES_DB)) * -1.0


def _correlation_spans(subject: JudgedTrack) -> spans.Places:
    """Where the correlation is negative, and the second in which it is lowest; None where it never is."""
    timeline = subject.analysis.stereo.timeline
    if timeline is None:
        return spans.Places((), None)
    values = np.array([np.inf if value is None else value for value in timeline.correlation])
    mask = values < 0.0
    lowest_s = float(values.argmin()) * timeline.hop_s if mask.any() else None
    return spans.Places(spans.from_mask(mask, timeline.hop_s, subject.analysis.source.duration_s), lowest_s)


def _low_end_cancels(bass: Bass) -> bool:
    """Whether the low end is out of phase: that is told as a loss in mono, and a cut of its side would take it all."""
    loss = bass.mono_fold_loss_below_120_db
    return loss is not None and loss < CANCELS_DB


def low_stereo(subject: JudgedTrack) -> Reading | None:
    """Side against mid below 120 Hz, dB."""
    bass = subject.analysis.bass
    if bass is None or bass.side_to_mid_below_120_db is None or _low_end_cancels(bass):
        return None
    empty = is_absent(subject, "bass_60_200")
    side = EqBand(FilterKind.HIGH_PASS, SIDE_HIGH_PASS_HZ, 0.0, SIDE_HIGH_PASS_Q, Placement.SIDE)
    return Reading(
        bass.side_to_mid_below_120_db,
        chain=Chain(eq=(side,), mono_below_hz=SIDE_HIGH_PASS_HZ),
        ceiling=Severity.INFO if empty else None,
        caveat=worded("low_stereo.no_low_end") if empty else None,
    )


def lr_balance(subject: JudgedTrack) -> Reading | None:
    """Difference between the K-weighted levels of left and right, dB; the trim only where most bands lean alike."""
    balance, faults = subject.analysis.stereo.balance_db, subject.analysis.faults
    # a channel that is silent, if only for part of the song, is no lean: a trim of the other one would do harm
    if balance is None or faults.dead_channel is not None or faults.silent_passages:
        return None
    bands = {
        name: math.copysign(1.0, balance) * band.balance_db
        for name, band in subject.analysis.stereo.bands.items()
        if band.balance_db is not None
    }
    leaning = [name for name, lean in bands.items() if lean >= LEANING_SHARE * abs(balance)]
    alike = len(leaning) > ALIKE_SHARE * len(bands) or not bands
    return Reading(
        abs(balance),
        facts={
            "side": worded("channels.left" if balance > 0 else "channels.right"),
            "how": "" if alike else _where_it_leans(bands, leaning),
            "advice_key": "trim" if alike else "part",
        },
        chain=Chain(balance_db=-balance) if alike else EMPTY,
    )


def _where_it_leans(bands: Mapping[str, float], leaning: Sequence[str]) -> str:
    """The bands that lean, in brackets: " (2–5 kHz above all; the low end is centred)"."""
    widest = max(bands, key=lambda name: bands[name])
    centred = all(abs(bands[name]) <= BAND_CENTRED_DB for name in LOW_END_BANDS if name in bands)
    is_low_centred = centred and not set(leaning) & set(LOW_END_BANDS)
    key = "lr_balance.band_and_centred_low_end" if is_low_centred else "lr_balance.band"
    return worded(key, band=name_in_language("quantities", BAND_NAMES[widest]))


ALIKE_BANDS_SHARE = 0.7
"""Share of the bands from which a part leans as a whole: a channel that is turned down, and no instrument at a side."""


MOST_LEAN_DB = 20.0
"""Lean beyond which one channel is as good as missing, in dB: no trim mends that (our proposal)."""


def part_leans(subject: JudgedTrack) -> Reading | None:
    """How far one passage leans to a side against the rest of the song, dB; a note where only some bands lean."""
    faults = subject.analysis.faults
    if subject.analysis.stereo.timeline is None or faults.dead_channel is not None or faults.silent_passages:
        return None
    passage = leaning_passage(subject.analysis)
    if passage is None:
        return Reading(0.0)
    if abs(passage.lean_db) > MOST_LEAN_DB:
        return None
    return Reading(
        abs(passage.lean_db),
        facts={
            "side": worded(f"channels.{CHANNEL_NAMES[0 if passage.lean_db > 0.0 else 1]}"),
            "other": worded(f"channels.{CHANNEL_NAMES[1 if passage.lean_db > 0.0 else 0]}"),
        },
        spans=(Span(passage.start_s, passage.end_s),),
        ceiling=None if passage.alike >= ALIKE_BANDS_SHARE else Severity.INFO,
    )


MEAN_FLOORS = ((-0.2, Severity.SEVERE), (0.0, Severity.WARN), (0.2, Severity.INFO))
"""Correlation of the whole below which the severity is at least this, however short the negative passages are."""


WIDE_ALLOWANCE = 0.2
"""Amount by which those limits are lower in wide genres, since reverb and pads are uncorrelated."""


def corr_neg(subject: JudgedTrack) -> Reading | None:
    """Share of the loud time with negative correlation, percent; single dips are normal."""
    stereo = subject.analysis.stereo
    if stereo.negative_correlation_share is None or stereo.correlation is None:
        return None
    mean = stereo.correlation
    wider = WIDE_ALLOWANCE if "wide" in subject.genre.tags else 0.0
    floor = next((severity for limit, severity in MEAN_FLOORS if mean < limit - wider), None)
    where, most_at_s = _correlation_spans(subject)
    return Reading(
        100.0 * stereo.negative_correlation_share,
        facts={"correlation": written("correlation", subject.analysis)},
        spans=where,
        most_at_s=most_at_s,
        floor=floor,
    )


def width_vs_genre(subject: JudgedTrack) -> Reading | None:
    """Side against mid, dB, judged by where it stands among finished tracks."""
    value = subject.analysis.stereo.side_to_mid_db
    # a file without any width is a matter of its channels
    if value is None or subject.analysis.faults.identical_channels:
        return None
    reading, is_wide = outward(subject, "width", value), is_above_middle(subject, "width", value)
    low, high = reading.target or (value, value)
    return replace(
        reading,
        facts={
            **reading.facts,
            "direction": worded("width_vs_genre.wider" if is_wide else "width_vs_genre.narrower"),
            "range": limits(low, high, quantity("side_to_mid_db").unit),
            "advice_key": "wide" if is_wide else "narrow",
        },
        amount_db=None,
    )
