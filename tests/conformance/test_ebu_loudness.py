"""EBU Tech 3341 and 3342: the cases that are sines, synthesised as WAV files; tolerances as published.

Cases 7 and 8 of Tech 3341 (5 and 6 of Tech 3342) are recordings of programmes, which nobody can synthesise.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from core.analysis.frames import Frames
from core.analysis.level.loudness import loudness_curves, measure_loudness, to_lufs
from core.analysis.measurements import Loudness
from tests.support.audio import encoding as enc
from tests.support.audio.signals import Signal, db_to_amplitude, level_steps, sine
from tests.support.trials.measuring import scanned_file

RATES_HZ = (48_000, *(pytest.param(rate_hz, marks=pytest.mark.wide) for rate_hz in (44_100, 96_000)))
"""Files at 96 kHz take as long as both others; filters of all rates are tested below and in the tests of decoding."""

TOLERANCE_LU = 0.1
RANGE_TOLERANCE_LU = 1.0

Steps = Sequence[tuple[float | None, float]]
Reading = Callable[[Loudness], float | None]


def integrated(loudness: Loudness) -> float | None:
    return loudness.integrated_lufs


def short_term(loudness: Loudness) -> float | None:
    return loudness.max_short_term_lufs


def momentary(loudness: Loudness) -> float | None:
    return loudness.max_momentary_lufs


def loudness_range(loudness: Loudness) -> float | None:
    return loudness.loudness_range_lu


def frames_of(signal: Signal, rate_hz: int) -> Frames:
    """By way of a WAV file and the decoder."""
    return scanned_file(enc.wav_of(signal, rate_hz))[0]


def measured_loudness(signal: Signal, rate_hz: int) -> Loudness:
    frames = frames_of(signal, rate_hz)
    return measure_loudness(frames, loudness_curves(frames))


ALL = (integrated, short_term, momentary)
CASES: list[tuple[str, Steps, Sequence[Reading], float, float]] = [
    ("3341-1", [(-23.0, 20.0)], ALL, -23.0, TOLERANCE_LU),
    ("3341-2", [(-33.0, 20.0)], ALL, -33.0, TOLERANCE_LU),
    ("3341-3", [(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], (integrated,), -23.0, TOLERANCE_LU),
    (
        "3341-4",
        [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)],
        (integrated,),
        -23.0,
        TOLERANCE_LU,
    ),
    ("3341-5", [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], (integrated,), -23.0, TOLERANCE_LU),
    ("3341-9", [(-20.0, 1.34), (-30.0, 1.66)] * 5, (short_term,), -23.0, TOLERANCE_LU),
    ("3341-12", [(-20.0, 0.18), (-30.0, 0.22)] * 25, (momentary,), -23.0, TOLERANCE_LU),
    ("3342-1", [(-20.0, 20.0), (-30.0, 20.0)], (loudness_range,), 10.0, RANGE_TOLERANCE_LU),
    ("3342-2", [(-20.0, 20.0), (-15.0, 20.0)], (loudness_range,), 5.0, RANGE_TOLERANCE_LU),
    ("3342-3", [(-40.0, 20.0), (-20.0, 20.0)], (loudness_range,), 20.0, RANGE_TOLERANCE_LU),
    (
        "3342-4",
        [(-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)],
        (loudness_range,),
        15.0,
        RANGE_TOLERANCE_LU,
    ),
]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    ("steps", "readings", "expected", "tolerance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_stepped_sine_reads_as_published(
    steps: Steps, readings: Sequence[Reading], expected: float, tolerance: float, rate_hz: int
) -> None:
    loudness = measured_loudness(level_steps(steps, rate_hz), rate_hz)
    for reading in readings:
        assert reading(loudness) == pytest.approx(expected, abs=tolerance), reading.__name__


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("i", range(20))
def test_case_10_short_term_maximum_wherever_the_sound_begins(i: int, rate_hz: int) -> None:
    signal = level_steps([(None, 0.15 * i), (-23.0, 3.0), (None, 1.0)], rate_hz)
    assert short_term(measured_loudness(signal, rate_hz)) == pytest.approx(-23.0, abs=TOLERANCE_LU)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("i", range(20))
def test_case_13_momentary_maximum_wherever_the_sound_begins(i: int, rate_hz: int) -> None:
    signal = level_steps([(None, 0.02 * i), (-23.0, 0.4), (None, 1.0)], rate_hz)
    assert momentary(measured_loudness(signal, rate_hz)) == pytest.approx(-23.0, abs=TOLERANCE_LU)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_cases_9_and_12_hold_still_once_their_windows_are_full(rate_hz: int) -> None:
    """The windows are as long as the pattern: what a meter shows may not waver."""
    short = loudness_curves(frames_of(level_steps([(-20.0, 1.34), (-30.0, 1.66)] * 5, rate_hz), rate_hz)).short_term
    moment = loudness_curves(frames_of(level_steps([(-20.0, 0.18), (-30.0, 0.22)] * 25, rate_hz), rate_hz)).momentary
    for curve in (short, moment):
        assert to_lufs(float(curve.min())) == pytest.approx(-23.0, abs=TOLERANCE_LU)
        assert to_lufs(float(curve.max())) == pytest.approx(-23.0, abs=TOLERANCE_LU)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    ("sound_s", "step_s", "window_s"), [(3.0, 0.15, 3.0), (0.4, 0.02, 0.4)], ids=["3341-11", "3341-14"]
)
def test_the_maximum_follows_rising_segments(sound_s: float, step_s: float, window_s: float, rate_hz: int) -> None:
    """What a meter that runs along shows as the maximum so far, at the end of each of the twenty segments."""
    steps: list[tuple[float | None, float]] = []
    for i in range(20):
        steps += [(None, step_s * i), (-38.0 + i, sound_s), (None, sound_s - step_s * i)]
    frames = frames_of(level_steps(steps, rate_hz), rate_hz)
    curves = loudness_curves(frames)
    curve = curves.short_term if window_s == 3.0 else curves.momentary
    for i in range(20):
        windows = round((2.0 * sound_s * (i + 1) - window_s) / frames.grid.hop_s) + 1
        assert to_lufs(float(curve[:windows].max())) == pytest.approx(-38.0 + i, abs=TOLERANCE_LU), i


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("mask", [0x37, 0x607], ids=["surrounds at the back", "surrounds at the side"])
def test_case_6_surround(mask: int, rate_hz: int) -> None:
    """5.0 in a WAVE file: left, right, centre and two surrounds, in the order of the mask's bits."""
    levels_dbfs = (-28.0, -28.0, -24.0, -30.0, -30.0)
    wave = sine(1_000.0, 1.0, 20.0, rate_hz, channels=1)
    codes = np.concatenate([np.rint(wave * db_to_amplitude(level) * 2.0**23) for level in levels_dbfs])
    data = enc.pcm_bytes(codes.astype(np.int64), 24)
    frames, _ = scanned_file(enc.wav(data, rate_hz, 5, 24, extensible=True, mask=mask))
    loudness = measure_loudness(frames, loudness_curves(frames))
    for reading in ALL:
        assert reading(loudness) == pytest.approx(-23.0, abs=TOLERANCE_LU), reading.__name__


def test_a_100_ms_grid_would_fail_case_13() -> None:
    """The reason for the 10 ms steps: the same powers, searched every 100 ms, read low."""
    rate_hz = 48_000
    frames = frames_of(level_steps([(None, 0.02 * 2), (-23.0, 0.4), (None, 1.0)], rate_hz), rate_hz)
    momentary_lufs = -0.691 + 10.0 * np.log10(loudness_curves(frames).momentary[::10].max())
    assert momentary_lufs < -23.0 - TOLERANCE_LU


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 88_200, 176_400, 192_000])
def test_a_997_hz_sine_in_one_channel_reads_3_lufs_below_full_scale_at_any_rate(rate_hz: int) -> None:
    signal = sine(997.0, 1.0, 5.0, rate_hz, channels=1)
    assert integrated(measured_loudness(signal, rate_hz)) == pytest.approx(-3.01, abs=0.05)
