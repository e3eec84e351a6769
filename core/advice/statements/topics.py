"""The facts for each subject that producers ask about, in sentences. All values were measured on this track."""

from core.analysis.measurements import BAND_EDGES_HZ, LOW_END_BANDS, TOP_BANDS, Analysis
from core.analysis.quantities import Quantity, band_name, chosen, quantity, written
from core.diagnosis.comparing import version_words
from core.diagnosis.findings import PlatformEffect
from core.review import Brief
from core.targets import words
from core.text.language import worded
from core.text.numbers import frequency, limits, listed, measurement, signed_db
from core.values.request import ReviewType

PLATFORMS_SHOWN = 5


def loudness(brief: Brief) -> str:
    """Integrated and short-term loudness, and the genre's range for a master."""
    integrated, loudest = chosen("integrated_lufs", "max_short_term_lufs")
    if integrated.number(brief.analysis) is None:
        return worded("loudness.none")
    level, most = integrated.written(brief.analysis), loudest.at_its_moment(brief.analysis)
    text = worded("loudness.levels", label=integrated.label, level=level, loudest=most)
    if brief.request.type is not ReviewType.MASTER:
        return f"{text} {worded('loudness.of_a_mix')}"
    release = brief.genre.release_lufs
    usual = limits(release.low, release.high, integrated.unit)
    return f"{text} {worded('loudness.of_releases', genre=brief.genre.name, usual=usual)}"


def peaks(brief: Brief) -> str:
    """True peak, sample peak and number of clipped runs."""
    true_peak, sample_peak, runs = chosen("true_peak_dbtp", "sample_peak_dbfs", "clipped_run_count")
    told = {"true_peak": true_peak.at_its_moment(brief.analysis), "sample_peak": sample_peak.written(brief.analysis)}
    count = int(runs.number(brief.analysis) or 0)
    return worded("peaks.clipped", count=count, **told) if count else worded("peaks.unclipped", **told)


def dynamics(brief: Brief) -> str:
    """PSR, PLR, loudness range."""
    analysis = brief.analysis
    crest, psr, plr, lra = chosen("crest_factor_db", "psr_min_db", "plr_db", "loudness_range_lu")
    if psr.number(analysis) is None or plr.number(analysis) is None:
        return worded("dynamics.crest", value=crest.written(analysis))
    judged = {finding.code for finding in brief.diagnosis.findings}
    told = {entry.id: entry.written(analysis) for entry in (psr, plr, lra)}
    text = worded("dynamics.levels", psr=psr.term, plr=plr.label, **told)
    return text if "over_limited" in judged else f"{text} {worded('dynamics.no_limiting')}"


def _against_curve(brief: Brief, bands: tuple[str, ...]) -> str:
    known = {band: brief.band_deviation_db(band) for band in bands}
    lines = [
        worded("tone.band", band=band_name(band), size=signed_db(value))
        for band, value in known.items()
        if value is not None
    ]
    if not lines and brief.genre.third_octave_db and brief.analysis.spectrum.third_octave_db:
        return worded("tone.too_little")
    if not lines:
        return worded("tone.no_curve", genre=brief.genre.name)
    return worded("tone.against_the_curve", genre=brief.genre.name, bands=listed(lines))


def low_end(brief: Brief) -> str:
    """Sub and bass against the curve, and how mono they are."""
    text = _against_curve(brief, LOW_END_BANDS)
    side = quantity("side_to_mid_below_120_db")
    if side.number(brief.analysis) is None:
        return text
    return f"{text} {worded('tone.low_side', value=side.written(brief.analysis))}"


def low_mids(brief: Brief) -> str:
    """200–500 Hz against the curve."""
    return _against_curve(brief, ("lowmid_200_500",))


def highs(brief: Brief) -> str:
    """Presence, high and air against the curve."""
    return _against_curve(brief, TOP_BANDS)


def tone(brief: Brief) -> str:
    """All bands against the curve."""
    return _against_curve(brief, tuple(BAND_EDGES_HZ))


def stereo(brief: Brief) -> str:
    """Correlation, width, mono fold-down, balance."""
    analysis = brief.analysis
    if analysis.stereo.correlation is None:
        return worded("stereo.mono")
    told = {name: written(name, analysis) for name in ("correlation", "side_to_mid_db", "mono_fold_loss_db")}
    return worded("stereo.image", balance=_balance(analysis), **told)


def _balance(analysis: Analysis) -> str:
    entry = quantity("balance_db")
    balance_db = entry.number(analysis) or 0.0
    size = measurement(abs(balance_db), entry.unit)
    if size == measurement(0.0, entry.unit):
        return worded("stereo.equally_loud")
    return worded("stereo.left_louder" if balance_db > 0 else "stereo.right_louder", size=size)


def tempo_of(brief: Brief) -> str:
    """Tempo with its alternatives, or its changes, and a metre that is not the usual one."""
    tempo, changes, metre = quantity("tempo_bpm"), quantity("tempi"), quantity("metre")
    if tempo.number(brief.analysis) is None:
        return worded("tempo.none")
    if changes.read(brief.analysis) is not None:
        return worded("tempo.changes", tempi=changes.written(brief.analysis))
    others = _others(tempo, brief.analysis, 2)
    told = {"tempo": tempo.with_confidence(brief.analysis), "others": worded("tempo.or").join(others)}
    text = worded("tempo.with_others" if others else "tempo.alone", **told)
    if metre.read(brief.analysis) is None:
        return text
    return f"{text} {worded('tempo.metre', metre=metre.written(brief.analysis))}"


def _others(entry: Quantity, analysis: Analysis, most: int) -> list[str]:
    """Alternatives to a measured value, the most likely first."""
    return [other.text for other in entry.alternatives(analysis)[:most]] if entry.alternatives is not None else []


def key(brief: Brief) -> str:
    """Key with its alternatives."""
    entry = quantity("key")
    if entry.read(brief.analysis) is None:
        return worded("key.none")
    others = _others(entry, brief.analysis, 1)
    found = entry.with_confidence(brief.analysis)
    return worded("key.with_another", key=found, other=others[0]) if others else worded("key.alone", key=found)


def tuning(brief: Brief) -> str:
    """Tuning against A4 = 440 Hz, and the key."""
    entry = quantity("tuning_cents")
    cents = entry.number(brief.analysis)
    if cents is None:
        return worded("tuning.none")
    size = measurement(abs(cents), entry.unit)
    place = "right_at" if size == measurement(0.0, entry.unit) else "above" if cents > 0 else "below"
    return f"{worded(f'tuning.{place}', size=size)} {key(brief)}"


def platforms(brief: Brief, named: tuple[str, ...] = ()) -> str:
    """What services do to the level; those that a word of `named` names come first."""
    effects = sorted(brief.diagnosis.platforms, key=lambda effect: not _is_named(effect, named))
    if not effects:
        return worded("services.no_loudness")
    known = [effect for effect in effects if effect.gain_db is not None and effect.target_lufs is not None]
    unknown = [effect for effect in effects if effect not in known and _is_named(effect, named)]
    lines = [f"{effect.name} {signed_db(effect.gain_db)}" for effect in known[:PLATFORMS_SHOWN]]
    told = [worded("services.on_playback", services=", ".join(lines))] if lines else []
    told += [f"{effect.name}: {effect.note}." for effect in unknown]
    return f"{' '.join(told)} {worded('services.volume_knob')}"


def _is_named(effect: PlatformEffect, words: tuple[str, ...]) -> bool:
    return any(word in words for word in effect.name.casefold().replace("(", "").replace(")", "").split())


def reference(brief: Brief, bands: tuple[str, ...] = ()) -> str:
    """The differences from the reference: in the given bands, or the three largest where none is given."""
    comparison = brief.diagnosis.reference
    if comparison is None:
        return worded("reference.none_given")
    if comparison.is_same_recording:
        return worded("reference.same_recording")
    known = {band: value for band, value in comparison.bands_db.items() if band in BAND_EDGES_HZ}
    asked = [(band, known[band]) for band in bands if band in known]
    shown = asked or sorted(known.items(), key=lambda item: -abs(item[1]))[:3]
    lines = ", ".join(f"{band_name(band)} {signed_db(value)}" for band, value in shown)
    level = comparison.loudness_lu
    told = worded("reference.bands_asked" if asked else "reference.most_bands", bands=lines)
    return told if level is None else f"{told} {_louder(level)}"


def target(brief: Brief, bands: tuple[str, ...] = ()) -> str:
    """The track against the target: the given bands, or what lies outside the usual range where none is given."""
    comparison = brief.target
    if comparison is None:
        return worded("target.none_given")
    asked = [words.delta_line(delta) for delta in comparison.deltas if delta.measure in bands]
    told = asked or words.target_lines(comparison, words.OUTSIDE_SHOWN)
    sentences = " ".join(f"{line.rstrip('.')}." for line in told)
    heading = worded("target.at_equal_loudness", heading=words.target_heading(comparison))
    return f"{heading}: {sentences}"


def _louder(difference_lu: float) -> str:
    size = quantity("integrated_lufs").write_size(difference_lu)
    return worded("reference.louder" if difference_lu > 0 else "reference.quieter", size=size)


def versions(brief: Brief) -> str:
    """What became of the earlier findings, with before and after, and of the tone."""
    changes = brief.diagnosis.versions
    if changes is None:
        return worded("versions.first")
    nothing = "" if changes else worded("versions.nothing_changed")
    return " ".join(filter(None, (nothing, version_words.told(brief.diagnosis))))


def settings(brief: Brief) -> str:
    """The remedies of the two most important findings."""
    moves = [finding.remedy.text for finding in brief.diagnosis.findings[:2]]
    return " ".join(moves) or worded("settings.none")


def file(brief: Brief) -> str:
    """Codec, bit depth, sample rate and length of the file."""
    source = brief.analysis.source
    kind = "file.lossy" if source.lossy else "file.of_bits" if source.bit_depth else "file.lossless"
    codec = "WAV" if source.codec.startswith("pcm") else source.codec.split("_")[0].upper()
    rate, length = (entry.written(brief.analysis) for entry in chosen("sample_rate_hz", "duration_s"))
    told = worded(kind, bits=source.bit_depth)
    return worded("file.sent", codec=codec, kind=told, rate=rate, length=length)


def dc(brief: Brief) -> str:
    """The DC offset: the mean of the samples."""
    offset = quantity("dc_offset_fs")
    return worded("dc.offset", value=offset.written(brief.analysis))


def noise(brief: Brief) -> str:
    """Hum, noise floor, dropouts and clicks."""
    faults = brief.analysis.faults
    hum = faults.hum
    lines = []
    if hum is not None:
        level = written("hum_dbfs", brief.analysis)
        lines.append(worded("noise.hum", mains=frequency(hum.mains_hz), level=level))
    if faults.noise_floor_dbfs is not None:
        lines.append(worded("noise.floor", level=written("noise_floor_dbfs", brief.analysis)))
    for count, key_of_events in ((faults.dropout_count, "noise.dropouts"), (faults.click_count, "noise.clicks")):
        if count:
            lines.append(worded(key_of_events, count=count))
    told = worded("noise.measured", faults=listed(lines)) if lines else worded("noise.none")
    return told if faults.noise_floor_dbfs is not None else f"{told} {worded('noise.no_pause')}"


def silence(brief: Brief) -> str:
    """Silence before and after the music."""
    head, tail = (entry.written(brief.analysis) for entry in chosen("head_silence_s", "tail_silence_s"))
    return worded("silence.ends", head=head, tail=tail)
