"""How the onsets of a file repeat: autocorrelations and the Fourier tempogram, from which the tempo is read.

Goal: for every lag, how alike the onsets are that far apart, in all bands, in the lowest band and in the kicks; and
whether there are onsets at all. Steady sounds (held chords, drones, noise) have a flux as well, the ripple of beating
partials, and it may repeat strictly.

Conventions: the novelty of a band is its onset flux above the mean of `MEAN_S`, in units of the band's deviation. An
autocorrelation is normalised by lag 0 and averaged over windows of `WINDOW_S`.

Sources: autocorrelation and Fourier tempogram (Peeters 2007; Grosche & Müller 2011, "Extracting predominant local
pulse information from music recordings"). Parameters: core/knowledge/pages/measurement.md.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.frames import Frames
from core.analysis.scanning.chroma import CHROMA_BINS
from core.analysis.scanning.onsets import MIN_DEVIATION, expand_flux
from core.analysis.stored_levels import to_power

WINDOW_S, WINDOW_STEP_S = 12.0, 3.0
"""Length and step of the windows: the tempo may drift, but within 12 s it is taken as steady."""

MEAN_S = 0.4
"""Only the flux above its mean over this time counts."""

MIN_ACTIVITY = 3e-4
"""Share of a band's mean activity: windows with less do not count fully in that band."""

ZERO_PADDING = 4
"""Length of the transform of the Fourier tempogram relative to that of the autocorrelation."""

RISE_HOPS = 3
"""Hops within which a kick rises (30 ms)."""

MIN_KICKS = 0.3
"""Share of the mean activity of the kicks: windows with less do not count fully."""

CHANGE_LAGS_S = (0.2, 3.0)
"""Lags that are kept per window, by which changes of the tempo are found."""

SHARP_SHARE = 0.3
"""Most of mean² / mean square of the novelty of music that is struck or plucked: its onsets are short. Drones and noise
have 0.35 to 0.6, a tremolo 0.33."""

STRONG_PEAK, LEAST_PEAK = 0.2, 0.12
"""Novelty, as log power, that one hop in a hundred exceeds: music with attacks exceeds the first, drones, pads and
beating tones stay below the second (0.06 to 0.11)."""

PEAK_QUANTILE = 0.99

MIN_NOTE_CHANGE = 0.06
NOTE_CHANGE_ROWS = 3
"""Least mean change of the pitch classes (1 − cosine) over 0.6 s of music without sharp attacks: slow pads change by
0.05 at most, accordions and string sections that play a tune by 0.08 to 0.4."""


@dataclass(frozen=True, slots=True, eq=False)
class Repetition:
    """How the onsets of a file repeat.

    Attributes:
        hop_s: step of the lags.
        whole: autocorrelation, mean of all bands, shape (lags,).
        low: that of the lowest band (up to 550 Hz).
        kicks: that of the rises of 20–150 Hz.
        pulse: that of the sum of all bands: a kick is alike a snare in it, not in `whole`.
        spectrum: Fourier tempogram, shape (bins,).
        bin_hz: step of its bins.
        by_window: autocorrelation of each window at `CHANGE_LAGS_S`, shape (windows, lags).
        has_onsets: whether there are onsets, and not only the ripple of a steady sound.
    """

    hop_s: float
    whole: NDArray[np.float64]
    low: NDArray[np.float64]
    kicks: NDArray[np.float64]
    pulse: NDArray[np.float64]
    spectrum: NDArray[np.float64]
    bin_hz: float
    by_window: NDArray[np.float32]
    has_onsets: bool


def measure_repetition(frames: Frames) -> Repetition:
    """Correlate the onsets of a file with themselves.

    Args:
        frames: time tables of the file.

    Returns:
        Autocorrelations and tempogram; windows lie every `WINDOW_STEP_S`.
    """
    hop_s = frames.grid.hop_s
    flux = frames.onset_flux[:, : frames.whole_hops]
    scale = _scale(flux)
    mean_hops, step = round(MEAN_S / hop_s), round(WINDOW_STEP_S / hop_s)
    window = min(round(WINDOW_S / hop_s), flux.shape[1])
    starts = range(0, flux.shape[1] - window + 1, step)
    size = int(scipy.fft.next_fast_len(2 * window, real=True))
    taper = np.hanning(window)
    kept = slice(*(min(round(lag_s / hop_s), window) for lag_s in CHANGE_LAGS_S))
    bands = np.zeros((flux.shape[0], window))
    pulses = np.zeros(window)
    spectrum = np.zeros(ZERO_PADDING * size // 2 + 1)
    by_window = np.zeros((len(starts), kept.stop - kept.start), np.float32)
    shape = _OnsetShape(scale)
    for number, start in enumerate(starts):
        novelty = _novelty(flux, scale, start, window, mean_hops)
        shape.add(novelty[:, : window if number == len(starts) - 1 else step])
        normalised = _autocorrelation(novelty, size)
        bands += normalised
        by_window[number] = normalised[:, kept].mean(axis=0)
        pulse = novelty.sum(axis=0)
        pulse -= pulse.mean()
        energy = float(np.sqrt(np.sum(pulse**2)))
        if energy > 0.0:
            pulses += scipy.fft.irfft(np.abs(scipy.fft.rfft(pulse, size)) ** 2, size)[:window] / energy**2
            spectrum += np.abs(scipy.fft.rfft(pulse * taper, ZERO_PADDING * size)) / energy
    bands /= len(starts)
    return Repetition(
        hop_s=hop_s,
        whole=bands.mean(axis=0),
        low=bands[0],
        kicks=_kick_autocorrelation(frames, starts, window, size),
        pulse=pulses / len(starts),
        spectrum=spectrum / len(starts),
        bin_hz=1.0 / (hop_s * ZERO_PADDING * size),
        by_window=by_window,
        has_onsets=shape.has_onsets(_note_change(frames)),
    )


class _OnsetShape:
    """Gathers the novelty of a file: how sharp its peaks are, and how high."""

    def __init__(self, scale: NDArray[np.float64]) -> None:
        self._weights = np.where(scale > 0.0, 1.0 / np.maximum(scale, 1e-12), 0.0) / scale.size
        self._scaled: list[NDArray[np.float64]] = []
        self._levels: list[NDArray[np.float64]] = []

    def add(self, novelty: NDArray[np.float64]) -> None:
        self._scaled.append(novelty.sum(axis=0))
        self._levels.append((novelty * self._weights).sum(axis=0))

    def has_onsets(self, note_change: float) -> bool:
        """Whether the onsets are high and short, or the notes change with them."""
        scaled = np.concatenate(self._scaled)
        square = float(np.mean(scaled**2))
        peak = float(np.quantile(np.concatenate(self._levels), PEAK_QUANTILE))
        if square <= 0.0 or peak < LEAST_PEAK:
            return False
        is_sharp = float(scaled.mean()) ** 2 / square <= SHARP_SHARE and peak >= STRONG_PEAK
        return is_sharp or note_change >= MIN_NOTE_CHANGE


def _scale(flux: NDArray[np.uint8]) -> NDArray[np.float64]:
    """1 / standard deviation of each band in the whole file, 0 for bands without onsets; shape (bands, 1)."""
    values = expand_flux(np.arange(256, dtype=np.uint8))
    shares = np.array([np.bincount(band, minlength=256) for band in flux]) / flux.shape[1]
    deviation = np.sqrt(np.maximum(shares @ values**2 - (shares @ values) ** 2, 0.0))[:, None]
    scale: NDArray[np.float64] = np.where(deviation >= MIN_DEVIATION, 1.0 / np.maximum(deviation, MIN_DEVIATION), 0.0)
    return scale


def _novelty(
    flux: NDArray[np.uint8], scale: NDArray[np.float64], start: int, window: int, mean_hops: int
) -> NDArray[np.float64]:
    """Scaled flux of a window above its local mean; shape (bands, window)."""
    first, last = max(0, start - mean_hops), min(flux.shape[1], start + window + mean_hops)
    scaled = expand_flux(flux[:, first:last]) * scale
    local: NDArray[np.float64] = scipy.ndimage.uniform_filter1d(scaled, mean_hops, axis=1)
    rise: NDArray[np.float64] = np.maximum(scaled - local, 0.0)
    return rise[:, start - first : start - first + window]


def _autocorrelation(excerpt: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Autocorrelation of each band, normalised by lag 0; shape (bands, window)."""
    centred = excerpt - excerpt.mean(axis=1, keepdims=True)
    spectra = scipy.fft.rfft(centred, size, axis=1)
    lags = scipy.fft.irfft(np.abs(spectra) ** 2, size, axis=1)[:, : excerpt.shape[1]]
    normalised: NDArray[np.float64] = lags / (lags[:, :1] + MIN_ACTIVITY * excerpt.shape[1])
    return normalised


def _kick_autocorrelation(frames: Frames, starts: range, window: int, size: int) -> NDArray[np.float64]:
    """Autocorrelation of the rises in amplitude of 20–150 Hz, mean over the windows; shape (window,)."""
    amplitude = np.sqrt(to_power(frames.attack_power[0, : frames.whole_hops]))
    rise = np.zeros(amplitude.size)
    rise[RISE_HOPS - 1 : -1] = np.maximum(amplitude[RISE_HOPS:] - amplitude[:-RISE_HOPS], 0.0)
    least = MIN_KICKS * (float(rise.mean()) ** 2 * window + 1e-12)
    total = np.zeros(window)
    for start in starts:
        excerpt = rise[start : start + window]
        spectrum = scipy.fft.rfft(excerpt - excerpt.mean(), size)
        lags = scipy.fft.irfft(np.abs(spectrum) ** 2, size)[:window]
        total += lags / (lags[0] + least)
    return total / len(starts)


def _note_change(frames: Frames) -> float:
    """Mean change of the twelve pitch classes over `NOTE_CHANGE_ROWS` rows, 1 − cosine."""
    bins = CHROMA_BINS // 12
    # a pitch class reaches half a semitone down
    rows = np.roll(np.arange(CHROMA_BINS), bins // 2).reshape(12, bins)
    classes = np.array([frames.chroma[row].sum(axis=0, dtype=np.float32) for row in rows])
    if classes.shape[1] <= NOTE_CHANGE_ROWS:
        return 0.0
    classes /= np.linalg.norm(classes, axis=0) + 1e-9
    return float(1.0 - (classes[:, NOTE_CHANGE_ROWS:] * classes[:, :-NOTE_CHANGE_ROWS]).sum(axis=0).mean())
