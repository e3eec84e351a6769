"""Segmentation: where the music changes.

Goal: the boundaries between the parts of a song.

Conventions: what is compared is who plays, how loud, and on which notes: seven bands, onset flux in six bands, the
width, and twelve pitch classes, each averaged over a bar and sampled every half second. The boundaries are those that
make the parts most alike within, each boundary at a price: the least sum of squared deviations from the parts' means
plus a constant per part, found exactly (PELT, by `ruptures`). Each is then moved to the tenth of a second at which
the bands differ most between the bar before and the bar after, and on to the nearest bar line where bars are sure.

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
from core.analysis.scanning.chroma import CHROMA_BINS
from core.analysis.scanning.onsets import expand_flux
from core.analysis.stored_levels import summed_power, to_power

MIN_FILE_S = 30.0
"""Shorter files are one part."""

STEP_SLOTS = SLOTS_PER_SPECTRUM
"""Half a second."""

MIN_PART_STEPS = 12
"""Parts last 6 s or more."""

PRICE = 70.0
"""What a boundary costs: as much as 12 dB in one band between two parts of 18 s."""

FULL_PRICE_STEPS = 260
"""Songs of less than 130 s have shorter parts: there a boundary costs less, in proportion."""

BAND_DB, BAND_FLOOR = 6.0, 1e-5
"""6 dB in a band are one unit; levels more than 50 dB below the song's are all the same."""

FLUX_UNIT = 0.12
"""Mean onset flux of one unit."""

WIDTH_DB = 6.0
CHROMA_BARS = 4
"""Notes are averaged over four bars, lest every chord be a part."""

CHROMA_UNIT = 0.6
"""Distance of two chroma vectors of unit length that counts as much."""

BEATS_PER_BAR = 4
SHORTEST_BAR_S, LONGEST_BAR_S, DEFAULT_BAR_S = 1.4, 2.8, 2.0

REFINE_SLOTS = 15
"""A boundary is moved by 1.5 s at most."""


def find_boundaries(frames: Frames, rhythm: Rhythm, first_slot: int, last_slot: int) -> list[int]:
    """Slots at which parts begin within ``first_slot … last_slot`` (exclusive), the first one among them."""
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
    """Slots, from `first_slot` on, nearest to the bar lines; none where it is not sure where bars begin."""
    bars, slot_s = rhythm.bars, frames.grid.slot_s
    if bars is None:
        return np.zeros(0, np.intp)
    lines_s = np.arange(bars.first_downbeat_s, last_slot * slot_s, bars.bar_s)
    slots = np.rint(lines_s / slot_s).astype(np.intp) - first_slot
    return slots[slots > 0]


def _bar_slots(frames: Frames, rhythm: Rhythm) -> int:
    """Length of a bar, or of half or two, between 1.4 and 2.8 s: whole beats do not ripple."""
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
    # row by row: all of them at full length would be the largest thing in memory
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
    """Chroma of unit length, averaged over a bar, at so many chroma rows; shape (12, rows)."""
    bins, length = CHROMA_BINS // 12, max(1, CHROMA_BARS * bar // SLOTS_PER_CHROMA)
    # a pitch class reaches half a semitone down
    rows = np.roll(np.arange(CHROMA_BINS), bins // 2).reshape(12, bins)
    smooth = np.array([_smooth(frames.chroma[row].sum(axis=0, dtype=np.float64), length, at) for row in rows])
    unit: NDArray[np.float64] = smooth / (np.linalg.norm(smooth, axis=0) + 1e-9)
    return unit / CHROMA_UNIT


def _smooth(row: NDArray[np.float64], length: int, at: NDArray[np.intp]) -> NDArray[np.float64]:
    """Centred mean over `length` steps along time, at the steps `at`; at the ends over what there is."""
    sums = np.zeros(row.size + 1)
    np.cumsum(row, out=sums[1:])
    first = np.clip(at - length // 2, 0, None)
    last = np.minimum(first + length, row.size)
    first = np.maximum(0, last - length)
    means: NDArray[np.float64] = (sums[last] - sums[first]) / np.maximum(1, last - first)
    return means


def _refined(edges: NDArray[np.float64], slot: int, bar: int, lines: NDArray[np.intp]) -> int:
    """The slot near `slot` at which the bar after differs most from the bar before; edges: running sums of bands.

    Where bars are known, the bar line (`lines`, slots) nearest to it: parts begin on bars.
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
