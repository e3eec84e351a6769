"""What must hold for any sound."""

import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.analysis.frames import Frames
from core.analysis.measurements import LEVEL_FLOOR_DB, Analysis
from core.analysis.stored_levels import to_power
from core.values.errors import InputError
from core.values.serial import from_json, to_json
from tests.support.measuring import measured, scanned
from tests.support.signals import Signal, clicks, db_to_amplitude, noise, sine

RATE_HZ = 16_000

checked = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def sounds(draw: st.DrawFn) -> Signal:
    """Three to five seconds of tones, noise and clicks, panned and at any sensible level."""
    duration_s = draw(st.floats(3.0, 5.0))
    seed = draw(st.integers(0, 2**31))
    signal = noise(duration_s, RATE_HZ, exponent=draw(st.floats(0.0, 2.0)), rms=0.05, seed=seed)
    signal = signal + sine(draw(st.floats(30.0, 6_000.0)), draw(st.floats(0.0, 0.2)), duration_s, RATE_HZ)
    signal = signal + clicks(draw(st.floats(60.0, 200.0)), duration_s, RATE_HZ, seed=seed)
    pan = np.array([[draw(st.floats(0.1, 1.0))], [draw(st.floats(0.1, 1.0))]], np.float32)
    return (signal * pan * np.float32(db_to_amplitude(draw(st.floats(-30.0, 0.0))))).astype(np.float32)


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from numbers(getattr(value, field.name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from numbers(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers(item)


def flat(value: object, path: str = "") -> dict[str, object]:
    """Every leaf of an analysis by its path."""
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
    elif isinstance(value, dict):
        parts = value
    elif isinstance(value, tuple):
        parts = {str(place): item for place, item in enumerate(value)}
    else:
        return {path: value}
    return {key: leaf for name, part in parts.items() for key, leaf in flat(part, f"{path}.{name}").items()}


def differences(before: Analysis, after: Analysis, tolerance: float) -> set[str]:
    """Paths at which two analyses differ by more than `tolerance`, or of which one has none."""
    first, second = flat(before), flat(after)
    common = first.keys() & second.keys()
    return (first.keys() ^ second.keys()) | {path for path in common if not same(first[path], second[path], tolerance)}


def same(one: object, other: object, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= tolerance
    return one == other


LEVELS = re.compile(
    r"\.loudness\.(?!loudness_range_lu|timeline\.hop_s|max_.*_at_s).*|\.peaks\.(true|sample)_peak_(?!at).*"
    r"|\.sections\.\d+\.short_term_lufs|\.faults\.noise_floor_dbfs|\.faults\.hum\.level_dbfs"
)
"""What a gain moves by itself, in dB."""

NOT_LINEAR = re.compile(
    r"\.transients\.(?:onset_rate_hz|attack_crest_db\..*)|\.bass\.kick_to_sustain_db|\.rhythm\..*|\.tonality\..*confidence|\.tonality\.tuning_cents"
    r"|\.transients\.timeline\..*|\.stereo\.negative_correlation_share"
    r"|\.faults\.dc_offset_per_channel.*|\.faults\.effective_bit_depth|\.peaks\.clipped_run.*|\.dynamics\.psr_min_at_s"
)
"""The compression of the onsets has a knee, and attacks are measured where onsets are; offsets scale as amplitudes;
bits and flat tops are matters of rounding, and so is which of two windows of the same PSR is the lowest."""


CENTRE_ROUNDED_DB = -7.0
"""Room in the centre is the difference of two tables kept to 0.0025 dB: from here on down that is 0.02 dB and more."""


@checked
@given(sounds(), st.floats(-20.0, 12.0))
def test_a_gain_moves_levels_by_itself_and_nothing_else(signal: Signal, gain_db: float) -> None:
    before = measured(signal, RATE_HZ)
    # near the absolute gate a gain does change what counts
    assume(before.loudness.integrated_lufs is not None)
    assume(min(0.0, gain_db) + before.loudness.integrated_lufs > -50.0)
    after = measured(signal * np.float32(db_to_amplitude(gain_db)), RATE_HZ)
    first, second = flat(before), flat(after)
    for path in differences(before, after, 0.03):
        if LEVELS.fullmatch(path):
            moved = second[path] - first[path]
            clamped = LEVEL_FLOOR_DB in {second[path], first[path]}
            assert clamped or moved == pytest.approx(gain_db, abs=0.02), path
        else:
            # levels of next to nothing are those of the rounding
            nothing = CENTRE_ROUNDED_DB if path.startswith(".centre.") else -70.0
            assert NOT_LINEAR.fullmatch(path) or min(first[path] or 0.0, second[path] or 0.0) < nothing, path
    # a window at correlation zero may fall on either side
    shares = [analysis.stereo.negative_correlation_share for analysis in (before, after)]
    assert shares[0] == pytest.approx(shares[1], abs=0.1)
    assert after.tonality.key == before.tonality.key


MIRRORED = re.compile(r".*balance_db(\.\d+)?|\.faults\.interchannel_delay_ms")
PER_CHANNEL = re.compile(r".*per_channel.*|\.peaks\.clipped_runs.*|.*\.channel")


@checked
@given(sounds())
def test_swapping_the_channels_mirrors_the_balance_and_nothing_else(signal: Signal) -> None:
    before, after = measured(signal, RATE_HZ), measured(np.ascontiguousarray(signal[::-1]), RATE_HZ)
    assert after.stereo.balance_db == pytest.approx(-before.stereo.balance_db, abs=0.002)
    for path in differences(before, after, 0.03):
        if MIRRORED.fullmatch(path):
            assert flat(after)[path] == pytest.approx(-flat(before)[path], abs=0.03), path
        else:
            assert PER_CHANNEL.fullmatch(path) or flat(before)[path] < -70.0, path
    assert after.loudness == before.loudness
    assert after.peaks.true_peak_per_channel_dbtp == before.peaks.true_peak_per_channel_dbtp[::-1]
    assert after.faults.dc_offset_per_channel == before.faults.dc_offset_per_channel[::-1]
    assert after.rhythm == before.rhythm
    assert after.tonality.key == before.tonality.key


@checked
@given(sounds())
def test_inverting_a_channel_negates_the_correlation(signal: Signal) -> None:
    inverted = signal.copy()
    inverted[1] *= -1.0
    before, after = measured(signal, RATE_HZ), measured(inverted, RATE_HZ)
    assert after.stereo.correlation == pytest.approx(-before.stereo.correlation, abs=0.002)
    assert after.stereo.side_to_mid_db == pytest.approx(-before.stereo.side_to_mid_db, abs=0.01)
    assert after.loudness.integrated_lufs == pytest.approx(before.loudness.integrated_lufs, abs=0.001)
    for name, band in before.stereo.bands.items():
        if band.correlation is not None:
            assert after.stereo.bands[name].correlation == pytest.approx(-band.correlation, abs=0.005), name
    curves = [analysis.stereo.timeline for analysis in (before, after)]
    for one, other in zip(curves[0].correlation, curves[1].correlation, strict=True):
        assert other == pytest.approx(-one, abs=0.02)
    # rhythm is read from the power of both channels: cancelling them in mono does not hide it
    assert after.rhythm == before.rhythm


@checked
@given(sounds(), st.integers(1, 100_000))
def test_the_size_of_the_blocks_changes_no_number(signal: Signal, block: int) -> None:
    one, other = scanned(signal, RATE_HZ, max(block, 50)), scanned(signal, RATE_HZ, signal.shape[1])
    for field in fields(Frames):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name


@checked
@given(sounds(), st.integers(0, 60), st.integers(0, 60))
def test_silence_around_counts_only_through_the_blocks_at_its_edges(signal: Signal, head: int, tail: int) -> None:
    """Silence of whole slots leaves every gating block as it is and adds at most three at each end.

    A block that reaches into silence is no louder than the loudest whole one, and moves the relative gate by no more
    than its share of the mean; blocks between the two gates may count or not. Nothing else may move the loudness.
    """
    slot = RATE_HZ // 10
    signal = signal[:, : signal.shape[1] // slot * slot]
    padded = np.pad(signal, ((0, 0), (head * slot, tail * slot)))
    before, after = measured(signal, RATE_HZ), measured(padded, RATE_HZ)
    assume(before.loudness.integrated_lufs > -50.0)
    hops = to_power(scanned(signal, RATE_HZ).k_power).sum(axis=0)
    blocks = np.lib.stride_tricks.sliding_window_view(hops, 40)[::10].mean(axis=1)
    extra = np.array([hops[:ten].sum() / 40.0 for ten in (10, 20, 30)])
    extra = np.concatenate([extra, [hops[-ten:].sum() / 40.0 for ten in (10, 20, 30)]])
    gates = sorted(0.1 * mean for mean in (blocks.mean(), np.concatenate([blocks, extra]).mean()))
    gates = [gates[0] * blocks.size / (blocks.size + 6) * 0.999, gates[1] * 1.001]
    sure = blocks[blocks > gates[1]]
    unsure = np.concatenate([blocks[(blocks > gates[0]) & (blocks <= gates[1])], extra])
    # the mean is lowest and highest when the lowest and highest of the unsure blocks count
    low = [np.concatenate([sure, np.sort(unsure)[:count]]).mean() for count in range(unsure.size + 1)]
    high = [np.concatenate([sure, np.sort(unsure)[::-1][:count]]).mean() for count in range(unsure.size + 1)]
    loudness = 10.0 ** ((after.loudness.integrated_lufs + 0.691) / 10.0)
    # the filter rings a little into the silence
    assert min(low) * 0.999 <= loudness <= max(high) * 1.001
    assert after.peaks.true_peak_dbtp == pytest.approx(before.peaks.true_peak_dbtp, abs=0.001)
    assert after.faults.head_silence_s == pytest.approx(before.faults.head_silence_s + head / 10.0, abs=0.011)


@checked
@given(sounds(), st.sampled_from([0, 1]))
def test_a_mono_file_in_both_channels_is_3_01_lu_louder(signal: Signal, channel: int) -> None:
    mono = np.ascontiguousarray(signal[channel : channel + 1])
    alone, both = measured(mono, RATE_HZ), measured(np.tile(mono, (2, 1)), RATE_HZ)
    assume(alone.loudness.integrated_lufs > -50.0)
    assert both.loudness.integrated_lufs - alone.loudness.integrated_lufs == pytest.approx(3.0103, abs=0.006)
    assert alone.loudness.dual_mono_integrated_lufs == pytest.approx(both.loudness.integrated_lufs, abs=0.006)
    assert alone.loudness.loudness_range_lu == pytest.approx(both.loudness.loudness_range_lu, abs=0.01)
    assert alone.peaks.true_peak_dbtp == both.peaks.true_peak_dbtp
    assert both.faults.identical_channels
    for name, level in alone.spectrum.bands.items():
        if level > -70.0:
            assert both.spectrum.bands[name] == pytest.approx(level, abs=0.02), name


@checked
@given(sounds())
def test_a_true_peak_is_never_below_its_sample_peak(signal: Signal) -> None:
    frames = scanned(signal, RATE_HZ)
    assert np.all(frames.true_peak_power >= frames.sample_peak)
    peaks = measured(signal, RATE_HZ).peaks
    assert peaks.true_peak_dbtp >= peaks.sample_peak_dbfs


@st.composite
def oddities(draw: st.DrawFn) -> tuple[Signal, int]:
    """Sounds as no music is: constants, single samples, silence, absurd levels, one channel, odd lengths."""
    rate_hz = draw(st.sampled_from([8_000, 11_025, 16_000, 19_997, 44_100]))
    channels, count = draw(st.integers(1, 2)), draw(st.integers(1, rate_hz * 4))
    amplitude = draw(st.sampled_from([0.0, 1e-20, 1e-6, 0.1, 1.0, 100.0, 1e7]))
    kind = draw(st.sampled_from(["constant", "impulse", "noise", "square", "one side"]))
    signal = np.zeros((channels, count), np.float32)
    if kind == "constant":
        signal[:] = amplitude
    elif kind == "impulse":
        signal[:, draw(st.integers(0, count - 1))] = amplitude
    elif kind == "square":
        signal[:] = np.where(np.arange(count) % 100 < 50, amplitude, -amplitude)
    else:
        rows = slice(0, 1) if kind == "one side" else slice(None)
        generator = np.random.default_rng(draw(st.integers(0, 1_000)))
        signal[rows] = np.clip(generator.standard_normal((channels, count)) * amplitude, -1e7, 1e7)[rows]
    return signal, rate_hz


def is_long_and_loud(sound: tuple[Signal, int]) -> bool:
    """Hypothesis prefers small numbers: nearly all would be refused as too short or silent."""
    signal, rate_hz = sound
    return signal.shape[1] > rate_hz and float(np.abs(signal[0]).max()) > 0.05


AUDIBLE_ODDITIES = oddities().filter(is_long_and_loud)


def is_finite(analysis: Analysis) -> bool:
    return all(math.isfinite(number) for number in numbers(analysis))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.one_of(oddities(), AUDIBLE_ODDITIES, AUDIBLE_ODDITIES), st.booleans())
def test_nothing_but_finite_numbers_ever_leaves(sound: tuple[Signal, int], lossy: bool) -> None:
    signal, rate_hz = sound
    try:
        analysis = measured(signal, rate_hz, lossy=lossy)
    except InputError:
        return
    assert is_finite(analysis)
    assert all(level >= LEVEL_FLOOR_DB for level in analysis.spectrum.bands.values())
    assert from_json(Analysis, to_json(analysis)) == analysis
