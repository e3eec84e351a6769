"""The facts for each subject that producers ask about, in sentences. All values were measured on this track."""

from core.analysis.measurements import BAND_EDGES_HZ, LOW_END_BANDS, TOP_BANDS, Analysis
from core.analysis.quantities import Quantity, band_name, chosen, quantity, written
from core.diagnosis.comparing import reference_words, version_words
from core.diagnosis.findings import PlatformEffect
from core.review import Brief
from core.targets import words
from core.text.numbers import frequency, limits, listed, lower_first, measurement, signed_db
from core.values.request import ReviewType

PLATFORMS_SHOWN = 5


def loudness(brief: Brief) -> str:
    """Integrated and short-term loudness, and the genre's range for a master."""
    integrated, loudest = chosen("integrated_lufs", "max_short_term_lufs")
    if integrated.number(brief.analysis) is None:
        return "The file is too short or too quiet for a loudness."
    text = (
        f"{integrated.label} is {integrated.written(brief.analysis)}, the loudest three seconds reach "
        f"{loudest.at_its_moment(brief.analysis)}."
    )
    if brief.request.type is not ReviewType.MASTER:
        return text + " In an unfinished mix that number decides nothing."
    release = brief.genre.release_lufs
    return f"{text} {brief.genre.name} releases are usually at {limits(release.low, release.high, integrated.unit)}."


def peaks(brief: Brief) -> str:
    """True peak, sample peak and number of clipped runs."""
    true_peak, sample_peak, runs = chosen("true_peak_dbtp", "sample_peak_dbfs", "clipped_run_count")
    count = runs.written(brief.analysis) if runs.number(brief.analysis) else "no"
    sample_name, clips = lower_first(sample_peak.label), lower_first(runs.label)
    return (
        f"The {lower_first(true_peak.label)} is {true_peak.at_its_moment(brief.analysis)}, the {sample_name} "
        f"{sample_peak.written(brief.analysis)}, with {count} {clips}."
    )


def dynamics(brief: Brief) -> str:
    """PSR, PLR, loudness range."""
    analysis = brief.analysis
    crest, psr, plr, lra = chosen("crest_factor_db", "psr_min_db", "plr_db", "loudness_range_lu")
    if psr.number(analysis) is None or plr.number(analysis) is None:
        return f"The {lower_first(crest.label)} of the file is {crest.written(analysis)}."
    judged = {finding.code for finding in brief.diagnosis.findings}
    verdict = "" if "over_limited" in judged else " Nothing there says that a limiter works too hard."
    return (
        f"In the densest loud passage peaks stand {psr.written(analysis)} above the loudness ({psr.term}), over the "
        f"whole song {plr.written(analysis)} ({plr.label}); the {lower_first(lra.label)} is "
        f"{lra.written(analysis)}.{verdict}"
    )


def _against_curve(brief: Brief, bands: tuple[str, ...]) -> str:
    known = {band: brief.band_deviation_db(band) for band in bands}
    lines = [f"{band_name(band)} stands at {signed_db(value)}" for band, value in known.items() if value is not None]
    if not lines and brief.genre.third_octave_db and brief.analysis.spectrum.third_octave_db:
        return "There is too little there to hold it against the curve of the genre."
    if not lines:
        return f"There is no curve for {brief.genre.name} to hold that against."
    return f"Against the {brief.genre.name} curve {listed(lines)}."


def low_end(brief: Brief) -> str:
    """Sub and bass against the curve, and how mono they are."""
    text = _against_curve(brief, LOW_END_BANDS)
    side = quantity("side_to_mid_below_120_db")
    if side.number(brief.analysis) is None:
        return text
    return f"{text} Below 120 Hz the side is at {side.written(brief.analysis)} against the middle."


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
        return "The file is mono, so there is no stereo picture to measure."
    return (
        f"The {lower_first(quantity('correlation').label)} is {written('correlation', analysis)} and the side stands "
        f"at {written('side_to_mid_db', analysis)} against the middle. Folded to mono the level changes by "
        f"{written('mono_fold_loss_db', analysis)}; {_balance(analysis)}."
    )


def _balance(analysis: Analysis) -> str:
    entry = quantity("balance_db")
    balance_db = entry.number(analysis) or 0.0
    size = measurement(abs(balance_db), entry.unit)
    if size == measurement(0.0, entry.unit):
        return "left and right are equally loud"
    return f"the {'left' if balance_db > 0 else 'right'} side is {size} louder"


def tempo_of(brief: Brief) -> str:
    """Tempo with its alternatives, or its changes, and a metre that is not the usual one."""
    tempo, changes, metre = quantity("tempo_bpm"), quantity("tempi"), quantity("metre")
    if tempo.number(brief.analysis) is None:
        return "I found no steady pulse to measure a tempo from."
    if changes.read(brief.analysis) is not None:
        return f"The tempo changes: {changes.written(brief.analysis)}."
    others = _others(tempo, brief.analysis, 2)
    also = f"; it could also be heard as {' or '.join(others)}" if others else ""
    in_threes = f" It is in {metre.written(brief.analysis)}." if metre.read(brief.analysis) is not None else ""
    return f"The {lower_first(tempo.label)} is {tempo.with_confidence(brief.analysis)}{also}.{in_threes}"


def _others(entry: Quantity, analysis: Analysis, most: int) -> list[str]:
    """Alternatives to a measured value, the most likely first."""
    return [other.text for other in entry.alternatives(analysis)[:most]] if entry.alternatives is not None else []


def key(brief: Brief) -> str:
    """Key with its alternatives."""
    entry = quantity("key")
    if entry.read(brief.analysis) is None:
        return "I found no key with confidence."
    others = _others(entry, brief.analysis, 1)
    also = f"; the next best guess is {others[0]}" if others else ""
    return f"The {lower_first(entry.label)} is {entry.with_confidence(brief.analysis)}{also}."


def tuning(brief: Brief) -> str:
    """Tuning against A4 = 440 Hz, and the key."""
    entry = quantity("tuning_cents")
    cents = entry.number(brief.analysis)
    if cents is None:
        return "I found nothing pitched enough to measure a tuning from."
    size = measurement(abs(cents), entry.unit)
    place = "right at" if size == measurement(0.0, entry.unit) else f"{size} {'above' if cents > 0 else 'below'}"
    return f"The tuning is {place} A = 440 Hz. {key(brief)}"


def platforms(brief: Brief, named: tuple[str, ...] = ()) -> str:
    """What services do to the level; those that a word of `named` names come first."""
    effects = sorted(brief.diagnosis.platforms, key=lambda effect: not _is_named(effect, named))
    if not effects:
        return "Its loudness could not be measured, so I can't say what services do to it."
    known = [effect for effect in effects if effect.gain_db is not None and effect.target_lufs is not None]
    unknown = [effect for effect in effects if effect not in known and _is_named(effect, named)]
    lines = [f"{effect.name} {signed_db(effect.gain_db)}" for effect in known[:PLATFORMS_SHOWN]]
    told = [f"On playback: {', '.join(lines)}."] if lines else []
    told += [f"{effect.name}: {effect.note}." for effect in unknown]
    return f"{' '.join(told)} That is a volume knob, not a judgement; it changes nothing in the sound."


def _is_named(effect: PlatformEffect, words: tuple[str, ...]) -> bool:
    return any(word in words for word in effect.name.casefold().replace("(", "").replace(")", "").split())


def reference(brief: Brief, bands: tuple[str, ...] = ()) -> str:
    """The differences from the reference: in the given bands, or the three largest where none is given."""
    comparison = brief.diagnosis.reference
    if comparison is None:
        return "No reference track was given with this one; add one to /feedback and I measure the differences."
    if comparison.is_same_recording:
        return reference_words.SAME_RECORDING
    known = {band: value for band, value in comparison.bands_db.items() if band in BAND_EDGES_HZ}
    asked = [(band, known[band]) for band in bands if band in known]
    shown = asked or sorted(known.items(), key=lambda item: -abs(item[1]))[:3]
    lines = ", ".join(f"{band_name(band)} {signed_db(value)}" for band, value in shown)
    level = comparison.loudness_lu
    louder = "" if level is None else f" As they are, you are {_louder(level)} than it."
    what = "there" if asked else "most here"
    return f"At equal loudness you differ from the reference {what}: {lines} (plus: you have more).{louder}"


def target(brief: Brief, bands: tuple[str, ...] = ()) -> str:
    """The track against the target: the given bands, or what lies outside the usual range where none is given."""
    comparison = brief.target
    if comparison is None:
        return "This track was held against no target; choose one with /feedback and I measure the differences."
    asked = [words.delta_line(delta) for delta in comparison.deltas if delta.measure in bands]
    told = asked or words.target_lines(comparison, words.OUTSIDE_SHOWN)
    sentences = " ".join(f"{line.rstrip('.')}." for line in told)
    return f"{words.target_heading(comparison)}, at equal loudness: {sentences}"


def _louder(difference_lu: float) -> str:
    size = quantity("integrated_lufs").write_size(difference_lu)
    return f"{size} {'louder' if difference_lu > 0 else 'quieter'}"


def versions(brief: Brief) -> str:
    """What became of the earlier findings, with before and after, and of the tone."""
    changes = brief.diagnosis.versions
    if changes is None:
        return "This is the first version I have of this track. Post the next bounce here and I compare them."
    nothing = "" if changes else "No finding has come, gone or changed since the version before."
    return " ".join(filter(None, (nothing, version_words.told(brief.diagnosis))))


def settings(brief: Brief) -> str:
    """The remedies of the two most important findings."""
    moves = [finding.remedy.text for finding in brief.diagnosis.findings[:2]]
    return " ".join(moves) or "Nothing asks for a setting: leave the chain as it is."


def file(brief: Brief) -> str:
    """Codec, bit depth, sample rate and length of the file."""
    source = brief.analysis.source
    kind = "lossy" if source.lossy else f"{source.bit_depth}-bit" if source.bit_depth else "lossless"
    codec = "WAV" if source.codec.startswith("pcm") else source.codec.split("_")[0].upper()
    rate, length = (entry.written(brief.analysis) for entry in chosen("sample_rate_hz", "duration_s"))
    return f"You sent {codec} ({kind}), {rate}, {length} long."


def dc(brief: Brief) -> str:
    """The DC offset: the mean of the samples."""
    offset = quantity("dc_offset_fs")
    return f"The {offset.label} is {offset.written(brief.analysis)}."


def noise(brief: Brief) -> str:
    """Hum, noise floor, dropouts and clicks."""
    faults = brief.analysis.faults
    hum = faults.hum
    lines = []
    if hum is not None:
        lines.append(f"hum of {frequency(hum.mains_hz)} mains at {written('hum_dbfs', brief.analysis)}")
    if faults.noise_floor_dbfs is not None:
        floor = quantity("noise_floor_dbfs")
        lines.append(f"a {lower_first(floor.label)} of {floor.written(brief.analysis)}")
    for count, name in ((faults.dropout_count, "dropout"), (faults.click_count, "click")):
        if count:
            lines.append(f"{count} {name}{'' if count == 1 else 's'}")
    told = f"I measured {listed(lines)}." if lines else "I found no hum, no dropouts and no clicks."
    if faults.noise_floor_dbfs is not None:
        return told
    return f"{told} The music never pauses long enough to measure the hiss under it."


def silence(brief: Brief) -> str:
    """Silence before and after the music."""
    head, tail = (entry.written(brief.analysis) for entry in chosen("head_silence_s", "tail_silence_s"))
    return f"There is {head} of silence before the music and {tail} after it."
