"""Quantities of the family "music": attacks, tempo, key."""

from core.analysis.measurements import Analysis
from core.analysis.quantities.entry import Alternative, Family, Margin, Quantity, Status
from core.text.language import worded
from core.text.numbers import clock, key_name, measurement, percent, signed_with_unit, tempo

LEAST_TOLD = 0.05
"""Least probability of another tempo that is told: one in twenty."""


def _attack_crest(analysis: Analysis) -> str | None:
    crest = analysis.transients.attack_crest_db if analysis.transients else None
    return None if crest is None else " / ".join(measurement(band, "dB") for band in (crest.low, crest.mid, crest.high))


def _other_tempi(analysis: Analysis) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(tempo(other.tempo_bpm), other.confidence)
        for other in analysis.rhythm.alternatives
        if other.confidence >= LEAST_TOLD
    )


def _other_keys(analysis: Analysis) -> tuple[Alternative, ...]:
    return tuple(Alternative(key_name(other.key), other.confidence) for other in analysis.tonality.alternatives)


def _listed(alternatives: tuple[Alternative, ...]) -> str | None:
    return (
        " / ".join(
            worded("quantities.sure", value=other.text, share=percent(other.confidence)) for other in alternatives
        )
        or None
    )


def _tempi(analysis: Analysis) -> str | None:
    """The stretches of a song that changes its tempo: "100 BPM, from 0:30 140 BPM"."""
    stretches = analysis.rhythm.tempi
    later = (
        worded("quantities.tempo_from", at=clock(stretch.start_s), tempo=tempo(stretch.tempo_bpm))
        for stretch in stretches[1:]
    )
    return ", ".join((tempo(stretches[0].tempo_bpm), *later)) if stretches else None


def _metre(analysis: Analysis) -> str | None:
    beats = analysis.rhythm.beats
    return worded("quantities.triple_time") if beats is not None and beats.in_threes else None


def _length_of_a_bar(analysis: Analysis) -> str:
    bars = analysis.rhythm.bars
    if bars is None:
        return ""
    return worded("quantities.bars_of", beats=bars.beats_per_bar, length=measurement(bars.bar_s, "s", 2))


ATTACKS = (
    Quantity(
        id="onset_rate_hz",
        family=Family.MUSIC,
        english="Onsets",
        english_short="Onsets",
        unit="per second",
        read=lambda analysis: analysis.transients.onset_rate_hz if analysis.transients else None,
        term="Transients",
        margin=Margin(0.1, Status.ESTIMATE, "click tracks; soft entries are missed"),
    ),
    Quantity(
        id="attack_crest_db",
        family=Family.MUSIC,
        english="Attack crest low / mid / high",
        english_short="Attack crest low / mid / high",
        read=_attack_crest,
        term="Transients",
    ),
)

TEMPO_AND_KEY = (
    Quantity(
        id="tempo_bpm",
        family=Family.MUSIC,
        english="Tempo",
        english_short="Tempo",
        unit="BPM",
        read=lambda analysis: analysis.rhythm.tempo_bpm,
        confidence=lambda analysis: analysis.rhythm.confidence,
        alternatives=_other_tempi,
        term="Tempo",
        margin=Margin(1.0, Status.ESTIMATE, "click tracks are read to 0.5 %; the octave may be another"),
    ),
    Quantity(
        id="other_tempi",
        family=Family.MUSIC,
        english="Other tempi",
        english_short="Other tempi",
        read=lambda analysis: _listed(_other_tempi(analysis)),
        term="Tempo",
    ),
    Quantity(
        id="tempi",
        family=Family.MUSIC,
        english="Tempo changes",
        english_short="Tempo changes",
        read=_tempi,
        term="Tempo",
        is_rare=True,
    ),
    Quantity(
        id="metre",
        family=Family.MUSIC,
        english="Metre",
        english_short="Metre",
        read=_metre,
        term="Beats and bars",
        is_rare=True,
    ),
    Quantity(
        id="first_downbeat_s",
        family=Family.MUSIC,
        english="First downbeat",
        english_short="First downbeat",
        unit="s",
        decimals=2,
        read=lambda analysis: None if analysis.rhythm.bars is None else analysis.rhythm.bars.first_downbeat_s,
        confidence=lambda analysis: None if analysis.rhythm.bars is None else analysis.rhythm.bars.confidence,
        remark=_length_of_a_bar,
        term="Beats and bars",
        is_rare=True,
        margin=Margin(0.07, Status.ESTIMATE, "beats count as right within 70 ms"),
    ),
    Quantity(
        id="key",
        family=Family.MUSIC,
        english="Key",
        english_short="Key",
        read=lambda analysis: None if analysis.tonality.key is None else key_name(analysis.tonality.key),
        confidence=lambda analysis: analysis.tonality.confidence,
        alternatives=_other_keys,
        term="Key",
    ),
    Quantity(
        id="other_keys",
        family=Family.MUSIC,
        english="Other keys",
        english_short="Other keys",
        read=lambda analysis: _listed(_other_keys(analysis)),
        term="Key",
    ),
    Quantity(
        id="tuning_cents",
        family=Family.MUSIC,
        english="Tuning against A = 440 Hz",
        english_short="Tuning against A = 440 Hz",
        unit="cents",
        decimals=0,
        read=lambda analysis: analysis.tonality.tuning_cents,
        in_words=lambda value: signed_with_unit(value, "cents", 0),
        term="Tuning",
        margin=Margin(5.0, Status.ESTIMATE, "synthesised phrases"),
    ),
)
