"""Faults of the file itself: offset, lossy sources, silence and cuts at the ends, hum, noise, holes, clicks, format."""

from core.analysis.measurements import LEVEL_FLOOR_DB, LevelStep
from core.analysis.quantities import quantity, written
from core.rules import spans
from core.rules.reading import JudgedTrack, Reading, Severity, Span
from core.text.events import Events
from core.text.language import worded
from core.text.numbers import clock, frequency, listed, number_with_unit, written_level
from core.values.request import ReviewType

TAIL_WEIGHT = 1 / 7.5
"""Weight of silence at the end: it counts like silence at the start when it is 7.5 times as long (15 s against 2 s)."""

FEW_EVENTS = 2
"""Fewest clicks, bursts of noise or pops that count: a single one may be the attack of a synthesiser or an effect,
unless it is a lone wrong sample."""

CRACKLE_PER_MINUTE = 12.0
"""Clicks per minute above which they are a texture: vinyl, glitch, a clicking instrument."""

TIMES_ON_THE_BEAT = 3
"""Least number of events of a kind that come back."""

ENDING_S = 6.0
"""Distance in seconds from the first and the last sound within which a hole proves no fault by itself (practice: fades,
stutters and endings of a take lie there)."""

PLAYED_STEP_DB = 6.0
"""Step of the level, dB, that a player reaches from one bar to the next: about that of a written p to mf."""

PAUSE_WEIGHT = 1 / 7.5
"""Weight of silence inside the file: it counts like silence at the end, and is a note at most."""

WORTH_KNOWING, WORTH_MENDING = 1.0, 2.0
"""Values of rules that judge a state: worth knowing, worth mending."""

FULL_RATE_HZ = 44_100
COARSE_BITS = 16
MIX_BITS = 24
"""Least sample rate; bit depth below which a file has audible quantisation noise; least bit depth of a mix that is
handed on."""

LARGE_OFFSET_FS = 0.02
"""Offset above which the rule is severe."""

OFFSET_CUT_HZ = 14.0
"""Corner of the high-pass against an offset: below all music."""


def dc(subject: JudgedTrack) -> Reading:
    """DC offset: the larger mean of the channels, as a share of full scale."""
    value = max(map(abs, subject.analysis.faults.dc_offset_per_channel), default=0.0)
    is_large = value > LARGE_OFFSET_FS
    return Reading(
        value,
        facts={
            "percent": number_with_unit(value * 100, "%", 2),
            "unless": "" if is_large else worded("dc.unless"),
        },
        caveat=worded("dc.large") if is_large else None,
        amount_db=0.0,
        frequency_hz=OFFSET_CUT_HZ,
    )


def lossy_source(subject: JudgedTrack) -> Reading | None:
    """Low-pass edge in Hz. Only in a lossless file: a lossy upload is already known to be lossy."""
    edge, source = subject.analysis.faults.low_pass_edge, subject.analysis.source
    if source.lossy:
        return None
    if edge is None:
        return Reading(source.sample_rate_hz / 2.0, counts=False)
    return Reading(edge.cutoff_hz, facts={"drop": written_level(edge.drop_db)})


def silence(subject: JudgedTrack) -> Reading:
    """Silence at the start, at the end or inside in seconds, whichever is worst by `TAIL_WEIGHT` and `PAUSE_WEIGHT`."""
    faults, duration_s = subject.analysis.faults, subject.analysis.source.duration_s
    head, tail = faults.head_silence_s, faults.tail_silence_s
    ceiling = Severity.INFO if subject.is_excerpt else None
    pause = max(faults.pauses, key=lambda passage: passage.end_s - passage.start_s, default=None)
    length = 0.0 if pause is None else pause.end_s - pause.start_s
    if pause is not None and length * PAUSE_WEIGHT > max(head, tail * TAIL_WEIGHT):
        place = (Span(pause.start_s, pause.end_s),)
        told = worded("silence.between", start=clock(pause.start_s), end=clock(pause.end_s))
        facts: dict[str, float | str] = {"end": told}
        return Reading(
            length,
            judged=length * PAUSE_WEIGHT,
            level_as_value=lambda level_s: level_s / PAUSE_WEIGHT,
            facts=facts,
            spans=place,
            ceiling=Severity.INFO,
        )
    if tail * TAIL_WEIGHT > head:
        return Reading(
            tail,
            judged=tail * TAIL_WEIGHT,
            facts={"end": worded("silence.at_the_end")},
            level_as_value=lambda level_s: level_s / TAIL_WEIGHT,
            spans=(Span(duration_s - tail, duration_s),),
            ceiling=ceiling,
            caveat=subject.excerpt,
        )
    return Reading(
        head,
        facts={"end": worded("silence.at_the_start")},
        spans=(Span(0.0, head),),
        ceiling=ceiling,
        caveat=subject.excerpt,
    )


HUM_TO_THE_END_DB = 6.0
"""Difference of the level at the end from that of the hum up to which the hum is what runs to the end, in dB."""

SILENCE_AFTER_S = 0.5
"""Least silence after the end of the sound, in seconds, from which a caveat says so."""


def cut_tail(subject: JudgedTrack) -> Reading | None:
    """Level of the last 50 ms of sound above the integrated loudness, LU."""
    level, duration_s = subject.analysis.faults.end_level_lu, subject.analysis.source.duration_s
    if level is None:
        return None
    faults, integrated = subject.analysis.faults, subject.analysis.loudness.integrated_lufs
    end = duration_s - faults.tail_silence_s
    is_hum = (
        faults.hum is not None
        and integrated is not None
        and abs(level + integrated - faults.hum.level_dbfs) < HUM_TO_THE_END_DB
    )
    followed = worded("cut_tail.followed") if faults.tail_silence_s >= SILENCE_AFTER_S else None
    return Reading(
        level,
        counts=not is_hum,
        facts={
            "below": quantity("integrated_lufs").write_size(level),
            "side": worded("cut_tail.below" if level < 0 else "cut_tail.above"),
        },
        spans=(Span(end, end),),
        ceiling=Severity.INFO if subject.is_excerpt else None,
        caveat=subject.excerpt or followed,
    )


LOUD_HUM_DB = 15.0
"""Distance below the integrated loudness within which lines on the mains frequency may be the music itself, in dB: a
bass or a drone tuned to 50 Hz lies there, hum far below (our proposal)."""

CERTAIN_HARMONICS = 5
"""Least number of harmonics of steady lines that are hum however loud they are (our proposal: a bass changes its notes,
and a drone on the mains frequency with five steady harmonics has not been met)."""


def hum(subject: JudgedTrack) -> Reading | None:
    """Level of mains hum, dBFS."""
    found, integrated = subject.analysis.faults.hum, subject.analysis.loudness.integrated_lufs
    if found is None:
        return Reading(LEVEL_FLOOR_DB, counts=False)
    is_certain = found.is_sure and found.harmonic_count >= CERTAIN_HARMONICS
    is_loud = integrated is not None and found.level_dbfs > integrated - LOUD_HUM_DB and not is_certain
    caveat = worded("hum.may_be_music") if is_loud else None if found.is_sure else worded("hum.may_be_hum")
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
    """Events that bad edits and exports cause, and steps of the whole level; a state on the scale above."""
    faults, duration_s = subject.analysis.faults, subject.analysis.source.duration_s
    holes = Events.of("hole", [(hole.start_s, hole.on_beat) for hole in faults.dropouts or ()], faults.dropout_count)
    clicks = Events.of("click", [(click.at_s, click.on_beat) for click in faults.clicks or ()], faults.click_count)
    bursts = Events.of("burst", [(burst.at_s, burst.on_beat) for burst in faults.noise_bursts or ()], None)
    pops = Events.of("pop", [(pop.at_s, pop.on_beat) for pop in faults.pops or ()], None)
    kinds, steps = (holes, clicks, bursts, pops), faults.level_steps or ()
    told = [text for events in kinds for text in events.texts()] + [_step_text(step) for step in steps]
    if not told:
        return Reading(0.0)
    off_beat = [click for click in faults.clicks or () if not click.on_beat]
    has_lone = any(click.lone for click in off_beat)
    click_fault = _are_faults(len(off_beat), duration_s) or (has_lone and not _is_texture(len(off_beat), duration_s))
    burst_fault, pop_fault = (_are_faults(len(events.free_s), duration_s) for events in (bursts, pops))
    step_fault = any(not _may_be_played(step, subject) for step in steps)
    hole_fault = any(_is_inside(time, subject) for time in holes.free_s)
    is_fault = hole_fault or step_fault or click_fault or burst_fault or pop_fault
    sure = [*(step.at_s for step in steps), *(click.at_s for click in off_beat if click.lone)]
    unsure = [click.at_s for click in off_beat if not click.lone]
    for events, are_faults in ((holes, hole_fault), (bursts, burst_fault), (pops, pop_fault)):
        (sure if are_faults else unsure).extend(events.free_s)
    played = not sure and not unsure
    comes_back = played and any(len(events.beat_s) + events.more >= TIMES_ON_THE_BEAT for events in kinds)
    doubt = worded("events.caveat_on_beat" if comes_back else "events.caveat_may_be_played")
    return Reading(
        WORTH_MENDING if is_fault else WORTH_KNOWING,
        facts={
            "state": listed([*(count for events in kinds for count in events.counts()), *map(_step_size, steps)]),
            "told": listed(told),
            "verdict": worded("events.wrong" if is_fault else "events.maybe_wrong"),
        },
        spans=spans.from_events(
            [time for events in kinds for time in events.beat_s] if played else sure, duration_s, unsure
        ),
        ceiling=None if is_fault else Severity.INFO,
        caveat=None if is_fault else doubt,
    )


def _is_inside(time_s: float, subject: JudgedTrack) -> bool:
    """Whether a time lies far from both ends of the sound, where holes may be an effect or a stutter of the ending."""
    faults, duration_s = subject.analysis.faults, subject.analysis.source.duration_s
    return faults.head_silence_s + ENDING_S <= time_s <= duration_s - faults.tail_silence_s - ENDING_S


def _may_be_played(step: LevelStep, subject: JudgedTrack) -> bool:
    """Whether a step of the level below `PLAYED_STEP_DB` may be meant: on a bar line, or where dynamics are wide."""
    bars = subject.analysis.rhythm.bars
    is_on_bar_line = bars is not None and bars.is_line_near(step.at_s)
    return abs(step.by_db) < PLAYED_STEP_DB and (is_on_bar_line or "dynamic" in subject.genre.tags)


def _is_texture(count: int, duration_s: float) -> bool:
    """Whether so many events of a kind are a sound of the music."""
    return count * 60.0 / duration_s > CRACKLE_PER_MINUTE


def _are_faults(count: int, duration_s: float) -> bool:
    """Whether events of a kind that may be music, each by itself, are a fault together."""
    return count >= FEW_EVENTS and not _is_texture(count, duration_s)


def _step_size(step: LevelStep) -> str:
    return worded("events.drop" if step.by_db < 0 else "events.jump", size=written_level(abs(step.by_db)))


def _step_text(step: LevelStep) -> str:
    return worded("events.at", events=_step_size(step), times=clock(step.at_s))


def fake_hires(subject: JudgedTrack) -> Reading | None:
    """Whether the content uses less than the sample rate and bit depth of the file; a state on the scale above."""
    faults, source = subject.analysis.faults, subject.analysis.source
    if source.lossy:
        return None
    if faults.upsampled_from_hz is not None:
        rate, was = frequency(source.sample_rate_hz), frequency(faults.upsampled_from_hz)
        return Reading(WORTH_KNOWING, facts={"state": worded("format.padded_rate", rate=rate, was=was)})
    bits = faults.effective_bit_depth
    if bits is not None and source.bit_depth is not None and bits < source.bit_depth and bits <= COARSE_BITS:
        return Reading(
            WORTH_MENDING if bits < COARSE_BITS else WORTH_KNOWING,
            facts={"state": worded("format.padded_bits", bits=source.bit_depth, used=bits)},
        )
    return Reading(0.0)


def sample_rate(subject: JudgedTrack) -> Reading:
    """Whether the format is good enough for the next step of the production; a state on the scale above."""
    source, kind = subject.analysis.source, subject.request.type
    rate = frequency(source.sample_rate_hz)
    if source.sample_rate_hz < FULL_RATE_HZ:
        return Reading(WORTH_MENDING, facts={"state": worded("format.low_rate", rate=rate)})
    if source.lossy:
        if kind is not ReviewType.MASTERING:
            return Reading(0.0)
        state = worded("format.lossy")
        return Reading(WORTH_KNOWING, facts={"state": state}, caveat=worded("format.lossy_mastering"))
    bits = source.bit_depth or MIX_BITS
    if bits < COARSE_BITS:
        return Reading(WORTH_MENDING, facts={"state": worded("format.coarse", bits=bits)})
    if bits < MIX_BITS and kind is not ReviewType.MASTER:
        return Reading(WORTH_KNOWING, facts={"state": worded("format.few_bits", bits=bits, better=MIX_BITS)})
    return Reading(0.0)
