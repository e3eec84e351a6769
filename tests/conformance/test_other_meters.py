"""Loudness and peaks of synthetic and real signals against meters by others."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import scipy.signal

from core.analysis.analyser import analyse
from core.analysis.measurements import Analysis
from tests.support.measuring import measured, scanned
from tests.support.music import Music, read_music
from tests.support.signals import Signal, level_steps, noise

PYLOUDNORM_TOLERANCE_LU = 0.05
FFMPEG_INTEGRATED_LU = 0.1
FFMPEG_RANGE_LU = 0.2

RANGE_FROM_S = 30.0
"""ffmpeg's short-term window is only partly filled in the first 3 s; on shorter files that shows in the range."""

TRUE_PEAK_BELOW_DB, TRUE_PEAK_ABOVE_DB = 0.06, 0.2
"""ffmpeg prints tenths, and its interpolator under-reads near the top of the band: ours may only be higher."""

TRUE_PEAK_TOLERANCE_DB = 0.05

REAL_TRACKS = (
    "km_Video_Dungeon_Boss.mp3",
    "km_Gymnopedie_No._1.mp3",
    "km_Rollin_at_5.mp3",
    "lmms_Farbro-Tectonic.ogg",
    "lmms_CapDan-ReggaetonTry.ogg",
    "eif_Caesium_stemsum_60s_24bit48k.wav",
    "eif_Caesium_MASTER_mobile.m4a",
    "nott_00_x6_reelsh-l.ogg",
)


@cache
def read_and_analysed(path: Path) -> tuple[Music, Analysis]:
    music = read_music(path)
    return music, analyse(scanned(music.samples, music.sample_rate_hz), music.source)


def by_pyloudnorm(samples: Signal, rate_hz: int) -> float:
    meter = pyloudnorm.Meter(rate_hz, filter_class="DeMan")
    return float(meter.integrated_loudness(samples.T.astype(np.float64)))


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("kind", ["white", "pink", "gated steps"])
def test_integrated_loudness_agrees_with_pyloudnorm(kind: str, rate_hz: int) -> None:
    signals = {
        "white": lambda: noise(8.0, rate_hz),
        "pink": lambda: noise(8.0, rate_hz, exponent=1.0),
        "gated steps": lambda: level_steps([(-50.0, 3.0), (-20.0, 4.0), (None, 2.0), (-26.0, 3.0)], rate_hz),
    }
    signal = signals[kind]()
    expected = by_pyloudnorm(signal, rate_hz)
    assert measured(signal, rate_hz).loudness.integrated_lufs == pytest.approx(expected, abs=PYLOUDNORM_TOLERANCE_LU)


@pytest.mark.audio
@pytest.mark.parametrize("name", REAL_TRACKS)
def test_real_music_reads_as_pyloudnorm_and_ffmpeg_read_it(test_audio: Path, name: str) -> None:
    with (test_audio / "manifest.csv").open(newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["file"] == name)
    music, analysis = read_and_analysed(test_audio / name)
    loudness, peaks = analysis.loudness, analysis.peaks
    expected = by_pyloudnorm(music.samples, music.sample_rate_hz)
    assert loudness.integrated_lufs == pytest.approx(expected, abs=PYLOUDNORM_TOLERANCE_LU)
    assert loudness.integrated_lufs == pytest.approx(float(row["ffmpeg_I_LUFS"]), abs=FFMPEG_INTEGRATED_LU)
    if music.source.duration_s >= RANGE_FROM_S:
        assert loudness.loudness_range_lu == pytest.approx(float(row["ffmpeg_LRA_LU"]), abs=FFMPEG_RANGE_LU)
    above = peaks.true_peak_dbtp - float(row["ffmpeg_true_peak_dBTP"])
    assert -TRUE_PEAK_BELOW_DB <= above <= TRUE_PEAK_ABOVE_DB
    assert peaks.sample_peak_dbfs == pytest.approx(float(row["ffmpeg_sample_peak_dBFS"]), abs=0.06)


@pytest.mark.audio
@pytest.mark.parametrize("name", REAL_TRACKS)
def test_true_peak_agrees_with_an_ideal_resampler(test_audio: Path, name: str) -> None:
    """Around the highest samples and the place we name, evaluated band-limited at 32 times the rate."""
    music, analysis = read_and_analysed(test_audio / name)
    named = round((analysis.peaks.true_peak_at_s or 0.0) * music.sample_rate_hz)
    places = {named, *(int(place) for place in np.abs(music.samples).argmax(axis=1))}
    taper = np.hanning(4_000)
    highest = 0.0
    for place in places:
        start = min(max(0, place - 2_000), music.samples.shape[1] - 4_000)
        excerpt = music.samples[:, start : start + 4_000] * taper
        fine = np.abs(scipy.signal.resample(excerpt, 32 * 4_000, axis=1)) / np.repeat(np.maximum(taper, 0.5), 32)
        highest = max(highest, float(fine.max()))
    assert analysis.peaks.true_peak_dbtp == pytest.approx(20.0 * np.log10(highest), abs=TRUE_PEAK_TOLERANCE_DB)
