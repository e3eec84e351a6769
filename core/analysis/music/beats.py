"""Onsets, and the beats of a steady tempo.

Goal: where the beats lie, and whether the tempo is steady enough for beats to be given.

Conventions: an onset is a local maximum of the onset flux that rises above its surroundings. Beats are a grid, equally
spaced over the whole file: sequencers play that way, and a grid continues through a break without drums. Its spacing
and place are those at which the comb of the beat's harmonics in the spectrum of the novelty is highest, within 1 % of
the measured tempo. `regularity` is the share of the novelty in passages of 16 beats whose own best place lies within
30 ms of the grid; below `MIN_REGULARITY` (played freely, or tempi that change) no beats are given.

Not `librosa.beat.beat_track` (Ellis 2007, "Beat tracking by dynamic programming"), whose beats may each move: with the
same tempo it finds fewer of them (F-measure 0.93 against 1.00 on 77 exact pieces, core/knowledge/pages/measurement.md),
does not report where it lost one, and compiles for 8 s at the first start.

Sources: peak picking after Böck, Krebs & Schedl (2012), "Evaluating the online capabilities of onset detection
methods"; phase of the Fourier tempogram as in Grosche & Müller (2011), "Extracting predominant local pulse information
from music recordings".
"""

from dataclasses import dataclass

import librosa
import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.frames import Frames
from core.analysis.level.loudness import PIECE_HOPS
from core.analysis.measurements import Rhythm
from core.analysis.music.beat_grid import DETUNING, ON_GRID_S
from core.analysis.scanning.onsets import FLUX_BANDS, MIN_DEVIATION, expand_flux

PEAK_HOPS = 3
"""Hops to either side within which an onset is the maximum (30 ms); equal neighbours are one onset."""

MEAN_HOPS = 10
"""Hops to either side over whose mean an onset must rise (100 ms)."""

MIN_RISE = 0.2
"""Least rise of an onset above that mean: all bands rise by 0.9 dB in 20 ms, which noise seldom does."""

DEFAULT_BEAT_S = 0.5
"""Beat where there is no tempo."""

BEFORE_BEAT_HOPS = 5
"""Hops by which the window of a beat begins before it (50 ms), so that it contains all of a stroke played early."""

NOVELTY_MEAN_S = 0.4
"""Only the flux of a band above its mean over this time counts, as in `core.analysis.music.tempo`."""

FLUX_LOW, HIGH_BANDS = slice(0, 1), slice(3, FLUX_BANDS)
"""Bands of the flux up to 550 Hz, and from 1.7 kHz: kick and bass, snare and hi-hats."""

HARMONICS = (1, 2, 3, 4, 6, 8)
"""Harmonics of the beat in the comb, down to 32nds; 3 and 6 are triplets."""

ONSET_SPREAD_S = 0.012
"""Standard deviation of an onset around its beat, about a hop: higher harmonics count less accordingly."""

RATES_PER_TURN, FINE_RATES = 8, 4
"""Resolution of the tempi that are tried: from one to the next the last beat moves by an eighth of a beat against the
first; then four finer steps between two of them."""

PHASES = 128
"""Places within a beat that are tried: 4 ms apart at 120 BPM."""

WHOLE_FILE_PADDING = 4
"""Length of the transform relative to the file."""

PASSAGE_BEATS = 16
PASSAGE_BINS = 40
"""Regularity is measured in passages of 16 beats, whose half-beats are folded into bins of about 6 ms."""

MIN_REGULARITY = 0.8
"""Least share of passages whose best place lies within `ON_GRID_S` of the grid. Sequenced music reaches
0.84 to 1; pieces played with rubato stay below 0.64, a pulse whose tempo varies by 1 % below 0.65."""

MIN_BEATS = 16
"""Fewest beats in a file that has a grid."""

LONGEST_S = 900.0
"""Longest file that has a grid: longer ones are sets of several songs, and finding the grid of an hour would take
30 MiB."""


@dataclass(frozen=True, slots=True, eq=False)
class Novelty:
    """Onset flux in units of each band's deviation, above its local mean; one value per hop.

    Attributes:
        low: up to 550 Hz.
        high: from 1.7 kHz, mean of three bands.
        whole: mean of all six bands.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    whole: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Grid:
    """Equally spaced beats at ``origin_s + k * beat_s``; the true beats may lie half of `beat_s` later."""

    origin_s: float
    beat_s: float
    regularity: float


def onset_hops(frames: Frames) -> NDArray[np.intp]:
    """Hops at which onsets lie, in time order, shape (onsets,)."""
    bands = frames.onset_flux[:, : frames.whole_hops]
    # single precision, piece by piece: an hour has 360,000 hops
    flux = np.zeros(bands.shape[1], np.float32)
    for first in range(0, flux.size, PIECE_HOPS):
        piece = bands[:, first : first + PIECE_HOPS]
        flux[first : first + PIECE_HOPS] = expand_flux(piece).mean(axis=0)
    peaks: NDArray[np.intp] = librosa.util.peak_pick(
        flux,
        pre_max=PEAK_HOPS,
        post_max=PEAK_HOPS + 1,
        pre_avg=MEAN_HOPS,
        post_avg=MEAN_HOPS + 1,
        delta=MIN_RISE,
        wait=PEAK_HOPS,
    )
    return peaks


def beat_hops(frames: Frames, rhythm: Rhythm) -> int:
    """Hops in a beat, `DEFAULT_BEAT_S` where there is no tempo."""
    beat_s = 60.0 / rhythm.tempo_bpm if rhythm.tempo_bpm else DEFAULT_BEAT_S
    return round(beat_s / frames.grid.hop_s)


def beat_windows(frames: Frames, rhythm: Rhythm, hops: int) -> NDArray[np.intp]:
    """Place windows of one or more beats in a file.

    Args:
        frames: time tables of the file.
        rhythm: its tempo and beats.
        hops: hops in a window.

    Returns:
        First hop of each window, shape (windows,). Windows begin `BEFORE_BEAT_HOPS` before the beats; without a grid
        they lie side by side from the first hop on.
    """
    last = frames.whole_hops - hops
    if rhythm.beats is None:
        return np.arange(0, last + 1, hops)
    beat_s, hop_s = rhythm.beats.beat_s, frames.grid.hop_s
    step_s = beat_s * max(1, round(hops * hop_s / beat_s))
    starts = np.rint(np.arange(rhythm.beats.first_beat_s, frames.duration_s, step_s) / hop_s).astype(np.intp)
    starts -= BEFORE_BEAT_HOPS
    return starts[(starts >= 0) & (starts <= last)]


def novelty(frames: Frames) -> Novelty:
    """Novelty of a file; shape (whole hops,) each."""
    flux = frames.onset_flux[:, : frames.whole_hops]
    mean_hops = round(NOVELTY_MEAN_S / frames.grid.hop_s)
    rises = np.zeros(flux.shape, np.float32)
    for band, rise in zip(flux, rises, strict=True):
        values = expand_flux(band).astype(np.float32)
        deviation = float(values.std())
        if deviation >= MIN_DEVIATION:
            rise[:] = np.maximum(values - scipy.ndimage.uniform_filter1d(values, mean_hops), 0.0) / deviation
    return Novelty(rises[FLUX_LOW].mean(axis=0), rises[HIGH_BANDS].mean(axis=0), rises.mean(axis=0))


def find_grid(whole: NDArray[np.float32], hop_s: float, tempo_bpm: float) -> Grid | None:
    """The grid on which most of the novelty lies; None where the tempo is not steady enough for one.

    Args:
        whole: `Novelty.whole`, shape (whole hops,).
        hop_s: length of a hop in seconds.
        tempo_bpm: the measured tempo.

    Returns:
        Its place and spacing in seconds, and its regularity.
    """
    if whole.size * hop_s < MIN_BEATS * 60.0 / tempo_bpm:
        return None
    origin_s, beat_s = _fitted(whole, hop_s, tempo_bpm / 60.0)
    regularity = _regularity(whole, hop_s, origin_s, beat_s / 2.0)
    return Grid(origin_s, beat_s, regularity) if regularity >= MIN_REGULARITY else None


def _fitted(whole: NDArray[np.float32], hop_s: float, rate_hz: float) -> tuple[float, float]:
    """Place of a beat and distance between beats, seconds."""
    size = int(scipy.fft.next_fast_len(WHOLE_FILE_PADDING * whole.size, real=True))
    spectrum = scipy.fft.rfft(whole - whole.mean(), size)
    bin_hz = 1.0 / (size * hop_s)
    middle_s = whole.size * hop_s / 2.0
    step_hz = 1.0 / (RATES_PER_TURN * whole.size * hop_s)
    reach = int(np.ceil(DETUNING * rate_hz / step_hz))
    rate_hz, _ = _best(spectrum, bin_hz, middle_s, rate_hz + step_hz * np.arange(-reach, reach + 1))
    fine_hz = step_hz / FINE_RATES
    rate_hz, phase = _best(spectrum, bin_hz, middle_s, rate_hz + fine_hz * np.arange(-FINE_RATES, FINE_RATES + 1))
    return (middle_s + phase / rate_hz) % (1.0 / rate_hz), 1.0 / rate_hz


def _best(
    spectrum: NDArray[np.complex64], bin_hz: float, middle_s: float, rates_hz: NDArray[np.floating]
) -> tuple[float, float]:
    """Rate in Hz, and phase against the middle of the file in beats, at which the sum of the harmonics is highest."""
    phases = np.arange(PHASES) / PHASES
    heights = np.zeros((rates_hz.size, PHASES))
    for harmonic in HARMONICS:
        at = harmonic * rates_hz / bin_hz
        first = at.astype(np.intp)
        if first[-1] + 1 >= spectrum.size:
            break
        share = at - first
        # phases relative to the middle change slowly from bin to bin, so bins can be interpolated
        low, high = (spectrum[place] * np.exp(2j * np.pi * place * bin_hz * middle_s) for place in (first, first + 1))
        weight = np.exp(-0.5 * (2.0 * np.pi * harmonic * rates_hz * ONSET_SPREAD_S) ** 2)
        value = weight * ((1.0 - share) * low + share * high)
        heights += np.real(value[:, None] * np.exp(2j * np.pi * harmonic * phases))
    rate, phase = np.unravel_index(int(np.argmax(heights)), heights.shape)
    return float(rates_hz[rate]), float(phases[phase])


def _regularity(whole: NDArray[np.float32], hop_s: float, origin_s: float, step_s: float) -> float:
    """Share of the novelty in passages whose own steps lie on the grid."""
    steps = (np.arange(whole.size) * hop_s - origin_s) / step_s
    number = np.floor(steps).astype(np.intp)
    passage = number // (2 * PASSAGE_BEATS)
    passage -= passage[0]
    place = passage * PASSAGE_BINS + ((steps - number) * PASSAGE_BINS).astype(np.intp)
    cells = (int(passage[-1]) + 1) * PASSAGE_BINS
    sums, counts = np.bincount(place, whole, cells), np.bincount(place, minlength=cells)
    folded = (sums / np.maximum(counts, 1)).reshape(-1, PASSAGE_BINS)
    smooth = scipy.ndimage.gaussian_filter1d(folded, 1.2, axis=1, mode="wrap")
    off = (np.argmax(smooth, axis=1) + 0.5) / PASSAGE_BINS
    off_s = np.minimum(off, 1.0 - off) * step_s
    weights = smooth.mean(axis=1)
    return float(weights[off_s <= ON_GRID_S].sum() / weights.sum()) if weights.sum() > 0.0 else 0.0
