"""Faults of the file: each state in its own words, and what keeps it from being one."""

from typing import Any

import pytest

from core.analysis.measurements import Bars, BeatGrid, ChannelPassage, Click, Dropout, Hum, LevelStep, TimedPassage
from core.diagnosis import diagnose
from core.diagnosis.finding_words import insight, measured, receipt, suggestion
from core.diagnosis.findings import Finding
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.values.chain import EMPTY
from core.values.request import Detail, ReviewType
from tests.support.reviews.analyses import changed, lossy, neutral, request


def found(code: str, kind: ReviewType = ReviewType.MASTER, genre_id: str = "pop", **paths: Any) -> Finding | None:
    analysis = changed(neutral(genre_id, mix=kind is not ReviewType.MASTER), **paths)
    findings = diagnose(analysis, genre_table().get(genre_id), request(kind, genre_id)).findings
    return next((finding for finding in findings if finding.code == code), None)


def state(finding: Finding | None) -> str:
    assert finding is not None
    return str((finding.facts or {})["state"]).replace("\u00a0", " ")


def told(finding: Finding | None) -> str:
    """The state with its times."""
    assert finding is not None
    return str((finding.facts or {})["told"]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("paths", "severity", "words"),
    [
        ({"faults__dead_channel": 0}, "severe", "left channel is silent"),
        ({"faults__inverted_polarity": True}, "severe", "upside down"),
        ({"stereo__correlation": -0.97}, "severe", "upside down"),
        ({"faults__interchannel_delay_ms": 0.6}, "warn", "left channel comes 0.6 ms late"),
        ({"faults__interchannel_delay_ms": -0.6}, "warn", "right channel comes 0.6 ms late"),
        ({"faults__identical_channels": True}, "info", "identical"),
    ],
)
def test_channel_faults_by_what_they_are(paths: dict[str, Any], severity: str, words: str) -> None:
    finding = found("dual_mono", **paths)

    assert words in state(finding)
    assert finding is not None
    assert finding.severity.value == severity


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (
            {"faults__silent_passages": (ChannelPassage(20.0, 40.0, 1),)},
            "the right channel is silent from 0:20 to 0:40",
        ),
        ({"faults__silent_passages": (ChannelPassage(30.0, 200.0, 0),)}, "the left channel is silent from 0:30 on"),
        (
            {"faults__silent_passages": (ChannelPassage(20.0, 40.0, 0), ChannelPassage(50.0, 60.0, 1))},
            "the left channel is silent from 0:20 to 0:40 and the right channel is silent from 0:50 to 1:00",
        ),
        (
            {"faults__inverted_passages": (TimedPassage(30.0, 200.0),)},
            "one channel is upside down from 0:30 on, so the song cancels in mono there",
        ),
    ],
)
def test_a_channel_fault_of_a_part_says_which_channel_and_when(paths: dict[str, Any], words: str) -> None:
    lean = {"stereo__balance_db": 2.1} if "faults__silent_passages" in paths else {}

    finding = found("dual_mono", source__duration_s=200.0, **paths, **lean)

    assert told(finding) == words
    assert finding is not None
    assert finding.severity.value == "severe"
    assert [span.start_s for span in finding.spans] == [passage.start_s for passage in next(iter(paths.values()))]
    assert found("lr_balance", source__duration_s=200.0, **paths, **lean) is None


def test_a_lean_is_told_beside_a_channel_fault_that_does_not_explain_it() -> None:
    paths = {"faults__inverted_polarity": True, "stereo__balance_db": 3.0, "bass__side_to_mid_below_120_db": 10.0}

    assert found("lr_balance", **paths) is not None
    assert found("low_stereo", **paths) is None


def test_equal_channels_are_one_point() -> None:
    paths = {"faults__identical_channels": True, "stereo__correlation": 1.0, "stereo__side_to_mid_db": -120.0}

    assert found("dual_mono", **paths) is not None
    assert found("width_vs_genre", **paths) is None


def test_a_low_end_that_cancels_is_told_as_the_loss_in_mono_and_no_side_is_cut() -> None:
    paths = {"bass__side_to_mid_below_120_db": 8.0, "bass__mono_fold_loss_below_120_db": -9.0}

    finding = found("mono_fold", **paths)

    assert finding is not None
    assert found("low_stereo", **paths) is None
    assert not finding.remedy.chain.eq
    assert finding.remedy.chain.width_percent is None


def test_what_a_channel_fault_does_to_mono_is_not_a_second_point() -> None:
    finding = found(
        "dual_mono",
        faults__inverted_polarity=True,
        stereo__correlation=-0.8,
        stereo__mono_fold_loss_db=-9.0,
        stereo__negative_correlation_share=0.9,
        bass__side_to_mid_below_120_db=8.0,
    )

    assert finding is not None
    assert {"mono_fold", "corr_neg", "low_stereo"} <= set(finding.merged)


@pytest.mark.parametrize(
    ("dropouts", "clicks", "severity", "words"),
    [
        ((Dropout(30.0, 0.08, None),), (), "warn", "1 dropout at 0:30"),
        ((Dropout(30.0, 0.012, None),), (), "warn", "1 dropout at 0:30"),
        ((), (Click(30.0, 0),), "info", "1 click at 0:30"),
        ((), (Click(30.0, 0, lone=True),), "warn", "1 click at 0:30"),
        ((), (Click(30.0, 0), Click(60.0, 1)), "warn", "2 clicks at 0:30 and 1:00"),
        (
            (),
            tuple(Click(2.0 * index, 0) for index in range(90)),
            "info",
            "90 clicks at 0:00, 0:02, 0:04, 0:06 and 86 more, about every 2 s",
        ),
        (
            (Dropout(30.0, 0.08, 0),),
            (Click(90.0, 0), Click(91.0, 0)),
            "warn",
            "1 dropout at 0:30 and 2 clicks at 1:30 and 1:31",
        ),
        (
            tuple(Dropout(10.0 * index, 0.012, None) for index in range(1, 20)),
            (),
            "warn",
            "19 dropouts at 0:10, 0:20, 0:30, 0:40 and 15 more, about every 10 s",
        ),
        (
            (Dropout(20.0, 0.012, None, on_beat=True), Dropout(30.0, 0.012, None, on_beat=True)),
            (Click(40.0, 0, lone=True, on_beat=True),),
            "info",
            "2 dropouts on the beat at 0:20 and 0:30 and 1 click on the beat at 0:40",
        ),
    ],
)
def test_holes_and_clicks(
    dropouts: tuple[Dropout, ...], clicks: tuple[Click, ...], severity: str | None, words: str
) -> None:
    finding = found("level_jump", faults__dropouts=dropouts, faults__clicks=clicks)

    assert finding is not None
    assert finding.severity.value == severity
    assert told(finding) == words
    assert bool(finding.spans) is (len(clicks) < 90), "what happens throughout has no place"


def test_events_beyond_the_list_are_counted() -> None:
    listed = tuple(Dropout(float(at), 0.01, None) for at in range(10, 110))

    finding = found("level_jump", faults__dropouts=listed, faults__dropout_count=130)

    assert finding is not None
    assert told(finding) == "130 dropouts at 0:10, 0:11, 0:12, 0:13 and 126 more, about every 1 s"


def test_a_step_is_told_beside_a_click_and_sure_places_before_unsure_ones() -> None:
    clicks = (*(Click(float(at), 0) for at in (10, 30, 50, 70)), Click(170.0, 0, lone=True))

    finding = found("level_jump", faults__clicks=clicks, faults__level_steps=(LevelStep(150.0, -8.0),))

    assert finding is not None
    assert told(finding) == (
        "5 clicks at 0:10, 0:30, 0:50, 1:10 and 2:50 and a drop of the whole level by 8.0 dB at 2:30"
    )
    assert [round(span.start_s) for span in finding.spans] == [150, 170]


GRID = BeatGrid(0.5, 0.5, 0.95, Bars(first_downbeat_s=0.5, bar_s=2.0, beats_per_bar=4, confidence=0.9))


@pytest.mark.parametrize(
    ("genre_id", "at_s", "by_db", "severity"),
    [
        ("rock", 60.0, -4.0, "warn"),
        ("rock", 60.55, -5.0, "info"),
        ("rock", 60.55, -8.0, "warn"),
        ("rock", 60.65, -5.0, "warn"),
        ("classical", 60.0, 4.0, "info"),
        ("classical", 60.0, 6.5, "warn"),
    ],
)
def test_a_step_on_a_bar_line_or_within_played_dynamics_may_be_meant(
    genre_id: str, at_s: float, by_db: float, severity: str
) -> None:
    finding = found("level_jump", genre_id=genre_id, faults__level_steps=(LevelStep(at_s, by_db),), rhythm__beats=GRID)

    assert finding is not None
    assert finding.severity is Severity(severity)
    assert finding.is_doubtful is (severity == "info")


@pytest.mark.parametrize(
    ("paths", "kind", "severity", "words"),
    [
        ({"faults__upsampled_from_hz": 44_100, "source__sample_rate_hz": 96_000}, "master", "info", "96 kHz"),
        ({"faults__effective_bit_depth": 16}, "master", "info", "only 16"),
        ({"faults__effective_bit_depth": 8}, "master", "warn", "only 8"),
        ({"faults__effective_bit_depth": 20}, "master", None, ""),
        ({"faults__effective_bit_depth": None}, "master", None, ""),
        ({"faults__effective_bit_depth": 16, "source__bit_depth": 16}, "master", None, ""),
    ],
)
def test_padded_files(paths: dict[str, Any], kind: str, severity: str | None, words: str) -> None:
    finding = found("fake_hires", ReviewType(kind), **paths)

    assert (finding.severity.value if finding else None) == severity
    if finding is not None:
        assert words in state(finding)


@pytest.mark.parametrize(
    ("kind", "severity"), [(ReviewType.MIXDOWN, None), (ReviewType.MASTERING, "info"), (ReviewType.MASTER, None)]
)
def test_an_mp3_is_minded_only_where_it_would_be_mastered(kind: ReviewType, severity: str | None) -> None:
    track = lossy(neutral(mix=kind is not ReviewType.MASTER))
    findings = diagnose(track, genre_table().get("pop"), request(kind)).findings

    assert [finding.severity.value for finding in findings if finding.code == "sample_rate"] == [severity] * bool(
        severity
    )


def test_a_reference_of_another_length_is_another_song_and_proves_no_loss() -> None:
    genre = genre_table().get("pop")
    flat = changed(neutral(), loudness__loudness_range_lu=3.0)
    mix = changed(neutral(), loudness__loudness_range_lu=9.0, dynamics__plr_db=17.0)
    other = changed(mix, source__duration_s=187.0)

    assert "lra_change" in {f.code for f in diagnose(flat, genre, request(), reference=mix).findings}
    assert "lra_change" not in {f.code for f in diagnose(flat, genre, request(), reference=other).findings}


def test_lost_peaks_weigh_without_a_lost_range() -> None:
    genre = genre_table().get("pop")
    mix = changed(neutral(), dynamics__plr_db=17.0)
    found = diagnose(changed(neutral(), dynamics__plr_db=11.0), genre, request(), reference=mix).findings

    assert [(f.code, f.severity.value) for f in found] == [("lra_change", "warn")]


def test_quiet_genres_are_not_told_to_leave_headroom_for_streaming_gain() -> None:
    paths = {"loudness__integrated_lufs": -20.0, "peaks__true_peak_dbtp": -1.2}

    assert found("stream_gain", genre_id="classical", **paths) is None
    assert found("stream_gain", genre_id="pop", **paths) is not None


def test_soft_attacks_are_no_fault_without_drums() -> None:
    soft = {"transients__attack_crest_db__mid": 2.0, "transients__attack_crest_db__high": 2.0}

    assert found("transient_dull", **soft) is not None
    assert found("transient_dull", **soft, transients__onset_rate_hz=0.8) is None
    assert found("transient_dull", genre_id="ambient", **soft) is None


def test_kick_against_bass_is_asked_only_where_a_kick_is_on_every_beat() -> None:
    assert found("kick_bass", ReviewType.MIXDOWN, "house", bass__kick_to_sustain_db=1.0) is not None
    assert found("kick_bass", ReviewType.MIXDOWN, "jazz", bass__kick_to_sustain_db=1.0) is None


def test_a_stereo_low_end_that_hardly_exists_is_a_note() -> None:
    track = neutral("house")
    thirds = {
        name: level - (60.0 if float(name) < 200 else 0.0) for name, level in track.spectrum.third_octave_db.items()
    }
    finding = found(
        "low_stereo", genre_id="house", bass__side_to_mid_below_120_db=3.0, spectrum__third_octave_db=thirds
    )

    assert finding is not None
    assert finding.severity.value == "info"
    assert "hardly any low end" in (finding.caveat or "")


def test_a_state_is_told_in_words_and_never_as_the_number_it_is_ranked_by() -> None:
    finding = found("level_jump", faults__clicks=(Click(30.0, 0), Click(60.0, 1)))

    assert finding is not None
    assert measured(finding) == "2 clicks"
    assert receipt(finding) == "edits: 2 clicks at 0:30 and 1:00"


def test_one_listed_event_among_many_that_are_only_counted_is_told() -> None:
    """The list of clicks is limited; nothing is known of how often the others come."""
    finding = found("level_jump", faults__clicks=(Click(12.0, 0, lone=True),), faults__click_count=9)

    assert told(finding) == "9 clicks at 0:12 and 8 more"


def test_a_comb_of_steady_lines_is_hum_however_loud_it_is() -> None:
    loud = {"faults__hum": Hum(50.0, -20.0, 6, is_sure=True)}
    finding, few = found("hum", **loud), found("hum", faults__hum=Hum(50.0, -20.0, 2, is_sure=True))

    assert finding is not None
    assert few is not None
    assert finding.severity is Severity.WARN
    assert few.severity is Severity.INFO


def test_hum_that_runs_to_the_end_is_no_cut() -> None:
    subject = neutral("pop")
    integrated = subject.loudness.integrated_lufs
    assert integrated is not None
    end = {"faults__end_level_lu": -10.0, "faults__hum": Hum(50.0, integrated - 12.0, 6)}

    assert found("cut_tail", **end) is None
    assert found("cut_tail", faults__end_level_lu=-10.0) is not None


def test_a_stop_before_silence_is_no_matter_of_the_export_range() -> None:
    finding = found("cut_tail", faults__end_level_lu=-8.0, faults__tail_silence_s=2.0)

    assert finding is not None
    assert "silence follows" in (finding.caveat or "")


def test_one_click_on_the_beat_does_not_come_back() -> None:
    one = found("level_jump", faults__clicks=(Click(53.0, None, on_beat=True),), faults__click_count=1)
    many = tuple(Click(10.0 + 4.0 * number, None, on_beat=True) for number in range(6))
    six = found("level_jump", faults__clicks=many, faults__click_count=6)

    assert one is not None
    assert six is not None
    assert "come back" not in (one.caveat or "")
    assert "come back" in (six.caveat or "")


def test_holes_at_the_very_end_prove_no_fault() -> None:
    duration_s = neutral("pop").source.duration_s
    at = [duration_s - 2.3, duration_s - 40.0]
    late, inside = (
        found("level_jump", faults__dropouts=(Dropout(start, 0.05, None),), faults__dropout_count=1) for start in at
    )

    assert late is not None
    assert inside is not None
    assert late.severity is Severity.INFO
    assert late.is_doubtful
    assert inside.severity is Severity.WARN


def test_a_severe_offset_is_not_left_alone_and_has_a_row() -> None:
    finding = found("dc", faults__dc_offset_per_channel=(0.25, 0.25))

    assert finding is not None
    assert finding.severity is Severity.SEVERE
    told = suggestion(finding, genre_table().get("pop"), ReviewType.MASTER, Detail.DETAILED)
    assert "leave it" not in told
    assert finding.remedy.chain != EMPTY


def test_overs_without_number_are_not_blamed_on_the_decoder() -> None:
    lossy = {"source__lossy": True, "peaks__true_peak_dbtp": 3.0}
    few, many = (found("decoder_peaks", **lossy, peaks__decoder_over_count=count) for count in (500, 126_436))

    assert few is not None
    assert many is not None
    pop = genre_table().get("pop")
    assert "The decoder makes these" in insight(few, pop, Detail.DETAILED)
    assert "before it was encoded" in insight(many, pop, Detail.DETAILED)
