"""Faults of the file itself: offset, lossy sources, silence and cuts at the ends, hum, noise, holes, clicks, format."""

from collections.abc import Sequence

from core.analysis.level.level_steps import LevelStep, level_steps
from core.analysis.measurements import LEVEL_FLOOR_DB
from core.analysis.quantities import quantity, written
from core.rules import spans
from core.rules.reading import JudgedTrack, Reading, Severity, Span
from core.text.numbers import counted, frequency, level_db, number
from core.values.request import ReviewType

TAIL_WEIGHT = 1 / 7.5
"""Weight of silence at the end: it counts like silence at the start when it is 7.5 times as long (15 s against 2 s)."""

HOLE_S = 0.02
"""Shortest dropout that counts; shorter ones are heard as clicks, if at all."""

FEW_CLICKS = 2
"""Fewest clicks that count: a single one may be the attack of a synthesiser, unless it is a lone wrong sample."""

CRACKLE_PER_MINUTE = 12.0
"""Clicks per minute above which they are a texture: vinyl, glitch, a clicking instrument."""

LARGE_STEP_DB = 6.5
"""Least size of a large level step: it about halves the loudness, which an arrangement does not do at once."""

WORTH_KNOWING, WORTH_MENDING = 1.0, 2.0
"""Values of rules that judge a state: worth knowing, worth mending."""

FULL_RATE_HZ = 44_100
COARSE_BITS = 16
MIX_BITS = 24
"""Least sample rate; bit depth below which a file has audible quantisation noise; least bit depth of a mix that is
handed on."""

LOSSY_MASTERING_CAVEAT = "an MP3 is fine for feedback: only the mastering itself needs the WAV"


LARGE_OFFSET_FS = 0.02
LARGE_OFFSET_CAVEAT = "so large an offset is seldom harmless: it costs headroom and clicks at every edit"
"""Offset above which the rule is severe, and the caveat there."""


def dc(subject: JudgedTrack) -> Reading:
    """DC offset: the larger mean of the channels, as a share of full scale."""
    value = max(map(abs, subject.analysis.faults.dc_offset_per_channel), default=0.0)
    caveat = LARGE_OFFSET_CAVEAT if value > LARGE_OFFSET_FS else None
    return Reading(value, facts={"percent": f"{number(value * 100, 2)}%"}, caveat=caveat)


def lossy_source(subject: JudgedTrack) -> Reading | None:
    """Low-pass edge in Hz. Only in a lossless file: a lossy upload is already known to be lossy."""
    edge, source = subject.analysis.faults.low_pass_edge, subject.analysis.source
    if source.lossy:
        return None
    if edge is None:
        return Reading(source.sample_rate_hz / 2.0, counts=False)
    return Reading(edge.cutoff_hz, facts={"drop": level_db(edge.drop_db)})


def silence(subject: JudgedTrack) -> Reading:
    """Silence at the start or the end in seconds, whichever is worse by `TAIL_WEIGHT`."""
    faults, duration_s = subject.analysis.faults, subject.analysis.source.duration_s
    head, tail = faults.head_silence_s, faults.tail_silence_s
    ceiling = Severity.INFO if subject.is_excerpt else None
    if tail * TAIL_WEIGHT > head:
        place = Span(duration_s - tail, duration_s)
        judged = tail * TAIL_WEIGHT
        return Reading(
            tail, judged=judged, facts={"end": "end"}, spans=(place,), ceiling=ceiling, caveat=subject.excerpt
        )
    return Reading(head, facts={"end": "start"}, spans=(Span(0.0, head),), ceiling=ceiling, caveat=subject.excerpt)


def cut_tail(subject: JudgedTrack) -> Reading | None:
    """Level of the last 50 ms of sound above the integrated loudness, LU."""
    level, duration_s = subject.analysis.faults.end_level_lu, subject.analysis.source.duration_s
    if level is None:
        return None
    end = duration_s - subject.analysis.faults.tail_silence_s
    return Reading(
        level,
        facts={"below": quantity("integrated_lufs").write_size(level), "side": "below" if level < 0 else "above"},
        spans=(Span(end, end),),
        ceiling=Severity.INFO if subject.is_excerpt else None,
        caveat=subject.excerpt,
    )


LOUD_HUM_DB = 15.0
"""Distance below the integrated loudness within which lines on the mains frequency may be the music itself, in dB: a
bass or a drone tuned to 50 Hz lies there, hum far below (our proposal)."""

MAY_BE_HUM_CAVEAT = "the lines are faint or lie close to lines of the music, so it may be a part of the music"
MAY_BE_MUSIC_CAVEAT = "so loud a tone may be a bass or a drone that is tuned to it"


def hum(subject: JudgedTrack) -> Reading | None:
    """Level of mains hum, dBFS."""
    found, integrated = subject.analysis.faults.hum, subject.analysis.loudness.integrated_lufs
    if found is None:
        return Reading(LEVEL_FLOOR_DB, counts=False)
    is_loud = integrated is not None and found.level_dbfs > integrated - LOUD_HUM_DB
    caveat = MAY_BE_MUSIC_CAVEAT if is_loud else None if found.is_sure else MAY_BE_HUM_CAVEAT
    return Reading(
        found.level_dbfs,
        facts={"mains": frequency(found.mains_hz), "harmonics": str(found.harmonic_count)},
        ceiling=None if caveat is None else Severity.INFO,
        caveat=caveat,
    )


def noise_floor(subject: JudgedTrack) -> Reading | None:
    """Distance of the noise in the pauses below the integrated loudness, dB."""
    floor, integrated = subject.analysis.faults.noise_floor_dbfs, subject.analysis.loudness.integrated_lufs
    if floor is None or integrated is None:
        return None
    return Reading(integrated - floor, facts={"floor": written("noise_floor_dbfs", subject.analysis)})


def level_jump(subject: JudgedTrack) -> Reading:
    """Dropouts, clicks and steps of the whole level, as bad edits cause them; a state on the scale above."""
    faults, duration_s = subject.analysis.faults, subject.analysis.source.duration_s
    holes = [hole for hole in faults.dropouts or () if hole.length_s >= HOLE_S]
    clicks, steps = faults.clicks or (), level_steps(subject.analysis.spectrum.timeline)
    parts = [counted(len(holes), "dropout")] * bool(holes) + [counted(len(clicks), "click")] * bool(clicks)
    if not parts and not steps:
        return Reading(0.0)
    is_texture = len(clicks) * 60.0 / duration_s > CRACKLE_PER_MINUTE
    few = len(clicks) >= FEW_CLICKS or any(click.lone for click in clicks)
    is_edit = bool(holes) or (few and not is_texture)
    # an excerpt may contain a fade, or two songs: steps alone are only a note there
    large = not subject.is_excerpt and any(abs(step.by_db) >= LARGE_STEP_DB for step in steps)
    sure = [hole.start_s for hole in holes] + [step.at_s for step in steps]
    sure += [click.at_s for click in clicks if click.lone]
    unsure = [click.at_s for click in clicks if not click.lone]
    return Reading(
        WORTH_MENDING if is_edit or large else WORTH_KNOWING,
        facts={"state": ", and ".join(filter(None, (" and ".join(parts), _steps_text(steps))))},
        spans=spans.from_events(sure, duration_s, unsure),
        caveat=None if is_edit else subject.excerpt,
    )


def _steps_text(steps: Sequence[LevelStep]) -> str:
    if not steps:
        return ""
    largest = max(steps, key=lambda step: abs(step.by_db))
    size = level_db(abs(largest.by_db))
    if len(steps) > 1:
        return f"the whole level changes at {len(steps)} places, by {size} at most"
    return f"the whole level {'drops' if largest.by_db < 0 else 'jumps'} by {size}"


def fake_hires(subject: JudgedTrack) -> Reading | None:
    """Whether the content uses less than the sample rate and bit depth of the file; a state on the scale above."""
    faults, source = subject.analysis.faults, subject.analysis.source
    if source.lossy:
        return None
    if faults.upsampled_from_hz is not None:
        rate, was = frequency(source.sample_rate_hz), frequency(faults.upsampled_from_hz)
        return Reading(
            WORTH_KNOWING, facts={"state": f"the file runs at {rate} but holds nothing above the reach of {was}"}
        )
    bits = faults.effective_bit_depth
    if bits is not None and source.bit_depth is not None and bits < source.bit_depth and bits <= COARSE_BITS:
        return Reading(
            WORTH_MENDING if bits < COARSE_BITS else WORTH_KNOWING,
            facts={"state": f"the file is stored with {source.bit_depth} bits but uses only {bits} of them"},
        )
    return Reading(0.0)


def sample_rate(subject: JudgedTrack) -> Reading:
    """Whether the format is good enough for the next step of the production; a state on the scale above."""
    source, kind = subject.analysis.source, subject.request.type
    rate = frequency(source.sample_rate_hz)
    if source.sample_rate_hz < FULL_RATE_HZ:
        return Reading(WORTH_MENDING, facts={"state": f"it runs at {rate} only, so the top end is missing"})
    if source.lossy:
        if kind is not ReviewType.MASTERING:
            return Reading(0.0)
        state = "it is a lossy file, and a master made from it cannot win back what the encoder took"
        return Reading(WORTH_KNOWING, facts={"state": state}, caveat=LOSSY_MASTERING_CAVEAT)
    bits = source.bit_depth or MIX_BITS
    if bits < COARSE_BITS:
        return Reading(WORTH_MENDING, facts={"state": f"it has {bits} bits only, which adds noise"})
    if bits < MIX_BITS and kind is not ReviewType.MASTER:
        return Reading(
            WORTH_KNOWING, facts={"state": f"it has {bits} bits, and a mix is best handed on with {MIX_BITS}"}
        )
    return Reading(0.0)
