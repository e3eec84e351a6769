"""Segmentation: where the music changes.

Goal: the boundaries between the parts of a song.

Conventions: the features are seven bands, onset flux in six bands, the width, and twelve pitch classes, each averaged
over a bar and sampled every half second. The boundaries minimise the sum of squared deviations from the parts' means
plus a constant price per part; the minimum is found exactly (PELT, by `ruptures`). Each boundary is then moved to the
tenth of a second at which the bands differ most between the bar before and the bar after, and from there to the nearest
bar line where bars are sure.

Sources: penalised change points, Jackson et al. (2005), "An algorithm for optimal partitioning of data on an
interval", and Killick, Fearnhead & Eckley (2012), "Optimal detection of changepoints with a linear computational cost";
bar-long averages as in Foote's and the later bar-synchronous methods. Scales and price were chosen on
songs with known sections (core/knowledge/pages/measurement.md).
"""

import numpy as np
import ruptures
from numpy.typing import NDArray

from core.analysis.frames import LEFT, MID, SIDE, Frames
from core.analysis.grid import HOPS_PER_SLOT, SLOTS_PER_CHROMA, SLOTS_PER_SPECTRUM
from core.analysis.measurements import Rhythm
from core.analysis.music.bars import BEATS_PER_BAR
from core.analysis.scanning.chroma import CHROMA_BINS
from core.analysis.scanning.onsets import expand_flux
from core.analysis.stored_levels import summed_power, to_power

MIN_FILE_S = 30.0
"""Shortest file that is divided; shorter ones are one part."""

STEP_SLOTS = SLOTS_PER_SPECTRUM
"""Slots per step of the features: half a second."""

MIN_PART_STEPS = 12
"""Fewest steps in a part: 6 s."""

PRICE = 70.0
"""Price of a boundary: as much as 12 dB in one band between two parts of 18 s."""

FULL_PRICE_STEPS = 260
"""Steps of a song (130 s) below which the price falls in proportion, since short songs have shorter parts."""

BAND_DB, BAND_FLOOR = 6.0, 1e-5
"""Change of a band that is one unit, and floor of the bands relative to the song (−50 dB), below which all is equal."""

FLUX_UNIT = 0.12
"""Change of the mean onset flux that is one unit."""

WIDTH_DB = 6.0
CHROMA_BARS = 4
"""Change of side to mid that is one unit, and bars over which notes are averaged, so that a chord is not a part."""

CHROMA_UNIT = 0.6
"""Distance of two chroma vectors of unit length that is one unit."""

SHORTEST_BAR_S, LONGEST_BAR_S, DEFAULT_BAR_S = 1.4, 2.8, 2.0
"""Limits of the length over which features are averaged, and the length where there is no tempo."""

REFINE_SLOTS = 15
"""Slots by which a boundary is moved at most (1.5 s)."""


def find_boundaries(frames: Frames, rhythm: Rhythm, first_slot: int, last_slot: int) -> list[int]:
    """Find the boundaries between the parts of a song.

    Args:
        frames: time tables of the file.
        rhythm: its tempo and bars.
        first_slot: first slot of the song.
        last_slot: slot after its last one.

    Returns:
        Slots at which parts begin, in time order, the first of them `first_slot`.
    """
    if (last_slot - first_slot) * frames.grid.slot_s < MIN_FILE_S:
        return [first_slot]
    bar = _bar_slots(frames, rhythm)
    bands = _band_power(frames)[:, first_slot:last_slot]
    features = _features(frames, bands, bar, first_slot, last_slot)
    price = PRICE * min(1.0, len(features) / FULL_PRICE_STEPS)
    ends = ruptures.KernelCPD(kernel="linear", min_size=MIN_PART_STEPS).fit(features).predict(pen=price)
    del features
    edges = np.zeros((len(bands), bands.shape[1] + 1))
    np.cumsum(bands, axis=1, out=edges[:, 1:])
    lines = _bar_lines(frames, rhythm, first_slot, last_slot)
    # the last end is that of the song
    moved = [_refined(edges, end * STEP_SLOTS, bar, lines) for end in ends[:-1]]
    return [first_slot, *(first_slot + slot for slot in dict.fromkeys(moved))]


def _bar_lines(frames: Frames, rhythm: Rhythm, first_slot: int, last_slot: int) -> NDArray[np.intp]:
    """Slots nearest to the bar lines, counted from `first_slot`; empty where bars are not sure."""
    bars, slot_s = rhythm.bars, frames.grid.slot_s
    if bars is None:
        return np.zeros(0, np.intp)
    lines_s = np.arange(bars.first_downbeat_s, last_slot * slot_s, bars.bar_s)
    slots = np.rint(lines_s / slot_s).astype(np.intp) - first_slot
    return slots[slots > 0]


def _bar_slots(frames: Frames, rhythm: Rhythm) -> int:
    """Slots over which features are averaged: a bar, halved or doubled to lie between 1.4 and 2.8 s.

    Averages over whole beats do not rise and fall with the beat.
    """
    bar_s = BEATS_PER_BAR * 60.0 / rhythm.tempo_bpm if rhythm.tempo_bpm else DEFAULT_BAR_S
    while bar_s > LONGEST_BAR_S:
        bar_s /= 2.0
    while bar_s < SHORTEST_BAR_S:
        bar_s *= 2.0
    return round(bar_s / frames.grid.slot_s)


def _band_power(frames: Frames) -> NDArray[np.float64]:
    """Mean square of both channels per band and slot, not below the floor."""
    power = summed_power(frames.band_power[LEFT : LEFT + frames.channels])
    return np.maximum(power, BAND_FLOOR * float(power.sum(axis=0).mean()) + 1e-20, out=power)


def _features(
    frames: Frames, bands: NDArray[np.float64], bar: int, first_slot: int, last_slot: int
) -> NDArray[np.float64]:
    """Shape (steps, features), each in its unit."""
    slots = slice(first_slot, last_slot)
    steps = np.arange(0, last_slot - first_slot, STEP_SLOTS)
    # row by row: all rows at full length would be the largest array in memory
    columns = [10.0 / BAND_DB * np.log10(_smooth(band, bar, steps)) for band in bands]
    whole = frames.onset_flux.shape[1] // HOPS_PER_SLOT
    for band in frames.onset_flux:
        flux = np.zeros(frames.power.shape[1])
        flux[:whole] = expand_flux(band[: whole * HOPS_PER_SLOT]).reshape(whole, HOPS_PER_SLOT).mean(axis=1)
        columns.append(_smooth(flux[slots], bar, steps) / FLUX_UNIT)
    if frames.channels == 2:
        mid, side = (_smooth(to_power(frames.power[part, slots]), bar, steps) + 1e-12 for part in (MID, SIDE))
        columns.append(10.0 * np.log10(np.clip(side / mid, 1e-3, 10.0)) / WIDTH_DB)
    columns += list(_pitch_classes(frames, bar, (first_slot + steps) // SLOTS_PER_CHROMA))
    return np.ascontiguousarray(np.array(columns).T)


def _pitch_classes(frames: Frames, bar: int, at: NDArray[np.intp]) -> NDArray[np.float64]:
    """Chroma of unit length, averaged over `CHROMA_BARS` bars, at the chroma rows `at`; shape (12, rows)."""
    bins, length = CHROMA_BINS // 12, max(1, CHROMA_BARS * bar // SLOTS_PER_CHROMA)
    # a pitch class reaches half a semitone down
    rows = np.roll(np.arange(CHROMA_BINS), bins // 2).reshape(12, bins)
    smooth = np.array([_smooth(frames.chroma[row].sum(axis=0, dtype=np.float64), length, at) for row in rows])
    unit: NDArray[np.float64] = smooth / (np.linalg.norm(smooth, axis=0) + 1e-9)
    return unit / CHROMA_UNIT


def _smooth(row: NDArray[np.float64], length: int, at: NDArray[np.intp]) -> NDArray[np.float64]:
    """Centred mean over `length` steps along time, at the steps `at`; windows at the ends are moved inside."""
    sums = np.zeros(row.size + 1)
    np.cumsum(row, out=sums[1:])
    first = np.clip(at - length // 2, 0, None)
    last = np.minimum(first + length, row.size)
    first = np.maximum(0, last - length)
    means: NDArray[np.float64] = (sums[last] - sums[first]) / np.maximum(1, last - first)
    return means


def _refined(edges: NDArray[np.float64], slot: int, bar: int, lines: NDArray[np.intp]) -> int:
    """The slot near `slot` at which the bar after differs most from the bar before; `edges`: running sums of bands.

    Where a bar line (`lines`, slots) is within `REFINE_SLOTS` of it, that bar line: parts begin with a bar.
    """
    reach = min(REFINE_SLOTS, slot - 1, edges.shape[1] - 2 - slot)
    places = np.arange(slot - reach, slot + reach + 1)
    first, last = np.maximum(places - bar, 0), np.minimum(places + bar, edges.shape[1] - 1)
    before = (edges[:, places] - edges[:, first]) / (places - first)
    after = (edges[:, last] - edges[:, places]) / (last - places)
    change = np.abs(np.log10(np.maximum(after, 1e-20) / np.maximum(before, 1e-20))).sum(axis=0)
    refined = int(places[int(np.argmax(change))])
    nearest = int(lines[int(np.argmin(np.abs(lines - refined)))]) if lines.size else refined
    return nearest if abs(nearest - refined) <= REFINE_SLOTS else refined
