"""Sibilance: bursts of 5–9 kHz, as sharp esses make them.

Goal: where a short burst of 5–9 kHz stands out, and how often.

Conventions: an ess is a run of 10 ms hops, 40 to 250 ms long and in loud passages, in which 5–9 kHz lies more than 6 dB
above 1–4 kHz, and whose highest hop stands 10 dB or more above the median of 5–9 kHz within the second around it. The
hops are those of the 46 ms spectra: the square of their window weighs 17 ms, so a hop sees what a frame of 20 ms would,
and a burst reads up to 20 ms too long. Hi-hats, shakers and claps measure the same, but they are played on the beat: in
windows of 12, 48 and 192 s, the beginnings of the bursts give phase and step of a grid of beats, parts of beats down to
32nds, or triplets (the mean of their places on a circle that is one step long, for tempi up to 1 % off the measured
one). Where they agree on a grid (Rayleigh's test) to 17 ms, bursts within 30 ms of it are counted separately. Esses
that fall on such a grid are lost with the hi-hats; percussion that follows no beat remains, and so do strokes that are
not more numerous than the esses around them. None: frames without the table, or a sample rate that does not reach
9 kHz.

Sources: range and thresholds: practice (Senior 2009, "Mixing Secrets"); test of directions: Mardia & Jupp (2000),
"Directional Statistics".
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import ESS_HZ
from core.analysis.decibels import stated
from core.analysis.frames import ESS, VOICE, Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import Ess, Rhythm, Sibilance
from core.analysis.stored_levels import LEVEL_STEP_DB

MIN_OVER_VOICE_DB = 6.0
MIN_RISE_DB = 10.0
MIN_S, MAX_S = 0.04, 0.25
AROUND_S = 1.0
"""Limits of an ess: least level of 5–9 kHz over 1–4 kHz and over the median around it, in dB; shortest and longest
length in seconds; seconds around a burst over which that median is taken."""

PIECE_RUNS = 1_024
"""Runs whose surroundings are in memory at once."""

WINDOWS_S = (12.0, 48.0, 192.0)
"""Windows in which a grid is searched: within 12 s a live tempo is steady (`core.analysis.music.tempo`); the longer
windows show sparse strokes that are played to a click."""

STEPS_PER_BEAT = (1, 2, 3, 4, 6, 8)
"""Steps of a grid per beat, down to 32nds and triplets: a tempo may be read at half or double its value."""

SHORTEST_STEP_S = 0.08
"""Shortest step of a grid: with finer ones nearly every burst would lie within `ON_GRID_S` of the grid."""

DETUNING = 0.01
"""Share by which the tempo is tried higher and lower; `core.analysis.music.tempo` reads it to 0.5 %."""

ESS_RATES_PER_TURN = 2
"""Resolution of the rates that are tried: from one to the next, the last stroke of a window moves by half a step."""

MIN_AGREEMENT = 0.7
MAX_SCATTER_S = 0.017
"""Least length of the mean direction, and largest deviation of the beginnings from the grid: played hi-hats, read every
10 ms, scatter less than this around a grid; sung esses scatter more."""

MIN_RAYLEIGH = 5.0
"""Least count × agreement² for a single grid (Rayleigh's test): random beginnings reach it once in e⁵ = 150 times. The
logarithm of the number of independent grids that are tried is added."""

MOST_ASKED = 128
"""Most bursts of a window by which a grid is searched, chosen by the golden ratio: every nth would favour a coarser
grid."""

GOLDEN_RATIO = 0.618_034

ON_GRID_S = 0.03
"""Largest distance of a burst from a step of the grid that it lies on."""

MAX_LISTED = 100
"""Esses listed, the sharpest ones; the count includes all."""


def measure_sibilance(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> Sibilance | None:
    """Find the esses of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        rhythm: its tempo.

    Returns:
        The sharpest esses in time order, with times in seconds and levels in dB, and their number; None where the
        frames lack the table (older versions), or the sample rate is below 18 kHz.
    """
    if frames.ess_power is None or frames.sample_rate_hz < 2.0 * ESS_HZ[1]:
        return None
    table, hop_s = frames.ess_power[:, : frames.whole_hops], frames.grid.hop_s
    starts, ends = _bursts(table, curves, hop_s)
    on_grid = _on_grid(starts.astype(np.float64) * hop_s, rhythm.tempo_bpm)
    starts, ends = starts[~on_grid], ends[~on_grid]
    esses = [
        Ess(stated(start * hop_s), stated((end - start) * hop_s), stated(_over_voice_db(table[:, start:end])))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    sharpest = sorted(esses, key=lambda ess: -ess.over_voice_db)[:MAX_LISTED]
    return Sibilance(
        esses=tuple(sorted(sharpest, key=lambda ess: ess.at_s)),
        ess_count=len(esses),
        esses_per_minute=stated(60.0 * len(esses) / frames.duration_s),
        on_grid_count=int(on_grid.sum()),
    )


def _bursts(
    table: NDArray[np.int16], curves: LoudnessCurves, hop_s: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First hop of each burst, and the hop after its last."""
    over = np.subtract(table[ESS], table[VOICE], dtype=np.int32) > MIN_OVER_VOICE_DB / LEVEL_STEP_DB
    over &= np.repeat(curves.loud_slots, HOPS_PER_SLOT)[: over.size]
    edges = np.flatnonzero(np.diff(over, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    fits = (ends - starts >= round(MIN_S / hop_s)) & (ends - starts <= round(MAX_S / hop_s))
    starts, ends = starts[fits], ends[fits]
    rises = _rises_db(table[ESS], starts, ends, round(AROUND_S / hop_s)) >= MIN_RISE_DB
    return starts[rises], ends[rises]


def _rises_db(
    levels: NDArray[np.int16], starts: NDArray[np.intp], ends: NDArray[np.intp], around: int
) -> NDArray[np.float64]:
    """Height of each run's highest hop above the median of `around` hops around its middle, dB; shape (runs,)."""
    if not starts.size:
        return np.zeros(0)
    highest = np.maximum.reduceat(levels, np.stack([starts, ends - 1], axis=1).reshape(-1))[::2]
    # the last hop of a run is left out by reduceat
    highest = np.maximum(highest, levels[ends - 1])
    medians = np.empty(starts.size)
    for first in range(0, starts.size, PIECE_RUNS):
        piece = slice(first, first + PIECE_RUNS)
        middles = (starts[piece] + ends[piece]) // 2
        firsts = np.clip(middles - around // 2, 0, max(0, levels.size - around))
        hops = np.minimum(firsts[:, None] + np.arange(around), levels.size - 1)
        medians[piece] = np.median(levels[hops], axis=1)
    rises: NDArray[np.float64] = (highest - medians) * LEVEL_STEP_DB
    return rises


def _over_voice_db(run: NDArray[np.int16]) -> float:
    """Level of 5–9 kHz over 1–4 kHz where the run is highest, dB."""
    at = int(np.argmax(run[ESS]))
    return (int(run[ESS, at]) - int(run[VOICE, at])) * LEVEL_STEP_DB


def _on_grid(times_s: NDArray[np.float64], tempo_bpm: float | None) -> NDArray[np.bool_]:
    """Which bursts lie on a grid that the bursts around them agree on."""
    on_grid = np.zeros(times_s.size, np.bool_)
    for length_s in WINDOWS_S if tempo_bpm is not None else ():
        rates_hz = _rates_hz(tempo_bpm or 0.0, length_s)
        windows = (times_s // length_s).astype(np.intp)
        for window in np.flatnonzero(np.bincount(windows) >= MIN_RAYLEIGH):
            inside = windows == window
            on_grid[inside] |= _agree(times_s[inside] - window * length_s, rates_hz)
    return on_grid


def _rates_hz(tempo_bpm: float, length_s: float) -> NDArray[np.float64]:
    """Steps per second of all grids that are tried within a window of this length."""
    rates = []
    for steps in STEPS_PER_BEAT:
        rate = steps * tempo_bpm / 60.0
        if rate * SHORTEST_STEP_S <= 1.0:
            tried = int(np.ceil(DETUNING * rate * length_s * ESS_RATES_PER_TURN))
            rates.append(rate * (1.0 + DETUNING * np.linspace(-1.0, 1.0, 2 * tried + 1)))
    return np.concatenate(rates)


def _agree(times_s: NDArray[np.float64], rates_hz: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the times lie on the grid that fits them best; none where none fits."""
    asked = times_s
    if times_s.size > MOST_ASKED:
        asked = times_s[(np.arange(MOST_ASKED) * GOLDEN_RATIO % 1.0 * times_s.size).astype(np.intp)]
    turns = rates_hz[:, None].astype(np.float32) * asked.astype(np.float32)
    directions = np.exp(np.complex64(2j * np.pi) * turns).mean(axis=1)
    agreements = np.abs(directions)
    scatters_s = np.sqrt(-2.0 * np.log(np.clip(agreements, 1e-6, 1.0))) / (2.0 * np.pi * rates_hz)
    grids = rates_hz.size / ESS_RATES_PER_TURN
    fits = (agreements >= MIN_AGREEMENT) & (scatters_s <= MAX_SCATTER_S)
    fits &= asked.size * agreements**2 >= MIN_RAYLEIGH + np.log(grids)
    if not np.any(fits):
        return np.zeros(times_s.size, np.bool_)
    best = int(np.argmax(np.where(fits, agreements, 0.0)))
    off = rates_hz[best] * times_s - float(np.angle(directions[best])) / (2.0 * np.pi)
    near: NDArray[np.bool_] = np.abs(off - np.rint(off)) / rates_hz[best] <= ON_GRID_S
    return near
