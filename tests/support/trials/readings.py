"""Whole tracks as Earshot and others read them, each decoded and measured once per run."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.analysis.level.loudness import loudness_curves, measure_loudness
from core.analysis.level.peaks import measure_peaks
from core.analysis.level.second_meter import LoudestPassage, compare_meters
from core.analysis.measurements import BeatGrid, Loudness, Peaks, Rhythm, SecondMeter, Tonality
from core.analysis.music.bars import measure_beats
from core.analysis.music.key import measure_tonality
from core.analysis.music.tempo import measure_rhythm
from core.analysis.scanning.scan import scan
from tests.support.audio.meters import R128, by_ebur128, by_pyloudnorm, ideal_true_peak_dbtp
from tests.support.audio.music import read_music
from tests.support.audio.signals import in_blocks
from tests.support.once import once_each

FEW = (
    "km_Blue_Ska.mp3",
    "km_Danse_Macabre_-_Finale.mp3",
    "lmms_Crunk_Demo.ogg",
    "lmms_Skiessi-222.ogg",
    "eif_Caesium_stemsum_60s_24bit48k.wav",
    "nott2_01_x11_reelsh-l.ogg",
)
"""Files that stand for all of them in `make test`: short and long, quiet and loud, most with a known tempo or key."""


@dataclass(frozen=True)
class Reading:
    """One file: `printed` is its row in the manifest, with what the ffmpeg command printed and the known tempo and key.

    `second_meter` is what the running program finds; `ebur128`, `pyloudnorm_lufs` and `ideal_peak_dbtp` come from
    meters by others.
    """

    name: str
    printed: dict[str, str]
    duration_s: float
    loudness: Loudness
    peaks: Peaks
    rhythm: Rhythm
    beats: BeatGrid | None
    tonality: Tonality
    ebur128: R128
    pyloudnorm_lufs: float
    ideal_peak_dbtp: float
    second_meter: SecondMeter | None
    highest_sample_dbfs: float


def readings(folder: Path, names: Iterable[str] | None = None) -> list[Reading]:
    """Readings of the files that the manifest of a folder lists, or of these."""
    with (folder / "manifest.csv").open(newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    chosen = list(rows if names is None else names)
    return once_each(chosen, lambda name: _read(folder / name, rows[name]), what=f"reading {folder}")


def _read(path: Path, printed: dict[str, str]) -> Reading:
    music = read_music(path)
    loudest = LoudestPassage(music.sample_rate_hz, music.source.channels)
    frames = scan(loudest.watched(in_blocks(music.samples)), music.sample_rate_hz, music.source.channels)
    passage = loudest.passage()
    assert passage is not None
    rhythm = measure_rhythm(frames)
    return Reading(
        name=path.name,
        printed=printed,
        duration_s=music.source.duration_s,
        loudness=measure_loudness(frames, loudness_curves(frames)),
        peaks=measure_peaks(frames, music.source),
        rhythm=rhythm,
        beats=measure_beats(frames, rhythm),
        tonality=measure_tonality(frames),
        ebur128=by_ebur128(path),
        pyloudnorm_lufs=by_pyloudnorm(music.samples, music.sample_rate_hz),
        second_meter=compare_meters(passage, frames),
        ideal_peak_dbtp=ideal_true_peak_dbtp(music.samples),
        highest_sample_dbfs=20.0 * float(np.log10(np.abs(music.samples).max())),
    )
