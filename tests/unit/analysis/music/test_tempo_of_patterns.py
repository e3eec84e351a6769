"""Tempo of patterns that are easily counted wrongly, of steady sounds, and of songs that change their tempo."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from scipy.ndimage import uniform_filter1d

from core.analysis.measurements import Rhythm
from core.analysis.music.bars import with_beats
from core.analysis.music.tempo import measure_rhythm
from tests.support.audio.rhythms import RATE_HZ, Notes, Wave, note, rhythm
from tests.support.audio.signals import Signal
from tests.support.trials.measuring import scanned

BASS = ((33,), (29,), (36,), (31,))
CHORD = ((57, 60, 64, 67),)
PICKED = ((57,), (60,), (64,), (69,), (64,), (60,))


def read(signal: Signal) -> Rhythm:
    return measure_rhythm(scanned(signal, RATE_HZ))


def stereo(wave: Wave) -> Signal:
    return np.stack([wave, wave]).astype(np.float32) * np.float32(0.5 / np.abs(wave).max())


def held(*midi: int, duration_s: float = 30.0) -> Wave:
    return sum((note(pitch, duration_s, attack_s=4.0) for pitch in midi), np.zeros(round(duration_s * RATE_HZ)))


def detuned_saws() -> Wave:
    time = np.arange(30 * RATE_HZ) / RATE_HZ
    waves = [
        np.sin(2.0 * np.pi * 55.0 * 2.0 ** ((interval * 100.0 + cents) / 1_200.0) * order * time + voice * order)
        / order
        for interval in (12, 19, 24)
        for voice, cents in enumerate((-8.0, 0.0, 8.0))
        for order in range(1, 20)
    ]
    summed: Wave = np.sum(waves, axis=0)
    return summed


def tremolo() -> Wave:
    time = np.arange(30 * RATE_HZ) / RATE_HZ
    return held(45, 52, 57) * (0.6 + 0.4 * np.sin(2.0 * np.pi * 5.2 * time))


@pytest.mark.parametrize(
    "sound",
    [partial(held, 45, 52, 57, 60, 64), partial(held, 48, 55, 63), detuned_saws, tremolo],
    ids=["major chord", "minor chord", "detuned saws", "tremolo"],
)
def test_steady_sounds_have_no_tempo(sound: Callable[[], Wave]) -> None:
    """Partials that beat with each other repeat strictly, but nothing is struck."""
    assert read(stereo(sound())).tempo_bpm is None


def test_a_slow_pad_has_no_tempo() -> None:
    signal = rhythm(60.0, 40.0, {}, [Notes("9...", CHORD, 3.9)], steps_per_beat=1)
    soft = uniform_filter1d(np.abs(signal), RATE_HZ, mode="constant")
    pad = held(45, 52, 57, duration_s=40.0)[None] * (0.5 + soft / soft.max())
    assert read(stereo(pad[0])).tempo_bpm is None


@pytest.mark.parametrize(("dotted_bpm", "picked"), [(50, False), (66, False), (80, False), (58, True), (70, True)])
def test_six_eight_is_counted_in_dotted_quarters(dotted_bpm: int, picked: bool) -> None:
    drums = {"kick": "9.....", "snare": "...9.."} | ({} if picked else {"hat": "666666"})
    notes = [Notes("9.....", BASS, 2.9), *([Notes("999999", PICKED, 0.5, 0.1)] if picked else [])]
    found = read(rhythm(1.5 * dotted_bpm, 36.0, drums, notes, steps_per_beat=2)).tempo_bpm
    assert any(found == pytest.approx(octave * dotted_bpm, rel=0.04) for octave in (1, 2))


@pytest.mark.parametrize("tempo_bpm", [112, 120])
def test_stabs_every_three_sixteenths_are_not_the_beat(tempo_bpm: int) -> None:
    stabs = Notes("9..9..9..9..9..9..9..9..9..9..9.", CHORD, 0.4, 0.14)
    signal = rhythm(tempo_bpm, 36.0, {"kick": "9...", "hat": "..9.", "snare": "....3..."}, [stabs])
    assert read(signal).tempo_bpm == pytest.approx(tempo_bpm, rel=0.01)


@pytest.mark.parametrize("tempo_bpm", [60, 65])
def test_a_slow_metronome_is_not_read_double(tempo_bpm: int) -> None:
    assert read(rhythm(tempo_bpm, 36.0, {"tick": "9777"}, steps_per_beat=1)).tempo_bpm == pytest.approx(
        tempo_bpm, rel=0.01
    )


@pytest.mark.parametrize("tempi_bpm", [(90, 120), (122, 128)])
def test_a_song_that_changes_its_tempo_says_when(tempi_bpm: tuple[int, int]) -> None:
    drums = {"kick": "9.......9.......", "snare": "....9.......9...", "hat": "9.9.9.9."}
    found = read(np.concatenate([rhythm(tempo_bpm, 30.0, drums) for tempo_bpm in tempi_bpm], axis=1))
    assert [stretch.tempo_bpm for stretch in found.tempi] == pytest.approx(tempi_bpm, rel=0.01)
    assert found.tempi[1].start_s == pytest.approx(30.0, abs=6.0)
    assert found.tempi[0].end_s == found.tempi[1].start_s
    assert found.confidence is not None
    assert found.confidence < 0.8


def test_another_arrangement_is_no_other_tempo() -> None:
    drums = {"kick": "9.......9.......", "snare": "....9.......9...", "hat": "9.9.9.9."}
    sparse = {"kick": "9...............", "open": "..9."}
    assert read(np.concatenate([rhythm(120, 30.0, one) for one in (drums, sparse)], axis=1)).tempi == ()


def test_half_and_double_time_have_beats_and_bars_of_their_own() -> None:
    """Drum and bass counted at 87 or 174: bars are twice as long at half the tempo, and begin on the same downbeats."""
    drums = {"kick": "9.........9.....", "snare": "....9.......9...", "hat": "6.6.6.6."}
    notes = [Notes("9...............9.......9.......", ((33,), (29,), (36,)), 1.8, 0.25)]
    frames = scanned(rhythm(174.0, 45.0, drums, notes), RATE_HZ)
    found = with_beats(frames, measure_rhythm(frames))
    assert found.beats is not None
    double = next(other for other in found.alternatives if other.tempo_bpm == pytest.approx(174.0, rel=0.01))
    assert double.beats is not None
    assert double.beats.beat_s == pytest.approx(60.0 / 174.0, rel=0.002)
    assert double.beats.beat_s == pytest.approx(found.beats.beat_s / 2.0)


def test_a_waltz_is_in_threes() -> None:
    chords = ((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))
    notes = [Notes("9.....", BASS, 0.9), Notes("..9.9.", [chord for chord in chords for _ in range(2)], 0.4, 0.1)]
    signal = rhythm(120.0, 40.0, {"kick": "9.....", "snare": "..5.5."}, notes, steps_per_beat=2)
    frames = scanned(signal, RATE_HZ)
    found = with_beats(frames, measure_rhythm(frames))
    assert found.tempo_bpm == pytest.approx(120.0, rel=0.01)
    assert found.beats is not None
    assert found.beats.in_threes
    assert found.bars is None
