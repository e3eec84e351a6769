"""Resonances: narrow peaks of the spectrum that stay at one frequency, whatever is played.

Goal: the ring of a recording space, a filter, a drum or a room mode anywhere between 40 Hz and 14 kHz.

Conventions: in every loud second, in 24th octaves, each band stands some dB over the median of the octave around it;
the mean over three neighbouring bands makes a single line of a note low and the bump of a ring high. What nine tenths
of the loud seconds reach is the *steady* height: notes come and go, so that of music is about 0 dB at most frequencies,
while a filter of any kind raises every second by the same amount. A resonance is a local maximum of it above
`usual_steady_db`. Drones and notes that come often do the same: a peak within 30 cents of a note of the piece's tuning
is left out where a partial (two or three times its frequency, or a half to a sixth) is steady as well. None: the file
has no such spectrum, or fewer than five loud seconds.

Sources: the limits are what 101 test tracks read; see core/knowledge/pages/measurement.md for them and for
how many planted resonances are found.
"""

from typing import NamedTuple

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

FROM_HZ, TO_HZ = 40.0, 14_000.0
TO_RATE_SHARE = 0.42
"""Range in which resonances are looked for, and its end as a share of the sample rate: the edge of a converter's filter
is no peak."""

OCTAVE_BANDS = 25
"""Bands in an octave of 24th-octave bands, odd so that it has a middle."""

RING_BANDS = 3
"""Bands that a ring fills and a single line does not."""

STEADY_PERCENT = 10.0
"""Percentile of the loud seconds that counts as steady: nine tenths of them stand higher."""

LOW_LIMIT_HZ, HIGH_LIMIT_HZ = 900.0, 2_200.0
LOW_LIMIT_DB, HIGH_LIMIT_DB = 7.0, 4.0
"""Steady heights that music reaches by its notes, below and above these frequencies; in between on a line over octaves.
Of 101 test tracks 12 exceed them, 3 where notes are left out, none above the second frequency."""

LOW_PARTIAL_DB, HIGH_PARTIAL_DB = 3.0, 6.0
"""Steady height of a partial, below the first and above the second of these frequencies. Below, notes of those tracks
have one of 3.2 dB or more."""

MIN_ROWS = 5
"""Fewest loud seconds in which resonances are looked for."""

NOTE_CENTS = 30.0
PARTIALS = (2.0, 3.0, *(1.0 / order for order in range(2, 7)))
"""Distance in cents within which a peak lies on a note, and ratios at which partials of it are looked for."""

STRONGEST_ROWS = 4
"""Seconds of the stretch in which a resonance is said to be strongest."""

MAX_RESONANCES = 8
"""Resonances listed, the highest ones."""


class _Heights(NamedTuple):
    """Heights over the median of the octave around each band, dB.

    Attributes:
        mean: of the whole song's spectrum, shape (bands,).
        steady: reached by nine tenths of the loud seconds over three bands, shape (bands,).
        by_row: the same of each loud second, shape (bands, rows).
    """

    mean: NDArray[np.float64]
    steady: NDArray[np.float64]
    by_row: NDArray[np.float32]


def usual_steady_db(frequency_hz: float) -> float:
    """The steady height that music without a resonance may have at a frequency, dB."""
    return _between(frequency_hz, LOW_LIMIT_DB, HIGH_LIMIT_DB)


def _between(frequency_hz: float, low: float, high: float) -> float:
    octaves = np.log2([LOW_LIMIT_HZ, HIGH_LIMIT_HZ])
    return float(np.interp(np.log2(frequency_hz), octaves, [low, high]))


def find_resonances(frames: Frames, curves: LoudnessCurves, tonality: Tonality) -> tuple[Resonance, ...] | None:
    """Find the resonances of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        tonality: its key and tuning.

    Returns:
        Resonances, the furthest above what is usual first; None where the frames lack the table (older versions), or
        there are fewer than five loud seconds.
    """
    if frames.fine_power is None:
        return None
    rows = _loud_rows(curves)
    if len(rows) < MIN_ROWS:
        return None
    # frames of older versions hold the bands from 100 Hz to 10 kHz only
    edges = fine_edges_hz(len(frames.fine_power))
    centres = np.sqrt(edges[:-1] * edges[1:])
    reach = edges[1:] <= frames.sample_rate_hz / 2.0
    table = frames.fine_power[reach]
    heights = _heights(table, rows)
    top_hz = min(TO_HZ, TO_RATE_SHARE * frames.sample_rate_hz)
    found = []
    for band in np.flatnonzero((centres[reach] >= FROM_HZ) & (centres[reach] <= top_hz)):
        over_db = float(heights.steady[band]) - usual_steady_db(float(centres[band]))
        if over_db <= 0.0 or not _is_peak(heights.steady, int(band)):
            continue
        peak = _highest_near(heights.mean, int(band))
        frequency = float(centres[peak]) * 2.0 ** (_vertex(heights.mean, peak) / (OCTAVE_BANDS - 1))
        if _is_note(heights.steady, peak, frequency, tonality):
            continue
        steady = float(heights.steady[band])
        found.append(
            Resonance(
                frequency_hz=stated(frequency),
                excess_db=stated(float(heights.mean[peak])),
                share=stated(float(np.mean(heights.by_row[band] >= steady / 2.0))),
                note=note_name(frequency),
                steady_db=stated(steady),
                strongest_s=stated(_strongest_row(table[peak], rows) * SLOTS_PER_CHUNK * frames.grid.slot_s),
            )
        )
    return tuple(sorted(found, key=_over_usual_db, reverse=True)[:MAX_RESONANCES])


def _over_usual_db(resonance: Resonance) -> float:
    return (resonance.steady_db or 0.0) - usual_steady_db(resonance.frequency_hz)


def _loud_rows(curves: LoudnessCurves) -> NDArray[np.intp]:
    """The seconds that lie completely in loud passages."""
    whole = curves.loud_slots.size // SLOTS_PER_CHUNK
    seconds = curves.loud_slots[: whole * SLOTS_PER_CHUNK].reshape(whole, SLOTS_PER_CHUNK)
    return np.flatnonzero(seconds.all(axis=1))


def _heights(table: NDArray[np.int16], rows: NDArray[np.intp]) -> _Heights:
    # band by band: the whole table as power would be the largest array in memory
    mean_db = levels_db([to_power(band[rows]).mean() for band in table])
    levels = np.empty((len(table), len(rows)), np.float32)
    for band, row in zip(table, levels, strict=True):
        row[:] = levels_db(to_power(band[rows]))
    levels -= scipy.ndimage.median_filter(levels, (OCTAVE_BANDS, 1), mode="nearest")
    by_row = scipy.ndimage.uniform_filter1d(levels, RING_BANDS, axis=0, mode="nearest")
    steady: NDArray[np.float64] = np.percentile(by_row, STEADY_PERCENT, axis=1)
    return _Heights(mean_db - scipy.ndimage.median_filter(mean_db, OCTAVE_BANDS, mode="nearest"), steady, by_row)


def _is_peak(heights_db: NDArray[np.float64], band: int) -> bool:
    """Whether no band within a sixth of an octave is higher."""
    first = max(0, band - RING_BANDS - 1)
    return int(heights_db[first : band + RING_BANDS + 2].argmax()) + first == band


def _highest_near(mean_db: NDArray[np.float64], band: int) -> int:
    """The highest of the bands that a ring at `band` fills."""
    first = max(0, band - RING_BANDS // 2)
    return first + int(mean_db[first : band + RING_BANDS // 2 + 1].argmax())


def _strongest_row(levels: NDArray[np.int16], rows: NDArray[np.intp]) -> float:
    """The second in which the stretch with the highest level of a band begins."""
    power = to_power(levels[rows])
    sums = np.convolve(power, np.ones(min(STRONGEST_ROWS, power.size)), "valid")
    return float(rows[int(sums.argmax())])


def _vertex(excess_db: NDArray[np.float64], band: int) -> float:
    """Offset of the peak's middle in bands: the vertex of the parabola through three bands."""
    if not 0 < band < excess_db.size - 1:
        return 0.0
    below, at, above = excess_db[band - 1 : band + 2]
    curvature = float(below - 2.0 * at + above)
    return float(np.clip(0.5 * float(below - above) / curvature, -0.5, 0.5)) if curvature < 0.0 else 0.0


def _is_note(steady_db: NDArray[np.float64], band: int, frequency_hz: float, tonality: Tonality) -> bool:
    """Whether the peak is probably a note: on the tuning, and with a partial that is steady as well."""
    cents = 1_200.0 * np.log2(frequency_hz / A4_HZ) - (tonality.tuning_cents or 0.0)
    if abs((cents + 50.0) % 100.0 - 50.0) > NOTE_CENTS:
        return False
    places = [band + round((OCTAVE_BANDS - 1) * float(np.log2(ratio))) for ratio in PARTIALS]
    partials = [steady_db[max(0, place - 1) : place + 2] for place in places if 0 <= place < steady_db.size]
    least_db = _between(frequency_hz, LOW_PARTIAL_DB, HIGH_PARTIAL_DB)
    return any(float(partial.max()) >= least_db for partial in partials)
