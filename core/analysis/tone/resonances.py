"""Resonances: narrow peaks of the spectrum that do not depend on the notes that are played.

Goal: ringing frequencies of a recording space, a filter or an instrument body between 200 Hz and 8 kHz.

Conventions: in the spectrum of the loud passages, in 24th octaves, a resonance stands 6 dB or more above the median of
the octave around it, is narrower than a sixth of an octave at half of that, and shows in at least 30 % of the loud
seconds. Notes can do the same: a peak within 30 cents of a note of the piece's tuning is left out where it has a
partial (two or three times its frequency, or a half to a sixth) that stands out as well, or where it comes and goes.
None: the file has no such spectrum, or fewer than five loud seconds.

Sources: definition and limits: practice of mixing; see core/knowledge/pages/measurement.md for what music without a
fault reads.
"""

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.bands import A4_HZ, fine_edges_hz
from core.analysis.decibels import levels_db, stated
from core.analysis.frames import Frames
from core.analysis.grid import SLOTS_PER_CHUNK
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import Resonance, Tonality
from core.analysis.stored_levels import to_power
from core.analysis.tone.notes import note_name

FROM_HZ, TO_HZ = 200.0, 8_000.0
OCTAVE_BANDS = 25
"""Bands in an octave of 24th-octave bands, odd so that it has a middle."""

MIN_EXCESS_DB = 6.0
WIDEST_BANDS = 4
"""Least height of a resonance above the median of its octave, and its greatest width at half of that in bands (a sixth
of an octave)."""

MIN_SHARE, LASTING_SHARE = 0.3, 0.8
"""Least share of the loud seconds that show a resonance at half its height, and the share below which a note counts as
coming and going."""

MIN_ROWS = 5
"""Fewest loud seconds in which resonances are looked for."""

NOTE_CENTS = 30.0
PARTIALS = (2.0, 3.0, *(1.0 / order for order in range(2, 7)))
"""Distance in cents within which a peak lies on a note, and ratios at which partials of it are looked for."""

MAX_RESONANCES = 8
"""Resonances listed, the highest ones."""


def find_resonances(frames: Frames, curves: LoudnessCurves, tonality: Tonality) -> tuple[Resonance, ...] | None:
    """Find the resonances of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        tonality: its key and tuning.

    Returns:
        Resonances, the highest first; None where the frames lack the table (older versions), or there are fewer than
        five loud seconds.
    """
    if frames.fine_power is None:
        return None
    rows = _loud_rows(curves)
    if len(rows) < MIN_ROWS:
        return None
    edges = fine_edges_hz()
    centres = np.sqrt(edges[:-1] * edges[1:])
    reach = edges[1:] <= frames.sample_rate_hz / 2.0
    table = frames.fine_power[reach]
    # band by band: the whole table as power would be the largest array in memory
    excess_db = _excess_db(np.array([to_power(band[rows]).mean() for band in table]))
    found = []
    for band in np.flatnonzero((centres[reach] >= FROM_HZ) & (centres[reach] <= TO_HZ)):
        if not _is_narrow_peak(excess_db, int(band)):
            continue
        share = _share(table, rows, int(band), float(excess_db[band]))
        frequency = float(centres[band]) * 2.0 ** (_vertex(excess_db, int(band)) / (OCTAVE_BANDS - 1))
        if share >= MIN_SHARE and not _is_note(excess_db, int(band), frequency, share, tonality):
            excess = stated(float(excess_db[band]))
            found.append(Resonance(stated(frequency), excess, stated(share), note_name(frequency)))
    return tuple(sorted(found, key=lambda resonance: -resonance.excess_db)[:MAX_RESONANCES])


def _loud_rows(curves: LoudnessCurves) -> NDArray[np.intp]:
    """The seconds that lie completely in loud passages."""
    whole = curves.loud_slots.size // SLOTS_PER_CHUNK
    seconds = curves.loud_slots[: whole * SLOTS_PER_CHUNK].reshape(whole, SLOTS_PER_CHUNK)
    return np.flatnonzero(seconds.all(axis=1))


def _excess_db(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Level of each band above the median of its octave, dB."""
    level = levels_db(power)
    excess: NDArray[np.float64] = level - scipy.ndimage.median_filter(level, OCTAVE_BANDS, mode="nearest")
    return excess


def _is_narrow_peak(excess_db: NDArray[np.float64], band: int) -> bool:
    height = float(excess_db[band])
    if height < MIN_EXCESS_DB or band in {0, excess_db.size - 1}:
        return False
    if excess_db[band - 1] > height or excess_db[band + 1] >= height:
        return False
    low = high = band
    while low > 0 and excess_db[low - 1] > height / 2.0:
        low -= 1
    while high < excess_db.size - 1 and excess_db[high + 1] > height / 2.0:
        high += 1
    return high - low + 1 <= WIDEST_BANDS


def _share(table: NDArray[np.int16], rows: NDArray[np.intp], band: int, height_db: float) -> float:
    """Share of the rows in which the peak has at least half its height over the octave around it."""
    first = max(0, band - OCTAVE_BANDS // 2)
    levels = levels_db(to_power(table[first : band + OCTAVE_BANDS // 2 + 1, rows]))
    return float(np.mean(levels[band - first] - np.median(levels, axis=0) >= height_db / 2.0))


def _vertex(excess_db: NDArray[np.float64], band: int) -> float:
    """Offset of the peak's middle in bands: the vertex of the parabola through three bands."""
    below, at, above = excess_db[band - 1 : band + 2]
    curvature = float(below - 2.0 * at + above)
    return 0.5 * float(below - above) / curvature if curvature < 0.0 else 0.0


def _is_note(excess_db: NDArray[np.float64], band: int, frequency_hz: float, share: float, tonality: Tonality) -> bool:
    """Whether the peak is probably a note: on the tuning, and either not steady or with a partial."""
    cents = 1_200.0 * np.log2(frequency_hz / A4_HZ) - (tonality.tuning_cents or 0.0)
    if abs((cents + 50.0) % 100.0 - 50.0) > NOTE_CENTS:
        return False
    places = [band + round((OCTAVE_BANDS - 1) * float(np.log2(ratio))) for ratio in PARTIALS]
    partials = [excess_db[max(0, place - 1) : place + 2] for place in places if 0 <= place < excess_db.size]
    return share < LASTING_SHARE or any(float(partial.max()) >= MIN_EXCESS_DB for partial in partials)
