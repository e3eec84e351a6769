"""Parts of the time tables, each against arithmetic."""

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.music.beats import onset_hops
from core.analysis.scanning.low_tables import lowest_partials
from core.analysis.scanning.onsets import OnsetFlux
from core.analysis.scanning.stereo_power import StereoTransform
from core.analysis.scanning.time_tables import OFF_GRID, used_bits
from tests.support.audio.signals import noise
from tests.support.trials.measuring import scanned


@pytest.mark.parametrize("signal", ["noise", "equal channels", "impulse", "sine"])
def test_spectra_are_those_of_windowed_frames_in_double_precision(signal: str) -> None:
    """Errors are relative to the largest value of a transform, so amplitudes are what can be compared."""
    size, hop, frames, bins = 2_048, 441, 20, 950
    wave = noise(0.5, 44_100)[:, : hop * (frames - 1) + size + 7].copy()
    if signal == "equal channels":
        wave[1] = wave[0]
    elif signal == "impulse":
        wave[:] = 0.0
        wave[0, 5_000] = 1.0
    elif signal == "sine":
        wave[:] = np.sin(2.0 * np.pi * 1_234.5 / 44_100 * np.arange(wave.shape[1])) * np.array([[0.5], [-0.25]])
    transform = StereoTransform(
        window_samples=size, bins=bins, hop_samples=hop, frames=frames, rows=2, frame_step=2, spectrum_step=10
    )
    found = transform.power(wave, 7)

    window = np.hanning(size + 1)[:-1]
    left, right = (
        np.array([row[start : start + size] * window for start in 7 + hop * np.arange(frames)])
        for row in wave.astype(np.float64)
    )
    level = np.abs(np.fft.fft(left + 1j * right)).max()
    assert np.abs(found.spectrum - np.fft.fft(left + 1j * right)[::10]).max() < 4e-7 * level
    # one-sided: the bins of a channel sum to its mean square
    scale = 2.0 / (size * np.sum(window**2))
    rows = {0: left, 1: right, 2: (left + right) / 2.0, 3: (left - right) / 2.0}
    power = {row: scale * np.abs(np.fft.rfft(part)[:, 1 : bins + 1]) ** 2 for row, part in rows.items()}
    largest = np.sqrt((power[0] + power[1]).max())
    assert np.abs(np.sqrt(found.total) - np.sqrt(power[0] + power[1])).max() < 1e-6 * largest
    for row, expected in power.items():
        means = expected[::2].reshape(2, -1, bins).mean(axis=1)
        assert np.abs(np.sqrt(found.lrms[row]) - np.sqrt(means)).max() < 1e-6 * largest
    if signal == "equal channels":
        assert found.lrms[3].sum() < 1e-12 * found.lrms[2].sum()


def mel_triangles(rate_hz: int, window: int, highest_hz: float) -> np.ndarray:
    """48 triangles from 30 Hz, equally wide in mels (Slaney 1998: linear below 1 kHz, logarithmic above)."""
    step, turn = np.log(6.4) / 27.0, 15.0
    lowest, highest = 30.0 * 3.0 / 200.0, turn + np.log(max(highest_hz, 1_000.0) / 1_000.0) / step
    mels = np.linspace(lowest, highest, 50)
    edges_hz = np.where(mels < turn, mels * 200.0 / 3.0, 1_000.0 * np.exp(step * (mels - turn)))
    bins_hz = np.arange(window // 2 + 1) * rate_hz / window
    return np.array([np.interp(bins_hz, edges_hz[i : i + 3], [0.0, 1.0, 0.0]) for i in range(48)])


@pytest.mark.parametrize(("rate_hz", "window"), [(8_000, 372), (44_100, 2_048), (192_000, 8_918)])
def test_onset_flux_is_the_rise_of_mel_bands(rate_hz: int, window: int) -> None:
    """In two chunks, and with silence before the first."""
    highest_hz, bins = min(10_000.0, rate_hz / 2), min(928, window // 2 - 1)
    power = (np.random.default_rng(3).random((50, bins)) ** 8 * 1e-4).astype(np.float32)
    onsets = OnsetFlux(rate_hz, window, bins)
    flux = np.concatenate([onsets.feed(power[:20]), onsets.feed(power[20:]), onsets.flush()], axis=1)

    weights = mel_triangles(rate_hz, window, highest_hz)[:, 1 : bins + 1]
    mel = np.log1p(80_000.0 * np.concatenate([np.zeros((2, bins)), power.astype(np.float64)]) @ weights.T)
    rise = np.maximum(mel[2:] - mel[:-2], 0.0).reshape(50, 6, 8).mean(axis=2)
    expected = 255.0 * np.sqrt(np.minimum(rise / 10.0, 1.0))
    assert flux.dtype == np.uint8
    assert np.abs(flux.T - expected).max() < 0.51


def test_onsets_are_the_peaks_that_stand_out() -> None:
    """A single peak, a plateau (its first hop), a peak that rises too little, and two within 30 ms (the first)."""
    flux = np.full((6, 400), 20, np.uint8)
    flux[:, 50] = 120
    flux[:, 100:103] = 120
    flux[:, 150] = 22
    flux[:, [200, 202]] = 120
    frames = replace(scanned(noise(4.0, 44_100, rms=0.1), 44_100), onset_flux=flux)
    assert onset_hops(frames).tolist() == [50, 100, 200]


@pytest.mark.parametrize(
    ("integers", "mask"),
    [
        ([4, -8, 0], 12),
        ([-1], 1),
        ([256, 768], 768),
        ([0, 0], 0),
        ([2**23 - 1], 2**23 - 1),
        ([0.5], OFF_GRID),
        ([2**33], OFF_GRID),
    ],
)
def test_used_bits_are_the_or_of_the_samples(integers: list[float], mask: int) -> None:
    signal = (np.array([integers, integers]) / 2.0**23).astype(np.float32)
    assert used_bits(signal) == mask


@pytest.mark.parametrize(("second", "place"), [(0.9, 10.0), (10.0, 10.0), (30.0, 20.0)])
def test_the_lowest_strong_partial_carries_the_bass(second: float, place: float) -> None:
    """Peaks in bins 10 and 20; the lower one counts while it is within 12 dB (a factor of 16) of the higher."""
    power = np.full((1, 60), 1e-6, np.float32)
    power[0, [8, 9, 10]] = [0.3, 1.0, 0.3]
    power[0, [18, 19, 20]] = np.array([0.3, 1.0, 0.3]) * second
    positions, levels = lowest_partials(power, 3, 50)
    assert positions[0] == pytest.approx(place)
    assert levels[0] == pytest.approx(1.6 * (second if place == 20.0 else 1.0))


def test_a_row_without_power_has_no_bass() -> None:
    positions, levels = lowest_partials(np.zeros((1, 60), np.float32), 3, 50)
    assert positions[0] == levels[0] == 0.0
