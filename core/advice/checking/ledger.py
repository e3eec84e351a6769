"""The ledger of a brief: every number that an answer may name, with its unit and what it is said of."""

from collections.abc import Iterator

from core.advice.checking.entries import Entry, Kind
from core.advice.checking.finding_entries import VALUE_TAGS, entries_of
from core.advice.checking.metrics import CODE_TAGS
from core.analysis.measurements import Analysis
from core.knowledge.genres import Genre
from core.review import Brief
from core.targets.named import MEASURES

BAND_TAGS = {
    "sub_20_60": "sub",
    "bass_60_200": "bass",
    "lowmid_200_500": "lowmid",
    "mid_500_2k": "mid",
    "presence_2k_5k": "presence",
    "high_5k_10k": "high",
    "air_10k_20k": "air",
}


def ledger(brief: Brief) -> tuple[Entry, ...]:
    """Everything measured, targeted and compared in a brief."""
    return (
        *_own(brief.analysis, None),
        *_tone(brief),
        *(entry for finding in brief.diagnosis.findings for entry in entries_of(finding)),
        *_genre(brief.genre),
        *_platforms(brief),
        *_sections(brief.analysis),
        *_reference(brief),
        *_server_target(brief),
        *_versions(brief),
        *_strengths(brief),
    )


def _entries(rows: Iterator[tuple[str, str, float | None, Kind]], needs: str | None) -> Iterator[Entry]:
    for tags, unit, value, kind in rows:
        if value is not None:
            yield Entry(frozenset(tags.split()), unit, value, kind, needs)


def _own(analysis: Analysis, needs: str | None) -> Iterator[Entry]:
    """A song's own values; those of the reference `need` it to be named."""
    yield from _entries(iter((*_level_rows(analysis), *_stereo_rows(analysis), *_music_rows(analysis))), needs)
    for band, values in analysis.stereo.bands.items():
        tag = BAND_TAGS[band]
        rows = (
            (f"{tag}+correlation", "", values.correlation, Kind.LEVEL),
            (f"{tag}+width", "dB", values.side_to_mid_db, Kind.DIFFERENCE),
            (f"{tag}+mono", "dB", values.mono_fold_loss_db, Kind.DIFFERENCE),
        )
        yield from _entries(iter(rows), needs)


def _level_rows(analysis: Analysis) -> Iterator[tuple[str, str, float | None, Kind]]:
    loudness, peaks, dynamics, faults = analysis.loudness, analysis.peaks, analysis.dynamics, analysis.faults
    yield "integrated level", "LUFS", loudness.integrated_lufs, Kind.LEVEL
    yield "integrated level", "LUFS", loudness.dual_mono_integrated_lufs, Kind.LEVEL
    yield "short_term", "LUFS", loudness.max_short_term_lufs, Kind.LEVEL
    yield "momentary", "LUFS", loudness.max_momentary_lufs, Kind.LEVEL
    yield "lra", "LU", loudness.loudness_range_lu, Kind.SIZE
    for peak in (peaks.true_peak_dbtp, *peaks.true_peak_per_channel_dbtp):
        yield "true_peak", "dBTP", peak, Kind.LEVEL
    for peak in (peaks.sample_peak_dbfs, *peaks.sample_peak_per_channel_dbfs):
        yield "sample_peak", "dBFS", peak, Kind.LEVEL
    yield "clips", "count", float(peaks.clipped_run_count), Kind.SIZE
    yield "clips", "samples", max((float(run.length_samples) for run in peaks.clipped_runs), default=None), Kind.SIZE
    yield "plr", "dB", dynamics.plr_db, Kind.SIZE
    yield "psr", "dB", dynamics.psr_min_db, Kind.SIZE
    yield "crest", "dB", dynamics.crest_factor_db, Kind.SIZE
    yield "dr14", "dB", dynamics.dr14_db, Kind.SIZE
    yield "tilt", "db/oct", analysis.spectrum.tilt_db_per_octave, Kind.LEVEL
    yield "dc", "FS", max(map(abs, faults.dc_offset_per_channel), default=0.0), Kind.SIZE
    yield "dc", "%", 100 * max(map(abs, faults.dc_offset_per_channel), default=0.0), Kind.SIZE
    yield "silence", "s", faults.head_silence_s, Kind.SIZE
    yield "silence", "s", faults.tail_silence_s, Kind.SIZE
    yield "noise", "dBFS", faults.noise_floor_dbfs, Kind.LEVEL
    yield "noise", "dBFS", faults.hum.level_dbfs if faults.hum else None, Kind.LEVEL
    edge = faults.low_pass_edge
    yield "cutoff", "Hz", edge.cutoff_hz if edge else None, Kind.SIZE
    yield "cutoff", "dB", edge.drop_db if edge else None, Kind.SIZE


def _stereo_rows(analysis: Analysis) -> Iterator[tuple[str, str, float | None, Kind]]:
    stereo, bass = analysis.stereo, analysis.bass
    balance = None if stereo.balance_db is None else abs(stereo.balance_db)
    yield "correlation mono", "", stereo.correlation, Kind.LEVEL
    yield "width", "dB", stereo.side_to_mid_db, Kind.DIFFERENCE
    yield "mono", "dB", stereo.mono_fold_loss_db, Kind.DIFFERENCE
    yield "balance", "dB", balance, Kind.SIZE
    if bass is not None:
        yield "low_side", "dB", bass.side_to_mid_below_120_db, Kind.DIFFERENCE
        yield "low_mono", "dB", bass.mono_fold_loss_below_120_db, Kind.DIFFERENCE
        yield "sub bass", "Hz", bass.fundamental_hz, Kind.SIZE


def _music_rows(analysis: Analysis) -> Iterator[tuple[str, str, float | None, Kind]]:
    rhythm, tonality, source = analysis.rhythm, analysis.tonality, analysis.source
    for tempo in (rhythm.tempo_bpm, *(candidate.tempo_bpm for candidate in rhythm.alternatives[:2])):
        yield "tempo", "BPM", tempo, Kind.SIZE
    yield "tempo", "%", None if rhythm.confidence is None else 100 * rhythm.confidence, Kind.SIZE
    yield "key", "%", None if tonality.confidence is None else 100 * tonality.confidence, Kind.SIZE
    cents = tonality.tuning_cents
    yield "tuning", "cents", cents, Kind.DIFFERENCE
    yield "file", "Hz", float(source.sample_rate_hz), Kind.SIZE
    yield "file", "bit", None if source.bit_depth is None else float(source.bit_depth), Kind.SIZE
    yield "length", "s", source.duration_s, Kind.SIZE


def _tone(brief: Brief) -> Iterator[Entry]:
    for band, tag in BAND_TAGS.items():
        value = brief.band_deviation_db(band)
        if value is not None:
            yield Entry(frozenset({tag}), "dB", value, Kind.DIFFERENCE)
            yield Entry(frozenset({tag}), "dB", brief.genre.tolerance_db.get(band, 0.0), Kind.SIZE, "target")


def _genre(genre: Genre) -> Iterator[Entry]:
    for bound in (genre.release_lufs.low, genre.release_lufs.high):
        if bound is not None:
            yield Entry(frozenset({"integrated", "level"}), "LUFS", bound, Kind.LEVEL, "genre")


def _platforms(brief: Brief) -> Iterator[Entry]:
    own = brief.analysis.loudness.integrated_lufs
    for effect in brief.diagnosis.platforms:
        tags = frozenset({f"platform:{effect.name}"})
        if effect.gain_db is not None:
            yield Entry(tags, "dB", effect.gain_db, Kind.DIFFERENCE)
        for level in (effect.target_lufs, effect.playback_lufs, own):
            if level is not None:
                yield Entry(tags, "LUFS", level, Kind.LEVEL)
        if effect.target_lufs is not None and own is not None and effect.target_lufs > own:
            yield Entry(tags, "dB", effect.target_lufs - own, Kind.DIFFERENCE)


def _sections(analysis: Analysis) -> Iterator[Entry]:
    parts = analysis.sections or ()
    for part in parts:
        tags = frozenset({f"section:{part.label}"})
        if part.short_term_lufs is not None:
            yield Entry(tags, "LUFS", part.short_term_lufs, Kind.LEVEL)
        yield Entry(tags, "s", part.end_s - part.start_s, Kind.SIZE)


def _reference(brief: Brief) -> Iterator[Entry]:
    comparison = brief.diagnosis.reference
    if comparison is None:
        return
    if brief.reference is not None:
        for entry in _own(brief.reference, "reference"):
            if entry.unit not in {"dB", "LU"}:
                yield entry
    if comparison.loudness_lu is not None:
        tags = frozenset({"integrated", "level"})
        yield Entry(tags, "LU", comparison.loudness_lu, Kind.DIFFERENCE, "reference")
    for band, value in comparison.bands_db.items():
        yield Entry(frozenset({BAND_TAGS[band]}), "dB", value, Kind.DIFFERENCE, "reference")
    names = {
        "true peak above loudness (PLR)": "plr",
        "smallest PSR": "psr",
        "loudness range": "lra",
        "side against mid": "width",
        "mono fold-down": "mono",
        "side against mid below 120 Hz": "low_side",
        "spectral tilt": "tilt",
    }
    for delta in comparison.deltas:
        if delta.measure in names:
            unit = delta.unit.replace("dB/oct", "db/oct")
            yield Entry(frozenset({names[delta.measure]}), unit, delta.value, Kind.DIFFERENCE, "reference")


_TARGET_TAGS = {
    "integrated_lufs": frozenset({"integrated", "level"}),
    "loudness_range_lu": frozenset({"lra"}),
    "plr_db": frozenset({"plr"}),
    "psr_min_db": frozenset({"psr"}),
    "side_to_mid_db": frozenset({"width"}),
    "side_to_mid_below_120_db": frozenset({"low_side"}),
    "tilt_db_per_octave": frozenset({"tilt"}),
    **{band: frozenset({tag}) for band, tag in BAND_TAGS.items()},
}
"""What the measures of a server's target are said of."""


def _server_target(brief: Brief) -> Iterator[Entry]:
    for delta in brief.target.deltas if brief.target is not None else ():
        tags, unit = _TARGET_TAGS[delta.measure], MEASURES[delta.measure].difference_unit
        for value in filter(None, (delta.from_median, delta.outside)):
            yield Entry(tags, unit, value, Kind.DIFFERENCE, "server")


def _versions(brief: Brief) -> Iterator[Entry]:
    for change in brief.diagnosis.versions or ():
        tags = VALUE_TAGS.get(change.code) or CODE_TAGS.get(change.code, frozenset())
        kind = Kind.LEVEL if change.unit in {"LUFS", "dBTP", "dBFS"} else Kind.DIFFERENCE
        kind = Kind.SIZE if change.code in {"lr_balance", "over_limited"} else kind
        for value in (change.before, change.after):
            if value is not None and change.unit:
                yield Entry(tags, change.unit, value, kind, "version")
        if change.before is not None and change.after is not None and change.unit:
            unit = {"LUFS": "LU", "dBTP": "dB", "dBFS": "dB"}.get(change.unit, change.unit)
            yield Entry(tags, unit, change.after - change.before, Kind.DIFFERENCE, "version")


def _strengths(brief: Brief) -> Iterator[Entry]:
    for strength in brief.diagnosis.strengths:
        if strength.unit == "%":
            yield Entry(frozenset({"tone"}), "%", strength.value, Kind.SIZE)
