"""Equaliser bands fitted to the difference of two spectra: the filters are scipy's, not those of the fit."""

import numpy as np
import pytest
from scipy import signal

from core.analysis.tone.equaliser_fit import EqualiserFit, fit_equaliser
from core.values.chain import FilterKind

RATE_HZ = 48_000
THIRDS = (
    *("25", "31.5", "40", "50", "63", "80", "100", "125", "160", "200", "250", "315", "400", "500", "630", "800"),
    *("1000", "1250", "1600", "2000", "2500", "3150", "4000", "5000", "6300", "8000", "10000", "12500", "16000"),
)

THIRD_OCTAVE = 1.0 / 3.0
SIZE_DB = 1.5
"""How close frequency (in octaves) and size must come."""


def biquad(kind: FilterKind, hertz: float, gain_db: float, q: float) -> tuple[np.ndarray, np.ndarray]:
    """A digital filter of the RBJ cookbook, written out here."""
    a, w = 10.0 ** (gain_db / 40.0), 2.0 * np.pi * hertz / RATE_HZ
    alpha, cos, root = np.sin(w) / (2.0 * q), np.cos(w), 2.0 * np.sqrt(a) * np.sin(w) / (2.0 * q)
    if kind is FilterKind.BELL:
        return np.array([1 + alpha * a, -2 * cos, 1 - alpha * a]), np.array([1 + alpha / a, -2 * cos, 1 - alpha / a])
    sign = 1.0 if kind is FilterKind.LOW_SHELF else -1.0
    b = [a * (a + 1 - sign * (a - 1) * cos + root), sign * 2 * a * (a - 1 - sign * (a + 1) * cos)]
    b.append(a * (a + 1 - sign * (a - 1) * cos - root))
    below = [a + 1 + sign * (a - 1) * cos + root, -sign * 2 * (a - 1 + sign * (a + 1) * cos)]
    below.append(a + 1 + sign * (a - 1) * cos - root)
    return np.array(b), np.array(below)


def difference(*filters: tuple[FilterKind, float, float, float]) -> dict[str, float]:
    """What filters do to pink noise, third octave by third octave, relative to 1 kHz."""
    levels = {}
    for name in THIRDS:
        hertz = float(name) * 10.0 ** np.linspace(-0.05, 0.05, 101)
        gains = [np.abs(signal.freqz(*biquad(*each), worN=hertz, fs=RATE_HZ)[1]) ** 2 for each in filters]
        levels[name] = float(10.0 * np.log10(np.mean(np.prod(gains, axis=0)))) if gains else 0.0
    return {name: level - levels["1000"] for name, level in levels.items()}


def near(fit: EqualiserFit, hertz: float, gain_db: float) -> bool:
    """Whether the fit has a band of this size at this place."""
    return any(
        abs(np.log2(item.band.frequency_hz / hertz)) <= THIRD_OCTAVE and abs(item.band.gain_db - gain_db) <= SIZE_DB
        for item in fit.bands
    )


BELLS = [
    (300.0, 6.0, 1.0),
    (3_500.0, 6.0, 1.4),
    (1_000.0, 7.0, 1.4),
    (6_000.0, 7.0, 2.0),
    (700.0, -7.0, 1.4),
    (150.0, 7.0, 1.4),
    (100.0, 8.0, 1.0),
    (2_000.0, -3.0, 0.7),
    (49.0, 6.0, 3.0),
]


@pytest.mark.parametrize(("hertz", "gain_db", "q"), BELLS)
def test_a_bell_is_found_where_it_is_and_as_large(hertz: float, gain_db: float, q: float) -> None:
    fit = fit_equaliser(difference((FilterKind.BELL, hertz, gain_db, q)))

    assert near(fit, hertz, gain_db)
    assert fit.bands[0].band.kind is FilterKind.BELL
    assert len(fit.bands) == 1


@pytest.mark.parametrize(
    ("kind", "hertz", "gain_db"),
    [
        (FilterKind.HIGH_SHELF, 6_000.0, -9.0),
        (FilterKind.HIGH_SHELF, 6_000.0, 9.0),
        (FilterKind.HIGH_SHELF, 2_000.0, 4.0),
        (FilterKind.LOW_SHELF, 150.0, -9.0),
        (FilterKind.LOW_SHELF, 120.0, 6.0),
    ],
)
def test_a_shelf_is_a_shelf(kind: FilterKind, hertz: float, gain_db: float) -> None:
    fit = fit_equaliser(difference((kind, hertz, gain_db, 0.7)))

    assert fit.bands[0].band.kind is kind
    assert near(fit, hertz, gain_db)


def test_two_bands_are_told_apart() -> None:
    fit = fit_equaliser(difference((FilterKind.BELL, 250.0, 5.0, 1.0), (FilterKind.HIGH_SHELF, 6_000.0, -6.0, 0.7)))

    assert near(fit, 250.0, 5.0)
    assert near(fit, 6_000.0, -6.0)
    assert len(fit.bands) == 2


@pytest.mark.parametrize("seed", range(8))
def test_noise_moves_no_band_far(seed: int) -> None:
    """0.6 dB of scatter per third octave beside a bell: its figures stay, and nothing else is large."""
    scatter = np.random.default_rng(seed).normal(0.0, 0.6, len(THIRDS))
    clean = difference((FilterKind.BELL, 1_000.0, 7.0, 1.4))
    fit = fit_equaliser({name: level + noise for (name, level), noise in zip(clean.items(), scatter, strict=True)})

    assert near(fit, 1_000.0, 7.0)
    assert all(abs(item.band.gain_db) < 3.0 for item in fit.bands[1:])


def test_a_difference_of_level_is_none() -> None:
    assert fit_equaliser(dict.fromkeys(THIRDS, 4.0)).bands == ()
    assert fit_equaliser(difference()).bands == ()


def test_an_empty_stretch_is_limited() -> None:
    cut = difference() | dict.fromkeys(("10000", "12500", "16000"), -90.0)

    assert all(abs(item.band.gain_db) <= 24.0 for item in fit_equaliser(cut).bands)


def test_too_few_third_octaves_are_not_fitted() -> None:
    assert fit_equaliser({"100": 3.0, "1000": 0.0}).bands == ()
