"""Strengths: musical qualities that measure well and should stay. Any finding on the same subject withdraws one.

A strength is one section of `strengths.toml` and the function of the section's name here. That a file is free of faults
is no strength: it is what everybody expects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from types import MappingProxyType

import msgspec

from core.analysis.quantities import quantity
from core.diagnosis.findings import Finding, Strength, Target
from core.diagnosis.song_places import labelled, the
from core.knowledge.genres import Genre
from core.knowledge.loading import load_toml
from core.rules.curve import aligned_deviation_db, is_absent, is_empty
from core.rules.genre_tempo import LOUD_PART, PEAK_TAGS
from core.rules.reading import Evidence, JudgedTrack, Span
from core.rules.rule import rules
from core.text.language import language, translated
from core.text.numbers import clock, measurement

BIG_MOMENTS = frozenset({*PEAK_TAGS, LOUD_PART})
"""Parts that are meant to be louder than what comes before them."""

PART_LOUDER_LU = 2.0
"""Least difference of short-term loudness, LU, of such a part to the one before it (practice: 1 to 3 dB)."""

ALIVE_PSR_DB = 9.0
"""Least PSR of "live dynamics", dB (AES e-Brief 373); 15 of 100 releases reach it."""

SOLID_LOW_DB = -20.0
"""Highest side to mid below 120 Hz of a "solid low end", dB (236 released club tracks)."""

OPEN_TOP_DB, CENTRED_BASS_DB = -7.1, -13.8
"""Least side to mid at 5–10 kHz and largest at 60–200 Hz, dB, of a width that opens: medians of 291 releases."""

MONO_SAFE_DB = -1.0
"""Least mono fold-down of "mono-safe", dB: level of the mono sum against the stereo level."""

WIDE_DB = -12.0
"""Least side to mid, dB, of a song of which one may say that mono loses little (21 % of releases are narrower)."""

BALANCED_SHARE = 0.8
"""Share of the bands that must lie within the genre's tolerance: of the six that have a figure, one may be outside."""

FURTHEST_TOLERANCES = 1.5
"""One band further out than this, in tolerances, rules out "balanced tone"."""


class StrengthWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One section of `strengths.toml`; its head says what the keys mean."""

    name: str
    measure: str
    unit: str
    source: str
    subjects: frozenset[str]
    text: str
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Good:
    """What a strength's function read: the value in the section's unit, the range it lies in, facts for the text."""

    value: float
    low: float | None = None
    high: float | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def strength_words() -> Mapping[str, StrengthWords]:
    """All sections by code, in the order of the file, with the texts of the present language; read once.

    Raises:
        ValueError: a section lacks a key, or has an unknown one.
    """
    return _sections(language())


@cache
def _sections(language_code: str) -> Mapping[str, StrengthWords]:
    sections = translated(language_code, "strengths", load_toml("core.diagnosis", "strengths.toml"))
    return MappingProxyType({code: msgspec.convert(section, StrengthWords) for code, section in sections.items()})


def strength_sentence(strength: Strength, genre: Genre) -> str:
    """A strength as a sentence.

    Raises:
        KeyError: there is no such code.
    """
    words = strength_words().get(strength.code)
    if words is None:  # of a review that an earlier version stored
        return f"{strength.name}: {measurement(strength.value, strength.unit)}."
    facts = {"value": measurement(strength.value, strength.unit), "genre": genre.name, **(strength.facts or {})}
    return words.text.format_map(facts)


def strengths(subject: JudgedTrack, findings: Sequence[Finding]) -> tuple[Strength, ...]:
    """The strengths of a track, in the order of `strengths.toml`.

    Args:
        subject: the track with what it is compared with.
        findings: its findings; a strength on the subject of one of them is left out.

    Returns:
        At most one strength per section.
    """
    found_codes = {code for finding in findings for code in (finding.code, *finding.merged)}
    found_on = {name for code in found_codes for name in rules()[code].subjects}
    found = []
    for code, words in strength_words().items():
        if words.subjects & found_on or words.unless & found_codes:
            continue
        good = STRENGTH_READERS[code](subject)
        if good is not None:
            target = Target(good.low, good.high, words.unit, words.source, Evidence.MEDIUM)
            facts = dict(good.facts) or None
            found.append(Strength(code, words.name, words.measure, good.value, words.unit, target, facts))
    return tuple(found)


def contrast(subject: JudgedTrack) -> Good | None:
    """The drop or chorus that is most louder than the part before it, LU; None where none is by `PART_LOUDER_LU`."""
    sections = subject.analysis.sections or ()
    steps = [
        (after.short_term_lufs - before.short_term_lufs, after)
        for before, after in pairwise(sections)
        if after.label in BIG_MOMENTS and after.confidence and before.label not in BIG_MOMENTS
        if after.short_term_lufs is not None and before.short_term_lufs is not None
    ]
    if not steps:
        return None
    step, section = max(steps, key=lambda item: item[0])
    if step < PART_LOUDER_LU:
        return None
    (span,) = labelled((Span(section.start_s, section.end_s),), sections)
    part = span.label or the(section.label)
    return Good(step, low=PART_LOUDER_LU, facts={"part": part[0].upper() + part[1:], "at": clock(section.start_s)})


def dynamics_alive(subject: JudgedTrack) -> Good | None:
    """The lowest PSR, dB, from `ALIVE_PSR_DB` on."""
    psr = subject.analysis.dynamics.psr_min_db
    return Good(psr, low=ALIVE_PSR_DB) if psr is not None and psr >= ALIVE_PSR_DB else None


def solid_low(subject: JudgedTrack) -> Good | None:
    """Side to mid below 120 Hz, dB, of a stereo file in which something plays there."""
    bass = subject.analysis.bass
    side = bass.side_to_mid_below_120_db if bass is not None else None
    plays = not is_absent(subject, "bass_60_200")
    is_solid = side is not None and side <= SOLID_LOW_DB and plays and subject.analysis.stereo.correlation is not None
    return Good(side, high=SOLID_LOW_DB) if side is not None and is_solid else None


def width_opens(subject: JudgedTrack) -> Good | None:
    """Side to mid at 5–10 kHz, dB, where the top is wide and the bass is not."""
    bands = subject.analysis.stereo.bands
    low, top = (bands[name].side_to_mid_db if name in bands else None for name in ("bass_60_200", "high_5k_10k"))
    if low is None or top is None or top < OPEN_TOP_DB or low > CENTRED_BASS_DB:
        return None
    return Good(top, low=OPEN_TOP_DB, facts={"low": quantity("side_to_mid_db").write(low)})


def wide_in_mono(subject: JudgedTrack) -> Good | None:
    """Level lost in mono, dB, of a song that is wide."""
    stereo = subject.analysis.stereo
    fold, width = stereo.mono_fold_loss_db, stereo.side_to_mid_db
    if fold is None or width is None or fold < MONO_SAFE_DB or width < WIDE_DB:
        return None
    return Good(fold, low=MONO_SAFE_DB, facts={"width": quantity("side_to_mid_db").write(width)})


def balanced_tone(subject: JudgedTrack) -> Good | None:
    """Share of the bands within the genre's tolerance, %, where no band lies far out or is empty."""
    tolerance = subject.genre.tolerance_db
    deviations = {band: aligned_deviation_db(subject, band) for band in tolerance}
    off = [abs(value) / tolerance[band] for band, value in deviations.items() if value is not None]
    if not off or any(is_empty(subject, band) for band in tolerance) or max(off) > FURTHEST_TOLERANCES:
        return None
    share = sum(tolerances <= 1.0 for tolerances in off) / len(off)
    return Good(100.0 * share, low=100.0 * BALANCED_SHARE) if share >= BALANCED_SHARE else None


_FUNCTIONS = (contrast, dynamics_alive, solid_low, width_opens, wide_in_mono, balanced_tone)

STRENGTH_READERS = MappingProxyType({function.__name__: function for function in _FUNCTIONS})
"""Code → function."""
