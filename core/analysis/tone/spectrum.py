"""Spectrum: the distribution of power over frequency.

Goal: power in seven bands, the long-term spectrum in third octaves, its tilt, and the bands over time.

Conventions: the bands are measured over the whole file, relative to the power of both channels without their offset.
Third octaves and tilt are gated to loud passages (the gating blocks of the integrated loudness), the third octaves
relative to the one of 1 kHz. The tilt is the slope of power *per hertz* between 89 Hz and 4.5 kHz: pink noise has
−3.01 dB per octave, white noise 0; a real-time analyser in third octaves shows 3 dB per octave more.

Sources: IEC 61260-1 (third octaves); Elowsson & Friberg, "Long-term average spectrum in popular music and its
relation to the level of the percussion" (AES 142, 2017): power per hertz, sixth octaves, the range of the slope.
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import NOMINAL_THIRD_OCTAVES, sixth_octave_edges_hz
from core.analysis.decibels import level_db, levels_db, ratio_db, stated
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import SLOTS_PER_CHUNK, SLOTS_PER_SPECTRUM
from core.analysis.level.loudness import LoudnessCurves
from core.analysis.measurements import BAND_EDGES_HZ, LEVEL_FLOOR_DB, BandTimeline, Spectrum, Tonality
from core.analysis.stored_levels import summed_power, to_power
from core.analysis.tone.resonances import find_resonances

REFERENCE_THIRD_OCTAVE = "1000"

TILT_FROM_HZ, TILT_TO_HZ = 89.0, 4_500.0
"""Range of the tilt: there the slope does not depend on the level of the percussion (Elowsson & Friberg 2017)."""


def measure_spectrum(frames: Frames, curves: LoudnessCurves, tonality: Tonality) -> Spectrum:
    """Measure the spectrum of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        tonality: its key and tuning.

    Returns:
        Levels in dB, and the tilt in dB per octave; the tilt is None where half of its bands are empty.
    """
    bands = summed_power(frames.band_power[LEFT : LEFT + frames.channels])
    sixths = gated_spectrum(frames.sixth_octave_power, curves.loud_slots)
    # the last slot extends beyond the end of the file: that changes the mean, but not the energy
    over_file = frames.grid.slot_samples / frames.sample_count
    total = total_power(frames)
    return Spectrum(
        bands={
            name: ratio_db(float(row.sum()) * over_file, total) for name, row in zip(BAND_EDGES_HZ, bands, strict=True)
        },
        third_octave_db=_third_octaves(frames, sixths),
        tilt_db_per_octave=_tilt(frames, sixths),
        timeline=_timeline(frames, bands, float(bands.sum()) * over_file),
        sixth_octave_db=_sixth_octaves(frames, sixths),
        resonances=find_resonances(frames, curves, tonality),
    )


def total_power(frames: Frames) -> float:
    """Mean square of both channels together, without their offset."""
    power = to_power(frames.power[LEFT : LEFT + frames.channels])
    mean_square = float(power.sum()) * frames.grid.slot_samples / frames.sample_count
    return max(0.0, mean_square - float(np.sum(frames.mean**2)))


def gated_spectrum(table: NDArray[np.int16], loud_slots: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean power of the loud passages in each band.

    Args:
        table: levels of 0.5 s rows, shape (bands, rows).
        loud_slots: per slot, whether it is loud, shape (slots,).

    Returns:
        Shape (bands,); each row is weighted by the share of it that is loud.
    """
    rows = table.shape[1]
    slots = np.zeros(rows * SLOTS_PER_SPECTRUM)
    slots[: loud_slots.size] = loud_slots
    weights = slots.reshape(rows, SLOTS_PER_SPECTRUM).sum(axis=1)
    # band by band: the whole table as power would be one of the largest arrays in memory
    mean: NDArray[np.float64] = np.array([to_power(band) @ weights for band in table]) / weights.sum()
    return mean


def _third_octaves(frames: Frames, sixths: NDArray[np.float64]) -> dict[str, float]:
    """Levels relative to 1 kHz, of the bands that lie below half the sample rate."""
    thirds = sixths.reshape(-1, 2).sum(axis=1)
    upper_edges = sixth_octave_edges_hz()[2::2]
    reference = float(thirds[NOMINAL_THIRD_OCTAVES.index(REFERENCE_THIRD_OCTAVE)])
    return {
        name: ratio_db(float(power), reference) if reference > 0.0 else LEVEL_FLOOR_DB
        for name, power, edge in zip(NOMINAL_THIRD_OCTAVES, thirds, upper_edges, strict=True)
        if edge <= frames.sample_rate_hz / 2.0
    }


def _sixth_octaves(frames: Frames, sixths: NDArray[np.float64]) -> dict[str, float]:
    """Levels relative to half of the third octave of 1 kHz, keyed by centre: "24.4", "1060"."""
    edges = sixth_octave_edges_hz()
    reference = float(sixths.reshape(-1, 2).mean(axis=1)[NOMINAL_THIRD_OCTAVES.index(REFERENCE_THIRD_OCTAVE)])
    return {
        f"{float(f'{centre:.3g}'):g}": ratio_db(float(power), reference) if reference > 0.0 else LEVEL_FLOOR_DB
        for centre, power, edge in zip(np.sqrt(edges[:-1] * edges[1:]), sixths, edges[1:], strict=True)
        if edge <= frames.sample_rate_hz / 2.0
    }


def _tilt(frames: Frames, sixths: NDArray[np.float64]) -> float | None:
    """Least-squares slope of the power density over octaves; None where half of its bands are empty."""
    edges = sixth_octave_edges_hz()
    centres = np.sqrt(edges[:-1] * edges[1:])
    used = (centres >= TILT_FROM_HZ) & (edges[1:] <= min(TILT_TO_HZ, frames.sample_rate_hz / 2.0)) & (sixths > 0.0)
    if 2 * np.count_nonzero(used) < np.count_nonzero((centres >= TILT_FROM_HZ) & (centres <= TILT_TO_HZ)):
        return None
    density_db = levels_db(sixths[used] / np.diff(edges)[used])
    return stated(float(np.polyfit(np.log2(centres[used]), density_db, 1)[0]))


def _timeline(frames: Frames, bands: NDArray[np.float64], whole: float) -> BandTimeline:
    """Seconds of each band, relative to all bands of the whole file."""
    starts = np.arange(0, bands.shape[1], SLOTS_PER_CHUNK)
    widths = np.diff([*starts, bands.shape[1]])
    seconds = np.add.reduceat(bands, starts, axis=1) / widths
    reference_db = level_db(whole)
    return BandTimeline(
        hop_s=stated(frames.grid.slot_s * SLOTS_PER_CHUNK),
        bands_db={
            name: tuple(stated(max(LEVEL_FLOOR_DB, level_db(float(power)) - reference_db)) for power in row)
            for name, row in zip(BAND_EDGES_HZ, seconds, strict=True)
        },
    )
