"""Compares one track with references in tone, dynamics and width, at equal loudness."""

import math
from collections.abc import Iterable, Iterator, Sequence

from core.analysis.decibels import DECIMALS
from core.analysis.measurements import Analysis, Section
from core.analysis.quantities import Quantity, chosen, quantity
from core.analysis.tone.band_levels import band_levels_lu
from core.diagnosis.comparing.likeness import are_same_recording
from core.diagnosis.comparing.tone_moves import empty_bands, third_octave_differences_db, tone_moves
from core.diagnosis.findings import Delta, RangeDelta, ReferenceComparison, ReferenceRange, SectionDelta

SIDE_FLOOR_DB = -40.0
"""Side to mid, in dB, below which a track counts as mono: two values below it do not differ (own proposal)."""

SIDES = frozenset({"side_to_mid_db", "side_to_mid_below_120_db"})
"""Ids of the quantities that `SIDE_FLOOR_DB` applies to."""

COMPARED = chosen(
    "plr_db",
    "psr_min_db",
    "loudness_range_lu",
    "side_to_mid_db",
    "mono_fold_loss_db",
    "side_to_mid_below_120_db",
    "tilt_db_per_octave",
)
"""Quantities that are compared besides loudness and bands."""


def compare_reference(analysis: Analysis, reference: Analysis) -> ReferenceComparison:
    """Compare a track with one reference.

    Args:
        analysis: the track.
        reference: the track to compare it with.

    Returns:
        Signed differences, the track minus the reference. A gain on either changes only `loudness_lu`, which takes a
        mono file as played by both loudspeakers. Bands and third octaves in which either has nothing are left out.
    """
    levels, other_levels = band_levels_lu(analysis), band_levels_lu(reference)
    compared = (levels.keys() & other_levels.keys()) - empty_bands(analysis) - empty_bands(reference)
    return ReferenceComparison(
        loudness_lu=_difference(analysis.loudness.as_played_lufs, reference.loudness.as_played_lufs),
        bands_db={name: round(levels[name] - other_levels[name], DECIMALS) for name in levels if name in compared},
        third_octave_db=third_octave_differences_db(analysis, reference),
        deltas=tuple(_deltas(analysis, reference)),
        sections=tuple(_sections(analysis, reference)),
        moves=tone_moves(analysis, reference),
        is_same_recording=are_same_recording(analysis, reference),
    )


def _deltas(analysis: Analysis, reference: Analysis) -> Iterator[Delta]:
    for entry in COMPARED:
        mine, theirs = entry.number(analysis), entry.number(reference)
        if mine is None or theirs is None:
            continue
        difference = 0.0 if _are_both_mono(entry.id, mine, theirs) else mine - theirs
        yield Delta(entry.stored_name, difference, entry.difference_unit)


def _are_both_mono(quantity_id: str, mine: float, theirs: float) -> bool:
    return quantity_id in SIDES and max(mine, theirs) <= SIDE_FLOOR_DB


def _sections(analysis: Analysis, reference: Analysis) -> Iterator[SectionDelta]:
    """Differences of the parts whose names both songs have; each part is measured relative to its own song."""
    mine, theirs = _parts(analysis), _parts(reference)
    for label in mine:
        if label in theirs:
            yield SectionDelta(label, mine[label] - theirs[label])


def _parts(analysis: Analysis) -> dict[str, float]:
    """Name → mean power of all parts of that name, relative to the loudness of the song, in LU."""
    whole = analysis.loudness.integrated_lufs
    named: dict[str, list[Section]] = {}
    for section in analysis.sections or ():
        if section.confidence and section.short_term_lufs is not None:
            named.setdefault(section.label, []).append(section)
    return {} if whole is None else {label: _loudness(parts) - whole for label, parts in named.items()}


def _loudness(parts: Sequence[Section]) -> float:
    lengths = [part.end_s - part.start_s for part in parts]
    energy = sum(
        length * 10 ** ((part.short_term_lufs or 0.0) / 10) for part, length in zip(parts, lengths, strict=True)
    )
    return 10.0 * math.log10(energy / sum(lengths))


def compare_references(analysis: Analysis, references: Sequence[Analysis]) -> ReferenceRange:
    """Compare a track with the range of several references.

    Args:
        analysis: the track.
        references: the tracks to compare it with.

    Returns:
        The measures that the track and all references have.

    Raises:
        ValueError: there is no reference.
    """
    if not references:
        raise ValueError("a range takes one reference at least")
    each = [compare_reference(analysis, reference) for reference in references]
    deltas = [{delta.measure: delta for delta in comparison.deltas} for comparison in each]
    shared = [delta for delta in each[0].deltas if all(delta.measure in known for known in deltas)]
    return ReferenceRange(
        references=len(each),
        loudness_lu=_range(quantity("integrated_lufs"), (comparison.loudness_lu for comparison in each)),
        bands_db={
            name: _between(name, quantity(name).difference_unit, [comparison.bands_db[name] for comparison in each])
            for name in each[0].bands_db
            if all(name in comparison.bands_db for comparison in each)
        },
        deltas=tuple(
            _between(delta.measure, delta.unit, [known[delta.measure].value for known in deltas]) for delta in shared
        ),
    )


def _range(entry: Quantity, differences: Iterable[float | None]) -> RangeDelta | None:
    known = [value for value in differences if value is not None]
    return _between(entry.stored_name, entry.difference_unit, known) if known else None


def _between(measure: str, unit: str, differences: Sequence[float]) -> RangeDelta:
    least, most = min(differences), max(differences)
    outside = least if least > 0.0 else min(0.0, most)
    return RangeDelta(measure, least, most, outside, unit)


def _difference(mine: float | None, theirs: float | None) -> float | None:
    return None if mine is None or theirs is None else mine - theirs
