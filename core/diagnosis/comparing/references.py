"""One track against references, at equal loudness: what is left is tone, dynamics and width, not level."""

import math
from collections.abc import Iterable, Iterator, Sequence

from core.analysis.measurements import Analysis, Section
from core.diagnosis.findings import Delta, RangeDelta, ReferenceComparison, ReferenceRange, SectionDelta

STEREO = 2
"""Band levels are those of two channels at most: surround is measured on its fold-down."""


DECIMALS = 3
"""Analyses state their values to a thousandth."""

SIDE_FLOOR_DB = -40.0
"""A side this far below the middle is mono to every listener; how far below is no difference (a proposal)."""

SIDES = frozenset({"side against mid", "side against mid below 120 Hz"})

LEAST_POWER = 1e-12
"""−120 dB, the floor of all levels."""


def compare_reference(analysis: Analysis, reference: Analysis) -> ReferenceComparison:
    """Signed differences, this track minus the reference. A gain on either changes `loudness_lu` and nothing else."""
    mine, theirs = analysis.spectrum, reference.spectrum
    levels, other_levels = band_levels_lu(analysis), band_levels_lu(reference)
    pairs = zip(_measures(analysis), _measures(reference), strict=True)
    return ReferenceComparison(
        loudness_lu=_difference(analysis.loudness.integrated_lufs, reference.loudness.integrated_lufs),
        bands_db={name: round(levels[name] - other_levels[name], DECIMALS) for name in levels if name in other_levels},
        third_octave_db={
            name: mine.third_octave_db[name] - theirs.third_octave_db[name]
            for name in mine.third_octave_db
            if name in theirs.third_octave_db
        },
        deltas=tuple(
            Delta(name, 0.0 if _are_both_mono(name, a, b) else a - b, unit)
            for (name, a, unit), (_, b, _) in pairs
            if a is not None and b is not None
        ),
        sections=tuple(_sections(analysis, reference)),
    )


def _are_both_mono(measure: str, mine: float, theirs: float) -> bool:
    return measure in SIDES and max(mine, theirs) <= SIDE_FLOOR_DB


def band_levels_lu(analysis: Analysis) -> dict[str, float]:
    """Level of each band against the integrated loudness: what two tracks at equal loudness are compared by.

    The analysis states bands relative to the power of all of them, without the offset; that power follows from the
    sample peak and the crest factor.
    """
    loudness = analysis.loudness.integrated_lufs
    if loudness is None:
        return dict(analysis.spectrum.bands)
    mean_power = 10 ** ((analysis.peaks.sample_peak_dbfs - analysis.dynamics.crest_factor_db) / 10.0)
    offsets = sum(offset**2 for offset in analysis.faults.dc_offset_per_channel[:STEREO])
    power = mean_power * min(STEREO, analysis.source.channels) - offsets
    total_db = 10.0 * math.log10(max(power, LEAST_POWER)) - loudness
    return {name: level + total_db for name, level in analysis.spectrum.bands.items()}


def _measures(analysis: Analysis) -> tuple[tuple[str, float | None, str], ...]:
    dynamics, stereo, bass = analysis.dynamics, analysis.stereo, analysis.bass
    return (
        ("true peak above loudness (PLR)", dynamics.plr_db, "dB"),
        ("smallest PSR", dynamics.psr_min_db, "dB"),
        ("loudness range", analysis.loudness.loudness_range_lu, "LU"),
        ("side against mid", stereo.side_to_mid_db, "dB"),
        ("mono fold-down", stereo.mono_fold_loss_db, "dB"),
        ("side against mid below 120 Hz", bass.side_to_mid_below_120_db if bass else None, "dB"),
        ("spectral tilt", analysis.spectrum.tilt_db_per_octave, "dB/oct"),
    )


def _sections(analysis: Analysis, reference: Analysis) -> Iterator[SectionDelta]:
    """Parts that both songs have, each against its own song."""
    mine, theirs = _parts(analysis), _parts(reference)
    for label in mine:
        if label in theirs:
            yield SectionDelta(label, mine[label] - theirs[label])


def _parts(analysis: Analysis) -> dict[str, float]:
    """Name → loudness of the parts of that name against the song's, LU, by the power of all of them."""
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
    """The track against the range that several references span.

    Raises:
        ValueError: there is none.
    """
    if not references:
        raise ValueError("a range takes one reference at least")
    each = [compare_reference(analysis, reference) for reference in references]
    deltas = [{delta.measure: delta for delta in comparison.deltas} for comparison in each]
    shared = [delta for delta in each[0].deltas if all(delta.measure in known for known in deltas)]
    return ReferenceRange(
        references=len(each),
        loudness_lu=_range("integrated loudness", "LU", (comparison.loudness_lu for comparison in each)),
        bands_db={
            name: _between(name, "dB", [comparison.bands_db[name] for comparison in each])
            for name in each[0].bands_db
            if all(name in comparison.bands_db for comparison in each)
        },
        deltas=tuple(
            _between(delta.measure, delta.unit, [known[delta.measure].value for known in deltas]) for delta in shared
        ),
    )


def _range(measure: str, unit: str, differences: Iterable[float | None]) -> RangeDelta | None:
    known = [value for value in differences if value is not None]
    return _between(measure, unit, known) if known else None


def _between(measure: str, unit: str, differences: Sequence[float]) -> RangeDelta:
    least, most = min(differences), max(differences)
    outside = least if least > 0.0 else min(0.0, most)
    return RangeDelta(measure, least, most, outside, unit)


def _difference(mine: float | None, theirs: float | None) -> float | None:
    return None if mine is None or theirs is None else mine - theirs
