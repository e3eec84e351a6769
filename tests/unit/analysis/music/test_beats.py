"""Beats and bars of signals and songs whose beats are known by construction."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.frames import Frames
from core.analysis.measurements import Bars, BeatGrid
from core.analysis.music.bars import PLACES, differences, measure_beats
from core.analysis.music.beats import BEFORE_BEAT_HOPS, beat_hops, beat_windows
from core.analysis.music.tempo import measure_rhythm
from tests.support.audio.arrangements import SONGS, Song
from tests.support.audio.downbeats import Annotation, are_right, beat_f_measure
from tests.support.audio.signals import Signal, noise
from tests.support.trials.measuring import scanned
from tests.support.trials.songs import OTHERS, RATE_HZ, analysed


def strokes(times_s: np.ndarray, duration_s: float) -> Signal:
    """Short bursts of noise at these times, over silence."""
    rng = np.random.default_rng(3)
    length = round(0.03 * RATE_HZ)
    burst = 0.5 * rng.normal(size=length) * np.exp(-np.arange(length) / (0.006 * RATE_HZ))
    signal = np.zeros((2, round(duration_s * RATE_HZ)), np.float32)
    for start in np.rint(times_s * RATE_HZ).astype(int):
        signal[:, start : start + length] += burst[: signal.shape[1] - start]
    return signal


def grid_of(frames: Frames) -> BeatGrid | None:
    return measure_beats(frames, measure_rhythm(frames))


@pytest.mark.parametrize("tempo_bpm", [71.3, 98.0, 124.0, 161.7])
@pytest.mark.parametrize("first_s", [0.0, 0.31])
def test_a_steady_pulse_is_found_to_15_milliseconds(tempo_bpm: float, first_s: float) -> None:
    duration_s = 60.0
    grid = grid_of(scanned(strokes(np.arange(first_s, duration_s - 0.1, 60.0 / tempo_bpm), duration_s), RATE_HZ))
    assert grid is not None
    # at the level that was measured: half or double the tempo has its beats, or its off-beats, on the strokes
    found_s = np.arange(grid.first_beat_s, duration_s - 0.1, max(grid.beat_s, 60.0 / tempo_bpm))
    off = (found_s - first_s) * tempo_bpm / 60.0
    assert np.abs(off - np.rint(off)).max() * 60.0 / tempo_bpm < 0.015
    assert grid.regularity > 0.98


def test_a_tempo_that_drifts_has_no_grid() -> None:
    """Four per cent slower and faster in turn, as a band without a click plays."""
    duration_s = 90.0
    time_s = np.linspace(0.0, duration_s, 9_001)
    beats = np.cumsum(2.0 * (1.0 + 0.04 * np.sin(2.0 * np.pi * time_s / 30.0))) * 0.01
    frames = scanned(strokes(np.interp(np.arange(1.0, 175.0), beats, time_s), duration_s), RATE_HZ)
    assert measure_rhythm(frames).tempo_bpm is not None
    assert grid_of(frames) is None


def test_sets_of_songs_have_no_grid() -> None:
    """The tables of a steady pulse, in a file that is said to last twenty minutes."""
    frames = scanned(strokes(np.arange(0.3, 60.0, 0.5), 60.2), RATE_HZ)
    rhythm = measure_rhythm(frames)
    assert measure_beats(frames, rhythm) is not None
    assert measure_beats(replace(frames, sample_count=20 * 60 * RATE_HZ), rhythm) is None


def test_noise_and_short_files_have_no_grid() -> None:
    assert grid_of(scanned(noise(30.0, RATE_HZ, exponent=1.0), RATE_HZ)) is None
    assert grid_of(scanned(strokes(np.arange(0.0, 5.0, 0.5), 5.5), RATE_HZ)) is None


def test_equal_strokes_have_beats_but_no_bars() -> None:
    """Nothing tells one of four equal strokes from the others, but that the first one begins the file."""
    grid = grid_of(scanned(strokes(np.arange(0.3, 60.0, 0.5), 60.2), RATE_HZ))
    assert grid is not None
    assert grid.bars is None


def truth(song: Song) -> Annotation:
    # a bar is played as so many whole samples
    bar_s = round(240.0 / song.tempo_bpm * RATE_HZ) / RATE_HZ
    return Annotation(song.name, 4, bar_s / 4.0, 0.0, is_fitted=False)


@pytest.mark.parametrize("song", [*SONGS, *OTHERS], ids=lambda song: f"{song.name} at {song.tempo_bpm:.0f}")
def test_songs_have_their_beats_and_bars(song: Song) -> None:
    analysis = analysed(song)
    grid, duration_s = analysis.rhythm.beats, analysis.source.duration_s
    assert grid is not None
    # two of three at half or double the tempo
    assert beat_f_measure(grid, truth(song), duration_s) > (
        0.98 if abs(grid.beat_s / truth(song).beat_s - 1) < 0.01 else 0.65
    )
    assert grid.bars is None or are_right(grid.bars, truth(song), duration_s)


def test_nearly_all_songs_show_bars_counted_from_their_start() -> None:
    bars = [grid.bars for song in SONGS if (grid := analysed(song).rhythm.beats) is not None and grid.bars is not None]
    assert len(bars) >= 12
    assert all(abs(each.first_downbeat_s) < 0.07 for each in bars)


def test_bars_of_three_are_not_shown() -> None:
    """Kick on one, snare on two and three, a chord per bar: three beats that no bar of four holds."""
    beat_s, bars = 0.45, 40
    duration_s = 3 * bars * beat_s
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    signal = strokes(np.array([k * beat_s for k in range(3 * bars) if k % 3]), duration_s)
    for bar in range(bars):
        inside = (time_s >= 3 * bar * beat_s) & (time_s < 3 * (bar + 1) * beat_s)
        since_s = time_s[inside] - 3 * bar * beat_s
        root_hz = 220.0 * 2.0 ** ((0, 5, 7, 0)[bar % 4] / 12.0)
        chord = sum(np.sin(2.0 * np.pi * root_hz * ratio * since_s) for ratio in (1.0, 1.26, 1.5))
        kick = np.sin(2.0 * np.pi * 60.0 * since_s) * np.exp(-since_s / 0.08)
        signal[:, inside] += (0.05 * chord + 0.7 * kick).astype(np.float32)
    grid = grid_of(scanned(signal, RATE_HZ))
    assert grid is not None
    assert grid.bars is None


def test_differences_name_the_place_of_an_accent() -> None:
    """An accent on the half-beat 4 of eight: its beats, its pair and it itself stand out."""
    accents = np.tile(np.eye(PLACES)[4], 10)
    beats, pairs, first = differences(accents)
    assert {int(place) for place in np.flatnonzero(beats == beats.max())} == {0, 2, 4, 6}
    assert {int(place) for place in np.flatnonzero(pairs == pairs.max())} == {0, 4}
    assert int(np.argmax(first)) == 4


def test_bars_are_numbered_from_the_first_downbeat() -> None:
    bars = Bars(first_downbeat_s=0.5, bar_s=2.0, beats_per_bar=4, confidence=0.9)
    assert bars.bar_at(0.2) is None
    assert [bars.bar_at(time_s) for time_s in (0.44, 0.5, 2.4, 2.5, 64.5)] == [1, 1, 1, 2, 33]
    assert bars.bars_within(64.5, 96.5) == (33, 48)
    assert bars.bars_within(64.5, 96.6) == (33, 48)
    assert bars.bars_within(64.5, 97.0) == (33, 49)
    assert bars.bars_within(64.5, 64.5) == (33, 33)
    assert bars.bars_within(0.0, 10.0) is None


def test_windows_begin_just_before_the_beats() -> None:
    frames = scanned(strokes(np.arange(0.3, 40.0, 0.6), 40.0), RATE_HZ)
    rhythm = measure_rhythm(frames)
    hops = beat_hops(frames, rhythm)
    side_by_side = beat_windows(frames, rhythm, hops)
    assert set(itertools.pairwise(side_by_side.tolist())) == {(k, k + hops) for k in side_by_side.tolist()[:-1]}
    rhythm = replace(rhythm, beats=measure_beats(frames, rhythm))
    assert rhythm.beats is not None
    starts = beat_windows(frames, rhythm, hops)
    beats_s = (starts + BEFORE_BEAT_HOPS) * frames.grid.hop_s
    off = (beats_s - 0.3) / rhythm.beats.beat_s
    assert np.abs(off - np.rint(off)).max() * rhythm.beats.beat_s <= 0.02
    assert starts[-1] + hops <= frames.whole_hops
