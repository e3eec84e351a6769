"""Parts of the time tables, each against arithmetic."""

import numpy as np
import pytest

from core.analysis.scanning.lags import channel_spectra
from core.analysis.scanning.low_tables import lowest_partials
from core.analysis.scanning.time_tables import OFF_GRID, used_bits
from tests.support.signals import noise


def test_one_complex_transform_holds_those_of_both_channels() -> None:
    samples = noise(0.2, 44_100, rms=0.2)
    left, right = samples.astype(np.float64)[:, :1_024].reshape(2, 4, 256)
    spectrum = np.fft.fft(left + 1j * right, axis=1).astype(np.complex64)
    found = channel_spectra(spectrum, 100)
    truth = (2.0 * np.fft.rfft(signal, axis=1)[:, 1:101] for signal in (left, right))
    for one, other in zip(found, truth, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-4)


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
