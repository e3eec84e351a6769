"""Chooses the facts that a question needs: the song's own numbers always, other blocks where they are asked about."""

from collections.abc import Callable
from typing import Any

from core.advice import subjects
from core.advice.measured import moments
from core.advice.prompts import facts
from core.analysis.measurements import SHORT_TERM_S
from core.analysis.quantities import quantity
from core.diagnosis.finding_words import receipt
from core.diagnosis.findings import Finding
from core.review import Brief, Review
from core.text.numbers import clock
from core.values.conversation import Conversation, Role

SECONDS_AROUND = 6
"""Seconds of the loudness timeline on either side of a moment that was asked about."""

TIMES_MAX = 3

GENERAL = ("bands_against_genre_curve", "strengths", "sections")
"""Facts for a question without a known subject."""

TARGET_BLOCK = "differences_to_the_servers_target"

_BLOCKS_BY_SUBJECT: dict[str, tuple[str, ...]] = {
    "versions": ("since_last_version",),
    "reference": ("reference_differences_at_equal_loudness", "bands_against_genre_curve"),
    "strengths": ("strengths",),
    "settings": ("dial_card",),
    "platforms": ("platforms",),
    "dynamics": ("sections",),
    "low_end": ("bands_against_genre_curve", "stereo_by_band"),
    "low_mids": ("bands_against_genre_curve",),
    "highs": ("bands_against_genre_curve",),
    "stereo": ("stereo_by_band",),
    "sections": ("sections",),
    "loudness": ("sections", "platforms"),
    "dc": ("file_faults",),
    "silence": ("file_faults",),
    "noise": ("file_faults",),
    "file": ("file_faults",),
}


def facts_for(brief: Brief, review: Review, conversation: Conversation, question: str) -> dict[str, Any]:
    """The data of a prompt for a question: block name → values; empty blocks are left out.

    Args:
        brief: the measurements and findings.
        review: the review, for its dial card.
        conversation: earlier turns; a question without a subject ("and there?") is read with the one before it.
        question: the question.
    """
    asked = _asked(question, conversation)
    words = subjects.words_of(asked)
    about = subjects.found(words)
    wanted = dict.fromkeys(name for subject in about for name in _BLOCKS_BY_SUBJECT.get(subject.name, ()))
    if subjects.asks_for_target(words, brief.target):
        wanted = {TARGET_BLOCK: None, **wanted}
    elif not about:
        wanted = dict.fromkeys(GENERAL)
    codes = {code for subject in about for code in subject.codes}
    makers = _makers(brief, review)
    chosen = {name: makers[name]() for name in wanted}
    data = {
        **facts.headline(brief),
        "measurements": facts.measurements(brief.analysis),
        "findings": [
            _finding(finding, is_full=not codes or finding.code in codes) for finding in brief.diagnosis.findings
        ],
        **chosen,
        **_moments(brief, asked),
    }
    return {name: value for name, value in data.items() if value not in ({}, [], None)}


def _asked(question: str, conversation: Conversation) -> str:
    if subjects.found(subjects.words_of(question)) or moments.times_in(question):
        return question
    earlier = [turn.text for turn in conversation.turns if turn.role is Role.USER]
    return f"{earlier[-1]} {question}" if earlier else question


def _makers(brief: Brief, review: Review) -> dict[str, Callable[[], Any]]:
    return {
        "bands_against_genre_curve": lambda: facts.bands(brief),
        "strengths": lambda: facts.strengths(brief),
        "sections": lambda: facts.sections(brief.analysis),
        "platforms": lambda: facts.platforms(brief),
        "stereo_by_band": lambda: facts.band_stereo(brief.analysis),
        "reference_differences_at_equal_loudness": lambda: facts.reference(brief),
        TARGET_BLOCK: lambda: facts.target(brief),
        "since_last_version": lambda: facts.versions(brief),
        "dial_card": lambda: [f"{row.processor}: {row.setting}" for row in review.dial_card.rows],
        "file_faults": lambda: facts.file_faults(brief.analysis),
    }


def _finding(finding: Finding, *, is_full: bool) -> dict[str, Any]:
    if is_full:
        return facts.finding_of(finding)
    return {"code": finding.code, "severity": finding.severity.value, "measured": receipt(finding)}


def _moments(brief: Brief, question: str) -> dict[str, Any]:
    """What was measured at each moment that a question names, and the loudness of each second around it."""
    times = [time_s for time_s in moments.times_in(question) if time_s <= brief.analysis.source.duration_s]
    told = {f"at {clock(time_s)}": moments.at_time(brief, time_s) for time_s in times[:TIMES_MAX]}
    around = {
        f"short-term loudness around {clock(time_s)}": timeline_around(brief, time_s) for time_s in times[:TIMES_MAX]
    }
    return {**told, **{name: values for name, values in around.items() if values}}


def timeline_around(brief: Brief, time_s: float) -> dict[str, str]:
    """Short-term loudness of each second around a moment.

    Args:
        brief: the measurements.
        time_s: the moment, in seconds from the beginning.

    Returns:
        Time ("1:04") → loudness in LUFS of the 3 s around that time; values outside the song are left out.
    """
    timeline, level = brief.analysis.loudness.timeline, quantity("max_short_term_lufs")
    values = {}
    for second in range(max(0, round(time_s) - SECONDS_AROUND), round(time_s) + SECONDS_AROUND + 1):
        index = round((second - SHORT_TERM_S / 2) / timeline.hop_s) if timeline.hop_s > 0 else -1
        if 0 <= index < len(timeline.short_term_lufs):
            values[clock(float(second))] = level.write(timeline.short_term_lufs[index])
    return values
