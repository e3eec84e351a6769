"""The findings of one version in the next."""

import re
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from bot.cli.printing import _print_versions
from cogs.rendering import versions_block
from core.analysis.measurements import Analysis, ClippedRun, Section
from core.analysis.tone.equaliser_response import response_db
from core.diagnosis import compare_versions, diagnose
from core.diagnosis.comparing import version_words
from core.diagnosis.findings import Diagnosis, Finding, Likeness, VersionChange, VersionOutcome
from core.knowledge.genres import genre_table
from core.rules.reading import JudgedTrack
from core.text.language import worded
from core.values.chain import EqBand, FilterKind
from core.values.request import ReviewType
from core.values.serial import from_json, to_json
from tests.support.reviews.analyses import changed, lossy, mono, neutral, request, tilted
from tests.unit.rules.rule_cases import LEVELS, diagnosis_of, firing_value


def followed(before: Analysis, after: Analysis, kind: ReviewType = ReviewType.MASTER) -> dict[str, VersionChange]:
    genre = genre_table().get("pop")
    previous = diagnose(before, genre, request(kind)).findings
    versions = diagnose(after, genre, request(kind), previous=previous).versions
    assert versions is not None
    return {change.code: change for change in versions}


def muddy(by_db: float) -> Analysis:
    return tilted(neutral(), "lowmid_200_500", by_db)


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (5.0, 0.0, VersionOutcome.FIXED),
        (5.0, 1.0, VersionOutcome.FIXED),
        (5.0, 3.5, VersionOutcome.IMPROVED),
        (5.0, 4.8, VersionOutcome.UNCHANGED),
        (5.0, 5.2, VersionOutcome.UNCHANGED),
        (5.0, 6.0, VersionOutcome.WORSE),
    ],
)
def test_outcomes_of_a_tone_finding(before: float, after: float, outcome: VersionOutcome) -> None:
    change = followed(muddy(before), muddy(after))["mud"]

    assert change.outcome is outcome
    assert change.before == pytest.approx(before)
    assert change.after == pytest.approx(after)


def test_a_finding_that_overshoots_to_the_other_side_is_fixed_and_its_value_signed() -> None:
    changes = followed(muddy(5.0), muddy(-3.0))

    assert changes["mud"].outcome is VersionOutcome.FIXED
    assert changes["mud"].after == pytest.approx(-3.0)


def test_what_was_not_there_before_is_new() -> None:
    changes = followed(muddy(5.0), changed(muddy(0.0), stereo__balance_db=3.0))

    assert changes["lr_balance"].outcome is VersionOutcome.NEW
    assert changes["lr_balance"].before is None
    assert changes["lr_balance"].after == pytest.approx(3.0)
    assert list(changes) == ["mud", "lr_balance"]


@pytest.mark.parametrize("code", list(LEVELS))
def test_the_same_file_again_changes_nothing(code: str) -> None:
    case = firing_value(code)
    previous = diagnosis_of(code, *case).findings

    versions = diagnosis_of(code, *case, previous=previous).versions

    assert versions is not None
    assert [change.code for change in versions] == [finding.code for finding in previous]
    assert {change.outcome for change in versions} == {VersionOutcome.UNCHANGED}
    assert all(change.before == change.after for change in versions)


@pytest.mark.parametrize("code", list(LEVELS))
def test_a_fixed_finding_shows_what_is_measured_now(code: str) -> None:
    kind, genre_id, value = firing_value(code)
    previous = diagnosis_of(code, kind, genre_id, value).findings

    versions = diagnosis_of(code, kind, genre_id, None, previous=previous).versions

    assert versions is not None
    change = next(change for change in versions if change.code == code)
    assert change.outcome is VersionOutcome.FIXED
    assert change.before is not None
    assert change.after is not None
    assert change.after != change.before


def test_too_quiet_and_then_less_so_is_an_improvement() -> None:
    quiet, nearer = (changed(neutral(), loudness__integrated_lufs=level) for level in (-18.0, -15.0))

    assert followed(quiet, nearer)["loud_vs_genre"].outcome is VersionOutcome.IMPROVED
    assert followed(nearer, quiet)["loud_vs_genre"].outcome is VersionOutcome.WORSE


def test_a_mix_that_became_a_master_is_not_worse_for_stricter_levels() -> None:
    genre = genre_table().get("pop")
    track = changed(neutral(mix=True), peaks__true_peak_dbtp=0.1, loudness__integrated_lufs=-13.0)
    previous = diagnose(track, genre, request(ReviewType.MIXDOWN)).findings
    assert [finding.code for finding in previous] == ["true_peak"]

    versions = diagnose(track, genre, request(ReviewType.MASTER), previous=previous).versions

    assert versions is not None
    assert next(change for change in versions if change.code == "true_peak").outcome is VersionOutcome.UNCHANGED


def test_a_finding_that_another_one_now_speaks_for_is_not_called_fixed() -> None:
    hot = changed(neutral(mix=True), peaks__true_peak_dbtp=0.5, peaks__sample_peak_dbfs=-0.5)
    runs = tuple(ClippedRun(10.0 + index, 4, 0) for index in range(100))
    clipped = changed(
        hot,
        peaks__clipped_runs=runs,
        peaks__clipped_run_count=400,
        dynamics__plr_db=(hot.dynamics.plr_db or 0.0) - 2.0,
    )
    changes = followed(hot, clipped, ReviewType.MIXDOWN)

    assert changes["clip_samples"].outcome is VersionOutcome.NEW
    assert changes["true_peak"].outcome is VersionOutcome.UNCHANGED
    assert changes["true_peak"].after == 0.5

    back = followed(clipped, hot, ReviewType.MIXDOWN)
    assert back["clip_samples"].outcome is VersionOutcome.FIXED
    assert "true_peak" not in back or back["true_peak"].outcome is not VersionOutcome.NEW


@pytest.mark.parametrize(
    ("is_lossy", "plr_gain_db", "outcome"),
    [
        (False, 0.0, VersionOutcome.UNCHANGED),
        (False, 2.0, VersionOutcome.FIXED),
        (True, 0.0, VersionOutcome.UNCHANGED),
        (True, 2.0, VersionOutcome.UNCHANGED),
        (True, 4.0, VersionOutcome.FIXED),
    ],
    ids=["smoothed over", "peaks are back", "encoded", "encoded, with its overshoot", "peaks are back in an MP3"],
)
def test_clipping_is_fixed_only_where_peaks_came_back(
    plr_gain_db: float, outcome: VersionOutcome, *, is_lossy: bool
) -> None:
    runs = tuple(ClippedRun(10.0 + index, 8, 0) for index in range(100))
    clipped = changed(neutral(), peaks__clipped_runs=runs, peaks__clipped_run_count=400)
    after = changed(neutral(), dynamics__plr_db=(neutral().dynamics.plr_db or 0.0) + plr_gain_db)

    change = followed(clipped, lossy(after) if is_lossy else after)["clip_samples"]

    assert change.outcome is outcome
    assert (change.after is None) == (outcome is VersionOutcome.UNCHANGED)


def test_what_the_new_version_does_not_let_us_judge_is_not_called_fixed() -> None:
    level = changed(neutral(), loudness__loudness_range_lu=1.5)
    excerpt = changed(neutral(duration_s=40.0), loudness__loudness_range_lu=1.5)

    assert "dynamics_flat" in followed(level, level)
    assert "dynamics_flat" not in followed(level, excerpt)


def test_a_matter_of_mixes_is_not_called_fixed_on_a_master() -> None:
    genre = genre_table().get("pop")
    mix = changed(neutral(mix=True), tonality__tuning_cents=35.0)
    previous = diagnose(mix, genre, request(ReviewType.MIXDOWN)).findings
    versions = diagnose(mix, genre, request(ReviewType.MASTER), previous=previous).versions

    assert [finding.code for finding in previous] == ["key_sanity"]
    assert versions is not None
    assert "key_sanity" not in {change.code for change in versions}


def test_a_channel_fault_is_fixed_by_a_file_of_one_channel() -> None:
    dead = changed(neutral(), faults__dead_channel=1)

    assert followed(dead, mono(neutral()))["dual_mono"].outcome is VersionOutcome.FIXED


@pytest.mark.parametrize("duration_s", [90.0, 310.0])
def test_another_length_and_other_parts_break_nothing(duration_s: float) -> None:
    longer = tilted(neutral(duration_s=duration_s), "lowmid_200_500", 3.5)
    rearranged = changed(longer, sections=(Section(0.0, duration_s, "drop", -9.0, 0.9),))

    assert followed(muddy(5.0), rearranged)["mud"].outcome is VersionOutcome.IMPROVED
    assert set(followed(muddy(5.0), rearranged)) == {"mud"}


def test_findings_survive_the_way_through_storage() -> None:
    genre = genre_table().get("pop")
    previous = diagnose(muddy(5.0), genre, request()).findings
    stored = tuple(from_json(list[Finding], to_json(previous)))

    assert stored == previous
    assert diagnose(muddy(5.0), genre, request(), previous=stored).versions is not None


def test_a_row_of_an_older_program_still_loads() -> None:
    genre = genre_table().get("pop")
    old = to_json(diagnose(muddy(5.0), genre, request()).findings[0]).replace(b',"merged":[]', b"")

    assert b"merged" not in old
    assert from_json(Finding, old).merged == ()


def since(before: Analysis, after: Analysis) -> Diagnosis:
    genre = genre_table().get("pop")
    previous = diagnose(before, genre, request()).findings
    return diagnose(after, genre, request(), previous=previous, earlier=before)


def test_what_happened_to_the_tone_is_told_as_equaliser_bands() -> None:
    found = since(neutral(), changed(neutral(), spectrum__third_octave_db=belled(6.0)))

    bands = [move.band for move in found.tone_since or ()]
    assert [band.kind for band in bands] == [FilterKind.BELL]
    assert bands[0].frequency_hz == pytest.approx(3_150.0, rel=0.1)
    assert bands[0].gain_db == pytest.approx(6.0, abs=0.5)
    told = version_words.tone_line(found).replace("\u00a0", " ")
    assert re.fullmatch(r"Tone: bell \+[56]\.\d dB at 3\.[123] kHz \(Q \d\.\d\)", told)
    assert version_words.told(found).endswith(f"{version_words.tone_line(found)}.")
    assert any(version_words.tone_line(found) in line for line in versions_block(found))


def test_equal_tone_says_nothing_and_neither_does_a_first_version() -> None:
    same = since(neutral(), changed(neutral(), peaks__true_peak_dbtp=-1.6))

    assert same.tone_since == ()
    assert version_words.tone_line(same) == ""
    assert version_words.told(same) == ""
    assert versions_block(same) == []
    assert diagnose(neutral(), genre_table().get("pop"), request()).tone_since is None


def test_an_empty_top_is_no_change_of_tone() -> None:
    thirds = {name: -120.0 if float(name) > 9_000.0 else level for name, level in belled(0.0).items()}
    cut = changed(neutral(), spectrum__third_octave_db=thirds)

    assert since(neutral(), cut).tone_since == since(cut, neutral()).tone_since == ()


def test_a_diagnosis_stored_before_the_tone_was_followed_still_loads() -> None:
    stored = from_json(dict[str, Any], to_json(diagnose(neutral(), genre_table().get("pop"), request())))
    del stored["tone_since"]

    assert from_json(Diagnosis, to_json(stored)).tone_since is None


def belled(gain_db: float) -> dict[str, float]:
    """Third octaves of the neutral track after a bell at 3.15 kHz."""
    bell = EqBand(FilterKind.BELL, 3_150.0, gain_db, 1.0)
    thirds = neutral().spectrum.third_octave_db
    return {name: level + float(response_db(bell, np.array([float(name)]))[0]) for name, level in thirds.items()}


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [(1.9, 1.6, None), (1.9, 0.2, VersionOutcome.FIXED), (-1.9, -1.6, None)],
    ids=["below the limit by a hair", "well below it", "on the other side"],
)
def test_a_finding_that_is_gone_by_a_hair_is_not_called_fixed(
    before: float, after: float, outcome: VersionOutcome | None
) -> None:
    leaning, less = (changed(neutral(), stereo__balance_db=value) for value in (before, after))

    change = followed(leaning, less).get("lr_balance")

    assert (change.outcome if change is not None else None) is outcome


def test_a_finding_that_came_by_a_hair_is_not_called_new() -> None:
    almost, leaning, more = (changed(neutral(), stereo__balance_db=value) for value in (1.6, 1.9, 3.0))

    assert [change.code for change in since(almost, leaning).versions or ()] == []
    assert [change.outcome for change in since(almost, more).versions or ()] == [VersionOutcome.NEW]


@pytest.mark.parametrize(
    ("runs", "plr_gain_db", "is_lossy", "outcome"),
    [
        (10, 0.0, True, VersionOutcome.UNCHANGED),
        (10, 0.0, False, VersionOutcome.UNCHANGED),
        (10, 2.0, False, VersionOutcome.IMPROVED),
        (90, 0.0, True, VersionOutcome.WORSE),
    ],
    ids=["encoded", "filtered", "peaks are back", "clipped more"],
)
def test_clipping_is_improved_only_where_peaks_came_back(
    runs: int, plr_gain_db: float, outcome: VersionOutcome, *, is_lossy: bool
) -> None:
    before, after = (with_clipped_runs(count) for count in (60, runs))
    after = changed(after, dynamics__plr_db=(before.dynamics.plr_db or 0.0) + plr_gain_db)

    change = followed(before, lossy(after) if is_lossy else after)["clip_samples"]

    assert change.outcome is outcome


def with_clipped_runs(count: int) -> Analysis:
    runs = tuple(ClippedRun(10.0 + index, 8, 0) for index in range(count))
    return changed(neutral(), peaks__clipped_runs=runs, peaks__clipped_run_count=10 * count)


@pytest.mark.parametrize(
    ("psr_db", "is_lossy", "outcome"),
    [
        (6.4, True, VersionOutcome.UNCHANGED),
        (6.4, False, VersionOutcome.IMPROVED),
        (7.6, True, None),
        (7.6, False, VersionOutcome.FIXED),
    ],
)
def test_an_encoder_does_not_improve_over_limiting(
    psr_db: float, outcome: VersionOutcome | None, *, is_lossy: bool
) -> None:
    before, after = (changed(neutral(), dynamics__psr_min_db=psr, dynamics__plr_db=7.0) for psr in (5.5, psr_db))

    change = since(before, lossy(after) if is_lossy else after).versions or ()

    found = {each.code: each.outcome for each in change}
    assert found.get("over_limited") is outcome


def test_the_same_recording_again_is_told_in_one_sentence() -> None:
    found = since(muddy(5.0), muddy(5.0))

    assert found.previous_is is Likeness.SAME_RECORDING
    assert version_words.told(found) == worded("versions.same_recording")
    assert [line for line in versions_block(found) if "•" in line] == [f"• {version_words.told(found)}"]
    assert since(muddy(5.0), muddy(4.0)).previous_is is None
    assert since(neutral(), changed(neutral(), peaks__true_peak_dbtp=-1.6)).previous_is is None


def test_another_piece_is_told_before_what_became_of_its_findings() -> None:
    other = changed(playing(neutral(), seed=2), rhythm__tempo_bpm=97.0)
    found = since(playing(muddy(5.0), seed=1), other)

    assert found.previous_is is Likeness.ANOTHER_PIECE
    opening = worded("versions.another_piece")
    assert version_words.told(found).startswith(f"{opening} Fixed: ")
    assert versions_block(found)[1] == f"• {opening}"


def test_another_mix_of_a_piece_and_a_part_of_it_are_no_other_piece() -> None:
    song = playing(neutral(), seed=1)
    timeline = song.spectrum.timeline
    assert timeline is not None
    part = {name: levels[30:80] for name, levels in timeline.bands_db.items()}
    mixed = {name: tuple(0.6 * level + 3.0 for level in levels) for name, levels in timeline.bands_db.items()}

    assert since(song, changed(song, spectrum__timeline__bands_db=part)).previous_is is not Likeness.ANOTHER_PIECE
    assert since(song, changed(song, spectrum__timeline__bands_db=mixed)).previous_is is not Likeness.ANOTHER_PIECE
    assert since(song, changed(neutral(), peaks__true_peak_dbtp=-1.6)).previous_is is None


def test_sets_of_two_hours_are_compared_by_moments_of_several_seconds() -> None:
    songs = [playing(muddy(5.0), seed=1), playing(neutral(), seed=2)]
    long = [_for_two_hours(song) for song in songs]
    delayed = _for_two_hours(songs[0], delay=120)

    assert since(long[0], changed(long[1], rhythm__tempo_bpm=97.0)).previous_is is Likeness.ANOTHER_PIECE
    assert since(long[0], delayed).previous_is is not Likeness.ANOTHER_PIECE


def _for_two_hours(analysis: Analysis, delay: int = 0) -> Analysis:
    """Its course stretched to 7,200 values of a second, beginning later by `delay` of them."""
    timeline = analysis.spectrum.timeline
    assert timeline is not None
    long = {}
    for name, levels in timeline.bands_db.items():
        stretched = [level for level in levels for _ in range(7_200 // len(levels))]
        long[name] = tuple([levels[0]] * delay + stretched)
    return changed(analysis, spectrum__timeline__bands_db=long)


def playing(analysis: Analysis, seed: int) -> Analysis:
    """The same with bands that rise and fall every few seconds in another order for every seed."""
    timeline = analysis.spectrum.timeline
    assert timeline is not None
    noise = np.random.default_rng(seed)
    moving = {
        name: tuple(level + step for level, step in zip(levels, noise.normal(0.0, 6.0, len(levels)), strict=True))
        for name, levels in timeline.bands_db.items()
    }
    return changed(analysis, spectrum__timeline__bands_db=moving)


@pytest.mark.parametrize(("gain_db", "outcome"), [(0.0, VersionOutcome.UNCHANGED), (3.0, VersionOutcome.IMPROVED)])
def test_loudness_that_only_the_tone_changed_is_not_improved(gain_db: float, outcome: VersionOutcome) -> None:
    quiet = changed(neutral(), loudness__integrated_lufs=-20.0)
    after = changed(
        quiet,
        loudness__integrated_lufs=-18.8 + gain_db,
        spectrum__third_octave_db=belled(6.0),
        spectrum__bands={**quiet.spectrum.bands, "presence_2k_5k": quiet.spectrum.bands["presence_2k_5k"] + 4.0},
        peaks__sample_peak_dbfs=quiet.peaks.sample_peak_dbfs + gain_db,
    )
    found = since(quiet, after)

    change = next(change for change in found.versions or () if change.code == "loud_vs_genre")
    assert change.outcome is outcome
    assert ("from the change of tone alone" in version_words.told(found)) == (outcome is VersionOutcome.UNCHANGED)


def test_the_command_line_tells_the_values_of_both_versions(capsys: pytest.CaptureFixture[str]) -> None:
    _print_versions(Console(width=200), since(muddy(5.0), muddy(3.5)))

    told = capsys.readouterr().out.replace("\u00a0", " ")
    assert "improved  Full lower mids: 5.0 dB → 3.5 dB" in told


@pytest.mark.parametrize(("hertz", "outcome"), [(6_000.0, VersionOutcome.UNCHANGED), (300.0, VersionOutcome.IMPROVED)])
def test_a_stretch_that_no_equaliser_band_reached_is_not_improved(hertz: float, outcome: VersionOutcome) -> None:
    before, after = muddy(6.0), muddy(5.0)
    bell = EqBand(FilterKind.BELL, hertz, -4.0, 1.0)
    thirds = before.spectrum.third_octave_db
    levels = {name: level + float(response_db(bell, np.array([float(name)]))[0]) for name, level in thirds.items()}
    earlier, now = (
        JudgedTrack(track, genre_table().get("pop"), request())
        for track in (before, changed(after, spectrum__third_octave_db=levels))
    )
    previous = diagnose(before, earlier.genre, request()).findings
    findings = diagnose(after, earlier.genre, request()).findings

    changes = {change.code: change for change in compare_versions(previous, findings, now, earlier)}

    assert changes["mud"].outcome is outcome
    assert changes["mud"].is_by_tone is (outcome is VersionOutcome.UNCHANGED)
