"""How to put a value that a rule judges into a neutral analysis, and the levels that the dossier asks for.

`SETTERS` makes the neutral track read `value` in the rule's own measure. `LEVELS` are the dossier's thresholds, written
out by hand: (type, genre, [(value, severity or None)]), each severity right past its threshold and its
dead zone, and right before that.
"""

import math
from collections.abc import Callable, Sequence

from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.measurements import (
    BAND_EDGES_HZ,
    LOW_END_BANDS,
    TOP_BANDS,
    Analysis,
    AttackCrest,
    BandStereoTimeline,
    Click,
    ClippedRun,
    Dropout,
    Hum,
    LoudNote,
    LoudPassage,
    LowPassEdge,
    Resonance,
    Section,
    TempoCandidate,
)
from core.diagnosis import diagnose
from core.diagnosis.findings import Diagnosis, Finding
from core.knowledge.genres import genre_table
from core.knowledge.norms import norm
from core.rules.stretches import STRETCHES
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, floating, lossy, neutral, request, standing_out

MIX, MASTERING, MASTER = ReviewType.MIXDOWN, ReviewType.MASTERING, ReviewType.MASTER

Setter = Callable[[Analysis, float, str], Analysis]
Levels = list[tuple[ReviewType, str, list[tuple[float, str | None]]]]


def runs_per_minute(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    count = round(value * analysis.source.duration_s / 60.0)
    runs = tuple(ClippedRun(30.0 + 5.0 * index, 3, 0) for index in range(min(count, 100)))
    # what a clipper cut off is missing above the loudness
    plr_db = (analysis.dynamics.plr_db or 0.0) - 1.0
    return changed(analysis, peaks__clipped_runs=runs, peaks__clipped_run_count=count, dynamics__plr_db=plr_db)


def channel_state(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    if value >= 2.0:
        return changed(analysis, faults__dead_channel=1)
    return changed(analysis, faults__identical_channels=value >= 1.0)


def limited_loudness(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """An integrated loudness, with a limiter that shows."""
    return changed(analysis, loudness__integrated_lufs=value, dynamics__psr_min_db=7.9, dynamics__plr_db=10.5)


def loud_for_seconds(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, loudness__loud_passage=LoudPassage(88.0, 90.0, value))


def limited_mix(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, loudness__integrated_lufs=value, dynamics__plr_db=9.0, peaks__sample_peak_dbfs=-0.5)


def low_pass(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, faults__low_pass_edge=LowPassEdge(value, 45.0))


def clipped_peak(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """A sample peak, with one clipped run to go with it."""
    return changed(
        analysis,
        peaks__sample_peak_dbfs=value,
        peaks__clipped_runs=(ClippedRun(30.0, 3, 0),),
        peaks__clipped_run_count=1,
    )


def stray(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """A float file with one value of +30 dBFS, `value` above the peaks of the rest."""
    return floating(changed(analysis, peaks__true_peak_dbtp=30.0, peaks__usual_peak_dbtp=30.0 - value))


def low_psr(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, dynamics__psr_min_db=value, dynamics__plr_db=6.9)


def out_of_its_surroundings(code: str) -> Setter:
    return lambda analysis, value, genre_id: standing_out(analysis, code, value)


def at(path: str) -> Setter:
    return lambda analysis, value, genre_id: changed(analysis, **{path: value})


def boxed(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """400–800 Hz in third octaves only: the wide bands do not resolve it."""
    thirds = analysis.spectrum.third_octave_db
    return changed(
        analysis,
        spectrum__third_octave_db={
            name: level + (value if name in {"400", "500", "630", "800"} else 0.0) for name, level in thirds.items()
        },
    )


def rumbling(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """20 and 25 Hz such that the power below 25 Hz stands at `value` against 30 to 120 Hz (the 1/24-octave edges)."""
    thirds = {**analysis.spectrum.third_octave_db, "20": -120.0}
    shares = {"31.5": 0.76, "40": 1, "50": 1, "63": 1, "80": 1, "100": 1, "125": 0.3}
    low_end = sum(share * 10 ** (thirds[name] / 10) for name, share in shares.items())
    thirds["25"] = 10 * math.log10(low_end / 0.48) + value
    return changed(analysis, spectrum__third_octave_db=thirds)


def another_style(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """As many tone positions far out: none on the genre's own curve, four on that of classical music."""
    curve = genre_table().get("classical" if value else genre_id).third_octave_db
    return changed(analysis, spectrum__third_octave_db=dict(curve))


def taste(quantity: str, genre_id: str, side: str, *severities: str | None) -> list[tuple[float, str | None]]:
    """Values right past the shares of finished tracks that a rule's levels name, and one right before the first.

    What is usual ends with the tenth of 100; 0.3 dB beyond nothing is said.
    """
    usual, sign = norm(quantity, genre_id), 1.0 if side == "above" else -1.0
    shares = {"info": 10.0, "warn": 1.5, "severe": 0.07}
    steps = {
        name: usual.value_at(side, share) + sign * (0.4 if name == "info" else 0.05) for name, share in shares.items()
    }
    before = usual.value_at(side, 10.0) + sign * 0.2
    return [(before, None), *((steps[name or "info"], name) for name in severities)]


def humming(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, faults__hum=Hum(50.0, value, 5))


def noisy(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """Noise in the pauses, `value` dB below the programme."""
    assert analysis.loudness.integrated_lufs is not None
    return changed(analysis, faults__noise_floor_dbfs=analysis.loudness.integrated_lufs - value)


def edited(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """1: one click that may be an attack; 2: the sound drops out."""
    if value >= 2.0:
        return changed(analysis, faults__dropouts=(Dropout(100.0, 0.08, None),), faults__dropout_count=1)
    clicks = (Click(100.0, 0),) if value >= 1.0 else ()
    return changed(analysis, faults__clicks=clicks, faults__click_count=len(clicks))


def padded(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    bits = {0.0: 24, 1.0: 16, 2.0: 8}[value]
    return changed(analysis, faults__effective_bit_depth=bits)


def formatted(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    if value >= 2.0:
        return changed(analysis, source__sample_rate_hz=22_050)
    return changed(analysis, source__bit_depth=16 if value else 24)


def low_rate(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, source__sample_rate_hz=22_050 if value else 44_100)


def lost_range(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """`value` LU less than the reference that `reference_for` gives."""
    return changed(analysis, loudness__loudness_range_lu=REFERENCE_LRA_LU - value)


def held_back(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """Spotify wants 4 dB (−18 → −14 LUFS) and has room for 4 − `value` dB below −1 dBTP."""
    return changed(analysis, loudness__integrated_lufs=-18.0, peaks__true_peak_dbtp=-5.0 + value)


def ringing(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """A ring at 3 kHz that keeps `value` dB, and a note that comes often."""
    ring = Resonance(3_000.0, 14.0, 1.0, "F♯7", value, strongest_s=64.0)
    return changed(analysis, spectrum__resonances=(Resonance(400.0, 16.0, 1.0, "G4", 6.9), ring))


def booming(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, bass__loud_note=LoudNote(49.0, "G1", value, 0.2))


LEVELS_LUFS = (-16.0, -14.0, -14.0, -14.0, -16.0)
PART_S = 36.0
"""Five parts of a song of three minutes; the third one is different."""


def in_parts(analysis: Analysis, levels_lufs: Sequence[float] = LEVELS_LUFS, width_db: float = 0.0) -> Analysis:
    """`analysis` with parts; the third one is `width_db` wider than the others."""
    parts = tuple(
        Section(PART_S * place, PART_S * (place + 1), "section A", level, 0.0)
        for place, level in enumerate(levels_lufs)
    )
    wide = [-8.0 + width_db * (2 * PART_S <= second < 3 * PART_S) for second in range(round(5 * PART_S))]
    return changed(analysis, sections=parts, stereo__timeline__side_to_mid_db=tuple(wide))


THIRD_PART = range(round(2 * PART_S), round(3 * PART_S))


def with_a_part_that_changes(analysis: Analysis, names: Sequence[str], by_db: float) -> Analysis:
    """`analysis` with the third of five parts `by_db` louder in some bands."""
    assert analysis.spectrum.timeline is not None
    bands = {
        name: tuple(level + by_db * (name in names and second in THIRD_PART) for second, level in enumerate(levels))
        for name, levels in analysis.spectrum.timeline.bands_db.items()
    }
    return changed(in_parts(analysis), spectrum__timeline__bands_db=bands)


def muffled(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return with_a_part_that_changes(analysis, TOP_BANDS, -value)


def without_bass(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return with_a_part_that_changes(analysis, LOW_END_BANDS, -value)


def lifting(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return in_parts(analysis, (-14.0, -14.0, -14.0 + value, -14.0, -14.0))


def leaning(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    """The third part leans to the left, all its bands alike."""
    assert analysis.stereo.timeline is not None
    steps = range(len(analysis.stereo.timeline.balance_db))
    balance = tuple(0.1 + value * (second in THIRD_PART) for second in steps)
    band = BandStereoTimeline((0.5,) * len(steps), (0.0,) * len(steps), balance)
    return changed(
        analysis,
        stereo__timeline__balance_db=balance,
        stereo__timeline__bands_hop_s=1.0,
        stereo__timeline__bands=dict.fromkeys(BAND_EDGES_HZ, band),
    )


def attacks(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    return changed(analysis, transients__attack_crest_db=AttackCrest(low=6.5, mid=value, high=value - 0.2))


def ambiguous(analysis: Analysis, value: float, genre_id: str) -> Analysis:
    tempo = analysis.rhythm.tempo_bpm
    assert tempo is not None
    return changed(
        analysis, rhythm__confidence=0.5, rhythm__alternatives=(TempoCandidate(tempo / 2, 0.5 * value / 100.0),)
    )


REFERENCE_LRA_LU = 9.0


def reference_for(code: str, genre_id: str) -> Analysis | None:
    """What the track is compared with, for the rule that needs it."""
    return changed(neutral(genre_id), loudness__loudness_range_lu=REFERENCE_LRA_LU) if code == "lra_change" else None


def encoded_for(code: str, value: float | None) -> tuple[EncodedPeak, ...]:
    """What the encoders make of the track: the second one reaches `value`, for the rule that asks."""
    if code != "codec_overshoot":
        return ()
    worst = QUIET_DBTP if value is None else value
    return (
        EncodedPeak("AAC 256 kbit/s", "FFmpeg's AAC encoder", worst - 0.3, worst - 0.5, 16.0),
        EncodedPeak("MP3 192 kbit/s", "LAME", worst, worst - 0.2, 16.0),
    )


QUIET_DBTP = -1.1


NOTHING_WRONG = {"lra_change": 0.0, "boomy_note": 1.0, "chorus_lift": 3.0}
"""Values of rules that have none on the neutral track."""


def diagnosis_of(
    code: str, kind: ReviewType, genre_id: str, value: float | None, previous: Sequence[Finding] | None = None
) -> Diagnosis:
    """A neutral track that reads `value` in a rule's measure (None: as it is), diagnosed."""
    analysis = neutral(genre_id, mix=kind is not ReviewType.MASTER)
    if value is None:
        value = NOTHING_WRONG.get(code)
    if value is not None:
        analysis = SETTERS[code](analysis, value, genre_id)
    reference = reference_for(code, genre_id)
    genre = genre_table().get(genre_id)
    encoded = encoded_for(code, value)
    asked = request(kind, genre_id)
    return diagnose(analysis, genre, asked, reference=reference, previous=previous, encoded=encoded)


def firing_value(code: str) -> tuple[ReviewType, str, float]:
    """Type, genre and value of the first case in which a rule speaks."""
    kind, genre_id, steps = LEVELS[code][0]
    return kind, genre_id, next(value for value, severity in steps if severity is not None)


SETTERS: dict[str, Setter] = {
    "clip_samples": runs_per_minute,
    "dual_mono": channel_state,
    "dc": lambda analysis, value, genre_id: changed(analysis, faults__dc_offset_per_channel=(0.0, -value)),
    "lossy_source": low_pass,
    "silence": at("faults__head_silence_s"),
    "stray_sample": stray,
    "true_peak": at("peaks__true_peak_dbtp"),
    "decoder_peaks": lambda analysis, value, genre_id: lossy(changed(analysis, peaks__true_peak_dbtp=value)),
    "codec_overshoot": lambda analysis, value, genre_id: analysis,
    "over_limited": low_psr,
    "mono_fold": at("stereo__mono_fold_loss_db"),
    "low_stereo": at("bass__side_to_mid_below_120_db"),
    "lr_balance": lambda analysis, value, genre_id: changed(analysis, stereo__balance_db=-value),
    "mix_headroom": clipped_peak,
    "mix_loudness": limited_mix,
    "loud_passage": loud_for_seconds,
    **{code: out_of_its_surroundings(code) for code in STRETCHES},
    "loud_vs_genre": limited_loudness,
    "boxy": boxed,
    "rumble": rumbling,
    "corr_neg": lambda analysis, value, genre_id: changed(analysis, stereo__negative_correlation_share=value / 100),
    "width_vs_genre": at("stereo__side_to_mid_db"),
    "hum": humming,
    "noise_floor": noisy,
    "cut_tail": at("faults__end_level_lu"),
    "level_jump": edited,
    "fake_hires": padded,
    "sample_rate": formatted,
    "lra_change": lost_range,
    "stream_gain": held_back,
    "dynamics_flat": at("loudness__loudness_range_lu"),
    "dynamics_wide": at("loudness__loudness_range_lu"),
    "genre_fit": another_style,
    "transient_dull": attacks,
    "kick_bass": at("bass__kick_to_sustain_db"),
    "resonance": ringing,
    "boomy_note": booming,
    "muffled_part": muffled,
    "bass_gone": without_bass,
    "chorus_lift": lifting,
    "part_leans": leaning,
    "tempo_sanity": ambiguous,
    "key_sanity": at("tonality__tuning_cents"),
    "sibilance": at("sibilance__esses_per_minute"),
    "masking_vocal": at("centre__centre_to_all_db"),
}

LEVELS: dict[str, Levels] = {
    "clip_samples": [
        (MIX, "rock", [(1.2, None), (1.6, "info"), (9.9, "info"), (10.2, "warn"), (99.9, "warn"), (100.2, "severe")]),
        (MASTER, "rock", [(1.2, None), (1.6, "info"), (10.2, "warn"), (100.2, "severe")]),
        (MASTER, "techno", [(10.2, None), (10.8, "info"), (100.2, "warn"), (400.2, "severe")]),
        (MASTER, "metal", [(10.2, None), (10.8, "info"), (100.2, "warn")]),
    ],
    "dual_mono": [
        (MIX, "rock", [(0.0, None), (1.0, "info"), (2.0, "severe")]),
        (MASTER, "rock", [(0.0, None), (1.0, "info"), (2.0, "severe")]),
    ],
    "dc": [
        (MIX, "rock", [(0.0049, None), (0.0051, "info"), (0.021, "warn"), (0.11, "severe")]),
        (MASTER, "rock", [(0.0049, None), (0.0051, "info"), (0.019, "info"), (0.021, "warn"), (0.11, "severe")]),
    ],
    "lossy_source": [
        (MIX, "rock", [(20_400.0, None), (20_300.0, "info"), (16_800.0, "info"), (16_700.0, "warn")]),
        (MASTER, "rock", [(20_400.0, None), (19_000.0, "info"), (16_000.0, "warn")]),
    ],
    "silence": [
        (MIX, "rock", [(0.9, None), (1.1, "info"), (1.9, "info"), (2.1, "warn")]),
        (MASTER, "rock", [(0.9, None), (1.1, "info"), (2.1, "warn")]),
    ],
    "true_peak": [
        (MIX, "rock", [(-0.1, None), (0.1, "info"), (0.4, "warn"), (3.0, "warn")]),
        (MASTER, "rock", [(-0.8, None), (-0.6, "info"), (0.2, "info"), (0.4, "warn"), (3.0, "warn")]),
    ],
    "codec_overshoot": [(MASTER, "rock", [(0.2, None), (0.4, "info"), (1.2, "info"), (1.4, "warn"), (3.0, "warn")])],
    "stray_sample": [(MIX, "rock", [(20.2, None), (20.4, "warn"), (40.4, "severe")])],
    "decoder_peaks": [(MASTER, "rock", [(0.2, None), (0.4, "info"), (4.0, "info")])],
    "over_limited": [
        (MIX, "rock", [(8.8, None), (8.6, "info"), (7.6, "warn"), (6.6, "severe")]),
        (MASTER, "rock", [(6.8, None), (6.6, "info"), (5.6, "warn"), (4.6, "severe")]),
        (MASTER, "metal", [(6.8, None), (6.6, "info"), (5.6, "warn"), (4.1, "severe")]),
    ],
    "mono_fold": [
        (MIX, "rock", [(-3.2, None), (-3.4, "info"), (-4.9, "warn"), (-6.4, "severe")]),
        (MASTER, "rock", [(-3.2, None), (-3.4, "info"), (-4.9, "warn"), (-6.4, "severe")]),
        (MASTER, "ambient", [(-4.8, None), (-5.0, "info")]),
    ],
    "low_stereo": [
        (MIX, "house", [(-5.8, None), (-5.6, "info"), (-2.6, "warn"), (0.4, "severe")]),
        (MASTER, "jazz", [(-5.8, None), (-5.6, "info"), (-1.6, "warn"), (0.4, "severe")]),
        (MASTER, "classical", [(-1.3, None), (-1.1, "info"), (1.4, "warn"), (3.4, "severe")]),
    ],
    "lr_balance": [
        (MIX, "rock", [(1.7, None), (1.9, "info"), (3.2, "info"), (3.4, "warn"), (5.4, "severe")]),
        (MASTER, "rock", [(1.7, None), (1.9, "info"), (2.9, "warn"), (5.4, "severe")]),
    ],
    "mix_headroom": [(MIX, "rock", [(-0.8, None), (-0.6, "info"), (-0.05, "warn")])],
    "mix_loudness": [(MIX, "rock", [(-11.8, None), (-11.6, "warn")]), (MASTERING, "rock", [(-11.6, "warn")])],
    "low_end_buildup": [
        (MIX, "rock", taste("low_end", "rock", "above", "info", "warn", "severe")),
        (MASTER, "techno", taste("low_end", "techno", "above", "info", "warn", "severe")),
    ],
    "thin_low": [
        (MASTER, "techno", [*taste("low_end", "techno", "below", "info", "warn"), (-40.0, "info")]),
        (MIX, "jazz", taste("low_end", "jazz", "below", "info")),
    ],
    "mud": [
        (MIX, "pop", taste("low_mids", "pop", "above", "info", "warn", "severe")),
        (MASTER, "pop", taste("low_mids", "pop", "above", "info", "warn", "severe")),
    ],
    "harsh": [
        (MIX, "pop", taste("upper_mids", "pop", "above", "info", "warn", "severe")),
        (MASTER, "metal", taste("upper_mids", "metal", "above", "info", "warn", "severe")),
    ],
    "dull": [
        (MASTER, "pop", [*taste("top", "pop", "below", "info", "warn"), (-40.0, "info")]),
        (MIX, "lofi", taste("top", "lofi", "below", "info")),
    ],
    "bright_excess": [
        (MIX, "rock", taste("top", "rock", "above", "info", "warn", "severe")),
        (MASTER, "pop", taste("top", "pop", "above", "info", "warn", "severe")),
    ],
    "boxy": [
        (MIX, "pop", [*taste("box", "pop", "above", "info"), (9.0, "info")]),
        (MASTER, "pop", [*taste("box", "pop", "above", "info"), (9.0, "info")]),
    ],
    "rumble": [
        (MIX, "rock", [(-9.8, None), (-9.6, "info"), (-4.6, "warn"), (2.0, "warn")]),
        (MASTER, "rock", [(-9.8, None), (-9.6, "info"), (-4.6, "warn"), (2.0, "warn")]),
    ],
    "corr_neg": [
        (MIX, "rock", [(33.9, None), (34.6, "info"), (51.1, "warn"), (80.0, "warn")]),
        (MASTER, "rock", [(33.9, None), (34.6, "info"), (51.1, "warn")]),
        (MASTER, "ambient", [(40.9, None), (41.6, "info"), (76.1, "warn")]),
    ],
    "width_vs_genre": [
        (MIX, "house", [*taste("width", "house", "above", "info"), (2.0, "warn"), (-19.6, "info"), (-70.0, "warn")]),
        (MASTER, "pop", [*taste("width", "pop", "below", "info"), (-45.0, "warn"), (-90.0, "warn")]),
    ],
    "hum": [
        (MIX, "rock", [(-73.6, None), (-73.4, "info"), (-63.4, "warn"), (-54.9, "warn")]),
        (MASTER, "rock", [(-73.6, None), (-73.4, "info"), (-63.4, "warn"), (-54.9, "warn")]),
    ],
    "noise_floor": [
        (MIX, "rock", [(49.1, None), (48.9, "info"), (38.9, "warn"), (20.0, "warn")]),
        (MASTER, "rock", [(49.1, None), (48.9, "info"), (38.9, "warn")]),
        (MASTER, "podcast_spoken", [(49.1, None), (48.9, "info"), (40.9, "warn"), (28.9, "severe")]),
    ],
    "cut_tail": [
        (MIX, "rock", [(-29.8, None), (-29.6, "info"), (-19.6, "warn"), (3.0, "warn")]),
        (MASTER, "rock", [(-29.8, None), (-29.6, "info"), (-19.6, "warn")]),
    ],
    "level_jump": [
        (MIX, "rock", [(0.0, None), (0.5, None), (1.0, "info"), (2.0, "warn")]),
        (MASTER, "rock", [(0.0, None), (0.5, None), (1.0, "info"), (2.0, "warn")]),
    ],
    "loud_passage": [
        (MIX, "rock", [(3.9, None), (4.1, "warn"), (5.1, "warn"), (12.0, "warn")]),
        (MASTER, "rock", [(3.9, None), (4.1, "warn"), (5.1, "warn")]),
    ],
    "fake_hires": [
        (MIX, "rock", [(0.0, None), (1.0, "info"), (2.0, "warn")]),
        (MASTER, "rock", [(0.0, None), (1.0, "info"), (2.0, "warn")]),
    ],
    "sample_rate": [
        (MIX, "rock", [(0.0, None), (1.0, "info"), (2.0, "warn")]),
        (MASTER, "rock", [(0.0, None), (1.0, None), (2.0, "warn")]),
    ],
    "lra_change": [(MASTER, "pop", [(1.2, None), (1.4, "info"), (2.4, "warn"), (6.0, "warn")])],
    "stream_gain": [(MASTER, "pop", [(1.2, None), (1.4, "info"), (4.0, "info")])],
    "dynamics_flat": [
        (MIX, "pop", [*taste("range", "pop", "below", "info"), (0.2, "warn"), (0.0, None)]),
        (MASTER, "pop", taste("range", "pop", "below", "info")),
    ],
    "transient_dull": [
        (MIX, "pop", [(3.3, None), (3.1, "info"), (1.0, "info")]),
        (MASTER, "pop", [(3.3, None), (3.1, "info")]),
    ],
    "kick_bass": [
        (MIX, "house", [(3.8, None), (3.6, "info"), (1.9, "info")]),
        (MASTER, "house", [(3.8, None), (3.6, "info"), (1.9, "info")]),
    ],
    "resonance": [
        (MIX, "pop", [(4.2, None), (4.4, "info"), (5.2, "info"), (5.4, "warn"), (20.0, "warn")]),
        (MASTER, "pop", [(4.2, None), (4.4, "info"), (5.4, "warn")]),
    ],
    "boomy_note": [
        (MIX, "pop", [(5.2, None), (5.4, "info"), (20.0, "info")]),
        (MASTER, "pop", [(5.2, None), (5.4, "info")]),
    ],
    "muffled_part": [(MASTER, "pop", [(3.2, None), (3.4, "info"), (12.0, "info")])],
    "bass_gone": [(MASTER, "pop", [(7.2, None), (7.4, "info"), (30.0, "info")])],
    "chorus_lift": [(MASTER, "pop", [(0.8, None), (0.6, "info"), (0.1, "info"), (0.0, None)])],
    "part_leans": [
        (MIX, "pop", [(1.9, None), (2.1, "info"), (2.6, "warn"), (6.0, "warn")]),
        (MASTER, "pop", [(1.9, None), (2.1, "info"), (2.6, "warn")]),
    ],
    "tempo_sanity": [(MIX, "pop", [(80.9, None), (81.6, "info"), (99.0, "info")])],
    "key_sanity": [(MIX, "pop", [(29.0, None), (31.0, "info"), (49.0, "info"), (-31.0, "info")])],
    "sibilance": [
        (MIX, "pop", [(5.4, None), (5.6, "info"), (60.0, "info")]),
        (MASTER, "pop", [(5.4, None), (5.6, "info"), (60.0, "info")]),
    ],
    "masking_vocal": [
        (MIX, "rock", [(-5.2, None), (-5.4, "info"), (-20.0, "info")]),
        (MASTER, "rock", [(-5.2, None), (-5.4, "info"), (-20.0, "info")]),
    ],
    "loud_vs_genre": [
        (
            MASTER,
            "pop",
            [*taste("loudness", "pop", "above", "info"), (-2.0, "warn"), (-13.6, "info"), (-29.0, "warn")],
        )
    ],
    "dynamics_wide": [
        (MIX, "pop", [*taste("range", "pop", "above", "info"), (20.0, "info"), (25.0, "warn"), (40.0, "severe")]),
        (MASTER, "rock", [(9.0, None), (12.0, "info"), (40.0, "severe")]),
    ],
    "genre_fit": [(MIX, "house", [(0.0, None), (4.0, "info")]), (MASTER, "techno", [(0.0, None), (4.0, "info")])],
}
