"""One track against a reference, at equal loudness: what is left is tone, dynamics and width, not level."""

from core.analysis.measurements import Analysis
from core.diagnosis.findings import Delta, ReferenceComparison


def compare_reference(analysis: Analysis, reference: Analysis) -> ReferenceComparison:
    """Signed differences, this track minus the reference. A gain on either changes `loudness_lu` and nothing else."""
    mine, theirs = analysis.spectrum, reference.spectrum
    pairs = (
        ("true peak above loudness (PLR)", analysis.dynamics.plr_db, reference.dynamics.plr_db, "dB"),
        ("smallest PSR", analysis.dynamics.psr_min_db, reference.dynamics.psr_min_db, "dB"),
        ("loudness range", analysis.loudness.loudness_range_lu, reference.loudness.loudness_range_lu, "LU"),
        ("side against mid", analysis.stereo.side_to_mid_db, reference.stereo.side_to_mid_db, "dB"),
        ("mono fold-down", analysis.stereo.mono_fold_loss_db, reference.stereo.mono_fold_loss_db, "dB"),
        (
            "side against mid below 120 Hz",
            analysis.bass.side_to_mid_below_120_db if analysis.bass else None,
            reference.bass.side_to_mid_below_120_db if reference.bass else None,
            "dB",
        ),
        ("spectral tilt", mine.tilt_db_per_octave, theirs.tilt_db_per_octave, "dB/oct"),
    )
    return ReferenceComparison(
        loudness_lu=_difference(analysis.loudness.integrated_lufs, reference.loudness.integrated_lufs),
        bands_db={name: mine.bands[name] - theirs.bands[name] for name in mine.bands if name in theirs.bands},
        third_octave_db={
            name: mine.third_octave_db[name] - theirs.third_octave_db[name]
            for name in mine.third_octave_db
            if name in theirs.third_octave_db
        },
        deltas=tuple(Delta(name, a - b, unit) for name, a, b, unit in pairs if a is not None and b is not None),
    )


def _difference(mine: float | None, theirs: float | None) -> float | None:
    return None if mine is None or theirs is None else mine - theirs
