"""Each fault put into several carriers on purpose, and the carrier without it."""

from collections.abc import Callable

import av
import numpy as np
import pytest
import scipy.signal

from core.analysis.file.hum import measure_hum
from core.analysis.frames import Frames
from core.analysis.measurements import Faults
from tests.support.audio.arrangements import SONGS, play
from tests.support.audio.signals import Signal, db_to_amplitude, faded, low_passed, noise, quantised
from tests.support.trials.measuring import measured, scanned
from tests.unit.analysis.carriers import CARRIERS, DURATION_S, MUSIC, RATE_HZ, band, chords, dull

SONG_RATE_HZ = 22_050

every_carrier = pytest.mark.parametrize("carrier", CARRIERS)


def faults_of(signal: Signal, rate_hz: int = RATE_HZ) -> Faults:
    return measured(np.ascontiguousarray(signal, np.float32), rate_hz).faults


def samples(seconds: float, rate_hz: int = RATE_HZ) -> int:
    return round(seconds * rate_hz)


@every_carrier
@pytest.mark.parametrize("rate_hz", [44_100, pytest.param(96_000, marks=pytest.mark.wide)])
def test_a_clean_carrier_has_none_of_these_faults(carrier: str, rate_hz: int) -> None:
    faults = faults_of(CARRIERS[carrier](rate_hz), rate_hz)
    assert faults.dropouts == ()
    assert faults.clicks == ()
    assert faults.dropout_count == faults.click_count == 0
    assert faults.hum is None
    assert faults.interchannel_delay_ms is None
    assert not faults.inverted_polarity
    assert faults.noise_floor_dbfs is None


@every_carrier
@pytest.mark.parametrize("length_ms", [3.0, pytest.param(20.0, marks=pytest.mark.wide), 120.0])
def test_dropouts_are_found_with_time_length_and_channel(carrier: str, length_ms: float) -> None:
    signal = CARRIERS[carrier](RATE_HZ)
    # moments at which every carrier sounds
    both, left = 3.12, 7.62
    signal[:, samples(both) : samples(both + length_ms / 1e3)] = 0.0
    signal[0, samples(left) : samples(left + length_ms / 1e3)] = 0.0
    found = faults_of(signal).dropouts
    assert found is not None
    assert [(dropout.start_s, dropout.channel) for dropout in found] == [
        (pytest.approx(both, abs=0.0025), None),
        (pytest.approx(left, abs=0.0025), 0),
    ]
    assert [dropout.length_s for dropout in found] == pytest.approx([length_ms / 1e3] * 2, abs=0.0025)


def test_a_pause_is_no_dropout() -> None:
    signal = band()
    signal[:, samples(4.0) : samples(4.6)] = 0.0
    assert faults_of(signal).dropouts == ()


def test_the_gaps_of_a_gated_sound_lie_on_the_beat() -> None:
    signal = dull()
    gate = (np.arange(signal.shape[1]) / RATE_HZ % 0.25) < 0.125
    found = faults_of(signal * gate).dropouts
    assert found
    assert all(dropout.on_beat for dropout in found)


@pytest.mark.parametrize("carrier", MUSIC)
def test_lost_buffers_at_irregular_times_are_all_found(carrier: str) -> None:
    signal = np.tile(CARRIERS[carrier](RATE_HZ), 2)
    times = np.random.default_rng(8).uniform(1.0, 23.0, 20)
    for time_s in times:
        signal[:, samples(time_s) : samples(time_s) + 512] = 0.0
    found = faults_of(signal).dropouts
    assert found is not None
    near = [min(abs(dropout.start_s - time_s) for dropout in found) for time_s in times]
    assert sum(distance < 0.1 for distance in near) >= 19
    assert not any(dropout.on_beat for dropout in found)


@pytest.mark.parametrize("carrier", [name for name in CARRIERS if name != "square wave"])
@pytest.mark.parametrize("length", [16, pytest.param(32, marks=pytest.mark.wide), 128])
def test_bursts_of_broken_samples_are_surely_wrong(carrier: str, length: int) -> None:
    signal = CARRIERS[carrier](RATE_HZ)
    times = (2.131, 5.417, 8.893)
    generator = np.random.default_rng(7)
    for time_s in times:
        first = samples(time_s)
        signal[:, first : first + length] = generator.uniform(-1.0, 1.0, (2, length))
    found = faults_of(signal).clicks
    assert found is not None
    assert [click.at_s for click in found] == pytest.approx(times, abs=0.005)
    assert all(click.lone for click in found)


def test_a_decay_into_silence_and_a_new_attack_are_no_dropout() -> None:
    signal = dull()
    envelope = np.exp(-(np.arange(signal.shape[1]) / RATE_HZ % 2.0) / 0.05)
    assert faults_of(signal * envelope).dropouts == ()


@pytest.mark.parametrize("carrier", [name for name in CARRIERS if name != "square wave"])
@pytest.mark.parametrize("kind", ["one sample", pytest.param("two samples", marks=pytest.mark.wide), "one channel"])
def test_clicks_are_found_with_time_and_channel(carrier: str, kind: str) -> None:
    signal = CARRIERS[carrier](RATE_HZ)
    times = (2.131, 5.417, 8.893)
    for time_s, height in zip(times, (0.5, -0.4, 0.45), strict=True):
        rows = slice(1, 2) if kind == "one channel" else slice(None)
        signal[rows, samples(time_s) : samples(time_s) + (2 if kind == "two samples" else 1)] += np.float32(height)
    found = faults_of(signal).clicks
    assert found is not None
    assert [click.at_s for click in found] == pytest.approx(times, abs=0.002)
    assert {click.channel for click in found} == {1 if kind == "one channel" else None}


def test_all_clicks_are_counted_and_the_first_hundred_listed() -> None:
    signal = CARRIERS["sine"](RATE_HZ)
    starts = np.arange(samples(0.5), samples(11.5), samples(0.035))
    signal[:, starts] += np.float32(0.4)
    faults = faults_of(signal)
    assert faults.clicks is not None
    assert len(faults.clicks) == 100
    assert faults.clicks[-1].at_s == pytest.approx(starts[99] / RATE_HZ, abs=0.002)
    assert faults.click_count == pytest.approx(starts.size, abs=3)


def test_a_splice_in_the_middle_of_a_wave_clicks() -> None:
    signal = CARRIERS["sine"](RATE_HZ)
    cut = samples(6.0) + 50
    spliced = np.concatenate([signal[:, :cut], signal[:, cut + 87 :]], axis=1)
    found = faults_of(spliced).clicks
    assert found is not None
    assert [click.at_s for click in found] == pytest.approx([cut / RATE_HZ], abs=0.002)


def test_drums_that_start_within_one_sample_are_no_clicks() -> None:
    signal = np.zeros((2, samples(10.0)), np.float32)
    generator = np.random.default_rng(3)
    for beat in range(18):
        start, length = samples(0.5 + beat * 0.5), samples(0.08)
        burst = generator.standard_normal(length) * np.exp(-np.arange(length) / samples(0.015))
        signal[:, start : start + length] += (0.5 * burst).astype(np.float32)
    assert faults_of(signal + noise(10.0, RATE_HZ, exponent=1.0, rms=0.01)).clicks == ()


def hum(mains_hz: float, level_dbfs: float, duration_s: float, rate_hz: int = RATE_HZ) -> Signal:
    """Five harmonics at 1 / n, their power together at `level_dbfs`."""
    time = np.arange(samples(duration_s, rate_hz)) / rate_hz
    wave = sum(np.sin(2.0 * np.pi * mains_hz * order * time + order) / order for order in range(1, 6))
    wave = np.asarray(wave) * db_to_amplitude(level_dbfs) / np.sqrt(np.mean(np.asarray(wave) ** 2))
    return np.tile(wave, (2, 1)).astype(np.float32)


def with_pauses(signal: Signal) -> Signal:
    """The second and the last quarter silent but for a trace."""
    out, quarter = signal.copy(), signal.shape[1] // 4
    for start in (quarter, 3 * quarter):
        out[:, start : start + quarter] *= np.float32(1e-4)
    return out


@pytest.mark.parametrize("carrier", ["dull noise", *MUSIC])
@pytest.mark.parametrize(
    ("mains_hz", "level_dbfs"), [(50.0, -50.0), pytest.param(60.0, -70.0, marks=pytest.mark.wide), (50.04, -60.0)]
)
def test_hum_in_pauses_is_found_with_mains_and_level(carrier: str, mains_hz: float, level_dbfs: float) -> None:
    music = with_pauses(np.tile(CARRIERS[carrier](RATE_HZ), (1, 2)))
    found = faults_of(music + hum(mains_hz, level_dbfs, 2 * DURATION_S)).hum
    assert found is not None
    assert found.mains_hz == round(mains_hz, -1)
    assert found.level_dbfs == pytest.approx(level_dbfs, abs=1.5)
    assert found.harmonic_count >= 4


@pytest.mark.parametrize(("mains_hz", "level_dbfs"), [(50.0, -40.0), (60.02, -45.0), (49.97, -50.0), (60.0, -50.0)])
def test_hum_under_music_that_never_pauses_is_found_with_its_level(mains_hz: float, level_dbfs: float) -> None:
    """A house track by formula: kick, hats, bass and chords from its first second to its last."""
    house = play(SONGS[0], SONG_RATE_HZ, 5)[:, : samples(64.0, SONG_RATE_HZ)]
    assert not humming(scanned(house, SONG_RATE_HZ))
    found = measure_hum(scanned(house + hum(mains_hz, level_dbfs, 64.0, SONG_RATE_HZ), SONG_RATE_HZ))
    assert found is not None
    assert found.is_sure
    assert found.mains_hz == round(mains_hz, -1)
    assert found.level_dbfs == pytest.approx(level_dbfs, abs=1.5)


def humming(frames: Frames) -> bool:
    """Whether hum is found that is surely none of the music's lines."""
    found = measure_hum(frames)
    return found is not None and found.is_sure


@every_carrier
def test_no_carrier_hums_even_with_pauses(carrier: str) -> None:
    assert faults_of(with_pauses(np.tile(CARRIERS[carrier](RATE_HZ), (1, 2)))).hum is None


@pytest.mark.parametrize("note_hz", [49.0, 51.91, 58.27, 61.74, 48.0])
def test_a_low_drone_is_no_hum(note_hz: float) -> None:
    """G1, G#1, A#1, B1, and a note with all harmonics of a loop that repeats twice a second."""
    assert not humming(scanned(hum(note_hz, -20.0, 24.0) + noise(24.0, RATE_HZ, exponent=1.0, rms=1e-3), RATE_HZ))


def test_a_loop_that_repeats_exactly_is_not_sure_to_hum() -> None:
    """At 120 BPM its spectrum has lines at all multiples of 2 Hz, 50 and 60 among them."""
    assert not humming(scanned(np.tile(band()[:, : samples(2.0)], (1, 12)), RATE_HZ))
    assert not humming(scanned(np.tile(band()[:, : samples(0.5)], (1, 48)), RATE_HZ))


@pytest.mark.parametrize("carrier", ["dull noise", *MUSIC])
@pytest.mark.parametrize(("level_dbfs", "exponent"), [(-80.0, 0.0), (-60.0, 1.0)], ids=["white", "pink"])
def test_the_noise_in_a_pause_is_the_noise_floor(carrier: str, level_dbfs: float, exponent: float) -> None:
    music = CARRIERS[carrier](RATE_HZ)
    music[:, samples(5.0) : samples(8.0)] = 0.0
    hiss = noise(DURATION_S, RATE_HZ, exponent=exponent, rms=db_to_amplitude(level_dbfs), seed=9)
    assert faults_of(music + hiss).noise_floor_dbfs == pytest.approx(level_dbfs, abs=1.0)


def test_digital_silence_a_soft_tone_and_a_fade_are_no_noise_floor() -> None:
    music, pause = band(), slice(samples(5.0), samples(8.0))
    music[:, pause] = 0.0
    assert faults_of(music).noise_floor_dbfs is None
    soft = music.copy()
    soft[:, pause] = CARRIERS["sine"](RATE_HZ)[:, pause] * np.float32(0.003)
    assert faults_of(soft).noise_floor_dbfs is None
    assert faults_of(dull() * np.linspace(1.0, 0.0, samples(DURATION_S)) ** 4).noise_floor_dbfs is None


@every_carrier
def test_music_that_is_cut_off_ends_abruptly_and_a_fade_does_not(carrier: str) -> None:
    whole = CARRIERS[carrier](RATE_HZ)
    cut = whole[:, : samples(10.07)]
    padded = np.concatenate([cut, np.zeros((2, samples(1.0)), np.float32)], axis=1)
    for signal in (cut, padded):
        faults = faults_of(signal)
        assert faults.abrupt_end
        assert faults.end_level_lu == pytest.approx(0.0, abs=12.0)
    faults = faults_of(faded(cut, 2.0, RATE_HZ))
    assert faults.end_level_lu < -25.0
    assert faults.abrupt_end is False


def test_the_end_level_is_that_of_the_last_50_ms() -> None:
    signal = CARRIERS["sine"](RATE_HZ)[:, : samples(10.0)]
    signal[:, -samples(0.1) :] *= np.float32(db_to_amplitude(-12.0))
    assert faults_of(signal).end_level_lu == pytest.approx(-12.0, abs=0.2)


def stereo(signal: Signal) -> Signal:
    """A little of something else on each side."""
    sides = noise(signal.shape[1] / RATE_HZ, RATE_HZ, exponent=1.6, rms=0.005, seed=5)
    return (signal + sides[:, : signal.shape[1]]).astype(np.float32)


@pytest.mark.parametrize("carrier", ["dull noise", *MUSIC])
def test_inverted_polarity_is_found(carrier: str) -> None:
    signal = stereo(np.tile(CARRIERS[carrier](RATE_HZ)[:1], (2, 1)))
    assert faults_of(signal).inverted_polarity is False
    signal[1] *= -1.0
    assert faults_of(signal).inverted_polarity is True


def test_wide_sides_are_not_inverted_polarity() -> None:
    """Opposite above 200 Hz, where widening plug-ins work, but one bass."""
    signal, sides = band(), noise(DURATION_S, RATE_HZ, exponent=0.0, rms=0.2)
    sides[1] = -sides[0]
    sos = scipy.signal.butter(4, 500.0, "highpass", fs=RATE_HZ, output="sos")
    signal = signal + scipy.signal.sosfilt(sos, sides, axis=1)
    assert measured(signal.astype(np.float32), RATE_HZ).stereo.correlation < -0.3
    assert faults_of(signal).inverted_polarity is False


def test_polarity_and_delay_have_no_meaning_in_mono() -> None:
    faults = faults_of(band()[:1])
    assert faults.inverted_polarity is None
    assert faults.interchannel_delay_ms is None


@pytest.mark.parametrize("carrier", ["dull noise", "band"])
@pytest.mark.parametrize(
    "delay_ms",
    [
        -20.0,
        pytest.param(-7.0, marks=pytest.mark.wide),
        -0.1,
        pytest.param(0.1, marks=pytest.mark.wide),
        0.3,
        pytest.param(1.0, marks=pytest.mark.wide),
        12.0,
    ],
)
def test_a_late_channel_is_found_with_its_delay(carrier: str, delay_ms: float) -> None:
    signal = stereo(np.tile(CARRIERS[carrier](RATE_HZ)[:1], (2, 1)))
    shift = samples(abs(delay_ms) / 1e3)
    late = 0 if delay_ms > 0.0 else 1
    signal[late] = np.concatenate([np.zeros(shift), signal[late, : signal.shape[1] - shift]])
    assert faults_of(signal).interchannel_delay_ms == pytest.approx(np.copysign(shift, delay_ms) / 44.1, abs=0.02)


def test_a_delay_between_two_samples_is_read_to_a_hundredth_of_a_millisecond() -> None:
    signal = np.tile(dull()[:1], (2, 1)).astype(np.float64)
    turns = np.fft.rfftfreq(signal.shape[1], 1.0 / RATE_HZ) * 0.4235e-3
    signal[0] = np.fft.irfft(np.fft.rfft(signal[0]) * np.exp(-2j * np.pi * turns), signal.shape[1])
    assert faults_of(signal).interchannel_delay_ms == pytest.approx(0.4235, abs=0.01)


def upsampled(from_hz: int, to_hz: int, exponent: float) -> Signal:
    """By the converter that FFmpeg and half of all tools use."""
    slow = np.clip(noise(3.0, from_hz, exponent=exponent), -1.0, 1.0)
    frame = av.AudioFrame.from_ndarray(slow, "fltp", "stereo")
    frame.sample_rate = from_hz
    converter = av.AudioResampler("fltp", "stereo", to_hz)
    return np.concatenate([out.to_ndarray() for part in (frame, None) for out in converter.resample(part)], axis=1)


def upsampled_steeply(from_hz: int, to_hz: int, exponent: float) -> Signal:
    """As an ideal converter would: everything below half of the lower rate, nothing above."""
    signal = noise(3.0, to_hz, exponent=exponent)
    return low_passed(signal, from_hz / 2.0, to_hz)


RATES = [(44_100, 96_000), (48_000, 96_000), (44_100, 88_200), (96_000, 192_000), (48_000, 192_000), (88_200, 192_000)]


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
@pytest.mark.parametrize("exponent", [0.0, pytest.param(1.0, marks=pytest.mark.wide)])
@pytest.mark.parametrize("converter", [upsampled, upsampled_steeply])
def test_an_upsampled_file_names_the_rate_it_came_from(
    converter: Callable[[int, int, float], Signal], from_hz: int, to_hz: int, exponent: float
) -> None:
    assert faults_of(converter(from_hz, to_hz, exponent), to_hz).upsampled_from_hz == from_hz


def test_within_48_khz_only_a_steep_converter_can_be_told() -> None:
    assert faults_of(upsampled_steeply(44_100, 48_000, 1.0), 48_000).upsampled_from_hz == 44_100
    assert faults_of(upsampled(44_100, 48_000, 1.0), 48_000).upsampled_from_hz is None


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000, 192_000])
@pytest.mark.parametrize("exponent", [0.0, 2.0])
def test_a_file_that_fills_its_band_is_not_upsampled(rate_hz: int, exponent: float) -> None:
    assert faults_of(noise(3.0, rate_hz, exponent=exponent), rate_hz).upsampled_from_hz is None


def test_an_encoders_edge_is_not_taken_for_upsampling() -> None:
    assert faults_of(low_passed(noise(8.0, 48_000), 20_000.0, 48_000), 48_000).upsampled_from_hz is None


@pytest.mark.parametrize("bits", [8, 12, 16, 20, 24])
def test_the_bits_in_use_are_counted(bits: int) -> None:
    assert faults_of(quantised(band(), bits)).effective_bit_depth == bits


def test_samples_on_no_integer_grid_have_no_bit_depth() -> None:
    assert faults_of(chords()).effective_bit_depth is None
    gained = quantised(dull(), 16) * np.float32(0.7071)
    assert faults_of(gained).effective_bit_depth is None
