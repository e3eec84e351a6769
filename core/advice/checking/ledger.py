"""The ledger of a brief: every number that an answer may name, with its unit and what it is said of."""

from collections.abc import Iterator

from core.advice.checking.entries import Entry, Kind
from core.advice.checking.finding_entries import VALUE_TAGS, entries_of
from core.advice.checking.metrics import CODE_TAGS, BriefWords
from core.analysis.measurements import Analysis
from core.analysis.quantities import (
    BANDS,
    DIFFERENCE_UNITS,
    QUANTITIES,
    Quantity,
    chosen,
    difference_unit,
    of_band,
    quantity,
    stored_as,
)
from core.knowledge.genres import Genre
from core.review import Brief

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


_SAID_OF: dict[str, tuple[str, Kind]] = {
    "integrated_lufs": ("integrated level", Kind.LEVEL),
    "dual_mono_integrated_lufs": ("integrated level", Kind.LEVEL),
    "max_short_term_lufs": ("short_term", Kind.LEVEL),
    "max_momentary_lufs": ("momentary", Kind.LEVEL),
    "loudness_range_lu": ("lra", Kind.SIZE),
    "true_peak_dbtp": ("true_peak", Kind.LEVEL),
    "sample_peak_dbfs": ("sample_peak", Kind.LEVEL),
    "clipped_run_count": ("clips", Kind.SIZE),
    "plr_db": ("plr", Kind.SIZE),
    "psr_min_db": ("psr", Kind.SIZE),
    "crest_factor_db": ("crest", Kind.SIZE),
    "dr14_db": ("dr14", Kind.SIZE),
    "tilt_db_per_octave": ("tilt", Kind.LEVEL),
    "fundamental_hz": ("sub bass", Kind.SIZE),
    "correlation": ("correlation mono", Kind.LEVEL),
    "side_to_mid_db": ("width", Kind.DIFFERENCE),
    "mono_fold_loss_db": ("mono", Kind.DIFFERENCE),
    "balance_db": ("balance", Kind.SIZE),
    "side_to_mid_below_120_db": ("low_side", Kind.DIFFERENCE),
    "mono_fold_loss_below_120_db": ("low_mono", Kind.DIFFERENCE),
    "tempo_bpm": ("tempo", Kind.SIZE),
    "key": ("key", Kind.SIZE),
    "tuning_cents": ("tuning", Kind.DIFFERENCE),
    "sample_rate_hz": ("file", Kind.SIZE),
    "duration_s": ("length", Kind.SIZE),
    "dc_offset_fs": ("dc", Kind.SIZE),
    "head_silence_s": ("silence", Kind.SIZE),
    "tail_silence_s": ("silence", Kind.SIZE),
    "low_pass_edge_hz": ("cutoff", Kind.SIZE),
    "hum_dbfs": ("noise", Kind.LEVEL),
    "noise_floor_dbfs": ("noise", Kind.LEVEL),
    **{band: (tag, Kind.DIFFERENCE) for band, tag in BAND_TAGS.items()},
}
"""Quantity id → tags of `metric_words` and how its sign is read. A quantity that is missing here gets the tags of its
label."""

_NOT_NAMED = frozenset(
    {
        *BAND_TAGS,  # levels at equal loudness say something in comparisons only
        *(entry.id for entry in BANDS),
        *("sub_to_mid_db", "bass_to_mid_db"),
        *("negative_correlation_share", "onset_rate_hz"),
        *("channels", "dropout_count", "click_count"),
    }
)
"""Quantities that an answer about one song does not name: the prompts do not tell them, or tell them as a finding."""

_UNITS = {"dB/oct": "db/oct"}
"""Units that `core.advice.checking.numbers_in_prose` spells differently."""


def _tags(quantity_id: str) -> frozenset[str]:
    return frozenset(_SAID_OF[quantity_id][0].split())


def _own(analysis: Analysis, needs: str | None) -> Iterator[Entry]:
    """A song's own values; those of the reference `need` it to be named."""
    yield from _entries(iter((*_rows(analysis), *_further_rows(analysis))), needs)
    picture = chosen("correlation", "side_to_mid_db", "mono_fold_loss_db")
    for band, values in analysis.stereo.bands.items():
        rows = (
            (f"{BAND_TAGS[band]}+{tag}", entry.unit, of_band(entry.id, values), _SAID_OF[entry.id][1])
            for entry, tag in zip(picture, ("correlation", "width", "mono"), strict=True)
        )
        yield from _entries(rows, needs)


def _rows(analysis: Analysis) -> Iterator[tuple[str, str, float | None, Kind]]:
    """The quantities of the registry that may be named, and how sure those are that are guessed."""
    for entry in QUANTITIES.values():
        if entry.id in _NOT_NAMED:
            continue
        tags, kind = _SAID_OF.get(entry.id) or _by_its_label(entry)
        value = entry.number(analysis)
        # which side is louder is said in words
        size = abs(value) if value is not None and entry.id == "balance_db" else value
        is_count = not entry.unit and entry.decimals == 0
        yield tags, "count" if is_count else _unit(entry.unit), size, kind
        confidence = entry.confidence(analysis) if entry.confidence is not None else None
        yield tags, "%", None if confidence is None else 100 * confidence, Kind.SIZE


def _by_its_label(entry: Quantity) -> tuple[str, Kind]:
    tags = " ".join(sorted(BriefWords.fixed(entry.label))) or entry.id
    return tags, Kind.LEVEL if entry.unit in {"", *DIFFERENCE_UNITS} else Kind.DIFFERENCE


def _unit(unit: str) -> str:
    return _UNITS.get(unit, unit)


def _further_rows(analysis: Analysis) -> Iterator[tuple[str, str, float | None, Kind]]:
    """Numbers that belong to a quantity without being its value: by channel, as a share, the longest, the rivals."""
    peaks, source, edge = analysis.peaks, analysis.source, analysis.faults.low_pass_edge
    for peak in peaks.true_peak_per_channel_dbtp:
        yield "true_peak", quantity("true_peak_dbtp").unit, peak, Kind.LEVEL
    for peak in peaks.sample_peak_per_channel_dbfs:
        yield "sample_peak", quantity("sample_peak_dbfs").unit, peak, Kind.LEVEL
    yield "clips", "samples", max((float(run.length_samples) for run in peaks.clipped_runs), default=None), Kind.SIZE
    yield "dc", "%", 100 * (quantity("dc_offset_fs").number(analysis) or 0.0), Kind.SIZE
    yield "cutoff", "dB", edge.drop_db if edge else None, Kind.SIZE
    for candidate in analysis.rhythm.alternatives[:2]:
        yield "tempo", quantity("tempo_bpm").unit, candidate.tempo_bpm, Kind.SIZE
    yield "file", "bit", None if source.bit_depth is None else float(source.bit_depth), Kind.SIZE


def _tone(brief: Brief) -> Iterator[Entry]:
    for band, tag in BAND_TAGS.items():
        value = brief.band_deviation_db(band)
        if value is not None:
            yield Entry(frozenset({tag}), "dB", value, Kind.DIFFERENCE)
            yield Entry(frozenset({tag}), "dB", brief.genre.tolerance_db.get(band, 0.0), Kind.SIZE, "target")


def _genre(genre: Genre) -> Iterator[Entry]:
    for bound in (genre.release_lufs.low, genre.release_lufs.high):
        if bound is not None:
            yield Entry(_tags("integrated_lufs"), quantity("integrated_lufs").unit, bound, Kind.LEVEL, "genre")


def _platforms(brief: Brief) -> Iterator[Entry]:
    own = brief.analysis.loudness.as_played_lufs
    for effect in brief.diagnosis.platforms:
        tags = frozenset({f"platform:{effect.name}"})
        if effect.gain_db is not None:
            yield Entry(tags, "dB", effect.gain_db, Kind.DIFFERENCE)
        for level in (effect.target_lufs, effect.playback_lufs, own):
            if level is not None:
                yield Entry(tags, quantity("integrated_lufs").unit, level, Kind.LEVEL)
        if effect.target_lufs is not None and own is not None and effect.target_lufs > own:
            yield Entry(tags, "dB", effect.target_lufs - own, Kind.DIFFERENCE)


def _sections(analysis: Analysis) -> Iterator[Entry]:
    parts = analysis.sections or ()
    for part in parts:
        tags = frozenset({f"section:{part.label}"})
        if part.short_term_lufs is not None:
            yield Entry(tags, quantity("max_short_term_lufs").unit, part.short_term_lufs, Kind.LEVEL)
        yield Entry(tags, "s", part.end_s - part.start_s, Kind.SIZE)


def _reference(brief: Brief) -> Iterator[Entry]:
    comparison = brief.diagnosis.reference
    if comparison is None:
        return
    if brief.reference is not None:
        for entry in _own(brief.reference, "reference"):
            if entry.unit not in {"dB", "LU"}:
                yield entry
    loudness = quantity("integrated_lufs")
    if comparison.loudness_lu is not None:
        tags = _tags(loudness.id)
        yield Entry(tags, loudness.difference_unit, comparison.loudness_lu, Kind.DIFFERENCE, "reference")
    for band, value in comparison.bands_db.items():
        yield Entry(_tags(band), quantity(band).difference_unit, value, Kind.DIFFERENCE, "reference")
    for delta in comparison.deltas:
        compared = stored_as(delta.measure)
        if compared is not None and compared.id in _SAID_OF:
            yield Entry(_tags(compared.id), _unit(delta.unit), delta.value, Kind.DIFFERENCE, "reference")


def _server_target(brief: Brief) -> Iterator[Entry]:
    for delta in brief.target.deltas if brief.target is not None else ():
        tags, unit = _tags(delta.measure), _unit(quantity(delta.measure).difference_unit)
        for value in filter(None, (delta.from_median, delta.outside)):
            yield Entry(tags, unit, value, Kind.DIFFERENCE, "server")


def _versions(brief: Brief) -> Iterator[Entry]:
    for change in brief.diagnosis.versions or ():
        tags = VALUE_TAGS.get(change.code) or CODE_TAGS.get(change.code, frozenset())
        kind = Kind.LEVEL if change.unit in DIFFERENCE_UNITS else Kind.DIFFERENCE
        kind = Kind.SIZE if change.code in {"lr_balance", "over_limited"} else kind
        for value in (change.before, change.after):
            if value is not None and change.unit:
                yield Entry(tags, change.unit, value, kind, "version")
        if change.before is not None and change.after is not None and change.unit:
            unit = difference_unit(change.unit)
            yield Entry(tags, unit, change.after - change.before, Kind.DIFFERENCE, "version")


def _strengths(brief: Brief) -> Iterator[Entry]:
    for strength in brief.diagnosis.strengths:
        if strength.unit == "%":
            yield Entry(frozenset({"tone"}), "%", strength.value, Kind.SIZE)
