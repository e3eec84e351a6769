"""Describes a moment or the parts of a song: level, width and tone there, compared with the whole song."""

import re
from collections.abc import Sequence

from core.analysis.measurements import SHORT_TERM_S, Analysis, Section
from core.analysis.quantities import band_name, quantity, time_and_bar
from core.diagnosis.finding_words import named_in_a_list
from core.diagnosis.findings import Finding
from core.diagnosis.song_places import part_name, the
from core.review import Brief
from core.text.language import worded
from core.text.numbers import bars, clock, duration, listed, signed_db, span

_LEVEL = quantity("max_short_term_lufs")
"""The quantity by which every short-term loudness is written, not only the highest."""

_TIME = re.compile(r"(?<![\d.:])(\d{1,3})[:.]([0-5]\d)(?![\d.:]|\s*(?:k?hz|db|lu|%))", re.IGNORECASE)
_SECONDS = re.compile(r"\b(?:at|around|about|after|by)\s+(\d{1,3})\s*(?:s|sec|secs|seconds)\b", re.IGNORECASE)

MANY = 2
"""Least number of parts for which parts are named: a single part is the whole song."""

_STRUCTURE = frozenset("sections section parts structure arrangement long".split())
"""Words of a question that ask for all parts of the song."""

NEAR_S = 2.0
"""Largest distance in seconds between a moment and a finding that is named with it: people type whole seconds, and read
them off a player after they have heard something."""

STANDS_OUT_DB = 2.0
"""Least difference in dB between a band at a moment and over the song for the band to be named."""


def times_in(question: str) -> list[float]:
    """Positions that a question names ("1:10", "at 40 seconds"), in seconds."""
    clocks = [int(match.group(1)) * 60.0 + int(match.group(2)) for match in _TIME.finditer(question)]
    return clocks + [float(match.group(1)) for match in _SECONDS.finditer(question)]


def at_time(brief: Brief, time_s: float) -> str:
    """What was measured at a moment, in sentences; also for a moment after the end of the track.

    Args:
        brief: the measurements and findings.
        time_s: the moment, in seconds from the beginning.
    """
    analysis = brief.analysis
    if time_s > analysis.source.duration_s:
        return worded("moments.after_the_end", at=clock(analysis.source.duration_s))
    parts = [*_level_there(analysis, time_s), *_stereo_there(analysis, time_s), *_tone_there(analysis, time_s)]
    there = findings_at(brief, time_s)
    if there:
        names = listed([named_in_a_list(finding.code) for finding in there])
        parts.append(worded("moments.findings", count=len(there), names=names))
    return " ".join(parts) or worded("moments.nothing", at=clock(time_s))


def findings_at(brief: Brief, time_s: float) -> list[Finding]:
    """Findings with a span within `NEAR_S` of a moment, in their order."""
    return [
        finding
        for finding in brief.diagnosis.findings
        if any(part.start_s - NEAR_S <= time_s <= part.end_s + NEAR_S for part in finding.spans)
    ]


def _level_there(analysis: Analysis, time_s: float) -> list[str]:
    timeline, loudest = analysis.loudness.timeline, analysis.loudness.max_short_term_lufs
    parts = analysis.sections or ()
    part = next((part for part in parts if part.start_s <= time_s < part.end_s), None) if len(parts) >= MANY else None
    inside = worded("moments.inside", **_named(part), span=span(part.start_s, part.end_s)) if part is not None else ""
    if not timeline.short_term_lufs or timeline.hop_s <= 0:
        return []
    index = min(len(timeline.short_term_lufs) - 1, max(0, round((time_s - SHORT_TERM_S / 2) / timeline.hop_s)))
    level = timeline.short_term_lufs[index]
    told = {"at": time_and_bar(analysis, time_s), "inside": inside, "level": _LEVEL.write(level)}
    if loudest is None:
        return [worded("moments.level", **told)]
    return [worded("moments.level_below", **told, below=_LEVEL.write_size(max(0.0, loudest - level)))]


def _stereo_there(analysis: Analysis, time_s: float) -> list[str]:
    timeline = analysis.stereo.timeline
    if timeline is None:
        return []
    mean = _mean(timeline.correlation, timeline.hop_s, time_s)
    return [] if mean is None else [worded("moments.correlation", value=quantity("correlation").write(mean))]


def _tone_there(analysis: Analysis, time_s: float) -> list[str]:
    timeline = analysis.spectrum.timeline
    if timeline is None:
        return []
    there = {name: _mean(levels, timeline.hop_s, time_s) for name, levels in timeline.bands_db.items()}
    known = {name: level - analysis.spectrum.bands[name] for name, level in there.items() if level is not None}
    if len(known) < len(timeline.bands_db):
        return []
    # the passage may be louder or quieter than the song, so each band is compared with the median of all bands
    usual = sorted(known.values())[len(known) // 2]
    moved = {name: value - usual for name, value in known.items() if abs(value - usual) >= STANDS_OUT_DB}
    lines = [f"{band_name(name)} {signed_db(value)}" for name, value in moved.items()]
    return [worded("moments.tone", bands=listed(lines))] if lines else []


def _mean(values: Sequence[float | None], hop_s: float, time_s: float) -> float | None:
    first = max(0, round((time_s - SHORT_TERM_S / 2) / hop_s))
    window = [value for value in values[first : first + max(1, round(SHORT_TERM_S / hop_s))] if value is not None]
    return sum(window) / len(window) if window else None


def sections(brief: Brief, named: tuple[str, ...] = ()) -> str:
    """The parts of the song, in sentences: those that were asked for, the loudest and the quietest.

    Args:
        brief: the measurements.
        named: words of the question; a word for the structure asks for all parts.
    """
    parts = [part for part in brief.analysis.sections or () if part.short_term_lufs is not None]
    if len(parts) < MANY:
        return f"{worded('moments.no_parts')} {_loudest_moment(brief.analysis)}"
    asked = [part for part in parts if any(names(word, part.label) for word in named)]
    shown = asked or (parts if _STRUCTURE & set(named) else [])
    lines = [
        worded(
            "moments.part",
            label=part_name(part.label),
            span=span(part.start_s, part.end_s),
            extent=_extent(brief.analysis, part),
            level=_LEVEL.write(part.short_term_lufs),
        )
        for part in shown
    ]
    told = f"{listed(lines)}. " if lines else ""
    loudest, quietest = max(parts, key=_level), min(parts, key=_level)
    loudest_at, quietest_at = (time_and_bar(brief.analysis, part.start_s) for part in (loudest, quietest))
    compared = worded(
        "moments.loudest_and_quietest",
        loudest=the(loudest.label),
        loudest_at=loudest_at,
        level=_LEVEL.write(loudest.short_term_lufs),
        quietest=the(quietest.label),
        quietest_at=quietest_at,
        below=_LEVEL.write_size(_level(loudest) - _level(quietest)),
    )
    return f"{told[:1].upper()}{told[1:]}{compared}"


def _extent(analysis: Analysis, part: Section) -> str:
    """Bars of a part, where they are known, and its length: "bars 33–46, 0:28"."""
    bars_of_song = analysis.rhythm.bars
    within = bars_of_song.bars_within(part.start_s, part.end_s) if bars_of_song is not None else None
    length = duration(part.end_s - part.start_s)
    return length if within is None else f"{bars(*within)}, {length}"


def _named(part: Section) -> dict[str, str]:
    """The name of a part alone and inside a sentence."""
    return {"label": part_name(part.label), "part": the(part.label)}


def _level(part: Section) -> float:
    return part.short_term_lufs if part.short_term_lufs is not None else -120.0


def names(word: str, label: str) -> bool:
    """Whether a word of a question names a part of the song."""
    return len(word) > 3 and (word.startswith(label) or label.startswith(word.removesuffix("s").removesuffix("down")))


def _loudest_moment(analysis: Analysis) -> str:
    level, at_s = analysis.loudness.max_short_term_lufs, analysis.loudness.max_short_term_at_s
    if level is None or at_s is None:
        return ""
    return worded("moments.loudest", at=time_and_bar(analysis, at_s), level=_LEVEL.write(level))
