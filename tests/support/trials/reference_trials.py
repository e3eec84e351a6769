"""Trials of the comparison with a reference: equalised twins of real music, at another level."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from core.diagnosis.comparing.references import compare_reference
from tests.support.audio.music import read_music
from tests.support.trials.fault_trials import LONG_ENOUGH_S, as_wav, bands_db, excerpt, measured
from tests.support.trials.trial_cache import Cache

EQUALISERS = [(60.0, 4.0), (300.0, -3.0), (1_000.0, 3.0), (3_500.0, 4.0), (12_000.0, -6.0)]
"""Hertz and decibels."""

OTHER_LEVEL = 0.5
WITHIN_DB = 0.5


def equalised(samples: NDArray[np.float64], rate: int, hz: float, gain_db: float) -> NDArray[np.float64]:
    """A gain with smooth edges, an octave and a half around a frequency, by FFT: any filter would do."""
    octaves = np.abs(np.log2(np.maximum(np.fft.rfftfreq(samples.shape[1], 1 / rate), 1.0) / hz))
    gain = 10 ** (gain_db * np.exp(-((octaves / 0.75) ** 2)) / 20)
    return np.fft.irfft(np.fft.rfft(samples, axis=1) * gain, samples.shape[1], axis=1)


def true_differences(mine: NDArray[np.float64], theirs: NDArray[np.float64], rate: int) -> dict[str, float]:
    """Bands by one transform of all samples, loudness by pyloudnorm."""
    meter = pyloudnorm.Meter(rate)
    level = meter.integrated_loudness(mine.T) - meter.integrated_loudness(theirs.T)
    here, there = bands_db(mine, rate), bands_db(theirs, rate)
    return {name: here[name] - there[name] - level for name in here}


def reference_errors(folder: Path, names: Iterable[str], cache: Cache) -> list[float]:
    """Absolute error of each band of each equalised twin, in dB."""
    errors: list[float] = []
    for name in names:
        for hz, gain_db in EQUALISERS:
            numbers = cache.numbers(
                f"{name}/twin/{hz}/{gain_db}", lambda at=(name, hz, gain_db): _errors_of(folder, cache, *at)
            )
            errors += numbers.values()
    return errors


def _errors_of(folder: Path, cache: Cache, name: str, hz: float, gain_db: float) -> dict[str, float]:
    music = read_music(folder / name, LONG_ENOUGH_S)
    rate, twin = music.sample_rate_hz, excerpt(music)
    other = equalised(twin, rate, hz, gain_db) * OTHER_LEVEL
    reference = cache.analysis(f"{name}/clean", lambda: measured(twin, rate, as_wav(rate)))
    found = compare_reference(measured(other, rate, as_wav(rate)), reference)
    true = true_differences(other, twin, rate)
    return {band: float(abs(value - true[band])) for band, value in found.bands_db.items()}


def references_figures(errors: list[float]) -> dict[str, float]:
    """How many bands, how many of them within half a decibel, and the largest error in dB."""
    return {
        "bands": len(errors),
        "within": sum(error <= WITHIN_DB for error in errors),
        "largest_error_db": round(max(errors, default=0.0), 2),
    }
