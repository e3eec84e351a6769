"""A spectrum against the genre's curve: in dB, never in percent of energy.

`aligned_deviation_db` is the only figure for "this band against the genre": strengths, answers, prompts, JSON and the
report show it, and the chart of the spectrum draws the curve at the same alignment (`aligned_curve_db`). The tone rules
judge another quantity, a stretch against its neighbours (`core/rules/tone.py`), and name its frequencies.
"""

from collections.abc import Mapping

from core.analysis.measurements import BAND_EDGES_HZ, MIDDLE_BAND
from core.rules.reading import JudgedTrack

THIRD_OCTAVES = {
    "sub_20_60": ("31.5", "40", "50"),
    "bass_60_200": ("63", "80", "100", "125"),
    "lowmid_200_500": ("200", "250", "315", "400"),
    "mid_500_2k": ("630", "800", "1000", "1250", "1600"),
    "presence_2k_5k": ("2500", "3150", "4000", "5000"),
    "high_5k_10k": ("6300", "8000", "10000"),
    "air_10k_20k": ("12500", "16000"),
}
"""Third octaves of each band: its deviation is their mean in dB, so that the lower end does not outweigh the rest."""

ALIGNED_ON = {
    "sub_20_60": {"lowmid_200_500": 0.5, "mid_500_2k": 0.5},
    "bass_60_200": {"lowmid_200_500": 0.5, "mid_500_2k": 0.5},
    "lowmid_200_500": {"bass_60_200": 0.25, "mid_500_2k": 0.5, "presence_2k_5k": 0.25},
    "presence_2k_5k": {"lowmid_200_500": 0.2, "mid_500_2k": 0.5, "high_5k_10k": 0.3},
    "high_5k_10k": {"lowmid_200_500": 0.2, "mid_500_2k": 0.4, "presence_2k_5k": 0.4},
    "air_10k_20k": {"mid_500_2k": 0.5, "presence_2k_5k": 0.5},
}
"""Bands that each band is measured against, with their weights: the middle and the neighbours. On 45 real tracks the
deviations of clean music scatter less this way than against the middle alone."""

LEAST_DB = -40.0
"""Deviation of a third octave, dB, below which it is empty, and its value has no meaning: it is no figure."""

ABSENT_DB = -10.0
"""Deviation from the genre's curve below which hardly anything plays in a band (practice)."""


def deviations_db(subject: JudgedTrack) -> dict[str, float]:
    """Compare the third octaves of a track with the genre's curve.

    Args:
        subject: the track and its genre.

    Returns:
        Third octave → level above the curve, dB, both relative to 1 kHz; only third octaves that the track and the
        curve have, and in which the track is not empty (`LEAST_DB`).
    """
    found = against_curve_db(subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db)
    return {name: level for name, level in found.items() if level >= LEAST_DB}


def against_curve_db(third_octave_db: Mapping[str, float], curve_db: Mapping[str, float]) -> dict[str, float]:
    """Third octave → level above a curve, dB, both relative to 1 kHz; only third octaves that both have."""
    return {name: third_octave_db[name] - level for name, level in curve_db.items() if name in third_octave_db}


def aligned_deviation_db(subject: JudgedTrack, band: str) -> float | None:
    """Level of a band above the genre's curve, both aligned on the bands of `ALIGNED_ON`.

    Args:
        subject: the track and its genre.
        band: name of the band.

    Returns:
        dB; None where no third octave of the band, or of any band in `ALIGNED_ON`, is known and filled, and for
        `MIDDLE_BAND`.
    """
    return aligned_db(deviations_db(subject), band)


def aligned_db(deviations: Mapping[str, float], band: str) -> float | None:
    """`aligned_deviation_db` of third octaves' deviations from a curve."""
    if band not in ALIGNED_ON:
        return None
    deviation, alignment = _mean_db(deviations, band), _alignment_db(deviations, band)
    return None if deviation is None or alignment is None else deviation - alignment


def aligned_curve_db(subject: JudgedTrack) -> dict[str, float]:
    """The genre's curve as the track is compared with it.

    Each band of the curve is raised by its own alignment, so that the mean distance of the track from it over a band's
    `THIRD_OCTAVES` that are not empty is `aligned_deviation_db`; 500 Hz–2 kHz by its own mean.

    Args:
        subject: the track and its genre.

    Returns:
        Third octave → level, dB relative to the track's 1 kHz; without third octaves outside the bands.
    """
    deviations = deviations_db(subject)
    alignments = {band: _alignment_db(deviations, band) for band in BAND_EDGES_HZ}
    levels = {name: (level, alignments.get(band_of(name))) for name, level in subject.genre.third_octave_db.items()}
    return {name: level + raised for name, (level, raised) in levels.items() if raised is not None}


def band_of(third_octave: str) -> str:
    """The band that a third octave belongs to; "" if it belongs to none."""
    counted = (band for band, names in THIRD_OCTAVES.items() if third_octave in names)
    inside = (band for band, (low, high) in BAND_EDGES_HZ.items() if low <= float(third_octave) < high)
    return next(counted, next(inside, ""))


def _alignment_db(deviations: Mapping[str, float], band: str) -> float | None:
    """Decibels by which the genre's curve is raised in a band: weighted mean deviation of the track in `ALIGNED_ON`."""
    if band == MIDDLE_BAND:
        return _mean_db(deviations, MIDDLE_BAND)
    beside = {name: _mean_db(deviations, name) for name in ALIGNED_ON[band]}
    known = {name: value for name, value in beside.items() if value is not None}
    if not known:
        return None
    weight = sum(ALIGNED_ON[band][name] for name in known)
    return sum(ALIGNED_ON[band][name] * value for name, value in known.items()) / weight


def is_absent(subject: JudgedTrack, band: str) -> bool:
    """Whether hardly anything plays in a band: it lies more than `ABSENT_DB` below the genre's curve, or is empty."""
    deviation = aligned_deviation_db(subject, band)
    return is_empty(subject, band) if deviation is None else deviation < ABSENT_DB


def is_empty(subject: JudgedTrack, band: str) -> bool:
    """Whether a band that the curve has holds nothing that could be compared with it."""
    found = against_curve_db(subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db)
    levels = [found[name] for name in THIRD_OCTAVES[band] if name in found]
    return bool(levels) and max(levels) < LEAST_DB


def _mean_db(deviations: Mapping[str, float], band: str) -> float | None:
    inside = [deviations[name] for name in THIRD_OCTAVES[band] if name in deviations]
    return sum(inside) / len(inside) if inside else None
