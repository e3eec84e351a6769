"""Loudness and peaks of synthetic signals and of all real tracks against meters by others."""

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from core.analysis.level.loudness import loudness_curves, measure_loudness
from tests.support.audio import encoding as enc
from tests.support.audio.meters import by_ebur128, by_pyloudnorm
from tests.support.audio.signals import db_to_amplitude, level_steps, noise
from tests.support.trials.measuring import measured, scanned_file
from tests.support.trials.readings import FEW, Reading, readings

PYLOUDNORM_TOLERANCE_LU = 0.05

SECOND_METER_LU = 0.001
"""A tenth of what raises the alarm."""

FFMPEG_INTEGRATED_LU = 0.02
"""It sums blocks in classes of 0.01 LU; ours lies 0.005 LU above it on nearly all tracks."""

PRINTED_LU = 0.05 + 0.01
"""ffmpeg prints tenths: half of one, and what a value on the edge may be off."""

FFMPEG_RANGE_LU = 0.2

RANGE_FROM_S = 30.0
"""ffmpeg's short-term window is only partly filled in the first 3 s; on shorter files that shows in the range."""

PRINTED_PEAK_BELOW_DB, PRINTED_PEAK_ABOVE_DB = 0.06, 0.2
"""ffmpeg's interpolator under-reads near the top of the band: ours may only be higher."""

TRUE_PEAK_TOLERANCE_DB = 0.05
TRUE_PEAK_SHARE = 0.95

TRACKS = 84 + 17
"""Annotated files and those of the `key` folder."""


A_FEW_AND_ALL = pytest.mark.parametrize(
    "names", [pytest.param(FEW, id="a few"), pytest.param(None, id="all", marks=pytest.mark.wide)]
)


def tracks(folder: Path, names: Sequence[str] | None) -> list[Reading]:
    """These, or all of both folders."""
    if names is not None:
        return readings(folder, names)
    found = [*readings(folder), *readings(folder / "key")]
    assert len(found) == TRACKS
    return found


def distribution(name: str, differences: Iterable[float]) -> str:
    ordered = np.sort(list(differences))
    low, median, high = np.percentile(ordered, (5, 50, 95))
    return (
        f"{name}, {ordered.size} tracks: {ordered[0]:+.3f} … {ordered[-1]:+.3f}, "
        f"5th, 50th, 95th percentile {low:+.3f}, {median:+.3f}, {high:+.3f}"
    )


def beyond(differences: dict[str, float], tolerance: float) -> dict[str, float]:
    return {name: difference for name, difference in differences.items() if not abs(difference) <= tolerance}


@pytest.mark.parametrize(
    "rate_hz",
    [pytest.param(22_050, marks=pytest.mark.wide), 44_100, 48_000, pytest.param(96_000, marks=pytest.mark.wide)],
)
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


@pytest.mark.parametrize(
    ("mask", "channels"),
    [(0x3F, 6), (0x60F, 6), (0x37, 5), (0x607, 5)],
    ids=["5.1, back", "5.1, side", "5.0, back", "5.0, side"],
)
@pytest.mark.parametrize(
    "loudest",
    [
        0,
        pytest.param(1, marks=pytest.mark.wide),
        2,
        pytest.param(3, marks=pytest.mark.wide),
        pytest.param(4, marks=pytest.mark.wide),
        5,
    ],
)
def test_surround_reads_as_ffmpeg_reads_it(mask: int, channels: int, loudest: int) -> None:
    """Noise whose level differs from channel to channel, so that a wrong weight or order shows."""
    rate_hz, place = 48_000, loudest % channels
    levels_db = [-40.0 - 2.0 * channel for channel in range(channels)]
    levels_db[place] = -20.0
    rows = [noise(8.0, rate_hz, exponent=1.0, rms=1.0, seed=seed)[0] for seed in range(channels)]
    codes = np.stack([row * db_to_amplitude(level) for row, level in zip(rows, levels_db, strict=True)]) * 2.0**23
    data = enc.pcm_bytes(np.rint(codes).astype(np.int64), 24)
    file = enc.wav(data, rate_hz, channels, 24, extensible=True, mask=mask)
    frames, _ = scanned_file(file)
    theirs = by_ebur128(io.BytesIO(file))
    ours = measure_loudness(frames, loudness_curves(frames))
    assert ours.integrated_lufs == pytest.approx(theirs.integrated_lufs, abs=FFMPEG_INTEGRATED_LU)


@pytest.mark.audio
@A_FEW_AND_ALL
def test_integrated_loudness_of_real_tracks(
    names: Sequence[str] | None, test_audio: Path, tell: Callable[[str], None]
) -> None:
    found = tracks(test_audio, names)
    ours = {track.name: track.loudness.integrated_lufs or 0.0 for track in found}
    pyloudnorm = {track.name: ours[track.name] - track.pyloudnorm_lufs for track in found}
    ffmpeg = {track.name: ours[track.name] - track.ebur128.integrated_lufs for track in found}
    printed = {
        track.name: ours[track.name] - float(track.printed["ffmpeg_I_LUFS"])
        for track in found
        if "ffmpeg_I_LUFS" in track.printed
    }
    tell(distribution("integrated against pyloudnorm", pyloudnorm.values()))
    tell(distribution("integrated against ebur128", ffmpeg.values()))
    tell(distribution("integrated against ffmpeg's printed tenths", printed.values()))
    assert not beyond(pyloudnorm, PYLOUDNORM_TOLERANCE_LU)
    assert not beyond(ffmpeg, FFMPEG_INTEGRATED_LU)
    assert not beyond(printed, PRINTED_LU)


@pytest.mark.audio
@A_FEW_AND_ALL
def test_the_second_meter_confirms_real_tracks(
    names: Sequence[str] | None, test_audio: Path, tell: Callable[[str], None]
) -> None:
    found = tracks(test_audio, names)
    differences = {track.name: track.second_meter.difference_lu for track in found if track.second_meter is not None}
    tell(distribution("loudest 15 s against pyloudnorm in the running program", differences.values()))
    assert len(differences) == len(found)
    assert not beyond(differences, SECOND_METER_LU)


@pytest.mark.audio
@A_FEW_AND_ALL
def test_loudness_range_of_real_tracks(
    names: Sequence[str] | None, test_audio: Path, tell: Callable[[str], None]
) -> None:
    everything = tracks(test_audio, names)
    found = [track for track in everything if track.duration_s >= RANGE_FROM_S]
    differences = {
        track.name: (track.loudness.loudness_range_lu or 0.0) - track.ebur128.loudness_range_lu for track in found
    }
    tell(distribution(f"loudness range against ebur128, from {RANGE_FROM_S:.0f} s", differences.values()))
    assert len(found) >= (0.8 * TRACKS if names is None else 3)
    assert not beyond(differences, FFMPEG_RANGE_LU)


@pytest.mark.audio
@A_FEW_AND_ALL
def test_true_peak_of_real_tracks(names: Sequence[str] | None, test_audio: Path, tell: Callable[[str], None]) -> None:
    found = tracks(test_audio, names)
    ideal = {track.name: track.peaks.true_peak_dbtp - track.ideal_peak_dbtp for track in found}
    tell(distribution("true peak against ideal interpolation", ideal.values()))
    assert len(beyond(ideal, TRUE_PEAK_TOLERANCE_DB)) <= (1.0 - TRUE_PEAK_SHARE) * len(found)
    for track in found:
        assert track.peaks.true_peak_dbtp >= track.peaks.sample_peak_dbfs, track.name
        assert track.peaks.sample_peak_dbfs == pytest.approx(track.highest_sample_dbfs, abs=0.001), track.name
        if "ffmpeg_true_peak_dBTP" in track.printed:
            above = track.peaks.true_peak_dbtp - float(track.printed["ffmpeg_true_peak_dBTP"])
            assert -PRINTED_PEAK_BELOW_DB <= above <= PRINTED_PEAK_ABOVE_DB, track.name
