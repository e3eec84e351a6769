"""Spectra of tones and of noise with a known slope."""

import numpy as np
import pytest

from core.analysis.measurements import BAND_EDGES_HZ, LEVEL_FLOOR_DB
from tests.support.audio.signals import faded, level_steps, noise, sine
from tests.support.trials.measuring import measured

RATE_HZ = 44_100
CENTRES_HZ = {name: float(np.sqrt(lower * upper)) for name, (lower, upper) in BAND_EDGES_HZ.items()}


@pytest.mark.parametrize("name", list(BAND_EDGES_HZ))
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_a_tone_lies_in_its_band_with_all_its_power(name: str, rate_hz: int) -> None:
    tone = faded(sine(CENTRES_HZ[name], 0.5, 6.0, rate_hz), 0.5, rate_hz)
    bands = measured(tone, rate_hz).spectrum.bands
    assert bands[name] == pytest.approx(0.0, abs=0.05)
    assert all(level < -50.0 for other, level in bands.items() if other != name)


def test_two_tones_share_the_power() -> None:
    signal = sine(110.0, 0.4, 8.0, RATE_HZ) + sine(3_000.0, 0.2, 8.0, RATE_HZ)
    bands = measured(signal, RATE_HZ).spectrum.bands
    assert bands["bass_60_200"] == pytest.approx(10.0 * np.log10(0.8), abs=0.05)
    assert bands["presence_2k_5k"] == pytest.approx(10.0 * np.log10(0.2), abs=0.05)


def test_the_bands_of_white_noise_go_with_their_widths() -> None:
    bands = measured(noise(30.0, RATE_HZ), RATE_HZ).spectrum.bands
    for name, (lower, upper) in BAND_EDGES_HZ.items():
        expected = 10.0 * np.log10((upper - lower) / (RATE_HZ / 2.0))
        # 40 Hz of bandwidth over 30 s leave a statistical error of 2 × 4.34 / √1200 ≈ 0.25 dB
        assert bands[name] == pytest.approx(expected, abs=0.8 if upper <= 200.0 else 0.15), name


def test_the_third_octaves_of_pink_noise_are_flat() -> None:
    thirds = measured(noise(60.0, RATE_HZ, exponent=1.0), RATE_HZ).spectrum.third_octave_db
    assert thirds["1000"] == 0.0
    assert list(thirds)[:3] == ["20", "25", "31.5"]
    for name, level in thirds.items():
        tolerance = 1.2 if float(name) < 100.0 else 0.4
        assert level == pytest.approx(0.0, abs=tolerance), name


@pytest.mark.parametrize(
    ("exponent", "slope"), [(0.0, 0.0), (1.0, -3.01), (2.0, -6.02)], ids=["white", "pink", "brown"]
)
def test_the_tilt_is_that_of_power_per_hertz(exponent: float, slope: float) -> None:
    tilt = measured(noise(30.0, RATE_HZ, exponent=exponent), RATE_HZ).spectrum.tilt_db_per_octave
    assert tilt == pytest.approx(slope, abs=0.1)


def test_a_low_rate_has_no_bands_above_it() -> None:
    spectrum = measured(noise(5.0, 16_000), 16_000).spectrum
    assert spectrum.bands["air_10k_20k"] == LEVEL_FLOOR_DB
    assert max(float(name) for name in spectrum.third_octave_db) == 6_300.0


def test_an_offset_is_not_part_of_the_spectrum() -> None:
    tone = sine(1_000.0, 0.1, 6.0, RATE_HZ)
    bands = measured(tone + np.float32(0.3), RATE_HZ).spectrum.bands
    assert bands["mid_500_2k"] == pytest.approx(0.0, abs=0.05)
    assert bands["sub_20_60"] < -40.0


@pytest.mark.parametrize("shift_s", [0.0, 0.05, 0.1])
def test_chopped_music_is_not_brought_up_at_its_ends(shift_s: float) -> None:
    """Bursts and gaps of a tenth of a second: the long windows of the low bands see both, a step one of them."""
    music = noise(12.03, RATE_HZ, exponent=1.0)
    time_s = np.arange(music.shape[1]) / RATE_HZ + shift_s
    music *= np.where(time_s % 0.2 < 0.1, 1.0, 1e-5).astype(np.float32)
    power = np.abs(np.fft.rfft(music.astype(np.float64), axis=1)) ** 2
    hz = np.fft.rfftfreq(music.shape[1], 1.0 / RATE_HZ)
    bands = measured(music, RATE_HZ).spectrum.bands
    for name, (lower, upper) in BAND_EDGES_HZ.items():
        share = power[:, (hz >= lower) & (hz < upper)].sum() / power.sum()
        assert bands[name] == pytest.approx(10.0 * np.log10(share), abs=0.6), name


def test_the_long_term_spectrum_is_that_of_the_loud_passages() -> None:
    """A quiet passage of another colour leaves no trace once the gate is passed."""
    loud = level_steps([(-10.0, 10.0)], RATE_HZ, frequency_hz=1_000.0)
    quiet = level_steps([(-40.0, 30.0)], RATE_HZ, frequency_hz=100.0)
    thirds = measured(np.concatenate([loud, quiet], axis=1), RATE_HZ).spectrum.third_octave_db
    ungated = -30.0 + 10.0 * np.log10(3.0)
    assert thirds["100"] < ungated - 6.0


def test_the_timeline_shows_when_a_band_sounds() -> None:
    first = level_steps([(-12.0, 5.0), (None, 5.0)], RATE_HZ, frequency_hz=100.0)
    second = level_steps([(None, 5.0), (-12.0, 5.0)], RATE_HZ, frequency_hz=3_000.0)
    timeline = measured(first + second, RATE_HZ).spectrum.timeline
    assert timeline is not None
    assert timeline.hop_s == pytest.approx(1.0)
    bass, presence = timeline.bands_db["bass_60_200"], timeline.bands_db["presence_2k_5k"]
    assert len(bass) == 10
    # each tone has half of the file's energy in half of its time
    assert bass[2] == pytest.approx(0.0, abs=0.1)
    assert presence[7] == pytest.approx(0.0, abs=0.1)
    assert presence[2] < -60.0
    assert bass[7] < -60.0
