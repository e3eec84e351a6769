"""Events on the beat: whether single events of a song are part of its rhythm.

Conventions: in windows of 12, 48 and 192 s, the beginnings of the events give phase and step of a grid of beats, parts
of beats down to 32nds, or triplets: the mean of their places on a circle that is one step long, for tempi up to 1 %
off the measured one. Where they agree on a grid (Rayleigh's test) to 17 ms, events within 30 ms of it are on the beat.
Esses (`core.analysis.tone.sibilance`), clicks and dropouts (`core.analysis.file.dropouts_and_clicks`) are asked the
same.

Source: test of directions: Mardia & Jupp (2000), "Directional Statistics".
"""

import numpy as np
from numpy.typing import NDArray

WINDOWS_S = (12.0, 48.0, 192.0)
"""Windows in which a grid is searched: within 12 s a live tempo is steady (`core.analysis.music.tempo`); the longer
windows show sparse strokes that are played to a click."""

STEPS_PER_BEAT = (1, 2, 3, 4, 6, 8)
"""Steps of a grid per beat, down to 32nds and triplets: a tempo may be read at half or double its value."""

SHORTEST_STEP_S = 0.08
"""Shortest step of a grid: with finer ones nearly every burst would lie within `ON_GRID_S` of the grid."""

DETUNING = 0.01
"""Share by which the tempo is tried higher and lower; `core.analysis.music.tempo` reads it to 0.5 %."""

GRID_RATES_PER_TURN = 2
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
"""Largest distance of an onset or a burst from a step of the grid that it lies on."""


def on_beat_grid(times_s: NDArray[np.float64], tempo_bpm: float | None) -> NDArray[np.bool_]:
    """Which events lie on a grid of beats that the events around them agree on.

    Args:
        times_s: their beginnings in seconds, shape (events,).
        tempo_bpm: the measured tempo; without one no event lies on a grid.

    Returns:
        One value per event, in their order.
    """
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
            tried = int(np.ceil(DETUNING * rate * length_s * GRID_RATES_PER_TURN))
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
    grids = rates_hz.size / GRID_RATES_PER_TURN
    fits = (agreements >= MIN_AGREEMENT) & (scatters_s <= MAX_SCATTER_S)
    fits &= asked.size * agreements**2 >= MIN_RAYLEIGH + np.log(grids)
    if not np.any(fits):
        return np.zeros(times_s.size, np.bool_)
    best = int(np.argmax(np.where(fits, agreements, 0.0)))
    off = rates_hz[best] * times_s - float(np.angle(directions[best])) / (2.0 * np.pi)
    near: NDArray[np.bool_] = np.abs(off - np.rint(off)) / rates_hz[best] <= ON_GRID_S
    return near
