"""Filters of the scan, designed for any sample rate.

Sources: K-weighting: ITU-R BS.1770-5 Annex 1, whose two tables give coefficients for 48 kHz only; the parameters of
the analogue prototypes behind them are those of De Man, "Evaluation of implementations of the EBU R128 loudness
measurement" (AES 145, 2018). Interpolation: Annex 2, with longer Kaiser-windowed sinc filters than the printed one.
"""

import numpy as np
import scipy.signal
from numpy.typing import NDArray

SHELF_HZ, SHELF_GAIN_DB, SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
"""First stage: high shelf for the acoustic effect of the head (De Man 2018)."""

SHELF_BAND_EXPONENT = 0.4996667741545416
"""Gain at the shelf's centre as a power of its full gain (De Man 2018)."""

HIGH_PASS_HZ, HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773
"""Second stage: RLB high-pass (De Man 2018)."""

COARSE_TAPS, COARSE_BETA = 12, 4.0
FINE_TAPS, FINE_PHASES, FINE_BETA = 96, 16, 8.0
"""Interpolation filters: taps, phases and the shape of the Kaiser window."""

DECIMATOR_TAPS_PER_FACTOR, DECIMATOR_BETA = 24, 8.0
"""Decimation filter: flat to 0.38 of the low rate, 80 dB down from 0.62 on, so nothing folds below 2 kHz."""


def k_weighting(sample_rate_hz: int) -> NDArray[np.float64]:
    """Both K-weighting stages as second-order sections, shape (2, 6).

    The bilinear transform of the analogue prototypes, pre-warped at each stage's own frequency: at 48 kHz this gives
    the standard's printed coefficients to ten digits.

    Args:
        sample_rate_hz: rate of the signal.
    """
    warped = np.tan(np.pi * SHELF_HZ / sample_rate_hz)
    high = 10.0 ** (SHELF_GAIN_DB / 20.0)
    band = high**SHELF_BAND_EXPONENT
    a0 = 1.0 + warped / SHELF_Q + warped**2
    shelf = [
        (high + band * warped / SHELF_Q + warped**2) / a0,
        2.0 * (warped**2 - high) / a0,
        (high - band * warped / SHELF_Q + warped**2) / a0,
        1.0,
        2.0 * (warped**2 - 1.0) / a0,
        (1.0 - warped / SHELF_Q + warped**2) / a0,
    ]
    warped = np.tan(np.pi * HIGH_PASS_HZ / sample_rate_hz)
    a0 = 1.0 + warped / HIGH_PASS_Q + warped**2
    # the standard's numerator is 1 −2 1: its gain is not normalised
    high_pass = [1.0, -2.0, 1.0, 1.0, 2.0 * (warped**2 - 1.0) / a0, (1.0 - warped / HIGH_PASS_Q + warped**2) / a0]
    return np.array([shelf, high_pass])


def attack_band(lower_hz: float, upper_hz: float, sample_rate_hz: float) -> NDArray[np.float64]:
    """Butterworth band-pass with slopes of 12 dB per octave.

    Args:
        lower_hz: lower edge.
        upper_hz: upper edge; limited to 0.45 of the sample rate.
        sample_rate_hz: rate of the signal.

    Returns:
        Second-order sections as `scipy.signal` writes them, shape (2, 6).
    """
    upper = min(upper_hz, 0.45 * sample_rate_hz)
    sections: NDArray[np.float64] = scipy.signal.butter(
        2, (min(lower_hz, upper / 2.0), upper), "bandpass", output="sos", fs=sample_rate_hz
    )
    return sections


def interpolators(taps: int, phases: int, beta: float) -> NDArray[np.float32]:
    """Kaiser-windowed sinc filters that give the signal at 0, 1/phases, 2/phases … of the way to the next sample.

    Args:
        taps: length of each filter, even.
        phases: number of filters.
        beta: shape of the Kaiser window.

    Returns:
        Shape (phases, taps); tap ``taps / 2 - 1`` is the sample itself.
    """
    distance = np.arange(phases)[:, None] / phases - (np.arange(taps) - taps // 2 + 1)[None, :]
    window = np.i0(beta * np.sqrt(np.clip(1.0 - (2.0 * distance / taps) ** 2, 0.0, None))) / np.i0(beta)
    bank: NDArray[np.float64] = np.sinc(distance) * window
    bank /= bank.sum(axis=1, keepdims=True)
    return bank.astype(np.float32)


def oversampling(sample_rate_hz: int) -> int:
    """Factor of the coarse pass: the peak search works at 176 kHz or more, as BS.1770-5 Annex 2 asks."""
    return 4 if sample_rate_hz < 88_200 else 2


def decimator(factor: int) -> NDArray[np.float32]:
    """Low-pass filter for keeping every `factor`-th sample; shape (taps,), odd length, unit gain at 0 Hz."""
    if factor == 1:
        return np.ones(1, np.float32)
    taps: NDArray[np.float64] = scipy.signal.firwin(
        DECIMATOR_TAPS_PER_FACTOR * factor + 1, 1.0 / factor, window=("kaiser", DECIMATOR_BETA)
    )
    return taps.astype(np.float32)
