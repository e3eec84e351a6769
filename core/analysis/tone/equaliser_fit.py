"""The few broad equaliser bands that turn one long-term spectrum into another.

A difference of two spectra in third octaves is told by a handful of bells and shelves, fitted jointly: greedy choice of
one band after the other from a grid (orthogonal matching pursuit: Pati and others 1993), then all parameters together
by least squares. The level is free: spectra are relative to one of their bands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.analysis.tone.equaliser_response import in_thirds_db
from core.values.chain import EqBand, FilterKind

MOST_BANDS = 4
"""Bands at most: more than an engineer would set by ear, and with 28 third octaves more cannot be told apart."""

LEAST_THIRD_OCTAVES = 2 * MOST_BANDS
"""Third octaves that a fit needs."""

LEAST_GAIN_DB = 1.0
"""Smallest gain of a band: twice the error with which an equalised copy of real music is recovered."""

LEAST_ERRORS = 2.0
"""Smallest gain of a band, in standard errors of it."""

LEAST_GAINED_DB = 0.15
"""By how much a further band must lower the RMS of what is left over, dB (own figure: the ripple of a filter)."""

LARGEST_GAIN_DB = 24.0
"""Largest gain of a band, dB: in an empty stretch the difference has no meaning."""

FITTED_SHELF_Q = 0.7
"""Q of all shelves: that of the filters that producers have at hand."""

BELL_COSTS = 1.1
"""Factor on what a bell leaves over where it is weighed against a shelf, which has one parameter less."""

BELL_Q = (0.5, 6.0)
"""Range of the Q of bells: third octaves resolve nothing narrower."""

GRID_Q = (0.7, 1.4, 3.0)
"""Bells that are tried first."""

GRID_STEP = 2.0 ** (1.0 / 6.0)
"""Ratio of the frequencies that are tried first: a sixth of an octave."""

BELLS_HZ, LOW_SHELVES_HZ, HIGH_SHELVES_HZ = (35.0, 14_000.0), (60.0, 500.0), (1_500.0, 10_000.0)
"""Ranges of the frequencies of bells and shelves."""

MEASURE_ERROR_DB = 0.3
"""Standard error of a third octave of an equalised copy, dB; smaller residuals do not make a gain surer."""

UNSURE_BELOW_HZ, UNSURE_ABOVE_HZ, UNSURE_WEIGHT = 45.0, 11_000.0, 0.5
"""Third octaves below and above have this weight: few cycles, or what an encoder cut."""

SHAPES = (FilterKind.LOW_SHELF, FilterKind.HIGH_SHELF, FilterKind.BELL)
"""Kinds of bands that are fitted."""

PARAMETERS, DIFFERENCE = 3, 1e-6
"""Parameters of a band (octave, gain in dB, octave of its Q), and the difference by which slopes are taken."""

TRIED_GAIN_DB = 6.0
"""Gain at which the shapes of the grid are made; in dB a shape changes little with its gain."""


@dataclass(frozen=True, slots=True)
class FittedBand:
    """One band of a fit, and the standard error of its gain in dB."""

    band: EqBand
    error_db: float


@dataclass(frozen=True, slots=True)
class EqualiserFit:
    """Bands with the largest gain first, and the RMS in dB of what they leave over."""

    bands: tuple[FittedBand, ...]
    left_over_db: float


def fit_equaliser(difference_db: Mapping[str, float], most: int = MOST_BANDS) -> EqualiserFit:
    """Fit equaliser bands to a difference of two spectra.

    Args:
        difference_db: third octave (its name is its frequency in Hz) → difference in dB; a constant is no difference.
        most: how many bands at most.

    Returns:
        Bands whose sum is closest to the difference. Gains are shrunk by their standard error: by half where the error
        is as large as the gain. No bands for fewer than eight third octaves.
    """
    names = sorted(difference_db, key=float)
    if len(names) < LEAST_THIRD_OCTAVES:
        return EqualiserFit((), 0.0)
    hertz = np.array([float(name) for name in names])
    wanted = np.clip([difference_db[name] for name in names], -LARGEST_GAIN_DB, LARGEST_GAIN_DB)
    weights = np.where((hertz < UNSURE_BELOW_HZ) | (hertz > UNSURE_ABOVE_HZ), UNSURE_WEIGHT, 1.0)
    bands: list[EqBand] = []
    left_over = _rms(_residual(wanted, weights, np.zeros_like(wanted)), weights)
    while len(bands) < most:
        tried = _with_another(bands, wanted, weights, names)
        if left_over - tried.left_over_db < LEAST_GAINED_DB or not _are_sure(tried):
            break
        bands, left_over = tried.bands, tried.left_over_db
    if not bands:
        return EqualiserFit((), float(left_over))
    last = _refined(bands, wanted, weights, names)
    fitted = [_shrunk(band, error) for band, error in zip(last.bands, last.errors_db, strict=True)]
    return EqualiserFit(tuple(sorted(fitted, key=lambda item: -abs(item.band.gain_db))), float(left_over))


@dataclass(frozen=True, slots=True)
class _Tried:
    """Bands that were fitted together, the standard errors of their gains in dB, and the RMS of what is left over."""

    bands: list[EqBand]
    errors_db: NDArray[np.float64]
    left_over_db: float

    @property
    def cost_db(self) -> float:
        """What is left over, for the choice of the kind of the last band."""
        return self.left_over_db * (BELL_COSTS if self.bands[-1].kind is FilterKind.BELL else 1.0)


def _with_another(
    bands: list[EqBand], wanted: NDArray[np.float64], weights: NDArray[np.float64], names: list[str]
) -> _Tried:
    """The bands with one more, a shelf or a bell, all refined."""
    starts = (_best(wanted, weights, bands, names, kind) for kind in SHAPES)
    tried = [_refined([*bands, start], wanted, weights, names) for start in starts]
    return min(tried, key=lambda each: each.cost_db)


def _are_sure(tried: _Tried) -> bool:
    """Whether each gain is worth setting and stands clear of its error: bands that undo each other do not."""
    least = np.maximum(LEAST_GAIN_DB, LEAST_ERRORS * tried.errors_db)
    return bool(np.all(np.abs([band.gain_db for band in tried.bands]) >= least))


def _sum_db(bands: list[EqBand], names: tuple[str, ...]) -> NDArray[np.float64]:
    return np.asarray(np.sum([in_thirds_db(band, names) for band in bands], axis=0))


def _residual(
    wanted: NDArray[np.float64], weights: NDArray[np.float64], made: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What is left over, dB, after the constant that suits it best."""
    over = wanted - made
    return np.asarray(over - np.average(over, weights=weights))


def _rms(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.average(values**2, weights=weights)))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Bands that are tried first, and their shapes: dB per dB, shape (bands, third octaves)."""

    bands: tuple[EqBand, ...]
    shapes: NDArray[np.float64]


@cache
def _grid(names: tuple[str, ...]) -> _Grid:
    bands = tuple(_grid_bands())
    return _Grid(bands, np.array([in_thirds_db(band, names) / TRIED_GAIN_DB for band in bands]))


def _grid_bands() -> Iterator[EqBand]:
    for kind, (low, high) in (
        (FilterKind.LOW_SHELF, LOW_SHELVES_HZ),
        (FilterKind.HIGH_SHELF, HIGH_SHELVES_HZ),
    ):
        for hertz in _steps(low, high):
            yield EqBand(kind, hertz, TRIED_GAIN_DB, FITTED_SHELF_Q)
    for hertz in _steps(*BELLS_HZ):
        for q in GRID_Q:
            yield EqBand(FilterKind.BELL, hertz, TRIED_GAIN_DB, q)


def _steps(low: float, high: float) -> list[float]:
    count = int(np.log(high / low) / np.log(GRID_STEP)) + 1
    return [low * GRID_STEP**step for step in range(count)]


def _best(
    wanted: NDArray[np.float64],
    weights: NDArray[np.float64],
    bands: list[EqBand],
    names: list[str],
    kind: FilterKind,
) -> EqBand:
    """The band of this kind in the grid that leaves least over beside `bands` and a constant, with its best gain."""
    grid = _grid(tuple(names))
    root = np.sqrt(weights)
    fixed = [np.ones_like(wanted), *(in_thirds_db(band, tuple(names)) for band in bands)]
    base, _ = np.linalg.qr((np.array(fixed) * root).T)
    left = wanted * root - base @ (base.T @ (wanted * root))
    weighted = grid.shapes * root
    across = weighted - (weighted @ base) @ base.T
    power = np.maximum(np.sum(across**2, axis=1), 1e-9)
    gains = across @ left / power
    of_kind = np.array([band.kind is kind for band in grid.bands])
    chosen = int(np.argmax(np.where(of_kind, gains**2 * power, -1.0)))
    gain = float(np.clip(gains[chosen], -LARGEST_GAIN_DB, LARGEST_GAIN_DB))
    band = grid.bands[chosen]
    return EqBand(band.kind, band.frequency_hz, gain, band.q)


def _refined(
    bands: list[EqBand], wanted: NDArray[np.float64], weights: NDArray[np.float64], names: list[str]
) -> _Tried:
    """All parameters fitted together."""
    root, thirds = np.sqrt(weights), tuple(names)
    ranges = [_ranges(band) for band in bands]
    low, high = (np.array([limit for part in ranges for limit in part[side]]) for side in (0, 1))
    start = np.array([value for band in bands for value in _parameters(band)])

    def misses(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return _residual(wanted, weights, _sum_db(_bands(bands, values), thirds)) * root

    def slopes(values: NDArray[np.float64]) -> NDArray[np.float64]:
        # a parameter moves one band only: differences of the sum of all would cost as many times more
        columns = []
        for place, band in enumerate(_bands(bands, values)):
            before = in_thirds_db(band, thirds)
            for parameter in range(PARAMETERS):
                moved = np.array(_parameters(band))
                moved[parameter] += DIFFERENCE
                change = (in_thirds_db(_bands([bands[place]], moved)[0], thirds) - before) / DIFFERENCE
                columns.append(-(change - np.average(change, weights=weights)) * root)
        return np.array(columns).T

    from scipy.optimize import least_squares  # noqa: PLC0415 - half a second that only a comparison of tracks pays

    inside = np.clip(start, low + 1e-6, high - 1e-6)
    found = least_squares(misses, inside, jac=slopes, bounds=(low, high), max_nfev=60)
    refined = _bands(bands, found.x)
    left_over_db = _rms(found.fun / root, weights)
    covariance = np.linalg.pinv(found.jac.T @ found.jac) * max(MEASURE_ERROR_DB, left_over_db) ** 2
    return _Tried(refined, np.sqrt(np.maximum(np.diag(covariance)[1::3], 0.0)), left_over_db)


def _parameters(band: EqBand) -> tuple[float, float, float]:
    return float(np.log2(band.frequency_hz)), band.gain_db, float(np.log2(band.q))


def _ranges(band: EqBand) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Least and largest parameters of a band: an octave around where the grid has it."""
    octave = float(np.log2(band.frequency_hz))
    q = BELL_Q if band.kind is FilterKind.BELL else (0.99 * FITTED_SHELF_Q, 1.01 * FITTED_SHELF_Q)
    return (octave - 1.0, -LARGEST_GAIN_DB, float(np.log2(q[0]))), (octave + 1.0, LARGEST_GAIN_DB, float(np.log2(q[1])))


def _bands(bands: list[EqBand], values: NDArray[np.float64]) -> list[EqBand]:
    return [
        EqBand(band.kind, float(2.0**octave), float(gain), float(2.0**q))
        for band, (octave, gain, q) in zip(bands, values.reshape(-1, 3), strict=True)
    ]


def _shrunk(band: EqBand, error_db: float) -> FittedBand:
    share = band.gain_db**2 / (band.gain_db**2 + error_db**2)
    return FittedBand(EqBand(band.kind, band.frequency_hz, float(band.gain_db * share), band.q), float(error_db))
