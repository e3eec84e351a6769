"""What the same number means on a lossy file, a float file, an excerpt; and what has to go with it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.analysis.measurements import Analysis, ClippedRun, LowPassEdge, Resonance
from core.diagnosis import diagnose
from core.diagnosis.finding_words import insight, receipt
from core.diagnosis.findings import Diagnosis, Finding
from core.knowledge.genres import genre_table
from core.knowledge.norms import norm
from core.rules.reading import Severity
from core.values.chain import EMPTY
from core.values.request import Detail, ReviewType
from tests.support.reviews.analyses import changed, floating, lossy, neutral, request, standing_out, tilted
from tests.unit.rules.rule_cases import in_parts, leaning


def diagnosed(analysis: Analysis, kind: ReviewType = ReviewType.MASTER, genre_id: str = "pop") -> Diagnosis:
    return diagnose(analysis, genre_table().get(genre_id), request(kind, genre_id))


def finding(diagnosis: Diagnosis, code: str) -> Finding | None:
    return next((found for found in diagnosis.findings if found.code == code), None)


def clipped(analysis: Analysis, *lengths: int) -> Analysis:
    runs = tuple(ClippedRun(10.0 * (1 + index), length, 0) for index, length in enumerate(lengths))
    return changed(analysis, peaks__clipped_runs=runs, peaks__clipped_run_count=len(runs))


@pytest.mark.parametrize(("length", "severity"), [(3, None), (6, "warn"), (19, "warn"), (20, "severe")])
def test_one_long_run_weighs_by_itself(length: int, severity: str | None) -> None:
    found = finding(diagnosed(clipped(neutral(), 4, 3, 3, 3, 3, length)), "clip_samples")

    assert found is not None
    assert found.severity.value == (severity or "info")


@pytest.mark.parametrize("of", [neutral, lambda: lossy(neutral())], ids=["WAV", "MP3"])
def test_flat_tops_are_clipping_whatever_the_container(of: Callable[[], Analysis]) -> None:
    found = finding(diagnosed(clipped(of(), *[30] * 80)), "clip_samples")

    assert found is not None
    assert found.severity is Severity.SEVERE


@pytest.mark.parametrize("kind", [ReviewType.MASTER, ReviewType.MIXDOWN])
def test_peaks_of_a_decoded_file_are_a_footnote_on_the_decoder(kind: ReviewType) -> None:
    track = changed(
        neutral(mix=kind is ReviewType.MIXDOWN),
        peaks__true_peak_dbtp=4.0,
        peaks__sample_peak_dbfs=3.0,
        peaks__decoder_over_count=500,
    )
    diagnosis = diagnosed(lossy(track), kind)
    found = finding(diagnosis, "decoder_peaks")

    assert found is not None
    assert found.severity is Severity.INFO
    assert diagnosis.findings[-1] is found
    assert "500 decoder overs" in insight(found, genre_table().get("pop"), Detail.DETAILED)
    assert not {"true_peak", "clip_samples", "codec_overshoot"} & {other.code for other in diagnosis.findings}
    assert found.remedy.chain == EMPTY


@pytest.mark.parametrize(("sample_peak_dbfs", "is_said"), [(0.6, False), (0.45, True), (-2.0, True)])
def test_the_wave_between_the_samples_is_only_spoken_of_where_it_is_higher(
    sample_peak_dbfs: float, *, is_said: bool
) -> None:
    track = floating(changed(neutral(), peaks__true_peak_dbtp=0.8, peaks__sample_peak_dbfs=sample_peak_dbfs))
    found = finding(diagnosed(track), "true_peak")

    assert found is not None
    for detail in (Detail.DETAILED, Detail.PRO):
        text = insight(found, genre_table().get("pop"), detail)
        assert ("between the samples" in text) is is_said


@pytest.mark.parametrize(("kind", "limit_dbtp"), [(ReviewType.MASTER, -1.0), (ReviewType.MIXDOWN, -0.3)])
def test_nothing_is_said_of_a_peak_that_reads_like_its_limit(kind: ReviewType, limit_dbtp: float) -> None:
    for above in (0.05, 0.1, 0.29):
        track = changed(neutral(mix=kind is ReviewType.MIXDOWN), peaks__true_peak_dbtp=limit_dbtp + above)
        assert finding(diagnosed(track, kind), "true_peak") is None


@pytest.mark.parametrize("kind", list(ReviewType))
def test_a_broken_sample_is_no_reason_to_turn_a_mix_down(kind: ReviewType) -> None:
    peaks = {"peaks__true_peak_dbtp": 85.0, "peaks__sample_peak_dbfs": 85.0, "peaks__usual_peak_dbtp": -3.0}
    diagnosis = diagnosed(floating(changed(neutral(mix=kind is not ReviewType.MASTER), **peaks)), kind)

    assert diagnosis.findings[0].code == "stray_sample"
    assert all(found.remedy.chain.trim_db == 0.0 for found in diagnosis.findings)
    assert finding(diagnosis, "true_peak") is None


def test_a_hot_float_mix_is_turned_down() -> None:
    hot = {"peaks__true_peak_dbtp": 14.0, "peaks__sample_peak_dbfs": 13.8, "peaks__usual_peak_dbtp": 9.0}
    diagnosis = diagnosed(floating(changed(neutral(mix=True), **hot)), ReviewType.MIXDOWN)

    assert finding(diagnosis, "stray_sample") is None
    assert finding(diagnosis, "true_peak") is not None


def test_peaks_above_full_scale_in_a_float_mix_are_a_note() -> None:
    track = floating(changed(neutral(mix=True), peaks__true_peak_dbtp=3.0, peaks__sample_peak_dbfs=2.9))
    diagnosis = diagnosed(track, ReviewType.MIXDOWN)
    found = finding(diagnosis, "true_peak")

    assert found is not None
    assert found.severity is Severity.INFO
    assert "float" in (found.caveat or "")
    assert finding(diagnosis, "mix_headroom") is None


def test_a_lossy_upload_is_not_accused_of_a_lossy_source() -> None:
    track = changed(neutral(), faults__low_pass_edge=LowPassEdge(16_000.0, 60.0))

    assert finding(diagnosed(track), "lossy_source") is not None
    assert finding(diagnosed(lossy(track)), "lossy_source") is None


def test_the_top_that_an_encoder_took_is_not_called_dull() -> None:
    cut, dark = tilted(neutral(), "air_10k_20k", -15.0), standing_out(neutral(), "dull", -8.0)

    assert finding(diagnosed(lossy(cut)), "dull") is None
    assert finding(diagnosed(lossy(dark)), "dull") is not None


def test_a_low_psr_counts_only_with_a_low_plr() -> None:
    drone = changed(neutral(), dynamics__psr_min_db=5.0, dynamics__plr_db=14.0)

    assert finding(diagnosed(drone), "over_limited") is None


def test_a_quiet_mix_that_peaks_high_has_no_limiter_on_it() -> None:
    peaky = changed(
        neutral(mix=True), loudness__integrated_lufs=-11.0, dynamics__plr_db=11.0, peaks__sample_peak_dbfs=-0.2
    )
    assert finding(diagnosed(peaky, ReviewType.MIXDOWN), "mix_loudness") is None

    trimmed = changed(
        neutral(mix=True), loudness__integrated_lufs=-11.0, dynamics__plr_db=8.0, peaks__sample_peak_dbfs=-3.0
    )
    assert finding(diagnosed(trimmed, ReviewType.MIXDOWN), "mix_loudness") is None


def test_a_full_scale_peak_without_clipping_is_a_note_on_headroom() -> None:
    found = finding(
        diagnosed(changed(neutral(mix=True), peaks__sample_peak_dbfs=0.0), ReviewType.MIXDOWN), "mix_headroom"
    )

    assert found is not None
    assert found.severity is Severity.INFO


def test_loud_is_taste_until_the_limiter_shows() -> None:
    loud = changed(neutral(), loudness__integrated_lufs=-3.0, dynamics__psr_min_db=9.5, dynamics__plr_db=9.5)
    found = finding(diagnosed(loud), "loud_vs_genre")
    assert found is not None
    assert found.severity is Severity.INFO
    assert "Leave it if you like it" in found.remedy.text

    squashed = finding(diagnosed(changed(loud, dynamics__psr_min_db=7.5)), "loud_vs_genre")
    assert squashed is not None
    assert squashed.severity is Severity.WARN
    assert "Drive the limiter less" in squashed.remedy.text


def test_quiet_warns_only_where_hardly_anybody_submits_that() -> None:
    # 77 finished pop tracks: the 10th percentile is −13.2 LUFS, the first −21.1 LUFS
    within = finding(diagnosed(changed(neutral(), loudness__integrated_lufs=-14.0)), "loud_vs_genre")
    below = finding(diagnosed(changed(neutral(), loudness__integrated_lufs=-29.0)), "loud_vs_genre")

    assert within is not None
    assert within.severity is Severity.INFO
    assert below is not None
    assert below.severity is Severity.WARN
    assert below.value == -29.0
    assert below.excess == pytest.approx(-13.2 + 29.0)


def test_an_excerpt_is_not_judged_as_a_song() -> None:
    short = neutral(duration_s=59.0)

    assert finding(diagnosed(tilted(short, "bass_60_200", -15.0)), "thin_low") is None
    for code, track in {
        "silence": changed(short, faults__head_silence_s=3.0),
        "loud_vs_genre": changed(short, loudness__integrated_lufs=-20.0),
    }.items():
        found = finding(diagnosed(track), code)
        assert found is not None
        assert found.severity is Severity.INFO
        assert "excerpt" in str(found.caveat)
    limited = finding(diagnosed(changed(short, dynamics__psr_min_db=3.0, dynamics__plr_db=4.0)), "over_limited")
    assert limited is not None
    assert limited.severity is Severity.WARN


CUT = {"faults__head_silence_s": 0.0, "faults__tail_silence_s": 0.0, "faults__end_level_lu": -1.0}


def test_a_file_that_begins_and_ends_in_full_sound_is_an_excerpt_and_says_so() -> None:
    diagnosis = diagnosed(changed(neutral(), loudness__loudness_range_lu=1.0, **CUT))
    cut = finding(diagnosis, "cut_tail")

    assert diagnosis.excerpt is not None
    assert cut is not None
    assert cut.severity is Severity.INFO
    assert "begins and ends in full sound" in str(cut.caveat)
    assert finding(diagnosis, "dynamics_flat") is None


@pytest.mark.parametrize(
    "change",
    [
        {"faults__head_silence_s": 0.3},
        {"faults__tail_silence_s": 0.3},
        {"faults__end_level_lu": -15.0},
        {"faults__end_level_lu": None},
    ],
)
def test_a_song_that_is_cut_at_one_end_only_is_a_song(change: dict[str, float | None]) -> None:
    assert diagnosed(changed(neutral(), **{**CUT, **change})).excerpt is None


def test_a_song_that_fades_in_is_a_song() -> None:
    song = changed(neutral(), **CUT)
    timeline = song.spectrum.timeline
    assert timeline is not None
    soft = {name: (levels[0] - 12.0, *levels[1:]) for name, levels in timeline.bands_db.items()}
    diagnosis = diagnosed(changed(song, spectrum__timeline__bands_db=soft))

    assert diagnosis.excerpt is None
    cut = finding(diagnosis, "cut_tail")
    assert cut is not None
    assert cut.severity is Severity.WARN


def test_a_tail_may_be_longer_than_a_head() -> None:
    at_head = finding(diagnosed(changed(neutral(), faults__head_silence_s=3.0)), "silence")
    at_tail = finding(diagnosed(changed(neutral(), faults__tail_silence_s=3.0)), "silence")
    long_tail = finding(diagnosed(changed(neutral(), faults__tail_silence_s=16.0)), "silence")

    assert at_head is not None
    assert at_head.severity is Severity.WARN
    assert at_tail is None
    assert long_tail is not None
    assert long_tail.severity is Severity.WARN
    assert (long_tail.spans[0].start_s, long_tail.spans[0].end_s) == (184.0, 200.0)


def test_loss_below_120_hertz_hurts_earlier_than_loss_overall() -> None:
    """The dossier's levels below 200 Hz are 1, 2 and 4 dB; within 0.3 dB of them nothing is said."""
    expected = {-0.9: None, -1.2: None, -1.4: "info", -2.5: "warn", -3.0: "warn", -4.5: "severe"}
    for loss, severity in expected.items():
        found = finding(diagnosed(changed(neutral(), bass__mono_fold_loss_below_120_db=loss)), "mono_fold")
        assert (found.severity.value if found else None) == severity
        assert found is None or (found.value, found.target.low) == (loss, -1.0)


@pytest.mark.parametrize("channel", [0, 1])
def test_a_dead_channel_is_named_and_not_called_an_imbalance_too(channel: int) -> None:
    track = changed(neutral(), faults__dead_channel=channel, stereo__balance_db=-60.0 if channel == 0 else 60.0)
    diagnosis = diagnosed(track)
    found = finding(diagnosis, "dual_mono")

    assert found is not None
    assert ("left", "right")[channel] in found.remedy.text or ("left", "right")[channel] in str(found.facts)
    assert finding(diagnosis, "lr_balance") is None


def test_a_steady_peak_where_notes_do_the_same_is_a_note_only() -> None:
    low = changed(neutral(), spectrum__resonances=(Resonance(104.0, 20.0, 1.0, "G♯2", 14.0, 41.0),))
    high = changed(neutral(), spectrum__resonances=(Resonance(1_800.0, 20.0, 1.0, "A6", 14.0, 41.0),))

    assert [found.severity for found in (finding(diagnosed(low), "resonance"),) if found] == [Severity.INFO]
    assert [found.severity for found in (finding(diagnosed(high), "resonance"),) if found] == [Severity.WARN]


def test_a_resonance_says_note_frequency_height_and_place() -> None:
    track = changed(neutral(), spectrum__resonances=(Resonance(3_000.0, 14.2, 0.97, "F♯7", 8.0, 64.0),))
    found = finding(diagnosed(track), "resonance")

    assert found is not None
    told = insight(found, genre_table().get("pop"), Detail.DETAILED)
    assert all(words in told for words in ("F♯7", "3\xa0kHz", "8.0\xa0dB", "1:04")), told


@pytest.mark.parametrize("detail", [Detail.DETAILED, Detail.PRO])
def test_the_height_of_a_resonance_is_one_figure_in_sentence_receipt_and_finding(detail: Detail) -> None:
    track = changed(neutral(), spectrum__resonances=(Resonance(3_000.0, 14.2, 0.97, "F♯7", 8.0, 64.0),))
    found = finding(diagnosed(track), "resonance")

    assert found is not None
    told = " ".join(
        [insight(found, genre_table().get("pop"), detail), receipt(found), *map(str, (found.facts or {}).values())]
    )
    assert set(re.findall(r"(\d+\.\d)\xa0dB", told)) <= {"8.0", "4.0"}, told
    assert found.value == 8.0


def test_peaks_of_an_older_analysis_are_no_resonance() -> None:
    older = changed(neutral(), spectrum__resonances=(Resonance(3_000.0, 18.0, 1.0),))

    assert finding(diagnosed(older), "resonance") is None


@pytest.mark.parametrize(
    ("levels_lufs", "width_db", "is_told"),
    [
        ((-14.0, -14.0, -13.5, -14.0, -14.0), 0.0, True),
        ((-14.0, -14.0, -13.5, -14.0, -14.0), 2.0, False),
        ((-13.5, -14.0, -14.0, -14.0, -14.0), 0.0, False),
    ],
    ids=["neither", "wider", "the first part"],
)
def test_a_lift_is_level_or_width(levels_lufs: tuple[float, ...], width_db: float, *, is_told: bool) -> None:
    track = in_parts(neutral(), levels_lufs, width_db)

    assert (finding(diagnosed(track), "chorus_lift") is not None) == is_told


def test_a_flat_song_is_told_once() -> None:
    flat_lu = norm("range", "pop").value_at("below", 5.0)
    track = changed(in_parts(neutral(), (-14.0, -14.0, -13.5, -14.0, -14.0)), loudness__loudness_range_lu=flat_lu)
    found = finding(diagnosed(track), "chorus_lift")

    assert found is not None
    assert found.merged == ("dynamics_flat",)


def test_a_few_bands_that_lean_are_a_note() -> None:
    track = leaning(neutral(), 4.0, "pop")
    timeline = track.stereo.timeline
    assert timeline is not None
    centred = replace(timeline.bands["air_10k_20k"], balance_db=(0.1,) * len(timeline.balance_db))
    few = {**timeline.bands, **dict.fromkeys(("sub_20_60", "bass_60_200", "air_10k_20k"), centred)}
    some = finding(diagnosed(changed(track, stereo__timeline__bands=few)), "part_leans")
    all_of_them = finding(diagnosed(track), "part_leans")

    assert some is not None
    assert all_of_them is not None
    assert (some.severity, all_of_them.severity) == (Severity.INFO, Severity.WARN)


@pytest.mark.parametrize("genre_id", ["jazz", "acoustic_folk", "classical", "cinematic"])
def test_no_programmed_genre_is_named_as_nearest_to_what_is_played(genre_id: str) -> None:
    """Twice as far from its own genre as house is, so that a curve of dance music lies nearest."""
    own, other = (genre_table().get(name).third_octave_db for name in (genre_id, "house"))
    curve = {name: own.get(name, level) + 2.0 * (level - own.get(name, level)) for name, level in other.items()}
    track = changed(neutral(genre_id), spectrum__third_octave_db=curve)

    assert finding(diagnosed(track, genre_id=genre_id), "genre_fit") is None
